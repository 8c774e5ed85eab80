"""What persons take from their company (contacts_interactions.md 1.4).

The set-up says which fields. A person's own value is never overwritten: taken is
what is empty or was the previous employer's, and a change of the company reaches
the people whose value was still the company's.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ..models import Contact, MarketingSetup

ADDRESS = ("address", "address_2", "postcode", "city", "county")
SAME_ADDRESS = ("address", "address_2", "postcode", "city")
COMMUNICATION = ("phone", "mobile", "email", "home_page")
SINGLE = ("salesperson", "territory", "country", "language")
E164 = {"phone": "phone_e164", "mobile": "mobile_e164"}


def take_from_company(
    *, person: Contact, previous: Contact | None, setup: MarketingSetup
) -> None:
    """Fill `person` from its company; `previous` is the employer it had before."""
    company: Any = person.company
    meta: Any = Contact._meta
    for field in _fields_one_by_one(setup):
        column = meta.get_field(field).attname
        value = getattr(person, column)
        if not value or (previous and value == getattr(previous, column)):
            setattr(person, column, getattr(company, column) or value)
    if not person.correspondence_type and setup.inherit_communication:
        person.correspondence_type = company.correspondence_type
    if setup.inherit_address and (
        not any(getattr(person, field) for field in ADDRESS)
        or (previous and _same_address(person, previous))
    ):
        for field in ADDRESS:
            setattr(person, field, getattr(company, field))


def pass_on_to_people(
    *, before: Contact, company: Contact, setup: MarketingSetup, at: datetime
) -> None:
    """Give what changed on `company` to the people who still had it from `before`.

    One update per changed field, however many people there are.
    """
    people = Contact.objects.filter(company=company, anonymised_at__isnull=True)
    people = people.order_by()
    for field in _changed(before, company, _fields_one_by_one(setup)):
        values = {field: getattr(company, field), "updated_at": at}
        if field in E164:
            values[E164[field]] = getattr(company, E164[field])
        people.filter(**{field: getattr(before, field)}).update(**values)
    changed = _changed(before, company, ADDRESS) if setup.inherit_address else []
    if changed:
        people.filter(
            **{field: getattr(before, field) for field in SAME_ADDRESS}
        ).update(**{field: getattr(company, field) for field in changed}, updated_at=at)


def pass_on_to_person(
    *,
    before: Mapping[str, Any],
    company: Contact,
    person: Contact,
    setup: MarketingSetup,
) -> None:
    """The same for one person in memory; `before` are the company's old columns."""
    meta: Any = Contact._meta
    columns = [meta.get_field(field).attname for field in _fields_one_by_one(setup)]
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


def _changed(before: Contact, after: Contact, fields: Iterable[str]) -> list[str]:
    return [
        field for field in fields if getattr(before, field) != getattr(after, field)
    ]


def _same_address(one: Contact, other: Contact) -> bool:
    return all(getattr(one, field) == getattr(other, field) for field in SAME_ADDRESS)
