"""The open segments a contact is on, on its timeline."""

from django.db.models import DateTimeField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.card.timeline import Event, Moment, Source, moment_at
from contacts.models import Contact

from .models import SegmentLine, SegmentStep

SEGMENTS = "segments"
USER_NAME = Coalesce(
    NullIf(Trim(Concat("user__first_name", Value(" "), "user__last_name")), Value("")),
    "user__username",
)


def open_segments(contact: Contact, before: Moment | None, count: int) -> list[Event]:
    """The lines of the contact as of now; of a company also those of its people."""
    step = SegmentStep.objects.filter(
        segment=OuterRef("segment"), position=OuterRef("added_step")
    )
    whose = Q(contact__organisation_id=contact.pk)
    if not contact.is_company:
        whose = Q(contact=contact)
    asked = (
        SegmentLine.objects.live()
        .filter(whose)
        .annotate(
            taken=Coalesce(
                Subquery(step.values("created_at"), output_field=DateTimeField()),
                F("segment__created_at"),
            ),
            taken_by=Subquery(step.annotate(called=USER_NAME).values("called")),
        )
        .select_related("segment", "contact")
    )
    if before:
        asked = asked.filter(before.before_at(SEGMENTS, "taken"))
    return [
        Event(
            moment_at(line.taken, SEGMENTS, line.pk),
            _("On the segment %(segment)s") % {"segment": line.segment},
            url=line.segment.get_absolute_url(),
            by=line.taken_by or "",
            about=line.contact if line.contact_id != contact.pk else None,
        )
        for line in asked.order_by("-taken", "-pk")[:count]
    ]


SOURCE = Source(
    SEGMENTS, gettext_lazy("Segments"), "segments_app.view_segment", open_segments
)
