"""Subjects with merge fields become what each contact read."""

from django.db.models import Q, QuerySet

from contacts.batches import key_batches
from interactions.merge.subjects import fill_subject
from interactions.models import InteractionLogEntry
from interactions.services.letters import record_of

LONGEST = InteractionLogEntry._meta.get_field("subject").max_length
WITH_FIELDS = Q(subject__contains="{{") | Q(subject__contains="{%")


def fill_subjects(entries: QuerySet[InteractionLogEntry]) -> int:
    """Write the subject of each letter into its entry; return how many had fields.

    A batch at a time, so memory does not grow with the letters. Which ones have
    fields is asked of the entries alone: right after a large segment was logged the
    database does not know yet how many letters there are, and would join them badly.
    """
    with_fields = entries.filter(WITH_FIELDS).order_by("pk")
    filled = 0
    for some in key_batches(with_fields):
        letters = list(_letters(some))
        for entry in letters:
            record = record_of(entry.run_item.snapshot)
            entry.subject = fill_subject(entry.subject, record)[:LONGEST]
        InteractionLogEntry.objects.bulk_update(letters, ["subject"])
        filled += len(letters)
    return filled


def _letters(keys: list[int]) -> QuerySet[InteractionLogEntry]:
    of_these = InteractionLogEntry.objects.filter(pk__in=keys)
    frozen = of_these.filter(run_item__snapshot__isnull=False)
    return frozen.select_related("run_item__run", "run_item__snapshot")
