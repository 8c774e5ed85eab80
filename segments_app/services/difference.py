"""What a proposed step would change, by name, before it is taken.

A proposal is a step or several that somebody thinks about. It says what it comes to
as one `Change`, which is counted and listed, and it can be taken.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import F

from contacts.models.querysets import ContactQuerySet
from interactions.models import LoggedSegment

from ..choices import StepKind
from ..models import SavedCriteria, Segment, SegmentStep
from ..models.querysets import SegmentLineQuerySet
from .addressees import addressee_rule
from .by_hand import add_by_hand, adding_by_hand, remove_by_hand, removing_by_hand
from .change import Change
from .change_contacts import TAKE, adding, change_by_criteria
from .combine import combine, combining
from .edit_step import edit_step, editing, leave_out_step, leaving_out
from .one_per_address import one_per_address, sharing
from .pressure import Pressure, relieve, relieving
from .refresh import refresh, refreshing
from .reuse_difference import reusing
from .reuse_logged_segment import logged_in, reuse_logged_segment
from .saved_criteria import reuse_criteria
from .sources import Source


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What somebody thinks of doing to a segment.

    Each names the service that does it, and is asked as that service is. `take` raises
    what the service does; `change` what stands in the way before it is tried.
    """

    segment: Segment

    @property
    def service(self) -> Callable[..., SegmentStep | list[SegmentStep]]:
        """What takes the step, given `asked` and what every step needs."""
        raise NotImplementedError

    @property
    def asked(self) -> Mapping[str, Any]:
        """All of the proposal but its segment, by the names the service has for it."""
        return {
            each.name: getattr(self, each.name)
            for each in fields(self)
            if each.name != "segment"
        }

    def change(self, *, at: datetime) -> Change:
        """What it would do now, as one change."""
        raise NotImplementedError

    def take(
        self, *, user: Any, at: datetime, expected_version: str
    ) -> list[SegmentStep]:
        """Do it, and return the steps it took."""
        taken = self.service(
            segment=self.segment,
            user=user,
            at=at,
            expected_version=expected_version,
            **self.asked,
        )
        return taken if isinstance(taken, list) else [taken]


@dataclass(frozen=True, kw_only=True)
class ByCriteria(Proposal):
    """Add, reduce or refine by these criteria."""

    kind: StepKind
    criteria: Any
    options: Mapping[str, bool]

    def change(self, *, at: datetime) -> Change:
        return change_by_criteria(
            segment=self.segment,
            kind=self.kind,
            criteria=self.criteria,
            options=self.options,
            at=at,
        )

    @property
    def service(self) -> Callable[..., SegmentStep | list[SegmentStep]]:
        return TAKE[self.kind]

    @property
    def asked(self) -> Mapping[str, Any]:
        return {"criteria": self.criteria, "options": self.options}


@dataclass(frozen=True, kw_only=True)
class Reuse(Proposal):
    """Take saved steps again, on top of who is in or after all of them left."""

    saved: SavedCriteria
    mode: str

    def change(self, *, at: datetime) -> Change:
        steps = self.saved.steps.order_by("position")
        return reusing(
            segment=self.segment,
            steps=steps.values("kind", "criteria", "options", step=F("position")),
            replace=self.mode == "replace",
            at=at,
        )

    @property
    def service(self) -> Callable[..., SegmentStep | list[SegmentStep]]:
        return reuse_criteria


@dataclass(frozen=True, kw_only=True)
class ReuseLogged(Proposal):
    """Add everybody of a logged segment."""

    logged_segment: LoggedSegment

    def change(self, *, at: datetime) -> Change:
        criteria = logged_in(self.logged_segment)
        return adding(segment=self.segment, criteria=criteria, options=None, at=at)

    @property
    def service(self) -> Callable[..., SegmentStep | list[SegmentStep]]:
        return reuse_logged_segment


@dataclass(frozen=True, kw_only=True)
class Refresh(Proposal):
    """Take the steps of the segment again on today's data."""

    def change(self, *, at: datetime) -> Change:
        return refreshing(segment=self.segment, at=at)

    @property
    def service(self) -> Callable[..., SegmentStep | list[SegmentStep]]:
        return refresh


@dataclass(frozen=True, kw_only=True)
class Combine(Proposal):
    """Put the contacts of a source on, take them off, or keep only them."""

    operation: str
    source: Source
    options: Mapping[str, bool]

    def change(self, *, at: datetime) -> Change:
        return combining(
            segment=self.segment,
            operation=self.operation,
            source=self.source,
            options=self.options,
        )

    @property
    def service(self) -> Callable[..., SegmentStep | list[SegmentStep]]:
        return combine


@dataclass(frozen=True, kw_only=True)
class EditStep(Proposal):
    """Take the step at `position` with other criteria, and all after it again."""

    position: int
    criteria: Any
    options: Mapping[str, bool]

    def change(self, *, at: datetime) -> Change:
        return editing(
            segment=self.segment,
            position=self.position,
            criteria=self.criteria,
            options=self.options,
            at=at,
        )

    @property
    def service(self) -> Callable[..., SegmentStep | list[SegmentStep]]:
        return edit_step


@dataclass(frozen=True, kw_only=True)
class LeaveOutStep(Proposal):
    """Take all steps again but the one at `position`."""

    position: int

    def change(self, *, at: datetime) -> Change:
        return leaving_out(segment=self.segment, position=self.position, at=at)

    @property
    def service(self) -> Callable[..., SegmentStep | list[SegmentStep]]:
        return leave_out_step


@dataclass(frozen=True, kw_only=True)
class OnePerAddress(Proposal):
    """Leave one letter per company or per address."""

    options: Mapping[str, Any]
    by_hand: ContactQuerySet | None

    def change(self, *, at: datetime) -> Change:
        rule = addressee_rule(self.options, self.by_hand)
        return sharing(segment=self.segment, rule=rule)

    @property
    def service(self) -> Callable[..., SegmentStep | list[SegmentStep]]:
        return one_per_address


@dataclass(frozen=True, kw_only=True)
class Relieve(Proposal):
    """Take those under pressure off, or keep only them; all, or the `chosen` lines."""

    kind: StepKind
    pressure: Pressure
    chosen: SegmentLineQuerySet | None

    def change(self, *, at: datetime) -> Change:
        return relieving(
            segment=self.segment,
            kind=self.kind,
            pressure=self.pressure,
            chosen=self.chosen,
            at=at,
        )

    @property
    def service(self) -> Callable[..., SegmentStep | list[SegmentStep]]:
        return relieve


@dataclass(frozen=True, kw_only=True)
class ByHand(Proposal):
    """Put single contacts on the segment, or take them off."""

    contacts: ContactQuerySet
    removes: bool

    def change(self, *, at: datetime) -> Change:
        change = removing_by_hand if self.removes else adding_by_hand
        return change(segment=self.segment, contacts=self.contacts)

    @property
    def service(self) -> Callable[..., SegmentStep | list[SegmentStep]]:
        return remove_by_hand if self.removes else add_by_hand

    @property
    def asked(self) -> Mapping[str, Any]:
        return {"contacts": self.contacts}
