"""What interactions show on the card of a contact."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, MarketingSetup
from contacts.registry import Panel

from .models import InteractionLogEntry


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
