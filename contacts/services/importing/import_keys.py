"""What rows and contacts are found by: numbers, e-mails, names with their place."""

import functools
from collections.abc import Iterator

from ...choices import ContactType
from ...folding import capitals
from ...importing import ContactRow
from ...models import Contact

Key = tuple[str, ...]


def keys_of_row(row: ContactRow) -> Iterator[Key]:
    """Yield what the contacts that the row may be about are looked up by."""
    if row.number:
        yield ("number", row.number)
    if row.company_number:
        yield ("number", row.company_number)
    if row.email:
        yield ("email", capitals(row.email))
    for name in filter(None, (row.company, row.name)):
        yield ("company", name_key(name))
    if is_found_by_name(row):
        yield person_key(row)


def keys_of_contact(contact: Contact) -> Iterator[Key]:
    """Yield what rows find the contact by, as it is now."""
    if contact.number:
        yield ("number", contact.number)
    if contact.email:
        yield ("email", capitals(contact.email))
    if contact.is_company:
        yield ("company", name_key(contact.name))
    elif contact.company:
        yield ("person", name_key(contact.name), name_key(contact.company.name), "")
    else:
        yield _independent(contact.name, contact.postcode, contact.address)


def person_key(row: ContactRow) -> Key:
    """What tells persons of one name apart: the employer, else the address."""
    if row.company:
        return ("person", name_key(row.name), name_key(row.company), "")
    return _independent(row.name, row.value("postcode"), row.value("address"))


def _independent(name: str, postcode: str, address: str) -> Key:
    return ("person", name_key(name), f"{postcode} {address}".casefold(), "address")


@functools.lru_cache(maxsize=1_024)
def name_key(name: str) -> str:
    """Return the name without its case and its spaces: what two spellings share."""
    return " ".join(name.casefold().split())


def is_found_by_name(row: ContactRow) -> bool:
    """Whether the name may tell whom the row is about."""
    return row.type != ContactType.PERSON or not (row.email or row.number)
