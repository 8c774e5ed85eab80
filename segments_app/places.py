"""On which segments a contact is, for who wants to delete the contact."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from contacts.bounded import counted
from contacts.card.timeline import Link

from .models import Segment, SegmentLine


def places_of_lines(lines: QuerySet, first: int) -> tuple[list[Link], int]:
    """The open segments of these lines, and whether the contact is on them now.

    Going back may bring a line again that is not live, so it is a place too.
    """
    live = SegmentLine.objects.live().filter(pk__in=lines.values("pk"))
    segments = Segment.objects.filter(pk__in=lines.values("segment")).annotate(
        is_on=Exists(live.filter(segment=OuterRef("pk")))
    )
    places = []
    for segment in segments.order_by("-is_on", "-pk")[:first]:
        label = str(segment)
        if not segment.is_on:
            label = _("%(segment)s, an earlier step") % {"segment": segment}
        places.append(Link(label, segment.get_absolute_url()))
    return places, counted(segments)
