"""What a company is to us and where it is looked up, changed from its card."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ..choices import ChangeKind
from ..models import Contact, ContactBusinessRelation, ContactWebSource
from .blocks import touch
from .changes import record_change
from .errors import ContactError

Link = ContactBusinessRelation | ContactWebSource


def save_links(
    *,
    contact: Contact,
    name: str,
    saved: Sequence[Link],
    removed: Sequence[Link],
    user: Any,
    at: datetime,
) -> None:
    """Store links of a company and delete others.

    `name` is the relation of the contact, `business_relation_links` or
    `web_source_links`. Raises ContactGone, and ContactError for a person or when
    somebody else made the same link meanwhile.
    """
    if not contact.is_company:
        raise ContactError(_("Only for companies."))
    links = getattr(contact, name)
    try:
        with transaction.atomic():
            touch(contact, at)
            before = _said(links.all())
            links.filter(pk__in=[link.pk for link in removed]).delete()
            for link in saved:
                link.contact = contact
                link.save()
            after = _said(links.all())
            record_change(
                contact=contact,
                kind=ChangeKind.CLASSIFIED,
                values={} if before == after else {name: [before, after]},
                user=user,
                at=at,
            )
    except IntegrityError as error:
        raise ContactError(_("Somebody added the same meanwhile.")) from error


def _said(links: Iterable[Any]) -> list[str]:
    """Each link as the audit trail keeps it: a code and what stands beside it."""
    return sorted(
        f"{link.business_relation.code} {link.reference}".strip()
        if isinstance(link, ContactBusinessRelation)
        else f"{link.web_source.code} {link.search_word}"
        for link in links
    )
