"""What interactions show on the card of a contact."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, MarketingSetup
from contacts.registry import Panel

from .models import Campaign, InteractionLogEntry


def statistics(contact: Contact, user: Any) -> dict[str, Any]:
    """Return what was said how often; of a company with what its people said."""
    entries = InteractionLogEntry.objects.of_contact(contact)
    return {
        "contact": contact,
        "statistics": entries.statistics(),
        "currency": MarketingSetup.load().currency,
    }


STATISTICS = Panel(
    title=_("Statistics"),
    template="interactions/_statistics.html",
    context=statistics,
    permission="interactions.view_interactionlogentry",
)


def campaigns(contact: Contact, user: Any) -> dict[str, Any]:
    """Return the active campaigns that are aimed at the contact or its company."""
    aimed_at = contact.organisation_id or contact.pk
    found = Campaign.objects.filter(targets__contact=aimed_at)
    return {"campaigns": found.select_related("status").order_by("number")}


CAMPAIGNS = Panel(
    title=_("Active campaigns"),
    template="interactions/_campaigns.html",
    context=campaigns,
    permission="interactions.view_campaign",
)
