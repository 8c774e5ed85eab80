"""Whether criteria make sense: fields, operators and values fit each other.

A bad criterion is refused when it is stored, naming the place in it.
"""

import datetime
import difflib
import re
from collections.abc import Callable, Iterable, Set
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _

from .catalogue import (
    CHOICE,
    DATE,
    DAYS,
    EMPTINESS,
    LISTS,
    NUMBER,
    RANGES,
    RELATIONS,
    YES_NO,
    Field,
    fields_of,
    may_nest,
)
from .expression import Condition, CriteriaError, Has, Node, parse, walk

MAX_DAYS = 100_000
MAX_AT_LEAST = 10_000
UNREADABLE = re.compile("[\x00\ud800-\udfff]")  # what no database stores
KnownCodes = Callable[[Field, Iterable[str]], Set[str]]


def validate(data: Any, *, known_codes: KnownCodes | None = None) -> Node:
    """Return the node of criteria that make sense. Raises CriteriaError.

    `known_codes(field, values)` returns those of the values that exist; given, a
    code that does not is refused.
    """
    node = parse(data)
    for each, scope, place in walk(node):
        if isinstance(each, Has):
            _check_has(each, scope, place)
        else:
            _check_condition(each, scope, place, known_codes)
    return node


def missing_codes(node: Node, *, known_codes: KnownCodes) -> list[tuple[str, str]]:
    """Return the codes that do not exist any more, as (place, code)."""
    missing = []
    for each, scope, place in walk(node):
        if isinstance(each, Condition):
            field = fields_of(scope)[each.field]
            codes = _codes(field, each)
            known = known_codes(field, codes) if codes else set()
            missing += [(place, code) for code in codes if _folded(code) not in known]
    return missing


def _check_has(has: Has, scope: str, place: str) -> None:
    if has.relation not in RELATIONS:
        raise CriteriaError(_unknown(has.relation, RELATIONS), place)
    if not may_nest(scope):
        raise CriteriaError(
            _("Related rows can be asked inside company and person only."), place
        )
    whole = isinstance(has.at_least, int) and not isinstance(has.at_least, bool)
    if not whole or not 1 <= has.at_least <= MAX_AT_LEAST:
        raise CriteriaError(
            _("at least: a whole number from 1 to %s.") % intcomma(MAX_AT_LEAST),
            f"{place}.at_least",
        )


def _check_condition(
    condition: Condition, scope: str, place: str, known_codes: KnownCodes | None
) -> None:
    fields = fields_of(scope)
    if condition.field not in fields:
        raise CriteriaError(_unknown(condition.field, fields), place)
    field = fields[condition.field]
    if condition.op not in field.operators:
        raise CriteriaError(
            _("%(op)s does not fit %(field)s; use one of: %(operators)s.")
            % {
                "op": condition.op,
                "field": field.code,
                "operators": ", ".join(field.operators),
            },
            place,
        )
    _check_value(field, condition, place)
    codes = _codes(field, condition)
    if known_codes and codes:
        known = known_codes(field, codes)
        for code in codes:
            if _folded(code) not in known:
                raise CriteriaError(
                    _("There is no %(field)s %(code)s.")
                    % {"field": field.label, "code": code},
                    place,
                )


def _check_value(field: Field, condition: Condition, place: str) -> None:
    op, value = condition.op, condition.value
    if op in EMPTINESS:
        if value is not None:
            raise CriteriaError(_("%s takes no value.") % op, place)
    elif op in LISTS:
        if not isinstance(value, tuple) or not value:
            raise CriteriaError(_("Expected a list of values."), place)
        for each in value:
            _check_one(field, each, place)
    elif op in RANGES:
        if not isinstance(value, tuple) or len(value) != 2:
            raise CriteriaError(_("Expected a first and a last value."), place)
        for each in value:
            _check_one(field, each, place)
        if value[0] > value[1]:
            raise CriteriaError(_("The first value is after the last."), place)
    elif op in DAYS:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not 0 <= value <= MAX_DAYS:
            raise CriteriaError(_("Expected a number of days."), place)
    else:
        _check_one(field, value, place)


def _check_one(field: Field, value: Any, place: str) -> None:
    if field.type == YES_NO:
        if not isinstance(value, bool):
            raise CriteriaError(_("Expected true or false."), place)
    elif field.type == NUMBER:
        if isinstance(value, bool) or not isinstance(value, int):
            raise CriteriaError(_("Expected a whole number."), place)
    elif field.type == DATE:
        if not _is_date(value):
            raise CriteriaError(_("Expected a date as 2026-12-24."), place)
    elif not isinstance(value, str) or not value.strip():
        raise CriteriaError(_("Expected a text."), place)
    elif UNREADABLE.search(value):
        raise CriteriaError(_("Expected a text of readable characters."), place)
    elif field.type == CHOICE and field.choices and value not in field.choices.values:
        raise CriteriaError(_unknown(value, field.choices.values), place)


def _is_date(value: Any) -> bool:
    """Whether it is a day in the one form that also sorts as text."""
    try:
        return datetime.date.fromisoformat(value).isoformat() == value
    except (TypeError, ValueError):
        return False


def _codes(field: Field, condition: Condition) -> list[str]:
    """The codes that a condition names and that a set-up table must know."""
    if not field.source or condition.value is None:
        return []
    value = condition.value
    return list(value) if isinstance(value, tuple) else [value]


def _folded(code: str) -> str:
    return code.strip().upper()


def _unknown(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    if close:
        return _("Unknown: %(name)s. Did you mean %(near)s?") % {
            "name": name,
            "near": close[0],
        }
    return _("Unknown: %(name)s. Known are: %(known)s.") % {
        "name": name,
        "known": ", ".join(known),
    }
