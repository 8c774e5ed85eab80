"""Where contacts come from, other than from criteria: each names them as rows.

The rows are asked for by the database when they are counted, listed or taken,
however many there are; nothing of them is held in memory.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from contacts.models import Contact, ContactMailingGroup, MailingGroup
from contacts.models.querysets import ContactQuerySet
from interactions.models import InteractionLogEntry, LoggedSegment

from ..choices import SourceKind
from ..criteria.compile import OneOf
from ..models import Segment, SegmentLine
from .errors import SegmentError
from .steps import in_segment, total_at


class SourceGone(SegmentError):
    """What the contacts come from is not there any more."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Contacts somebody chose: `rows`, and the column of them that is the contact."""

    kind: ClassVar[SourceKind]
    column: ClassVar[str] = "contact_id"

    @property
    def name(self) -> str | list[str]:
        """The number, code or file name by which a step remembers the source."""
        raise NotImplementedError

    @property
    def segments(self) -> Sequence[Segment]:
        """The open segments it is made of."""
        return ()

    @property
    def mailing_group(self) -> MailingGroup | None:
        """The mailing group it is."""
        return None

    def rows(self) -> QuerySet[Any]:
        raise NotImplementedError

    def people(self) -> QuerySet[Any]:
        """The rows, one of each contact."""
        return self.rows()

    def count(self) -> int:
        """How many contacts they are."""
        return self.people().count()

    def contacts(self) -> ContactQuerySet:
        return Contact.objects.filter(pk__in=self.rows().order_by().values(self.column))

    def has(self, contact: Any) -> Exists:
        """The condition that a contact of another query is among them."""
        return Exists(self.rows().filter(**{self.column: contact}))


@dataclass(frozen=True, kw_only=True)
class OpenSegment(Source):
    """Whoever is on an open segment now."""

    kind: ClassVar[SourceKind] = SourceKind.SEGMENT
    order: ClassVar[str] = "position"
    segment: Segment

    @property
    def name(self) -> str:
        return self.segment.number

    @property
    def description(self) -> str:
        return self.segment.description

    @property
    def segments(self) -> Sequence[Segment]:
        return (self.segment,)

    def rows(self) -> QuerySet[Any]:
        return SegmentLine.objects.filter(in_segment(self.segment))

    def count(self) -> int:
        """As the step says at which the segment stands."""
        return total_at(self.segment)


def on_segment(segment: Segment) -> OpenSegment:
    """The source of whoever is on `segment` now.

    It has a cursor of its own, which stays while a step moves that of the segment.
    """
    return OpenSegment(segment=copy(segment))


@dataclass(frozen=True, kw_only=True)
class Logged(Source):
    """Whoever has an interaction of a logged segment that was not cancelled."""

    kind: ClassVar[SourceKind] = SourceKind.LOGGED_SEGMENT
    order: ClassVar[str] = "pk"
    logged_segment: LoggedSegment

    @property
    def name(self) -> str:
        return str(self.logged_segment.segment_number)

    @property
    def description(self) -> str:
        return self.logged_segment.description

    def rows(self) -> QuerySet[Any]:
        return InteractionLogEntry.objects.filter(
            logged_segment=self.logged_segment, cancelled=False, contact__isnull=False
        )

    def people(self) -> QuerySet[Any]:
        return self.rows().order_by().values("contact_id").distinct()


@dataclass(frozen=True, kw_only=True)
class Group(Source):
    """Whoever is in a mailing group."""

    kind: ClassVar[SourceKind] = SourceKind.MAILING_GROUP
    group: MailingGroup

    @property
    def name(self) -> str:
        return str(self.group.code)

    @property
    def mailing_group(self) -> MailingGroup | None:
        return self.group

    def rows(self) -> QuerySet[Any]:
        return ContactMailingGroup.objects.filter(mailing_group=self.group)


@dataclass(frozen=True, kw_only=True)
class Listed(Source):
    """Contacts by their numbers, as a pasted list or a file was understood.

    `file` is the name of the file, empty for what was pasted.
    """

    kind: ClassVar[SourceKind] = SourceKind.LIST
    column: ClassVar[str] = "pk"
    numbers: Sequence[str]
    file: str = ""

    @property
    def name(self) -> str:
        return self.file

    def rows(self) -> QuerySet[Any]:
        return Contact.objects.filter(OneOf(F("number"), sorted(self.numbers)))


@dataclass(frozen=True, kw_only=True)
class PartOfTwo(Source):
    """A part of two segments that were compared."""

    first: "OpenSegment | Logged"
    second: "OpenSegment | Logged"

    @property
    def name(self) -> list[str]:
        return [self.first.name, self.second.name]

    @property
    def segments(self) -> Sequence[Segment]:
        return (*self.first.segments, *self.second.segments)

    def _on_second(self) -> Exists:
        return self.second.has(OuterRef("contact_id"))


@dataclass(frozen=True, kw_only=True)
class OnlyOn(PartOfTwo):
    """Whoever is on the first of two segments and not on the second."""

    kind: ClassVar[SourceKind] = SourceKind.ONLY_ON

    def rows(self) -> QuerySet[Any]:
        return self.first.rows().filter(~self._on_second())


@dataclass(frozen=True, kw_only=True)
class OnBoth(PartOfTwo):
    """Whoever is on both of two segments."""

    kind: ClassVar[SourceKind] = SourceKind.ON_BOTH

    def rows(self) -> QuerySet[Any]:
        return self.first.rows().filter(self._on_second())


def hold(source: Source, *, together_with: Segment) -> None:
    """Let the source say the same in every statement of this transaction.

    Its open segments are locked together with the one that is changed, always in
    one order, so that two who combine two segments crosswise wait for each other
    instead of both for ever. The lock on a mailing group keeps others from adding
    to it. Raises SourceGone.
    """
    keys = {segment.pk for segment in (together_with, *source.segments)}
    locked = Segment.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    cursors = dict(locked.values_list("pk", "position"))
    for segment in source.segments:
        if segment.pk not in cursors:
            raise SourceGone(
                _(
                    "Segment %s is not open any more: it was logged or deleted. "
                    "Choose again."
                )
                % segment.number
            )
        segment.position = cursors[segment.pk]
    group = source.mailing_group
    if group is not None:
        groups = MailingGroup.objects.select_for_update().filter(pk=group.pk)
        if not groups.values_list("pk", flat=True):
            raise SourceGone(
                _("Mailing group %s is gone. Choose another.") % group.code
            )
