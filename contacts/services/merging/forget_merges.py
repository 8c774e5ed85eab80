"""Who is forgotten is forgotten in every merge too, and in what came of it."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ...choices import ChangeKind
from ...models import Contact, ContactChange, MergeJournal


def forget_in_journal(contact: Contact) -> int:
    """Remove the personal data of `contact` from every merge it had part in.

    To be called when a contact is deleted or anonymised. Who was merged into it is
    forgotten with it. Another contact may have borne its values until a merge was
    undone: merges of that one in this time are forgotten as well, and its trail no
    longer says what was changed then, for nobody knows whose it was. Who merged or
    changed what and when stays; a merge that is forgotten can no longer be undone.
    Returns how many merges.
    """
    keys, numbers = _one_with(contact)
    own = MergeJournal.objects.filter(
        Q(survivor=contact)
        | Q(survivor_number__in=numbers)
        | Q(duplicate_number__in=numbers)
        | Q(duplicate_key__in=keys)
    )
    merges = {journal.pk: journal for journal in _plain(own)}
    bearing = [
        journal
        for journal in merges.values()
        if journal.duplicate_key in keys or journal.duplicate_number in numbers
    ]
    while bearing:
        journal = bearing.pop()
        _forget_trail_of_bearer(journal)
        for later in _while_merged(journal):
            if later.pk not in merges:
                merges[later.pk] = later
                if later.duplicate_number == journal.survivor_number:
                    bearing.append(later)
    for journal in merges.values():
        _forget_steps(journal)
    forgotten = MergeJournal.objects.filter(pk__in=merges, forgotten=False)
    return forgotten.update(
        before={}, after={}, moved={}, changed={}, dropped={}, forgotten=True
    )


def _one_with(contact: Contact) -> tuple[set[int], set[str]]:
    """The keys and numbers of the contact and of all who were merged into it."""
    merged = MergeJournal.objects.filter(survivor=contact, undone_at=None).order_by()
    keys, numbers = {contact.pk}, {contact.number}
    for key, number in merged.values_list("duplicate_key", "duplicate_number"):
        keys.add(key)
        numbers.add(number)
    return keys, numbers


def _while_merged(journal: MergeJournal) -> Iterator[MergeJournal]:
    """Yield the merges of the survivor from this one until it was undone."""
    if journal.undone_at is None:
        return
    of_bearer = Q(survivor_number=journal.survivor_number)
    of_bearer |= Q(duplicate_number=journal.survivor_number)
    later = MergeJournal.objects.filter(
        of_bearer, pk__gt=journal.pk, at__lte=journal.undone_at
    )
    yield from _plain(later)


def _plain(journals: QuerySet[MergeJournal]) -> QuerySet[MergeJournal]:
    return journals.order_by("pk").defer(
        "before", "after", "moved", "changed", "dropped"
    )


def _trail_of_bearer(journal: MergeJournal) -> QuerySet[ContactChange]:
    of_bearer = Q(number=journal.survivor_number)
    if journal.survivor_id:
        of_bearer |= Q(contact=journal.survivor_id)
    return ContactChange.objects.filter(of_bearer).order_by("pk")


def _steps(journal: MergeJournal) -> tuple[QuerySet, QuerySet]:
    """What the trail of the survivor says of the merge, and of its undoing."""
    trail = _trail_of_bearer(journal)
    undone = trail.none()
    if journal.undone_at:
        undone = trail.filter(kind=ChangeKind.UNMERGED, at=journal.undone_at)
    return trail.filter(kind=ChangeKind.MERGED, at=journal.at), undone


def _forget_steps(journal: MergeJournal) -> None:
    for step in _steps(journal):
        step.update(values={})


def _forget_trail_of_bearer(journal: MergeJournal) -> None:
    """By the order in which it was written: an import says when it began."""
    merged, undone = (step.values_list("pk", flat=True) for step in _steps(journal))
    first, last = merged.first(), undone.last()
    if journal.undone_at and first and last:
        trail = _trail_of_bearer(journal)
        trail.filter(pk__range=(first, last)).update(values={})
