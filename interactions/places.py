"""Where the log refers to a contact, for who wants to delete the contact."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from contacts.bounded import counted
from contacts.card.timeline import Link

from .models import LoggedSegment


def places_of_entries(entries: QuerySet, first: int) -> tuple[list[Link], int]:
    """The logged segments of these entries, then the entries of none."""
    logged = LoggedSegment.objects.filter(
        pk__in=entries.filter(logged_segment__isnull=False).values("logged_segment")
    )
    single = entries.filter(logged_segment=None)
    places = [Link(str(one), one.get_absolute_url()) for one in logged[:first]]
    for entry in single.order_by("-pk")[: first - len(places)]:
        label = entry.description or _("A draft")
        if entry.date:
            label = f"{label}, {entry.date.isoformat()}"
        places.append(Link(label, entry.get_absolute_url()))
    return places, counted(logged) + counted(single)


def places_of_run_items(items: QuerySet, first: int) -> tuple[list[Link], int]:
    """The segments whose letters were made for the contact.

    A letter to the contact alone is where its entry is.
    """
    of_segments = items.exclude(run__segment_number="")
    numbers = of_segments.order_by("run__segment_number").values_list(
        "run__segment_number", flat=True
    )
    found = numbers.distinct()
    return [Link(number) for number in found[:first]], counted(found)
