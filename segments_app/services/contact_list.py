"""The contact list of a segment: what each contact costs, and the sums."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, F, Sum, Value, When

from contacts.choices import CorrespondenceType
from interactions.models import InteractionTemplate

from ..choices import KeptOut
from ..models import Segment
from ..models.querysets import HAS_LETTER, SegmentLineQuerySet
from .steps import in_segment


@dataclass(frozen=True)
class Total:
    """How many contacts get this by this way, and what that costs.

    Those by copy get nothing and cost nothing, as when they are logged.
    """

    template: str
    correspondence_type: str
    contacts: int
    cost: Decimal
    duration: int


def totals_of(
    segment: Segment, *, only: SegmentLineQuerySet | None = None
) -> list[Total]:
    """Return cost and minutes per template and correspondence type, as they hold.

    Of all live lines, or of these `only`.
    """
    names = ("template_id", "correspondence_type", "cost", "duration")
    lines = segment.lines.filter(in_segment(segment)).with_by_copy()
    if only is not None:
        lines = lines.filter(pk__in=only.order_by().values("pk"))
    way = Case(
        When(HAS_LETTER, then=F("effective_correspondence_type")),
        default=Value(KeptOut.BY_COPY.value),
    )
    sums = (
        lines.with_effective_values(only=names)
        .order_by()
        .annotate(way=way)
        .values("effective_template_id", "way")
        .annotate(
            contacts=Count("pk"),
            cost=Sum("effective_cost", filter=HAS_LETTER, default=Decimal(0)),
            duration=Sum("effective_duration", filter=HAS_LETTER, default=0),
        )
    )
    rows = list(sums)
    templates = InteractionTemplate.objects.in_bulk(
        {row["effective_template_id"] for row in rows} - {None}
    )
    labels = {**dict(CorrespondenceType.choices), **dict(KeptOut.choices)}
    totals = [
        Total(
            template=str(templates.get(row["effective_template_id"], "")),
            correspondence_type=str(labels.get(row["way"], "")),
            contacts=row["contacts"],
            cost=row["cost"],
            duration=row["duration"],
        )
        for row in rows
    ]
    return sorted(totals, key=lambda total: (total.template, total.correspondence_type))
