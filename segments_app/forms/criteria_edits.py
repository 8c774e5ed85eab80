"""What the buttons of the builder do to its rows."""

import datetime
from collections.abc import Mapping

from ..criteria import fields_of
from ..criteria.catalogue import DATE, DAYS, EMPTINESS, LISTS, RANGES, YES_NO
from .criteria import (
    CONDITION,
    GROUP,
    HAS,
    Row,
    all_rows,
    arrange,
    new_criteria,
)
from .criteria_starts import STARTS

NEW = {
    "add-condition": lambda: Row(CONDITION),
    "add-group": lambda: Row(GROUP, mode="any", rows=[Row(CONDITION)]),
    "add-has": lambda: Row(HAS),
    "add-has-not": lambda: Row(HAS, negations=1),
}


def edited(root: Row, action: str, *, today: datetime.date) -> Row:
    """Return the rows after a button: `add-condition:q`, `remove:q.1`, `start:CODE`.

    Marks the row to go on with: the new one, or the neighbour of the removed one.
    Also forgets what does not fit any more, such as the field of a relation that
    was changed for another. A date that becomes a number of days, or the other way
    round, stays the same day, counted from `today`. `refresh` is what a change of a
    field, an operator or a relation sends.
    """
    verb, _colon, name = action.partition(":")
    rows = {row.name: row for row in all_rows(root)}
    if verb == "start" and name in STARTS:
        root = _started(root, STARTS[name].rows())
    elif name in rows and verb == "remove":
        root = _removed(root, rows, name)
    elif name in rows and verb == "refresh":
        _open(rows[name])
    elif name in rows and verb in NEW:
        new = NEW[verb]()
        _first(new).is_next = True
        root = _added(root, rows[name], new)
    for row in all_rows(arrange(root)):
        _settle(row, today)
    return arrange(root)


def _started(root: Row, new: Row) -> Row:
    """The rows and a usual question, gone on with where it is to be filled in."""
    open_rows = [row for row in all_rows(new) if _awaits_value(row)]
    dated = [row for row in all_rows(new) if row.op in DAYS]
    (open_rows or dated)[0].is_next = True
    return Row(GROUP, rows=[new]) if root.is_blank else _grouped(root, new)


def _awaits_value(row: Row) -> bool:
    return row.kind == CONDITION and row.op not in EMPTINESS and not row.values


def _added(root: Row, row: Row, new: Row) -> Row:
    if row.kind == GROUP or (row.kind == HAS and not row.rows):
        row.rows.append(new)
    elif row.kind == HAS:
        row.rows = [_grouped(row.rows[0], new)]
    elif row is root:
        return _grouped(row, new)
    return root


def _grouped(row: Row, new: Row) -> Row:
    if row.kind == GROUP and row.mode == "all" and not row.negations:
        row.rows.append(new)
        return row
    return Row(GROUP, rows=[row, new])


def _removed(root: Row, rows: Mapping[str, Row], name: str) -> Row:
    row, parent = rows[name], rows.get(name.rpartition(".")[0])
    if parent is not None:
        place = int(row.name.rpartition(".")[2])
        del parent.rows[place]
        if parent.rows:
            _first(parent.rows[min(place, len(parent.rows) - 1)]).is_next = True
            return root
        if parent is not root or root.kind != GROUP:
            parent.is_next = True
            return root
    root = new_criteria()
    _first(root).is_next = True
    return root


def _first(row: Row) -> Row:
    """The row in it that is filled in first."""
    return _first(row.rows[0]) if row.kind == GROUP and row.rows else row


def _open(row: Row) -> None:
    """Begin the only condition there can be: of a mailing group, its code."""
    if row.kind == HAS and not row.rows and len(_fields(row.inner_scope)) == 1:
        row.rows = [Row(CONDITION)]


def _settle(row: Row, today: datetime.date) -> None:
    """Forget what does not fit any more, and fill in what can only be one thing."""
    if row.kind != CONDITION:
        return
    known = _fields(row.scope)
    if row.field not in known:
        row.field = next(iter(known)) if len(known) == 1 else ""
        row.op, row.values = ("in" if row.field else ""), []
    if not row.field:
        return
    asked = known[row.field]
    if row.op not in asked.operators:
        # Of a date one mostly asks how long ago it is.
        row.op = "within_days" if asked.type == DATE else asked.operators[0]
        row.values = []
    if asked.type == DATE:
        row.values = [_day_or_days(text, row.op, today) for text in row.values]
    if asked.type == YES_NO and row.values not in (["true"], ["false"]):
        row.values = ["true"]
    if row.op not in LISTS and row.op not in RANGES:
        row.values = [line for text in row.values for line in text.splitlines()][:1]


def _fields(scope: str) -> Mapping:
    return fields_of(scope) if scope else {}


def _day_or_days(text: str, op: str, today: datetime.date) -> str:
    """A day as so many days ago or so many days ago as a day; others stay."""
    try:
        if op in DAYS:
            return str((today - datetime.date.fromisoformat(text)).days)
        return (today - datetime.timedelta(days=int(text))).isoformat()
    except (ValueError, OverflowError):
        return text
