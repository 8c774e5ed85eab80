"""What persons take from their company (contacts_interactions.md 1.4).

The set-up says which fields. A person's own value is never overwritten: taken is
what is empty or was the previous employer's, and a change of the company reaches
the people whose value was still the company's. The correspondence type is taken at
assignment and not passed on later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q

from ..choices import ChangeKind
from ..models import Contact, MarketingSetup
from .changes import differences, record_changes

ADDRESS = ("address", "address_2", "postcode", "city", "county")
SAME_ADDRESS = ("address", "address_2", "postcode", "city")
COMMUNICATION = ("phone", "mobile", "email", "home_page")
SINGLE = ("salesperson", "territory", "country", "language")
E164 = {"phone": "phone_e164", "mobile": "mobile_e164"}


@dataclass(frozen=True)
class PassedOn:
    """How many people took something over from their company, and which fields."""

    people: int = 0
    fields: tuple[str, ...] = ()


def take_from_company(
    *, person: Contact, previous: Contact | None, setup: MarketingSetup
) -> None:
    """Fill `person` from its company; `previous` is the employer it had before.

    What the company has not takes nothing away from the person.
    """
    company: Any = person.company
    fields = _fields_one_by_one(setup)
    if setup.inherit_communication:
        fields.append("correspondence_type")
    for field in fields:
        column = _column(field)
        value = getattr(person, column)
        if not value or (previous and value == getattr(previous, column)):
            setattr(person, column, getattr(company, column) or value)
    if (
        setup.inherit_address
        and _has_address(company)
        and (not _has_address(person) or (previous and _same_address(person, previous)))
    ):
        for field in ADDRESS:
            setattr(person, field, getattr(company, field))


def pass_on_to_people(
    *, before: Contact, company: Contact, setup: MarketingSetup, user: Any, at: datetime
) -> PassedOn:
    """Give what changed on `company` to the people who still had it from `before`.

    The trail and the update are two statements per changed field, however many people
    there are. What the company no longer has goes from them too.
    """
    changed = differences(before, company)
    columns = {*map(_column, _fields_one_by_one(setup)), *ADDRESS}
    was = {column: getattr(before, column) for column in columns}
    steps = [
        (fields, Q(**{column: was[column] for column in seen_by}))
        for fields, seen_by in _passed_on(was, company, setup)
    ]
    if not steps:
        return PassedOn()
    people = Contact.objects.filter(company=company, anonymised_at__isnull=True)
    people = people.order_by()
    having = people.filter(reduce(or_, (had for _fields, had in steps)))
    reached = len(having.locked_in_order().values_list("pk"))
    taken: list[str] = []
    for fields, had in steps if reached else ():
        record_changes(
            contacts=people.filter(had),
            kind=ChangeKind.INHERITED,
            values={field: changed[field] for field in fields},
            user=user,
            at=at,
            note=str(company),
        )
        if people.filter(had).update(**_values(company, fields), updated_at=at):
            taken += fields
    return PassedOn(reached, tuple(taken))


def may_still_have(
    changes: Iterable[tuple[Mapping[str, Any], Contact]], setup: MarketingSetup
) -> Q | None:
    """Return whom changes of companies may reach among their people, None for nobody.

    Each is a company with its old columns, as for `pass_on_to_person`, which decides:
    a person may have what another of these companies had.
    """
    had: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for before, company in changes:
        for _fields, seen_by in _passed_on(before, company, setup):
            had.setdefault(seen_by, []).append(tuple(before[c] for c in seen_by))
    asked = [
        reduce(and_, map(_one_of, seen_by, zip(*was, strict=True)))
        for seen_by, was in had.items()
    ]
    return reduce(or_, asked) if asked else None


def _one_of(column: str, values: tuple[Any, ...]) -> Q:
    there = {value for value in values if value is not None}
    is_one = Q(**{f"{column}__in": there})
    return is_one if None not in values else is_one | Q(**{f"{column}__isnull": True})


def _passed_on(
    before: Mapping[str, Any], company: Contact, setup: MarketingSetup
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return what is passed on together, and the columns by which one still has it."""
    alone = [(field, _column(field)) for field in _fields_one_by_one(setup)]
    passed: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
        ((field,), (column,))
        for field, column in alone
        if getattr(company, column) != before[column]
    ]
    moved = tuple(
        field for field in ADDRESS if getattr(company, field) != before[field]
    )
    if setup.inherit_address and moved:
        passed.append((moved, SAME_ADDRESS))
    return passed


def _values(company: Contact, fields: Iterable[str]) -> dict[str, Any]:
    columns = {_column(field): getattr(company, _column(field)) for field in fields}
    return columns | {
        E164[field]: getattr(company, E164[field]) for field in fields if field in E164
    }


@cache
def _column(field: str) -> str:
    meta: Any = Contact._meta
    return str(meta.get_field(field).attname)


def pass_on_to_person(
    *,
    before: Mapping[str, Any],
    company: Contact,
    person: Contact,
    setup: MarketingSetup,
) -> None:
    """The same for one person in memory; `before` are the company's old columns."""
    columns = [_column(field) for field in _fields_one_by_one(setup)]
    same_address = all(
        getattr(person, field) == before[field] for field in SAME_ADDRESS
    )
    if setup.inherit_address and same_address:
        columns += ADDRESS
    for column in columns:
        changed = getattr(company, column) != before[column]
        if changed and (column in ADDRESS or getattr(person, column) == before[column]):
            setattr(person, column, getattr(company, column))


def _fields_one_by_one(setup: MarketingSetup) -> list[str]:
    fields = [field for field in SINGLE if getattr(setup, f"inherit_{field}")]
    return fields + (list(COMMUNICATION) if setup.inherit_communication else [])


def _has_address(contact: Contact) -> bool:
    return any(getattr(contact, field) for field in ADDRESS)


def _same_address(one: Contact, other: Contact) -> bool:
    return all(getattr(one, field) == getattr(other, field) for field in SAME_ADDRESS)
