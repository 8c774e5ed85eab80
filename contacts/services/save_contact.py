"""A contact is made or changed, with its classification."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from ..choices import ChangeKind
from ..models import Contact, ContactChannelBlock, MarketingSetup, Salesperson
from ..phones import e164
from ..privacy import LiftRefused, PrivacyFlags, flags_of, settle
from .changes import Values, codes_changed, differences, record_change
from .errors import ContactAnonymised, ContactChanged, ContactError, ContactGone
from .inherit import ADDRESS, PassedOn, pass_on_to_people, take_from_company
from .returned_mail import POSTAL, lift_for_contact, lift_for_people
from .type_change import check_type_may_change

PRIVACY = PrivacyFlags._fields


@dataclass(frozen=True)
class Saved:
    """The stored contact, and what became of it beyond what was asked.

    `passed_on` is what people of a company took over; `privacy` says in words which
    flags were set by a rule. `taken` is what a person took from a new employer, and
    `stays` the fields that may be of the employer before: both as the trail has them.
    `still_blocked` are channels that stay closed though the contact was opened;
    `lifted` is how many blocks of returned mail went with the address they were for.
    """

    contact: Contact
    passed_on: PassedOn = field(default_factory=PassedOn)
    privacy: tuple[str, ...] = ()
    taken: Values = field(default_factory=dict)
    stays: Values = field(default_factory=dict)
    still_blocked: tuple[ContactChannelBlock, ...] = ()
    lifted: int = 0


def save_contact(
    *,
    contact: Contact,
    links: Mapping[str, Iterable[models.Model]],
    user: Any,
    at: datetime,
    seen: str | None = None,
    inherits: bool = True,
) -> Saved:
    """Store `contact`, whose values are already valid, and what it belongs to.

    `links` maps names such as `mailing_groups` to the whole new set. A new person
    takes what it lacks from its company unless the user has seen that already
    (`inherits`), and a new contact the rest from the set-up; a changed company passes
    on to its people what they had from it. What was said to a person who changes the
    employer stays with the person. The flags of privacy are settled
    (contacts_interactions.md 10.2), and the audit trail is written. `seen` is the
    version that the user looked at. Raises ContactGone, ContactChanged and
    ContactError.
    """
    setup = MarketingSetup.load()
    with transaction.atomic():
        locked = _locked(contact)
        _check_employer(contact, locked)
        before = _stored(contact, locked)
        if before and before.anonymised_at:
            raise ContactAnonymised
        if before and seen is not None and seen != before.version:
            raise ContactChanged(before.version)
        if before and before.type != contact.type:
            check_type_may_change(before=before, contact=contact, links=links)
        told = _settle_privacy(before, contact, user)
        still_blocked = _still_blocked(before, contact)
        employed = not before or before.company_id != contact.company_id
        typed = copy(contact)
        if contact.company and employed and inherits:
            take_from_company(
                person=contact, previous=before and before.company, setup=setup
            )
        taken = differences(typed, contact) if before else {}
        stays = _stays(before, contact) if employed else {}
        if not before:
            _fill_from_setup(contact, setup, user)
            contact.created_at = at
        contact.phone_e164 = e164(contact.phone, contact.country)
        contact.mobile_e164 = e164(contact.mobile, contact.country)
        contact.updated_at = at
        contact.save()
        values = differences(before, contact) | _set_links(contact, links)
        moved = not values.keys().isdisjoint(POSTAL)
        _record(contact, values, new=before is None, user=user, at=at)
        passed_on = PassedOn()
        if before and before.is_company:
            passed_on = pass_on_to_people(
                before=before, company=contact, setup=setup, user=user, at=at
            )
        lifted = 0
        if before and moved:
            lifted = lift_for_contact(contact=contact, user=user, at=at)
        if not set(ADDRESS).isdisjoint(passed_on.fields):
            lifted += lift_for_people(company=contact, user=user, at=at)
    return Saved(contact, passed_on, tuple(told), taken, stays, still_blocked, lifted)


def _locked(contact: Contact) -> dict[int, Contact]:
    """The contact and its employer by key, as they are now and stay."""
    keys = [key for key in (contact.pk, contact.company_id) if key]
    stored = Contact.objects.select_related("company").locked_in_order()
    return {each.pk: each for each in stored.filter(pk__in=keys)} if keys else {}


def _stored(contact: Contact, locked: Mapping[int, Contact]) -> Contact | None:
    if contact.pk is None:
        return None
    if contact.pk not in locked:
        raise ContactGone
    return locked[contact.pk]


def _settle_privacy(before: Contact | None, contact: Contact, user: Any) -> list[str]:
    """Let the flags follow from each other; only who may change them does."""
    was = flags_of(before) if before else PrivacyFlags()
    wanted = flags_of(contact)
    if wanted == was:
        return []
    if user is not None and not user.has_perm("contacts.change_privacy"):
        changed = next(
            name for name in PRIVACY if getattr(wanted, name) != getattr(was, name)
        )
        raise ContactError(_("You may not change this."), field=changed)
    try:
        after, told = settle(was, wanted)
    except LiftRefused as refusal:
        raise ContactError(str(refusal), field="privacy_blocked") from refusal
    for name in PRIVACY:
        setattr(contact, name, getattr(after, name))
    return told


def _still_blocked(
    before: Contact | None, contact: Contact
) -> tuple[ContactChannelBlock, ...]:
    """Return the closed channels of a contact that is opened for something.

    Opened is who is blocked or kept out no more, or may receive by consent; each
    channel is opened by itself.
    """
    if before is None:
        return ()
    lifted = any(
        getattr(before, name) and not getattr(contact, name)
        for name in ("privacy_blocked", "minor", "exclude_from_segment")
    )
    consents = (
        contact.parental_consent_received and not before.parental_consent_received
    )
    return tuple(contact.channel_blocks.all()) if lifted or consents else ()


def _stays(before: Contact | None, contact: Contact) -> Values:
    """Return how the person is written to, where it was so at another employer."""
    if before is None or before.company_id is None:
        return {}
    return {
        name: ["", getattr(contact, name)]
        for name in ("email", "correspondence_type")
        if getattr(contact, name) and getattr(contact, name) == getattr(before, name)
    }


def _check_employer(contact: Contact, locked: Mapping[int, Contact]) -> None:
    """Take the employer as it is now, and see that it is a company."""
    if contact.company_id is None:
        return
    if contact.is_company:
        raise ContactError(_("A company has no employer."), field="company")
    company = locked.get(contact.company_id)
    if company is None:
        raise ContactError(_("This company was deleted meanwhile."), field="company")
    if not company.is_company:
        raise ContactError(
            _("%(contact)s is a person. An employer is a company.")
            % {"contact": company},
            field="company",
        )
    contact.company = company


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
    for name, value in defaults.items():
        if value and not getattr(contact, name):
            setattr(contact, name, value)


def _set_links(contact: Contact, links: Mapping[str, Iterable[models.Model]]) -> Values:
    """Let the contact belong to these; return what that changed."""
    changed: Values = {}
    for name, rows in links.items():
        manager = getattr(contact, name)
        was, becomes = list(manager.all()), list(rows)
        changed |= codes_changed(name, was, becomes)
        manager.set(becomes)
    return changed


def _record(
    contact: Contact, values: Values, *, new: bool, user: Any, at: datetime
) -> None:
    """Write the trail: privacy apart from the rest, for it is asked for by itself."""
    privacy = {name: values.pop(name) for name in PRIVACY if name in values}
    kind = ChangeKind.CREATED if new else ChangeKind.CHANGED
    for kind_of, changed in ((kind, values), (ChangeKind.PRIVACY, privacy)):
        record_change(contact=contact, kind=kind_of, values=changed, user=user, at=at)
