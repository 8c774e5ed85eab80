"""Criteria as rows of a form: from the JSON form to rows, and back.

A row is a condition, a group of rows, or related rows (`has`). Whatever was stored
can be shown, changed and stored again; unchanged it stays the same, but for spaces
around a value. What a row means is judged by `criteria.validate` alone;
`criteria_check` brings that to the row.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import re
from collections.abc import Iterator
from typing import Any

from django.http import QueryDict

from ..criteria import RELATIONS, fields_of
from ..criteria.catalogue import (
    DAYS,
    EMPTINESS,
    LISTS,
    NUMBER,
    RANGES,
    YES_NO,
    Field,
    may_nest,
)
from ..criteria.expression import (
    MAX_DEPTH,
    MAX_NODES,
    All,
    Condition,
    Has,
    Node,
    Not,
    parse,
)
from ..criteria.expression import (
    Any as AnyOf,
)

CONDITION, GROUP, HAS = "condition", "group", "has"
ROOT = "q"
KEY = re.compile(r"k\d{1,4}")


class ShapeError(ValueError):
    """Posted rows that no page of ours can have sent."""


@dataclasses.dataclass
class Row:
    """One row of the builder; texts are kept as they were typed.

    `rows` are the rows of a group, or the one row inside a `has`. `negations` counts
    the `not` around the row. Name, scope, depth and input are set by `arrange` and
    by the page. `is_next` marks the row at which one goes on after an edit.
    """

    kind: str
    negations: int = 0
    mode: str = "all"
    field: str = ""
    op: str = ""
    values: list[str] = dataclasses.field(default_factory=list)
    relation: str = ""
    at_least: str = "1"
    rows: list[Row] = dataclasses.field(default_factory=list)
    errors: list[str] = dataclasses.field(default_factory=list)
    warnings: list[str] = dataclasses.field(default_factory=list)
    key: str = ""
    found: list[tuple[str, str]] | None = None
    alone: int | None = None
    so_far: int | None = None
    name: str = ROOT
    scope: str = "contact"
    depth: int = 1
    input: Any = None
    is_next: bool = False
    is_inner: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing was filled in yet."""
        if self.kind == GROUP:
            return not self.negations and all(row.is_blank for row in self.rows)
        return self.kind == CONDITION and not self.field

    @property
    def may_hold_groups(self) -> bool:
        """Whether one more level may be opened in it."""
        return self.depth + 2 <= MAX_DEPTH

    @property
    def may_hold_related(self) -> bool:
        """Whether related rows may be asked for in it."""
        return self.inner_scope != "" and may_nest(self.inner_scope)

    @property
    def inner_scope(self) -> str:
        """What the conditions inside ask about; empty while no relation is chosen."""
        if self.kind != HAS:
            return self.scope
        return self.relation if self.relation in RELATIONS else ""


def new_criteria() -> Row:
    """Return the rows of criteria that are still to be said."""
    return arrange(Row(GROUP, rows=[Row(CONDITION)]))


# --- the JSON form ----------------------------------------


def from_json(data: Any) -> Row:
    """Return the rows of criteria in their JSON form. Raises CriteriaError."""
    return arrange(_row(parse(data)))


def to_json(row: Row) -> dict[str, Any]:
    """Return the JSON form of rows, unjudged; the inverse of `from_json`.

    Spaces around a value are left out: they come along when one pastes.
    """
    data: dict[str, Any]
    if row.kind == GROUP:
        data = {row.mode: [to_json(each) for each in row.rows]}
    elif row.kind == CONDITION:
        data = _condition(row)
    else:
        data = {"has": row.relation}
        if row.rows:
            data["where"] = to_json(row.rows[0])
        if row.at_least != "1":
            data["at_least"] = _number(row.at_least)
    for _negation in range(row.negations):
        data = {"not": data}
    return data


def _row(node: Node) -> Row:
    match node:
        case Not(inner):
            row = _row(inner)
            row.negations += 1
            return row
        case All(nodes):
            return Row(GROUP, mode="all", rows=[_row(each) for each in nodes])
        case AnyOf(nodes):
            return Row(GROUP, mode="any", rows=[_row(each) for each in nodes])
        case Has(relation, where, at_least):
            rows = [] if where is None else [_row(where)]
            return Row(HAS, relation=relation, at_least=str(at_least), rows=rows)
        case Condition(name, op, value):
            many = value if isinstance(value, tuple) else (value,)
            texts = [_text(each) for each in many if each is not None]
            return Row(CONDITION, field=name, op=op, values=texts)


def _condition(row: Row) -> dict[str, Any]:
    data: dict[str, Any] = {"field": row.field, "op": row.op}
    known = fields_of(row.scope) if row.scope else {}
    kind = known[row.field] if row.field in known else None
    if row.op in EMPTINESS:
        return data
    if row.op in LISTS:
        lines = (line for value in row.values for line in value.splitlines())
        said = [line.strip() for line in lines if line.strip()]
        data["value"] = [_typed(line, row.op, kind) for line in said]
    elif row.op in RANGES:
        data["value"] = [_typed(value.strip(), row.op, kind) for value in row.values]
    else:
        data["value"] = _typed("".join(row.values[:1]).strip(), row.op, kind)
    return data


def _typed(text: str, op: str, kind: Field | None) -> Any:
    """A text as the value it stands for, or as it is: then `validate` complains."""
    if op in DAYS or (kind and kind.type == NUMBER):
        return _number(text)
    if kind and kind.type == YES_NO:
        return {"true": True, "false": False}.get(text, text)
    return text


def _number(text: str) -> Any:
    for number in (int, float):
        try:
            value = number(text)
        except ValueError:
            continue
        if math.isfinite(value):
            return value
    return text


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


# --- the posted form ----------------------------------------


def from_post(data: QueryDict) -> Row:
    """Return the rows as they were posted. Raises ShapeError.

    `shape` names the rows in order, as `q:group q.0:condition`; each row posts its
    own fields under its name.
    """
    rows: dict[str, Row] = {}
    tokens = data.get("shape", "").split()
    if not tokens or len(tokens) > 2 * MAX_NODES:
        raise ShapeError(data.get("shape", ""))
    for token in tokens:
        name, _colon, kind = token.partition(":")
        parent = rows.get(name.rpartition(".")[0])
        fits = parent is not None if rows else name == ROOT
        if not fits or kind not in (CONDITION, GROUP, HAS):
            raise ShapeError(token)
        if name.count(".") > 2 * MAX_DEPTH:
            raise ShapeError(token)
        rows[name] = _posted(kind, name, data)
        if parent is not None:
            if parent.kind == CONDITION or (parent.kind == HAS and parent.rows):
                raise ShapeError(token)
            parent.rows.append(rows[name])
    return arrange(rows[ROOT])


def _posted(kind: str, name: str, data: QueryDict) -> Row:
    negations = data.get(f"{name}.not", "0")
    short = re.fullmatch(r"\d{1,3}", negations)
    return Row(
        kind,
        negations=min(int(negations), MAX_DEPTH) if short else 0,
        mode="any" if data.get(f"{name}.mode") == "any" else "all",
        field=data.get(f"{name}.field", ""),
        op=data.get(f"{name}.op", ""),
        values=data.getlist(f"{name}.value"),
        relation=data.get(f"{name}.relation", ""),
        at_least=data.get(f"{name}.at_least", "1").strip() or "1",
        key=data.get(f"{name}.key", ""),
    )


def shape(root: Row) -> str:
    """Return what `from_post` needs to find the rows again."""
    return " ".join(f"{row.name}:{row.kind}" for row in all_rows(root))


def arrange(root: Row) -> Row:
    """Name the rows by their place, key new ones, tell each what it asks about."""
    root.name, root.depth, root.scope = ROOT, 1, "contact"
    keys: set[str] = set()
    for row in all_rows(root):
        if not KEY.fullmatch(row.key) or row.key in keys:
            row.key = ""
        keys.add(row.key)
    fresh = (f"k{number}" for number in itertools.count(1) if f"k{number}" not in keys)
    for row in all_rows(root):
        row.key = row.key or next(fresh)
        for index, inner in enumerate(row.rows):
            inner.name = f"{row.name}.{index}"
            inner.depth = row.depth + row.negations + 1
            inner.scope = row.inner_scope
            inner.is_inner = row.kind == HAS and inner.kind == GROUP
    return root


def all_rows(root: Row) -> Iterator[Row]:
    """Yield a row and everything inside it, each before its own."""
    yield root
    for row in root.rows:
        yield from all_rows(row)
