"""Contacts for tests: sensible values, each replaceable by keyword."""

from typing import Any

from contacts.choices import ContactType
from contacts.models import Contact


def make_contact(**values: Any) -> Contact:
    """Return a stored contact: an independent person unless `type` says otherwise."""
    if values.get("type") == ContactType.COMPANY:
        return make_company(**values)
    return make_person(**values)


def make_company(name: str = "Fjordheim Kaffe AS", **values: Any) -> Contact:
    """Return a stored company; it gets the next number unless one is given."""
    values.setdefault("country", "NO")
    return Contact.objects.create(**values | {"type": ContactType.COMPANY}, name=name)


def make_person(
    name: str = "", *, company: Contact | None = None, **values: Any
) -> Contact:
    """Return a stored person, of `company` or independent.

    The name is put together from the name parts, or taken apart into them: the last
    word is the surname.
    """
    if not name:
        values.setdefault("first_name", "Ingrid")
        values.setdefault("surname", "Solberg")
        parts = (values.get(part) for part in ("first_name", "middle_name", "surname"))
        name = " ".join(part for part in parts if part)
    elif not {"first_name", "surname"} & values.keys():
        *first_names, surname = name.split()
        values |= {"first_name": " ".join(first_names), "surname": surname}
    values.setdefault("country", "NO")
    return Contact.objects.create(
        **values | {"type": ContactType.PERSON}, name=name, company=company
    )
