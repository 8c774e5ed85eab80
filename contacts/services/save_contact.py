"""A contact is made or changed, with its classification."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from ..models import Contact, MarketingSetup, Salesperson
from ..phones import e164
from .errors import ContactAnonymised, ContactChanged, ContactError, ContactGone
from .inherit import pass_on_to_people, take_from_company
from .references import references


def save_contact(
    *,
    contact: Contact,
    links: Mapping[str, Iterable[models.Model]],
    user: Any,
    at: datetime,
    seen: str | None = None,
) -> Contact:
    """Store `contact`, whose values are already valid, and what it belongs to.

    `links` maps names such as `mailing_groups` to the whole new set. A new person
    takes what it lacks from its company, and a new contact the rest from the
    set-up; a changed company passes on to its people what they had from it. The
    type stays once something refers to the contact. `seen` is the version that the
    user looked at. Raises ContactGone, ContactChanged and ContactError.
    """
    setup = MarketingSetup.load()
    with transaction.atomic():
        before = _stored(contact)
        if before and before.anonymised_at:
            raise ContactAnonymised
        if before and seen is not None and seen != before.version:
            raise ContactChanged(before.version)
        if before and before.type != contact.type:
            _check_type_may_change(before)
        if contact.company and (not before or before.company != contact.company):
            take_from_company(
                person=contact, previous=before and before.company, setup=setup
            )
        if not before:
            _fill_from_setup(contact, setup, user)
            contact.created_at = at
        contact.phone_e164 = e164(contact.phone, contact.country)
        contact.mobile_e164 = e164(contact.mobile, contact.country)
        contact.updated_at = at
        contact.save()
        for name, rows in links.items():
            getattr(contact, name).set(rows)
        if before and contact.is_company:
            pass_on_to_people(before=before, company=contact, setup=setup, at=at)
    return contact


def _stored(contact: Contact) -> Contact | None:
    if contact.pk is None:
        return None
    stored = Contact.objects.select_for_update(of=("self",)).select_related("company")
    try:
        return stored.get(pk=contact.pk)
    except Contact.DoesNotExist as error:
        raise ContactGone from error


def _check_type_may_change(contact: Contact) -> None:
    referring = references(contact)
    if referring:
        raise ContactError(
            _("The type can no longer be changed, because of %s.")
            % ", ".join(str(reference) for reference in referring),
            field="type",
        )


def _fill_from_setup(contact: Contact, setup: MarketingSetup, user: Any) -> None:
    """Fill what is still empty; the user's own salesperson goes before the set-up's."""
    own = Salesperson.objects.filter(user=user).first() if user else None
    salutation = (
        setup.default_company_salutation
        if contact.is_company
        else setup.default_person_salutation
    )
    defaults = {
        "salesperson": own or setup.default_salesperson,
        "territory": setup.default_territory,
        "country": setup.default_country,
        "language": setup.default_language,
        "correspondence_type": setup.default_correspondence_type,
        "salutation": salutation,
    }
    for field, value in defaults.items():
        if value and not getattr(contact, field):
            setattr(contact, field, value)
