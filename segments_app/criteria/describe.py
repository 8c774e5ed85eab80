"""Criteria as a sentence in the reader's language."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any as Anything

from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .catalogue import (
    DATE,
    DAYS,
    EMPTINESS,
    OPERATOR_LABELS,
    RELATIONS,
    TEXT,
    Field,
    fields_of,
)
from .expression import All, Any, Condition, Has, Node, Not, parse
from .names import NAMED_OPERATORS, Names, said_values


def describe(
    data: Anything,
    *,
    scope: str = "contact",
    names: Names | None = None,
    beside: Sequence[Node] = (),
) -> str:
    """Return the sentence of criteria, given as a node or in their JSON form.

    `scope` is what they ask about: contacts, or the code of a relation. `names` are
    what codes are called; without, they stay codes. `beside` are conditions that
    must hold too.
    """
    node = data if isinstance(data, All | Any | Not | Condition | Has) else parse(data)
    return _Sentence(names or Names(), scope, _asked(beside)).of(node)


@dataclass(frozen=True)
class _Sentence:
    """How criteria of one scope are said; `beside` are codes that are asked too."""

    names: Names
    scope: str
    beside: Mapping[str, str]

    def of(self, node: Node) -> str:
        match node:
            case All(nodes):
                together = replace(self, beside={**self.beside, **_asked(nodes)})
                return _(" and ").join(together.bracketed(each, Any) for each in nodes)
            case Any(nodes):
                return _(" or ").join(self.bracketed(each, All) for each in nodes)
            case Not(Has(at_least=1) as has):
                return self.has(has, denied=True)
            case Not(inner):
                return _("not (%s)") % self.of(inner)
            case Condition():
                return self.condition(node)
            case Has():
                return self.has(node, denied=False)

    def bracketed(self, node: Node, *groups: type) -> str:
        """The sentence of a node, in brackets if it is one of these groups.

        A group of one is its only node.
        """
        while isinstance(node, All | Any) and len(node.nodes) == 1:
            node = node.nodes[0]
        said = self.of(node)
        return f"({said})" if isinstance(node, groups) else said

    def has(self, has: Has, *, denied: bool) -> str:
        relation = RELATIONS[has.relation].label
        if has.at_least > 1:
            said = ngettext(
                "has at least %(count)d %(relation)s",
                "has at least %(count)d × %(relation)s",
                has.at_least,
            ) % {"count": has.at_least, "relation": relation}
        elif denied:
            said = _("has no %s") % relation
        else:
            said = _("has %s") % relation
        if has.where is None:
            return said
        inside = _Sentence(self.names, has.relation, {})
        return _("%(has)s where %(where)s") % {
            "has": said,
            "where": inside.bracketed(has.where, All, Any),
        }

    def condition(self, condition: Condition) -> str:
        field = fields_of(self.scope)[condition.field]
        label, op = field.label, OPERATOR_LABELS[condition.op]
        if condition.op in EMPTINESS:
            return str(format_lazy("{} {}", label, op))
        if condition.op in DAYS:
            days = condition.value
            said = (
                ngettext(
                    "%(field)s within the last day",
                    "%(field)s within the last %(days)d days",
                    days,
                )
                if condition.op == "within_days"
                else ngettext(
                    "%(field)s more than one day ago",
                    "%(field)s more than %(days)d days ago",
                    days,
                )
            )
            return said % {"field": label, "days": days}
        return f"{label} {op} {self.value(condition, field)}"

    def value(self, condition: Condition, field: Field) -> str:
        value = condition.value
        if condition.op == "between":
            return _("%(first)s and %(last)s") % {
                "first": _plain(value[0], field),
                "last": _plain(value[1], field),
            }
        if condition.op not in NAMED_OPERATORS:
            return _plain(value, field)
        said = said_values(value)
        shown = [
            self.names.say(field, each, beside=self.beside) or _plain(each, field)
            for each in said
        ]
        more = len(value) - len(said) if isinstance(value, tuple) else 0
        if more:
            shown.append(ngettext("%d more", "%d more", more) % more)
        return ", ".join(shown)


def _asked(nodes: Sequence[Node]) -> dict[str, str]:
    """The codes that these conditions ask for, by field."""
    return {
        each.field: each.value.strip().upper()
        for each in nodes
        if isinstance(each, Condition)
        and each.op == "is"
        and isinstance(each.value, str)
    }


def _plain(value: Anything, field: Field) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.choices:
        return str(dict(field.choices.choices).get(value, value))
    if field.type == DATE:
        return date_format(datetime.date.fromisoformat(value))
    return f"“{value}”" if field.type == TEXT else str(value)
