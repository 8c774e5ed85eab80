"""Who looks like one contact: asked when it is opened, and before it is made.

A cheap look by the indexes of the register; the search for duplicates finds more.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Upper

from ...choices import PairState
from ...duplicates import Facts, compare
from ...folding import capitals
from ...models import Contact, DuplicatePair
from ...models.querysets import ContactQuerySet
from .likeness import facts_by_key, stored_reasons

# More than these with one value in common are no hint.
LOOKED_AT = 50
SHOWN = 5


@dataclass(frozen=True)
class LookAlike:
    """A stored contact, how alike it is and why, as `DuplicatePair.reasons`."""

    contact: Contact
    score: int
    reasons: list[list[str]]


def look_alikes(
    *, facts: Facts, least: int, contact: Contact | None = None
) -> list[LookAlike]:
    """Return who is `least` alike or more, the most alike first, five at most.

    For a stored `contact` those called different from it are left out. At most seven
    queries, however many contacts there are.
    """
    keys = {pk for some in _candidates(facts) for pk in some}
    if contact:
        keys -= {contact.pk, *_called_different(contact)}
    matches = {pk: compare(facts, other) for pk, other in facts_by_key(keys).items()}
    best = sorted(
        (pk for pk, match in matches.items() if match.score >= least),
        key=lambda pk: (-matches[pk].score, pk),
    )[:SHOWN]
    stored = Contact.objects.select_related("company").in_bulk(best) if best else {}
    return [
        LookAlike(stored[pk], matches[pk].score, stored_reasons(matches[pk]))
        for pk in best
        if pk in stored
    ]


def _candidates(facts: Facts) -> Iterator[list[int]]:
    """Yield the keys of who has something in common, unless too many have it."""
    alike = (
        Contact.objects.companies() if facts.is_company else Contact.objects.persons()
    )
    if facts.mail:
        yield _few(alike.with_any_email(facts.mail))
    if facts.numbers:
        phones = Q(phone_e164__in=facts.numbers) | Q(mobile_e164__in=facts.numbers)
        yield _few(alike.filter(phones))
    named = alike.annotate(name_upper=Upper("name"))
    yield _few(named.filter(name_upper=capitals(facts.name.strip())))
    if facts.is_company and facts.core:
        first = facts.name.split()[0]
        yield _few(alike.named(first))
    elif facts.company and facts.surname:
        colleagues = alike.filter(organisation_id=facts.company)
        yield _few(colleagues.filter(surname__iexact=facts.surname))


def _few(contacts: ContactQuerySet) -> list[int]:
    keys = list(contacts.order_by().values_list("pk", flat=True)[: LOOKED_AT + 1])
    return keys if len(keys) <= LOOKED_AT else []


def _called_different(contact: Contact) -> Iterator[int]:
    pairs = DuplicatePair.objects.filter(
        Q(one=contact) | Q(other=contact), state=PairState.SEPARATE
    )
    for one, other in pairs.order_by().values_list("one_id", "other_id"):
        yield other if one == contact.pk else one
