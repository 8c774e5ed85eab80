"""What the card of a contact shows of its profile."""

from typing import Any

from ..choices import Priority
from ..models import Contact, ContactProfileAnswer


def profile_context(contact: Contact, user: Any) -> dict[str, Any]:
    """Return the answers to show, what the contact is to us, and where to look it up.

    Answers come by their priority, then by that of their questionnaire; those of the
    lowest are hidden (contacts_interactions.md 2.7.6).
    """
    answers = (
        ContactProfileAnswer.objects.filter(
            contact=contact, answer__priority__gt=Priority.VERY_LOW
        )
        .select_related("answer__question__questionnaire")
        .order_by(
            "-answer__priority",
            "-answer__question__questionnaire__priority",
            "answer__question__questionnaire__code",
            "answer__question__position",
            "answer__question__code",
            "answer__position",
        )
    )
    summarised = Contact.objects.filter(pk=contact.pk).with_relation_summary()
    sources = contact.web_source_links.select_related("web_source")
    return {
        "profile_answers": answers,
        "relation_summary": summarised.values("relations", "relation").first(),
        "web_sources": sources.order_by("web_source__code"),
        "may_be_asked": user.has_perm("contacts.change_contact") and not contact.minor,
    }
