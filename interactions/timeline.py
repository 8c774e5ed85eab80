"""What interactions tell on the timeline of a contact."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contacts.card.timeline import Badge, Event, Link, Moment, Source
from contacts.models import Contact
from jobs.users import user_name

from .badges import badge_class
from .models import InteractionLogEntry

ENTRIES = "interactions"
CAMPAIGNS = "campaigns"


def entries(contact: Contact, before: Moment | None, count: int) -> list[Event]:
    """The latest of the log; of a company also with its people of that day."""
    asked = InteractionLogEntry.objects.logged().of_contact(contact).for_list()
    if before:
        asked = asked.filter(before.before(ENTRIES, day="date", at="created_at"))
    rows = asked.select_related("logged_segment")
    return [
        _entry(row, contact)
        for row in rows.order_by("-date", "-created_at", "-pk")[:count]
    ]


def campaigns(contact: Contact, before: Moment | None, count: int) -> list[Event]:
    """The campaigns the contact was reached by: the first time counts."""
    asked = (
        InteractionLogEntry.objects.counted()
        .of_contact(contact)
        .filter(campaign__isnull=False)
        .order_by()
        .values("campaign_id", "campaign__number", "campaign__description")
        .annotate(
            first=Min("date"),
            logged_at=Min("created_at"),
            number=Count("pk"),
            responses=Count("pk", filter=Q(campaign_response=True)),
        )
    )
    if before:
        asked = asked.filter(
            before.before(CAMPAIGNS, day="first", at="logged_at", pk="campaign_id")
        )
    rows = asked.order_by("-first", "-logged_at", "-campaign_id")[:count]
    return [
        Event(
            Moment(row["first"], row["logged_at"], CAMPAIGNS, row["campaign_id"]),
            _("Campaign %(number)s %(description)s")
            % {
                "number": row["campaign__number"],
                "description": row["campaign__description"],
            },
            url=_log(campaign=row["campaign_id"], contact=contact.number),
            text=ngettext(
                "%(count)s interaction", "%(count)s interactions", row["number"]
            )
            % {"count": row["number"]},
            badges=(Badge(_("Responded"), "badge-ok"),) if row["responses"] else (),
            shows_time=False,
        )
        for row in rows
    ]


def _log(**filters: Any) -> str:
    return f"{reverse('interactions:log')}?{urlencode(filters)}"


def _entry(row: InteractionLogEntry, contact: Contact) -> Event:
    links = []
    if row.logged_segment:
        links.append(
            Link(str(row.logged_segment), row.logged_segment.get_absolute_url())
        )
    if row.campaign:
        links.append(Link(str(row.campaign)))
    said = [row.template.description if row.template else "", row.subject]
    return Event(
        Moment(row.date, row.created_at, ENTRIES, row.pk),  # type: ignore[arg-type]
        row.description,
        url=row.get_absolute_url(),
        by=row.salesperson.name if row.salesperson else user_name(row.user),
        about=row.contact if row.contact_id != contact.pk else None,
        text=" · ".join(dict.fromkeys(part for part in said if part)),
        badges=tuple(_badges(row)),
        links=tuple(links),
        shows_time=False,
    )


def _badges(row: InteractionLogEntry) -> list[Badge]:
    badges = []
    if row.cancelled:
        badges.append(Badge(_("Cancelled"), "badge-bad"))
    if row.attempt_failed:
        badges.append(Badge(_("Attempt failed"), "badge-warn"))
    if row.by_copy_of_id:
        badges.append(Badge(_("By copy")))
    if row.delivery_status:
        css = badge_class(row.delivery_status)
        badges.append(Badge(row.get_delivery_status_display(), css))
    if row.evaluation:
        badges.append(Badge(row.get_evaluation_display(), badge_class(row.evaluation)))
    return badges


PERMISSION = "interactions.view_interactionlogentry"
SOURCES = (
    Source(ENTRIES, gettext_lazy("Interactions"), PERMISSION, entries),
    Source(CAMPAIGNS, gettext_lazy("Campaigns"), PERMISSION, campaigns),
)
