"""What the page of a campaign shows: its figures, its chart, its entries."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from interactions.figures import CampaignFigures
from interactions.models import Campaign, CampaignEntry, InteractionLogEntry
from interactions.models.querysets import FIGURES

from ..charts import period_of
from ..models import Segment
from .shown_charts import COLUMNS, chart_over_time

CONTACTED, RESPONDED = "contacted", "responded"


def chart_of(campaign: Campaign, figures: CampaignFigures) -> dict[str, Any]:
    """Contacts and responses by day, week, month or year; nothing before the first.

    Who was contacted in several of them counts in each.
    """
    if figures.first is None or figures.last is None:
        return {}
    period = period_of(figures.first, figures.last)
    entries = InteractionLogEntry.objects.counted().filter(campaign=campaign)
    chart = chart_over_time(
        entries.by_period(
            period, **{name: FIGURES[name] for name in (CONTACTED, RESPONDED)}
        ),
        period=period,
        first=figures.first,
        last=figures.last,
        series={CONTACTED: _("Targets contacted"), RESPONDED: _("Responses")},
    )
    return {"chart": chart, "chart_column": COLUMNS[period]}


def with_figures(
    campaign: Campaign, entries: Iterable[CampaignEntry]
) -> list[CampaignEntry]:
    """Give each entry number, cost and duration of its interactions: one query.

    Of a cancelled entry those that are cancelled too, of others those that happened
    (contacts_interactions.md 6.8).
    """
    shown = list(entries)
    counted = (
        InteractionLogEntry.objects.filter(
            campaign=campaign,
            campaign_entry__in=shown,
            postponed=False,
            cancelled=F("campaign_entry__cancelled"),
        )
        .order_by()
        .values("campaign_entry")
        .annotate(number=Count("pk"), cost=Sum("cost"), duration=Sum("duration"))
    )
    found = {row["campaign_entry"]: row for row in counted}
    for entry in shown:
        entry.figures = found.get(entry.pk, {"number": 0, "cost": 0, "duration": 0})
    return shown


def open_segments_of(campaign: Campaign) -> QuerySet[Segment]:
    """The open segments whose letters count for the campaign."""
    by_template = Q(campaign=None, template__campaign=campaign)
    return Segment.objects.filter(Q(campaign=campaign) | by_template)
