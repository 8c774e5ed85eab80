"""Criteria as a sentence in the reader's language."""

import datetime
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


def describe(data: Anything, *, scope: str = "contact") -> str:
    """Return the sentence of criteria, given as a node or in their JSON form.

    `scope` is what they ask about: contacts, or the code of a relation.
    """
    node = data if isinstance(data, All | Any | Not | Condition | Has) else parse(data)
    return _say(node, scope)


def _say(node: Node, scope: str) -> str:
    match node:
        case All(nodes):
            return _(" and ").join(_bracketed(each, scope, Any) for each in nodes)
        case Any(nodes):
            return _(" or ").join(_bracketed(each, scope, All) for each in nodes)
        case Not(Has(at_least=1) as has):
            return _say_has(has, denied=True)
        case Not(inner):
            return _("not (%s)") % _say(inner, scope)
        case Condition():
            return _say_condition(node, scope)
        case Has():
            return _say_has(node, denied=False)


def _bracketed(node: Node, scope: str, *groups: type) -> str:
    """The sentence of a node, in brackets if it is one of these groups.

    A group of one is its only node.
    """
    while isinstance(node, All | Any) and len(node.nodes) == 1:
        node = node.nodes[0]
    said = _say(node, scope)
    return f"({said})" if isinstance(node, groups) else said


def _say_has(has: Has, *, denied: bool) -> str:
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
    return _("%(has)s where %(where)s") % {
        "has": said,
        "where": _bracketed(has.where, has.relation, All, Any),
    }


def _say_condition(condition: Condition, scope: str) -> str:
    field = fields_of(scope)[condition.field]
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
    return f"{label} {op} {_value(condition, field)}"


def _value(condition: Condition, field: Field) -> str:
    value = condition.value
    if condition.op == "between":
        return _("%(first)s and %(last)s") % {
            "first": _one(value[0], field),
            "last": _one(value[1], field),
        }
    if isinstance(value, tuple):
        shown = [_one(each, field) for each in value[:5]]
        more = len(value) - len(shown)
        if more:
            shown.append(ngettext("%d more", "%d more", more) % more)
        return ", ".join(shown)
    return _one(value, field)


def _one(value: Anything, field: Field) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.choices:
        return str(dict(field.choices.choices).get(value, value))
    if field.type == DATE:
        return date_format(datetime.date.fromisoformat(value))
    return f"“{value}”" if field.type == TEXT else str(value)
