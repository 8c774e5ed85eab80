"""Whom a list of numbers and e-mail addresses names, and what nobody is called by."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.models.querysets import ContactQuerySet

from ..criteria.compile import OneOf
from ..lists import Entry


@dataclass(frozen=True)
class Unknown:
    """What names no contact, and why."""

    text: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a list names.

    `numbers` are of the contacts named for sure, `several` those of the contacts who
    share an e-mail address of the list, by address. `repeated` entries name
    somebody who is named before.
    """

    entries: int
    numbers: frozenset[str]
    several: dict[str, tuple[str, ...]]
    unknown: Sequence[Unknown]
    repeated: int

    def sharing(self) -> frozenset[str]:
        """The numbers of all contacts who share an address, of those not named."""
        shared = {number for numbers in self.several.values() for number in numbers}
        return frozenset(shared - self.numbers)

    def chosen(self, *, all_sharing: bool, ticked: Collection[str]) -> frozenset[str]:
        """The numbers to take: those named, and of those who share the chosen."""
        sharing = self.sharing()
        return self.numbers | (sharing if all_sharing else sharing & set(ticked))


def look_up(entries: Iterable[Entry]) -> Found:
    """Find the contacts of a list, in three queries at most, whatever its length.

    Case is ignored. An address that nobody has as the first e-mail is looked for
    among the second ones.
    """
    listed = list(entries)
    by_key = {entry.key: entry for entry in listed if entry.key}
    numbers = {key for key, entry in by_key.items() if not entry.is_email}
    addresses = by_key.keys() - numbers
    known_numbers = _with_numbers(numbers)
    holders = _with_emails("email", addresses)
    holders |= _with_emails("email_2", addresses - holders.keys())
    named = set(known_numbers)
    several = {}
    for address, sharing in holders.items():
        if len(sharing) == 1:
            named |= sharing
        else:
            several[address] = tuple(sorted(sharing))
    unknown = [
        Unknown(entry.text, _reason(entry))
        for entry in dict.fromkeys(listed)
        if entry.key not in known_numbers and entry.key not in holders
    ]
    hits = sum(
        1 for entry in listed if entry.key in known_numbers or entry.key in holders
    )
    return Found(
        entries=len(listed),
        numbers=frozenset(named),
        several=several,
        unknown=unknown,
        repeated=hits - len(named) - len(several),
    )


def sharing_contacts(found: Found, *, at_most: int) -> ContactQuerySet:
    """The contacts who share an address of the list, side by side, the first few."""
    contacts = Contact.objects.filter(OneOf(F("number"), sorted(found.sharing())))
    shared = contacts.select_related("company").order_by(Upper("email"), "name", "pk")
    return shared[:at_most]


def _with_numbers(numbers: Collection[str]) -> set[str]:
    if not numbers:
        return set()
    found = Contact.objects.filter(OneOf(F("number"), sorted(numbers)))
    return set(found.values_list("number", flat=True))


def _with_emails(column: str, addresses: Collection[str]) -> dict[str, set[str]]:
    """The numbers of the contacts with each of the addresses."""
    holders: dict[str, set[str]] = defaultdict(set)
    if addresses:
        asked = OneOf(Upper(F(column)), sorted(addresses), in_capitals=True)
        found = Contact.objects.filter(asked)
        for address, number in found.values_list(column, "number"):
            holders[address.lower()].add(number)
    return dict(holders)


def _reason(entry: Entry) -> str:
    if not entry.key:
        return _("neither a contact number nor an e-mail address")
    if entry.is_email:
        return _("no contact has this e-mail address")
    return _("no contact has this number")
