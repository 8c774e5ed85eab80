"""What the engine of duplicates is told of stored contacts."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from ...choices import ContactType
from ...duplicates import Facts, Match
from ...models import Contact

COLUMNS = (
    "pk",
    "type",
    "name",
    "first_name",
    "surname",
    "email",
    "email_2",
    "phone_e164",
    "mobile_e164",
    "address",
    "postcode",
    "city",
    "company_id",
    "home_page",
)
# What SQLite takes in one statement with some left over.
IN_ONE_STATEMENT = 900


def facts(values: Mapping[str, Any]) -> Facts:
    """Return the facts of a contact from its columns."""
    return Facts(
        is_company=values["type"] == ContactType.COMPANY,
        name=values["name"],
        first_name=values["first_name"],
        surname=values["surname"],
        emails=(values["email"], values["email_2"]),
        phones=(values["phone_e164"], values["mobile_e164"]),
        address=values["address"],
        postcode=values["postcode"],
        city=values["city"],
        company=values["company_id"],
        home_page=values["home_page"],
    )


def facts_of(contact: Contact) -> Facts:
    """Return the facts of a contact in memory."""
    return facts({column: getattr(contact, column) for column in COLUMNS})


def facts_by_key(keys: Collection[int]) -> dict[int, Facts]:
    """Return the facts of stored contacts; of who is gone or anonymised, none."""
    known = Contact.objects.filter(anonymised_at=None)
    found = {}
    for some in in_parts(keys):
        for values in known.filter(pk__in=some).order_by().values(*COLUMNS):
            found[values["pk"]] = facts(values)
    return found


def facts_after(
    contacts: QuerySet[Contact], after: int, count: int
) -> dict[int, Facts]:
    """Return the facts of the next `count` contacts by key."""
    rows = contacts.filter(pk__gt=after).order_by("pk").values(*COLUMNS)[:count]
    return {values["pk"]: facts(values) for values in rows}


def stored_reasons(match: Match) -> list[list[str]]:
    """Return the reasons of a match as a pair keeps them."""
    return [[reason.what, str(reason.how)] for reason in match.reasons]


def in_parts(keys: Iterable[int]) -> Iterator[list[int]]:
    """Yield sorted keys, so many at once as one statement takes."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), IN_ONE_STATEMENT):
        yield ordered[start : start + IN_ONE_STATEMENT]
