"""Who enters, leaves and is kept out by a change, a page by name at a time."""

from dataclasses import dataclass

from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from contacts.models import Contact
from contacts.models.querysets import ContactQuerySet

from ..choices import Moving
from .change import Change

NAMES_PER_PAGE = 50
MANY = 10_000  # of so many or more in a million a walk by name soon finds a page


@dataclass(frozen=True)
class Names:
    """A page of contacts, and the keys by which its neighbours are asked for."""

    contacts: list[Contact]
    previous: int | None
    next: int | None


def who(change: Change, moving: Moving) -> ContactQuerySet:
    """Those who enter, leave or are kept out, each with a `why_kept_out`."""
    if moving == Moving.KEPT_OUT:
        return change.kept_out()
    found = change.entering()
    if moving == Moving.LEAVING:
        leaving = change.leaving().order_by()
        found = Contact.objects.filter(pk__in=leaving.values("contact"))
    return found.annotate(why_kept_out=Value(""))


def names(
    contacts: ContactQuerySet,
    *,
    many: bool = False,
    after: int | None = None,
    before: int | None = None,
) -> Names:
    """A page of the contacts by name: the first, or that beside a contact.

    The place is a key and not a number of rows, so that the last of a million
    names comes as fast as the first. Who is gone meanwhile leads to the first page.
    Of `many` a walk through the index of names soon has a page together; fewer are
    put in order themselves, for that walk would go to the end of the register.
    """
    by_name = contacts.alias(by_name=F("name") if many else Concat("name", Value("")))
    by_name = by_name.select_related("company").order_by("by_name", "pk")
    if before and (place := _place(before)):
        shown, more = _some(by_name.filter(_past(place, "lt")).reverse())
        shown.reverse()
        if shown:
            previous = shown[0].pk if more else None
            return Names(shown, previous=previous, next=shown[-1].pk)
    if after and (place := _place(after)):
        shown, more = _some(by_name.filter(_past(place, "gt")))
        if shown:
            following = shown[-1].pk if more else None
            return Names(shown, previous=shown[0].pk, next=following)
    shown, more = _some(by_name)
    return Names(shown, previous=None, next=shown[-1].pk if more else None)


def _some(contacts: ContactQuerySet) -> tuple[list[Contact], bool]:
    """As many as a page shows, and whether there are more."""
    found = list(contacts[: NAMES_PER_PAGE + 1])
    return found[:NAMES_PER_PAGE], len(found) > NAMES_PER_PAGE


def _place(key: int) -> tuple[str, int] | None:
    return Contact.objects.filter(pk=key).values_list("name", "pk").first()


def _past(place: tuple[str, int], which: str) -> Q:
    """Past a place in the order of name and key; the first bound reads the index."""
    name, key = place
    return Q(**{f"by_name__{which}e": name}) & (
        Q(**{f"by_name__{which}": name}) | Q(**{f"pk__{which}": key})
    )
