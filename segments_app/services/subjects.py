"""Subjects with merge fields become what each contact read."""

from collections.abc import Iterator
from itertools import islice

from django.db.models import Q, QuerySet

from interactions.merge.subjects import fill_subject
from interactions.models import InteractionLogEntry
from interactions.services.letters import record_of

AT_ONCE = 1_000
LONGEST = InteractionLogEntry._meta.get_field("subject").max_length


def fill_subjects(entries: QuerySet[InteractionLogEntry]) -> int:
    """Write the subject of each letter into its entry; return how many had fields.

    A thousand at a time, so memory does not grow with the letters.
    """
    with_fields = _filled(entries)
    filled = 0
    while chunk := list(islice(with_fields, AT_ONCE)):
        InteractionLogEntry.objects.bulk_update(chunk, ["subject"])
        filled += len(chunk)
    return filled


def _filled(
    entries: QuerySet[InteractionLogEntry],
) -> Iterator[InteractionLogEntry]:
    with_tags = Q(subject__contains="{{") | Q(subject__contains="{%")
    letters = (
        entries.filter(with_tags, run_item__snapshot__isnull=False)
        .order_by("pk")
        .select_related("run_item__run", "run_item__snapshot")
    )
    for entry in letters.iterator(chunk_size=AT_ONCE):
        record = record_of(entry.run_item.snapshot)
        entry.subject = fill_subject(entry.subject, record)[:LONGEST]
        yield entry
