"""The form of criteria: frozen nodes, and the JSON form they are stored in.

    node := {"all": [node, ..]} | {"any": [node, ..]} | {"not": node}
          | {"field": CODE, "op": OP, "value": V}
          | {"has": RELATION, "where": node?, "at_least": N?}

`parse` knows the shape only; whether fields, operators and values fit each other is
asked by `validate`.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any as Anything
from typing import TypeAlias

from django.utils.translation import gettext as _

MAX_DEPTH = 10
MAX_NODES = 200


class CriteriaError(ValueError):
    """Criteria that cannot be; `path` names the place, `message` what and why."""

    def __init__(self, message: str, path: str = "") -> None:
        self.message = _readable(message)
        self.path = _readable(path)
        super().__init__(f"{self.path}: {self.message}" if path else self.message)


def _readable(text: str) -> str:
    """What was asked, without the characters that no page can show."""
    return text.encode(errors="replace").decode()


@dataclass(frozen=True)
class All:
    """Every node holds."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Any:
    """At least one node holds."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """The node does not hold."""

    node: Node


@dataclass(frozen=True)
class Condition:
    """A field compared with a value; operators without a value carry None."""

    field: str
    op: str
    value: Anything = None


@dataclass(frozen=True)
class Has:
    """There are related rows, `at_least` of them, that each satisfy all of `where`."""

    relation: str
    where: Node | None = None
    at_least: int = 1


Node: TypeAlias = All | Any | Not | Condition | Has

KEYS = {
    "all": {"all"},
    "any": {"any"},
    "not": {"not"},
    "field": {"field", "op", "value"},
    "has": {"has", "where", "at_least"},
}


def parse(data: Anything) -> Node:
    """Return the node of criteria in their JSON form. Raises CriteriaError."""
    parser = _Parser()
    return parser.node(data, path=(), depth=1)


def to_json(node: Node) -> dict[str, Anything]:
    """Return the JSON form of a node, the inverse of `parse`."""
    match node:
        case All(nodes):
            return {"all": [to_json(each) for each in nodes]}
        case Any(nodes):
            return {"any": [to_json(each) for each in nodes]}
        case Not(inner):
            return {"not": to_json(inner)}
        case Condition(field, op, value):
            data: dict[str, Anything] = {"field": field, "op": op}
            if value is not None:
                data["value"] = list(value) if isinstance(value, tuple) else value
            return data
        case Has(relation, where, at_least):
            related: dict[str, Anything] = {"has": relation}
            if where is not None:
                related["where"] = to_json(where)
            if at_least != 1:
                related["at_least"] = at_least
            return related


def walk(
    node: Node, path: tuple[str, ...] = (), scope: str = "contact"
) -> Iterator[tuple[Condition | Has, str, str]]:
    """Yield every condition and `has` with its scope and its place in words."""
    match node:
        case All(nodes) | Any(nodes):
            name = "all" if isinstance(node, All) else "any"
            for index, each in enumerate(nodes, start=1):
                yield from walk(each, (*path, f"{name}[{index}]"), scope)
        case Not(inner):
            yield from walk(inner, (*path, "not"), scope)
        case Condition(field):
            yield node, scope, say((*path, field))
        case Has(relation, where):
            place = (*path, f"has {relation}")
            yield node, scope, say(place)
            if where is not None:
                yield from walk(where, (*place, "where"), relation)


def say(path: Sequence[str]) -> str:
    """Return a place in criteria as people read it: all[2].has interaction.where."""
    return ".".join(path)


class _Parser:
    def __init__(self) -> None:
        self.count = 0

    def node(self, data: Anything, *, path: tuple[str, ...], depth: int) -> Node:
        place = say(path)
        self.count += 1
        if self.count > MAX_NODES:
            raise CriteriaError(_("More than %d conditions.") % MAX_NODES, place)
        if depth > MAX_DEPTH:
            raise CriteriaError(_("Nested deeper than %d.") % MAX_DEPTH, place)
        if not isinstance(data, Mapping):
            raise CriteriaError(_("Expected a condition or a group."), place)
        kinds = [kind for kind in KEYS if kind in data]
        if len(kinds) != 1:
            raise CriteriaError(
                _("Expected exactly one of: %s.") % ", ".join(KEYS), place
            )
        kind = kinds[0]
        unknown = sorted(str(key) for key in set(data) - KEYS[kind])
        if unknown:
            raise CriteriaError(_("Unknown key: %s.") % ", ".join(unknown), place)
        return getattr(self, f"_{kind}")(data, path, depth)

    def _group(
        self, data: Mapping[str, Anything], name: str, path: tuple[str, ...], depth: int
    ) -> tuple[Node, ...]:
        nodes = data[name]
        if not isinstance(nodes, list) or not nodes:
            raise CriteriaError(_("An empty group."), say((*path, name)))
        return tuple(
            self.node(each, path=(*path, f"{name}[{index}]"), depth=depth + 1)
            for index, each in enumerate(nodes, start=1)
        )

    def _all(
        self, data: Mapping[str, Anything], path: tuple[str, ...], depth: int
    ) -> All:
        return All(self._group(data, "all", path, depth))

    def _any(
        self, data: Mapping[str, Anything], path: tuple[str, ...], depth: int
    ) -> Any:
        return Any(self._group(data, "any", path, depth))

    def _not(
        self, data: Mapping[str, Anything], path: tuple[str, ...], depth: int
    ) -> Not:
        return Not(self.node(data["not"], path=(*path, "not"), depth=depth + 1))

    def _field(
        self, data: Mapping[str, Anything], path: tuple[str, ...], depth: int
    ) -> Condition:
        field, op, value = data["field"], data.get("op"), data.get("value")
        if not isinstance(field, str) or not isinstance(op, str):
            raise CriteriaError(_("A condition needs a field and an op."), say(path))
        if isinstance(value, builtins.list):
            value = tuple(value)
        return Condition(field, op, value)

    def _has(
        self, data: Mapping[str, Anything], path: tuple[str, ...], depth: int
    ) -> Has:
        relation, at_least = data["has"], data.get("at_least", 1)
        place = (*path, f"has {relation}")
        if not isinstance(relation, str):
            raise CriteriaError(_("Expected the name of a relation."), say(path))
        where = None
        if "where" in data:
            inside = (*place, "where")
            where = self.node(data["where"], path=inside, depth=depth + 1)
        return Has(relation, where, at_least)
