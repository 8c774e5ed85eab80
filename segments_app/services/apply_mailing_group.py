"""Putting the contacts of a segment into a mailing group (segments.md 4.5).

Unlike in BC nobody else is taken out of the group before the user saw how many.
It is no step: the segment stays as it is, and going back does not undo it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from contacts.models import Contact, ContactMailingGroup, MailingGroup
from contacts.models.insert_select import insert_from
from contacts.models.querysets import ContactQuerySet

from ..models import Segment
from .errors import SegmentError
from .sources import OpenSegment, on_segment
from .steps import claim


class GroupRefused(SegmentError):
    """The mailing group is gone, the new one exists, or nobody would be put into it."""


class GroupChanged(SegmentError):
    """Another number of contacts would be taken out than the user agreed to."""


@dataclass(frozen=True)
class GroupEffect:
    """How many come into the group, are in it already, and are taken out of it."""

    added: int = 0
    already_in: int = 0
    removed: int = 0


def effect_on_group(
    *, segment: Segment, mailing_group: MailingGroup, purge: bool = False
) -> GroupEffect:
    """Say what applying would do now, and change nothing.

    `mailing_group` may be one that is not stored yet.
    """
    source = on_segment(segment)
    on = source.rows().count()
    if mailing_group.pk is None:
        return GroupEffect(added=on)
    members = ContactMailingGroup.objects.filter(mailing_group=mailing_group)
    already_in = members.filter(source.has(OuterRef("contact_id"))).count()
    removed = members.count() - already_in if purge else 0
    return GroupEffect(on - already_in, already_in, removed)


def apply_mailing_group(
    *,
    segment: Segment,
    mailing_group: MailingGroup,
    purge: bool = False,
    user: Any,
    at: datetime,
    expected_version: str | None = None,
    expected_removed: int | None = None,
) -> GroupEffect:
    """Put everybody of the segment into the group; with `purge` take others out.

    A group that is not stored yet is made. Whoever comes or goes counts as changed,
    so that who edits such a contact meanwhile is told. Raises GroupRefused,
    GroupChanged when not `expected_removed` would be taken out, SegmentChanged.
    """
    with transaction.atomic():
        claim(segment=segment, expected_version=expected_version)
        source = on_segment(segment)
        if not source.rows().exists():
            raise GroupRefused(_("Nobody is on the segment. Add contacts first."))
        _hold(mailing_group)
        effect = effect_on_group(
            segment=segment, mailing_group=mailing_group, purge=purge
        )
        if expected_removed not in (None, effect.removed):
            raise GroupChanged(
                _(
                    "The mailing group changed in the meantime. Look at the numbers "
                    "again, then decide."
                )
            )
        if purge:
            _take_others_out(source, mailing_group, at)
        _put_in(source, mailing_group, at)
    return effect


def _hold(mailing_group: MailingGroup) -> None:
    """Keep others from adding to the group meanwhile; make it where it is new."""
    if mailing_group.pk is None:
        try:
            with transaction.atomic():
                mailing_group.save(force_insert=True)
        except IntegrityError as error:
            raise GroupRefused(
                _("Mailing group %s exists meanwhile. Choose it from the list.")
                % mailing_group.code
            ) from error
        return
    held = MailingGroup.objects.select_for_update().filter(pk=mailing_group.pk)
    if not held.values_list("pk", flat=True):
        raise GroupRefused(
            _("Mailing group %s is gone. Choose another.") % mailing_group.code
        )


def _put_in(source: OpenSegment, group: MailingGroup, at: datetime) -> None:
    links = ContactMailingGroup.objects.filter(
        mailing_group=group, contact=OuterRef("pk")
    )
    coming: ContactQuerySet = source.contacts().filter(~Exists(links))
    coming.update(updated_at=at)
    insert_from(
        ContactMailingGroup,
        coming.order_by("pk"),
        contact=F("pk"),
        mailing_group=group,
    )


def _take_others_out(source: OpenSegment, group: MailingGroup, at: datetime) -> None:
    others = ContactMailingGroup.objects.filter(
        ~source.has(OuterRef("contact_id")), mailing_group=group
    )
    leaving = others.values("contact")
    Contact.objects.filter(pk__in=leaving).update(updated_at=at)
    others.delete()
