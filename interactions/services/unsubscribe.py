"""Unsubscribing by a signed link in a letter (RFC 8058): for ever valid, no login.

The link names the interaction, and the contact for when the interaction is gone. What
it says cannot be made up, and it can do nothing but close the channel.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.choices import BlockReason, CorrespondenceType
from contacts.models import Contact, ContactChannelBlock
from contacts.services.blocks import block_as_wished
from contacts.services.errors import ContactError

from ..models import InteractionLogEntry

SIGNER = signing.Signer(salt="interactions.unsubscribe", sep=".")


class BadLink(Exception):
    """The link was not made by us, or is not whole."""


@dataclass(frozen=True)
class Link:
    """Who unsubscribes, None where nobody is known any more, and from what."""

    contact: Contact | None
    entry: InteractionLogEntry | None


def unsubscribe_url(entry: InteractionLogEntry) -> str:
    """Return where the contact of this interaction unsubscribes from e-mails."""
    token = SIGNER.sign(f"{entry.pk}-{entry.contact_id}")
    return settings.SITE_URL + reverse("interactions:unsubscribe", args=[token])


def read_link(token: str) -> Link:
    """Return what a link says. Raises BadLink."""
    try:
        entry_key, contact_key = SIGNER.unsign(token).split("-")
    except (signing.BadSignature, ValueError) as error:
        raise BadLink from error
    entries = InteractionLogEntry.objects.select_related("contact")
    entry = entries.filter(pk=entry_key).first()
    if entry:  # its contact is who was merged with the one that the letter went to
        return Link(entry.contact, entry)
    return Link(Contact.objects.filter(pk=contact_key).first(), None)


def is_unsubscribed(contact: Contact) -> bool:
    """Whether nothing goes to the contact by e-mail any more."""
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    return not (
        Contact.objects.filter(pk=contact.pk)
        .may_receive(CorrespondenceType.EMAIL, today)
        .exists()
    )


def unsubscribe(*, link: Link, at: datetime) -> None:
    """Close e-mail to who the link names, with where that was said; once."""
    if link.contact is None:
        return
    since = timezone.localdate(at, timezone.get_default_timezone())
    block = ContactChannelBlock(
        contact=link.contact,
        channel=CorrespondenceType.EMAIL,
        reason=BlockReason.UNSUBSCRIBED,
        source=_source(link),
        since=since,
    )
    with suppress(ContactError):  # who is gone gets nothing
        block_as_wished(block=block, user=None, at=at)


def _source(link: Link) -> str:
    if link.entry is None:
        return _("Link in an e-mail")
    said = _("Link in the e-mail of %(date)s: %(subject)s")
    entry = link.entry
    subject = entry.subject or entry.description
    return (said % {"date": entry.date, "subject": subject})[:200]
