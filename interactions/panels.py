"""What interactions show on the card of a contact."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from contacts.registry import Panel

from .models import InteractionLogEntry

SHOWN = 10


def latest_interactions(contact: Contact, user: Any) -> dict[str, Any]:
    """Return the latest of the contact; of a company also those of its people."""
    entries = InteractionLogEntry.objects.logged().of_contact(contact).for_list()
    return {"contact": contact, "entries": entries.order_by("-date", "-pk")[:SHOWN]}


LATEST_INTERACTIONS = Panel(
    title=_("Latest interactions"),
    template="interactions/_latest.html",
    context=latest_interactions,
    permission="interactions.view_interactionlogentry",
)
