"""How the rows of the builder are filled in: which choices, which input."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..criteria import OPERATOR_LABELS, RELATIONS, fields_of
from ..criteria.catalogue import (
    CODE,
    DATE,
    DAYS,
    EMPTINESS,
    LISTS,
    NUMBER,
    RANGES,
    YES_NO,
    Field,
)
from .criteria import CONDITION, GROUP, HAS, Row, all_rows
from .criteria_choices import FEW, Choice, Choices, search


@dataclass
class Input:
    """What a row offers: denials, fields or relations, operators, and the value.

    `type` is `none`, `choice` (one of few), `checks` (some of few), `yes_no`,
    `search` (a code of many), `searches` (some codes of many), `lines`, `days`, or
    a type of HTML's input. `chosen` are the codes with their labels, and whether
    they exist; `values` are what the inputs hold. `list_id` names the list a search
    chooses from; a list too long for the page has none and is asked of the server.
    """

    denials: list[Choice] = field(default_factory=list)
    fields: list[Choice] = field(default_factory=list)
    operators: list[tuple[str, list[Choice]]] = field(default_factory=list)
    type: str = "none"
    choices: list[Choice] = field(default_factory=list)
    chosen: list[tuple[str, str, bool]] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    list_id: str = ""
    hint: str = ""
    field_name: str = ""
    removes: str = ""


@dataclass
class Dressed:
    """The rows with their inputs, and the lists that searches choose from."""

    root: Row
    lists: dict[str, list[Choice]] = field(default_factory=dict)


def dress(root: Row, *, today: datetime.date) -> Dressed:
    """Give every row its input; each list of codes is read once."""
    dressed = Dressed(root)
    choices = Choices()
    for row in all_rows(root):
        if row.kind == HAS:
            relations = RELATIONS.values()
            row.input = Input(
                fields=[(each.code, capfirst(each.label)) for each in relations]
            )
        elif row.kind == CONDITION:
            row.input = _input(row, choices, dressed.lists, today)
        else:
            row.input = Input()
        row.input.denials = _denials(row)
        row.input.removes = _removes(row)
    return dressed


def _removes(row: Row) -> str:
    """What the button of the row removes, for who does not see where it stands."""
    if row.kind == HAS and row.relation in RELATIONS:
        return capfirst(RELATIONS[row.relation].label)
    if row.kind == HAS:
        return _("What the contact has")
    if row.kind == CONDITION:
        return row.input.field_name or _("Condition")
    return _("Group of conditions")


def find(root: Row, name: str) -> Row:
    """Search the list of a row for what was typed there, for the reader to choose."""
    for row in all_rows(root):
        known = _fields(row) if row.kind == CONDITION else {}
        if row.name != name or row.field not in known:
            continue
        typed = [value for value in row.values if value.strip()]
        chosen = Choices().labels(known[row.field], typed)
        sought = [value for value in typed if value not in chosen]
        row.values = [value for value in typed if value in chosen]
        row.found, _more = search(known[row.field], " ".join(sought[-1:]))
        row.is_next = True
        if not row.found:
            row.errors.append(_("Nothing found for “%s”.") % " ".join(sought[-1:]))
            row.found = None
    return root


def _denials(row: Row) -> list[Choice]:
    """Whether the row must hold; a `not` of a `not` stays what it was."""
    said = {
        CONDITION: (pgettext("criteria", "where"), pgettext("criteria", "not where")),
        HAS: (pgettext("criteria", "has"), pgettext("criteria", "has no")),
        GROUP: (pgettext("criteria", "Match"), pgettext("criteria", "Do not match")),
    }
    choices = [(str(count), text) for count, text in enumerate(said[row.kind])]
    if row.negations > 1:
        choices.append((str(row.negations), _("not × %d") % row.negations))
    return choices


def _input(
    row: Row,
    choices: Choices,
    lists: dict[str, list[Choice]],
    today: datetime.date,
) -> Input:
    known = _fields(row)
    fields = [(each.code, capfirst(each.label)) for each in known.values()]
    asked = known.get(row.field)
    if asked is None:
        return Input(fields=fields)
    made = Input(
        fields=fields,
        operators=_operators(asked),
        field_name=capfirst(asked.label),
    )
    if not row.op or row.op in EMPTINESS:
        return made
    made.values = _values(row)
    if row.op in DAYS or asked.type in (NUMBER, DATE):
        made.type = "days" if row.op in DAYS else asked.type
        made.hint = _border(row, today)
    else:
        _choose(row, asked, made, choices, lists)
    return made


def _choose(
    row: Row,
    asked: Field,
    made: Input,
    choices: Choices,
    lists: dict[str, list[Choice]],
) -> None:
    """Choose the input of a text, a choice, a code or a yes or no."""
    listed = choices.of(asked)
    is_list = row.op in LISTS
    if asked.type == YES_NO:
        made.type, made.choices = "yes_no", listed or []
        return
    if asked.type != CODE and listed is None or asked.type == CODE and listed == []:
        made.type = "lines" if is_list else "text"
        if is_list:
            made.values = ["\n".join(row.values)]
        return
    labels = choices.labels(asked, row.values)
    written = [value for value in row.values if value.strip()]
    made.chosen = [
        (value, labels.get(value, value), value in labels or not asked.source)
        for value in written
    ]
    if row.found is not None:
        made.type = "checks" if is_list else "choice"
        made.choices = _with_chosen(row.found, made.chosen)
    elif listed is not None and len(listed) <= FEW:
        made.type = "checks" if is_list else "choice"
        made.choices = _with_chosen(listed, made.chosen)
    else:
        made.type = "searches" if is_list else "search"
        if listed is not None:
            made.list_id = f"list-{(asked.source or asked.code).replace(':', '-')}"
            lists[made.list_id] = listed
    gone = [label for _value, label, exists in made.chosen if not exists]
    if gone:
        row.warnings = [
            _("%s does not exist any more and fits nobody.") % ", ".join(gone)
        ]


def _with_chosen(
    choices: list[Choice], chosen: list[tuple[str, str, bool]]
) -> list[Choice]:
    """The choices, and before them chosen values that are none of them."""
    known = {value for value, _label in choices}
    others = [(value, label) for value, label, _is in chosen if value not in known]
    return [*others, *choices]


def _operators(asked: Field) -> list[tuple[str, list[Choice]]]:
    """The operators; those of a date by whether they are counted from today."""
    named = [(op, str(OPERATOR_LABELS[op])) for op in asked.operators]
    if asked.type != DATE:
        return [("", named)]
    relative = [choice for choice in named if choice[0] in DAYS]
    empty = [choice for choice in named if choice[0] in EMPTINESS]
    days = [choice for choice in named if choice not in (*relative, *empty)]
    return [
        (_("Counted from today"), relative),
        (_("A day of the calendar"), days),
        (_("Known at all"), empty),
    ]


def _border(row: Row, today: datetime.date) -> str:
    """Say which day a number of days reaches."""
    if row.op not in DAYS or not row.values:
        return ""
    try:
        day = today - datetime.timedelta(days=int(row.values[0]))
    except (ValueError, OverflowError):
        return ""
    said = _("since %s") if row.op == "within_days" else _("before %s")
    return said % date_format(day)


def _values(row: Row) -> list[str]:
    if row.op in RANGES:
        return [*row.values, "", ""][:2]
    return row.values or [""]


def _fields(row: Row) -> Mapping[str, Field]:
    return fields_of(row.scope) if row.scope else {}
