"""Contact pressure: who on a segment was written to lately, or is on another one.

What counts is ordinary criteria, so taking these contacts off or keeping only them is
a step as any other; this module also says when, what and on which segment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.models.querysets import ContactQuerySet
from interactions.choices import InformationFlow
from interactions.models import InteractionLogEntry

from ..choices import StepKind
from ..criteria import RELATIONS, parse
from ..criteria.compile import compile_where
from ..models import Segment, SegmentLine, SegmentStep
from ..models.querysets import SegmentLineQuerySet
from .by_hand import NobodyChanged, remove_by_hand, removing_by_hand
from .change import Change
from .change_contacts import TAKE, change_by_criteria, found_by
from .errors import SegmentError
from .steps import in_segment

ENTRIES_SHOWN = 3


class NothingAsked(SegmentError):
    """Neither letters nor other segments are looked for."""

    def __init__(self) -> None:
        super().__init__(
            _("Say in how many days letters count, or look for other open segments.")
        )


class EverybodyKept(SegmentError):
    """Only the chosen shall stay, and these are all on the segment."""


@dataclass(frozen=True, kw_only=True)
class Pressure:
    """What counts: letters of the last `days` (None: no letters), other segments.

    Who was written to has an interaction that went out in writing: it has a
    correspondence type, which says how it went out, is not inbound, did not fail to
    reach the contact, and is neither cancelled nor postponed. A telephone call, a
    meeting or an answer of the contact is none; nor is a copy of a letter to another,
    which has no correspondence type. `template` and `group` are codes; they and
    `correspondence_type` narrow what counts where they are given.
    """

    days: int | None = 30
    template: str = ""
    group: str = ""
    correspondence_type: str = ""
    elsewhere: bool = True

    def criteria(self) -> dict[str, Any]:
        """The criteria that find these contacts. Raises NothingAsked.

        They name no segment, so that they mean the same on a copy or saved.
        """
        asked = [*self.by_reason().values()]
        if not asked:
            raise NothingAsked
        return asked[0] if len(asked) == 1 else {"any": asked}

    def by_reason(self) -> dict[str, dict[str, Any]]:
        """The criteria of each reason that is asked: `written`, `elsewhere`."""
        asked = {}
        if self.days is not None:
            asked["written"] = {"has": "interaction", "where": {"all": self._letters()}}
        if self.elsewhere:
            asked["elsewhere"] = {"has": "other_segment"}
        return asked

    def entries(self, at: datetime) -> Any:
        """The interactions that `written` asks for."""
        asked = parse({"all": self._letters()})
        today = timezone.localdate(at, timezone.get_default_timezone())
        wanted = compile_where(asked, RELATIONS["interaction"], today=today)
        return InteractionLogEntry.objects.counted().filter(wanted)

    def _letters(self) -> list[dict[str, Any]]:
        inbound = InformationFlow.INBOUND.value
        written = {"field": "correspondence_type", "op": "is_not_empty"}
        return [
            {"field": "date", "op": "within_days", "value": self.days},
            *([] if self.correspondence_type else [written]),
            {"field": "information_flow", "op": "is_not", "value": inbound},
            {"field": "attempt_failed", "op": "is", "value": False},
            *(
                {"field": name, "op": "is", "value": getattr(self, name)}
                for name in ("template", "group", "correspondence_type")
                if getattr(self, name)
            ),
        ]


@dataclass
class Reasons:
    """Why one contact is listed: its latest letters, how many, its other lines."""

    entries: list[InteractionLogEntry] = field(default_factory=list)
    letters: int = 0
    lines: list[SegmentLine] = field(default_factory=list)

    @property
    def more_letters(self) -> int:
        return self.letters - len(self.entries)


def under_pressure(
    *, segment: Segment, pressure: Pressure, at: datetime
) -> SegmentLineQuerySet:
    """The live lines of these contacts; each says `is_written` and `is_elsewhere`.

    Found as the step finds them. Raises NothingAsked, CriteriaError.
    """
    pressure.criteria()
    lines = segment.lines.filter(in_segment(segment))
    anything = Q()
    for reason, criteria in pressure.by_reason().items():
        found = found_by(criteria, {}, at=at, segment=segment).filter(
            pk=OuterRef("contact_id")
        )
        lines = lines.annotate(**{f"is_{reason}": Exists(found)})
        anything |= Q(**{f"is_{reason}": True})
    return lines.filter(anything)


def count_by_reason(lines: SegmentLineQuerySet, pressure: Pressure) -> dict[str, int]:
    """How many lines of `under_pressure`, in `all` and by reason: one query."""
    counts = {
        reason: Count("pk", filter=Q(**{f"is_{reason}": True}))
        for reason in pressure.by_reason()
    }
    return lines.order_by().aggregate(all=Count("pk"), **counts)


def reasons_of(
    lines: Iterable[SegmentLine],
    *,
    segment: Segment,
    pressure: Pressure,
    at: datetime,
) -> Mapping[int, Reasons]:
    """When, what and on which segment, by contact: two queries for all of them."""
    reasons = {line.contact_id: Reasons() for line in lines}
    if pressure.days is not None:
        letters = pressure.entries(at).filter(contact__in=reasons.keys())
        by_contact: dict[str, Any] = {"partition_by": F("contact")}
        latest = Window(RowNumber(), order_by=["-date", "-pk"], **by_contact)
        ranked = letters.annotate(
            place=latest, letters=Window(Count("pk"), **by_contact)
        )
        shown = ranked.filter(place__lte=ENTRIES_SHOWN)
        for entry in shown.select_related("template", "user").order_by("place"):
            reasons[entry.contact_id].entries.append(entry)
            reasons[entry.contact_id].letters = entry.letters
    if pressure.elsewhere:
        others = SegmentLine.objects.live().filter(contact__in=reasons.keys())
        others = others.exclude(segment=segment).order_by("segment")
        for line in others.select_related("segment__owner"):
            reasons[line.contact_id].lines.append(line)
    return reasons


def relieving(
    *,
    segment: Segment,
    kind: StepKind,
    pressure: Pressure,
    chosen: SegmentLineQuerySet | None,
    at: datetime,
) -> Change:
    """What `relieve` would do: to be counted and listed."""
    if chosen is not None:
        leaving = _leaving(segment, kind, chosen)
        return removing_by_hand(segment=segment, contacts=leaving)
    criteria = pressure.criteria()
    return change_by_criteria(
        segment=segment, kind=kind, criteria=criteria, options=None, at=at
    )


def relieve(
    *,
    segment: Segment,
    kind: StepKind,
    pressure: Pressure,
    chosen: SegmentLineQuerySet | None,
    user: Any,
    at: datetime,
    expected_version: str | None = None,
) -> SegmentStep:
    """Take these contacts off (reduce), or keep only them (refine).

    All of them by the criteria; those of the lines `chosen` by hand. Raises what the
    steps raise, NothingAsked, EverybodyKept.
    """
    if chosen is None:
        return TAKE[kind](
            segment=segment,
            criteria=pressure.criteria(),
            user=user,
            at=at,
            expected_version=expected_version,
        )
    try:
        return remove_by_hand(
            segment=segment,
            contacts=_leaving(segment, kind, chosen),
            user=user,
            at=at,
            expected_version=expected_version,
        )
    except NobodyChanged as error:
        if kind != StepKind.REFINE:
            raise
        said = _(
            "Nobody would be taken off: everybody on the segment is ticked. Untick "
            "those who shall leave."
        )
        raise EverybodyKept(said) from error


def _leaving(
    segment: Segment, kind: StepKind, chosen: SegmentLineQuerySet
) -> ContactQuerySet:
    """The contacts of the chosen lines; of all others where only these stay."""
    leaving = chosen
    if kind == StepKind.REFINE:
        leaving = segment.lines.live().exclude(pk__in=chosen.values("pk"))
    return Contact.objects.filter(pk__in=leaving.values("contact"))
