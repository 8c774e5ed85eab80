"""From nodes to `Q`: the only place that knows how criteria are asked of the database.

Related rows are asked by EXISTS, so that every condition of one `where` holds for
the same row and nobody is found twice; a count from 2 is a grouped subquery. Every
condition is two-valued, NULL is never a match, so NOT is the true complement. That
is said in each of them: the ORM forgets it where a table is joined once for two.
"""

import datetime
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any as Anything

from django.apps import apps
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import Coalesce, Upper
from django.utils import timezone

from contacts.models.found_once import FoundOnce

from .catalogue import CHOICE, DATE, EMPTINESS, RELATIONS, Field, Relation, fields_of
from .expression import All, Any, Condition, Has, Node, Not, walk

ONE_PARAMETER_FROM = 1_000
COMPARED = {"lt": "lt", "lte": "lte", "gt": "gt", "gte": "gte"}
MATCHED = {
    "is": "iexact",
    "contains": "icontains",
    "starts_with": "istartswith",
    "ends_with": "iendswith",
}
COMPLEMENT = {"is_not": "is", "not_in": "in", "is_not_empty": "is_empty"}


@dataclass(frozen=True)
class Standpoint:
    """Where criteria are asked from: the day, and the key of the segment, if any."""

    today: datetime.date
    segment: int | None = None


def compile_criteria(
    node: Node, *, today: datetime.date, segment: int | None = None
) -> Q:
    """Return the condition on contacts of a validated node.

    `today` is the day that relative dates count from. `segment` is the key of the
    segment that is not another one; without it every open segment is.
    """
    return _compile(node, "contact", Standpoint(today, segment))


def compile_where(
    node: Node,
    relation: Relation,
    *,
    today: datetime.date,
    segment: int | None = None,
) -> Q:
    """Return the condition on the rows of a relation."""
    return _compile(node, relation.code, Standpoint(today, segment))


def existing_codes(field: Field, values: Iterable[str]) -> set[str]:
    """Return those of the codes that the field's set-up table knows."""
    label, column = field.source.split(":")
    known = apps.get_model(label)._default_manager
    asked = {value.strip().upper() for value in values}
    return set(known.filter(_one_of(column, asked)).values_list(column, flat=True))


def _compile(node: Node, scope: str, place: Standpoint, *, beside: bool = False) -> Q:
    """`beside` others, with OR or NOT, a condition cannot become a join."""
    match node:
        case All(nodes):
            condition = Q()
            for each in nodes:
                condition &= _compile(each, scope, place, beside=beside)
            return condition
        case Any(nodes):
            condition = Q()
            for each in nodes:
                condition |= _compile(each, scope, place, beside=True)
            return condition
        case Not(inner):
            return ~_compile(inner, scope, place, beside=True)
        case Condition():
            return _condition(node, fields_of(scope)[node.field], place.today)
        case Has():
            return _has(node, RELATIONS[node.relation], place, beside=beside)


def _has(has: Has, relation: Relation, place: Standpoint, *, beside: bool) -> Q:
    rows, key = related(relation, segment=place.segment)
    if relation.counted:
        rows = rows.filter(counted(has))
    if has.where is not None:
        rows = rows.filter(_compile(has.where, relation.code, place))
    if has.at_least == 1:
        return Q(Exists(rows.filter(**{key: asked_of(relation, OuterRef)})))
    often = (
        rows.filter(**{f"{key}__isnull": False})
        .order_by()
        .values(key)
        .annotate(rows=Count("pk"))
        .filter(rows__gte=has.at_least)
    )
    keys: Anything = often.values(key)
    if relation.through_employer:
        employed = Q(organisation_id__isnull=False)
        found = FoundOnce(keys)
        return (employed & Q(organisation_id__in=found)) | (~employed & Q(pk__in=found))
    own = "organisation_id" if through_company(relation) else "pk"
    condition = Q(**{f"{own}__in": FoundOnce(keys) if beside else keys})
    return condition & Q(**{f"{own}__isnull": False})


def related(relation: Relation, *, segment: int | None = None) -> tuple[QuerySet, str]:
    """The rows of a relation, and their column that points at the contact.

    Those of `segment` are left out of the relations that are elsewhere.
    """
    contact: Anything = apps.get_model("contacts.Contact")
    link = contact._meta.get_field(relation.name)
    rows = link.related_model._default_manager.all()
    if relation.code == "company":
        return rows, "pk"
    if relation.name == "segment_lines":
        rows = rows.live()
        if relation.elsewhere and segment is not None:
            rows = rows.exclude(segment=segment)
        return rows, link.field.name
    if relation.code == "logged_segment":
        return rows.filter(logged_segment__isnull=False), link.field.name
    return rows, link.field.name


def asked_of(relation: Relation, column: Callable[[str], F]) -> Anything:
    """Whose rows they are: the contact's own, or those of its organisation.

    `column` names a column of the contact from where it is asked.
    """
    if relation.through_employer:
        columns = column("organisation_id"), column("pk")
        return Coalesce(*columns, output_field=BigIntegerField())
    return column("organisation_id" if through_company(relation) else "pk")


def through_company(relation: Relation) -> bool:
    return relation.through_company or relation.code == "company"


def counted(has: Has) -> Q:
    """Leave cancelled and postponed entries out, unless `where` asks for them."""
    asked = set()
    if has.where is not None:
        asked = {
            each.field
            for each, scope, _place in walk(has.where, scope=has.relation)
            if isinstance(each, Condition) and scope == has.relation
        }
    names = [name for name in ("cancelled", "postponed") if name not in asked]
    return Q(**dict.fromkeys(names, False))


def _condition(condition: Condition, field: Field, today: datetime.date) -> Q:
    op = condition.op
    if op in COMPLEMENT:
        positive = Condition(field.code, COMPLEMENT[op], condition.value)
        return ~_condition(positive, field, today)
    if op in EMPTINESS:
        return _is_empty(field)
    known = Q(**{f"{field.lookup}__isnull": False})
    return known & _comparison(condition, field, today)


def _comparison(condition: Condition, field: Field, today: datetime.date) -> Q:
    op = condition.op
    if field.type == DATE:
        return _date(op, condition.value, field, today)
    if op == "between":
        first, last = condition.value
        return Q(**{f"{field.lookup}__gte": first, f"{field.lookup}__lte": last})
    if op in COMPARED:
        return Q(**{f"{field.lookup}__{COMPARED[op]}": condition.value})
    if op == "in":
        return _is_in(field, condition.value)
    return _matches(op, condition.value, field)


def _matches(op: str, value: Anything, field: Field) -> Q:
    if not isinstance(value, str) or field.type == CHOICE:
        return Q(**{field.lookup: value})
    if field.source or field.upper:
        return Q(**{field.lookup: value.strip().upper()})
    return Q(**{f"{field.lookup}__{MATCHED[op]}": value})


def _is_empty(field: Field) -> Q:
    empty = Q(**{f"{field.lookup}__isnull": True})
    return empty if field.type == DATE else empty | Q(**{field.lookup: ""})


def _is_in(field: Field, values: Iterable[Anything]) -> Q:
    if field.type == CHOICE:
        return Q(**{f"{field.lookup}__in": list(values)})
    if field.source or field.upper:
        return _one_of(field.lookup, {value.strip().upper() for value in values})
    return Q(OneOf(Upper(F(field.lookup)), sorted(set(values)), in_capitals=True))


def _one_of(lookup: str, values: set[str]) -> Q:
    if len(values) < ONE_PARAMETER_FROM:
        return Q(**{f"{lookup}__in": sorted(values)})
    return Q(OneOf(F(lookup), sorted(values)))


class OneOf(Func):
    """Whether a text is in a list; a long one travels as one parameter.

    With `in_capitals` the database raises the list, as it did the text: Python and
    PostgreSQL disagree about ß. A short one is written out, so that PostgreSQL sees
    constants, for which it asks an index and several workers. None is no list to SQL.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(
        self, expression: Anything, values: list[str], *, in_capitals: bool = False
    ) -> None:
        super().__init__(expression)
        self.values = values
        self.in_capitals = in_capitals

    def as_sqlite(
        self, compiler: Anything, connection: Anything, **_extra: Anything
    ) -> Anything:
        rows = "SELECT value FROM json_each(%s)"
        if self.in_capitals:
            rows = "SELECT UPPER(value) FROM json_each(%s)"
        return self._among(compiler, rows, json.dumps(self.values))

    def as_postgresql(self, compiler: Anything, connection: Anything) -> Anything:
        rows = "SELECT unnest(%s::text[])"
        if self.in_capitals:
            rows = "SELECT UPPER(unnest(%s::text[]))"
        return self._among(compiler, rows, self.values)

    def _among(self, compiler: Anything, rows: str, values: Anything) -> Anything:
        sql, parameters = compiler.compile(self.source_expressions[0])
        if not 0 < len(self.values) < ONE_PARAMETER_FROM:
            return f"{sql} IN ({rows})", (*parameters, values)
        each = "UPPER(%s)" if self.in_capitals else "%s"
        written = ", ".join([each] * len(self.values))
        return f"{sql} IN ({written})", (*parameters, *self.values)


def _date(op: str, value: Anything, field: Field, today: datetime.date) -> Q:
    """Return the condition on whole days, for dates and for moments alike."""
    condition = Q()
    for name, day in _days(op, value, today).items():
        if field.moment:
            name, bound = _moment(name, day)
            condition &= Q(**{f"{field.lookup}__{name}": bound})
        else:
            condition &= Q(**{f"{field.lookup}__{name}": day})
    return condition


def _days(op: str, value: Anything, today: datetime.date) -> dict[str, datetime.date]:
    """The days an operator compares with, by look-up."""
    read = datetime.date.fromisoformat
    match op:
        case "is":
            return {"gte": read(value), "lte": read(value)}
        case "before":
            return {"lt": read(value)}
        case "after":
            return {"gt": read(value)}
        case "between":
            return {"gte": read(value[0]), "lte": read(value[1])}
    border = today - datetime.timedelta(days=value)
    return {"gte": border, "lte": today} if op == "within_days" else {"lt": border}


def _moment(name: str, day: datetime.date) -> tuple[str, datetime.datetime]:
    """The same comparison with the midnight, in TIME_ZONE, that begins or ends a day.

    Nothing happens on the first or the last day of the calendar, whose midnights
    no time zone can reach.
    """
    last = datetime.date.max.toordinal()
    begins = day.toordinal() + (name in ("gt", "lte"))
    day = datetime.date.fromordinal(min(max(begins, 2), last))
    midnight = datetime.datetime.combine(day, datetime.time.min)
    name = {"gt": "gte", "lte": "lt"}.get(name, name)
    return name, timezone.make_aware(midnight, timezone.get_default_timezone())
