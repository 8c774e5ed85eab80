"""Add, reduce and refine: the three steps that choose by criteria.

Rules: segments.md 3.4 to 3.6, without its defects: a contact is at most once in a
segment, eligibility is asked on every way in, and no step runs blind. Everything
is set-based; `change_by_criteria` says what a step would do, by the same expressions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.models.querysets import ContactQuerySet

from ..choices import StepKind
from ..criteria import compile_criteria, existing_codes, validate
from ..models import Segment, SegmentStep
from ..models.querysets import SegmentLineQuerySet
from .change import Change, take
from .errors import SegmentError
from .steps import check_options, in_segment

ADD_OPTIONS = (
    "all_contacts",
    "expand_companies",
    "include_related_companies",
    "ignore_exclusion",
)
REMOVE_OPTIONS = ("entire_companies",)


def options_of(kind: str) -> tuple[str, ...]:
    """The options that a step of this kind by criteria may have."""
    return ADD_OPTIONS if kind == StepKind.ADD else REMOVE_OPTIONS


class CriteriaMissing(SegmentError):
    """A step without criteria; adding everybody must be said expressly."""


def add_contacts(
    *,
    segment: Segment,
    criteria: Any,
    options: Mapping[str, Any] | None = None,
    user: Any,
    at: datetime,
    expected_version: str | None = None,
    saved_criteria: Any = None,
) -> SegmentStep:
    """Put everybody the criteria find on the segment, and return the step.

    Options: `all_contacts` (with criteria None), `expand_companies`: whole
    organisations; `include_related_companies`: the companies too;
    `ignore_exclusion`: also contacts excluded from segments. Raises
    CriteriaError, CriteriaMissing, OptionRefused, SegmentChanged.
    """
    change = adding(segment=segment, criteria=criteria, options=options, at=at)
    return take(
        change,
        user=user,
        at=at,
        expected_version=expected_version,
        saved_criteria=saved_criteria,
    )


def reduce_contacts(
    *,
    segment: Segment,
    criteria: Any,
    options: Mapping[str, Any] | None = None,
    user: Any,
    at: datetime,
    expected_version: str | None = None,
    saved_criteria: Any = None,
) -> SegmentStep:
    """Take everybody the criteria find off the segment, and return the step.

    With `entire_companies` one hit takes its whole organisation off.
    """
    change = removing(
        kind=StepKind.REDUCE,
        segment=segment,
        criteria=criteria,
        options=options,
        at=at,
    )
    return take(
        change,
        user=user,
        at=at,
        expected_version=expected_version,
        saved_criteria=saved_criteria,
    )


def refine_contacts(
    *,
    segment: Segment,
    criteria: Any,
    options: Mapping[str, Any] | None = None,
    user: Any,
    at: datetime,
    expected_version: str | None = None,
    saved_criteria: Any = None,
) -> SegmentStep:
    """Keep only those the criteria find, and return the step.

    With `entire_companies` one hit keeps its whole organisation.
    """
    change = removing(
        kind=StepKind.REFINE,
        segment=segment,
        criteria=criteria,
        options=options,
        at=at,
    )
    return take(
        change,
        user=user,
        at=at,
        expected_version=expected_version,
        saved_criteria=saved_criteria,
    )


def change_by_criteria(
    *,
    segment: Segment,
    kind: str,
    criteria: Any,
    options: Mapping[str, Any] | None = None,
    at: datetime,
) -> Change:
    """What add, reduce or refine would do: to be counted, listed or taken."""
    if kind == StepKind.ADD:
        return adding(segment=segment, criteria=criteria, options=options, at=at)
    return removing(
        kind=StepKind(kind),
        segment=segment,
        criteria=criteria,
        options=options,
        at=at,
    )


def adding(
    *, segment: Segment, criteria: Any, options: Mapping[str, Any] | None, at: datetime
) -> Change:
    """Everybody the criteria find comes. Raises what `add_contacts` would."""
    chosen = check_options(options, options_of(StepKind.ADD))
    return Adding(
        segment=segment,
        kind=StepKind.ADD,
        criteria=criteria,
        options=chosen,
        found=found_by(criteria, chosen, at=at, segment=segment),
    )


def removing(
    *,
    kind: StepKind,
    segment: Segment,
    criteria: Any,
    options: Mapping[str, Any] | None,
    at: datetime,
) -> Change:
    """Reduce or refine by the criteria. Raises what the step would."""
    chosen = check_options(options, options_of(kind))
    return Removing(
        segment=segment,
        kind=kind,
        criteria=criteria,
        options=chosen,
        found=found_by(criteria, chosen, at=at, segment=segment),
    )


@dataclass(frozen=True, kw_only=True)
class Adding(Change):
    found: ContactQuerySet

    def coming(self) -> ContactQuerySet:
        return self.found


@dataclass(frozen=True, kw_only=True)
class Removing(Change):
    found: ContactQuerySet

    def leaving(self) -> SegmentLineQuerySet:
        return self._lines(found=self.kind == StepKind.REDUCE)

    def staying(self) -> SegmentLineQuerySet:
        """The lines that are on the segment before and after it."""
        return self._lines(found=self.kind != StepKind.REDUCE)

    def _lines(self, *, found: bool) -> SegmentLineQuerySet:
        hit = Exists(self.found.filter(pk=OuterRef("contact_id")))
        live = self.segment.lines.filter(in_segment(self.segment))
        return live.filter(hit if found else ~hit)


def found_by(
    criteria: Any,
    options: Mapping[str, Any],
    *,
    at: datetime,
    segment: Segment | None = None,
) -> ContactQuerySet:
    """Everybody the criteria find on that day, with what the options bring along.

    They are asked for `segment`; without one, another open segment is any.
    """
    if criteria is None and options.get("all_contacts"):
        return Contact.objects.all()
    condition = condition_of(criteria, options, at=at, segment=segment)
    return widened(Contact.objects.filter(condition), options)


def condition_of(
    criteria: Any,
    options: Mapping[str, Any],
    *,
    at: datetime,
    segment: Segment | None = None,
    any_code: bool = False,
) -> Q:
    """The condition on contacts that criteria are on that day; never NULL.

    For `segment` see `found_by`.
    With `any_code` a code that is not set up finds nobody instead of being refused.
    """
    if criteria is None:
        if not options.get("all_contacts"):
            raise CriteriaMissing(
                _("Say which contacts, or choose all contacts expressly.")
            )
        return Q(pk__isnull=False)
    if options.get("all_contacts"):
        raise CriteriaMissing(_("All contacts and criteria exclude each other."))
    node = validate(criteria, known_codes=None if any_code else existing_codes)
    today = timezone.localdate(at, timezone.get_default_timezone())
    key = segment.pk if segment else None
    return compile_criteria(node, today=today, segment=key)


def widened(found: ContactQuerySet, options: Mapping[str, Any]) -> ContactQuerySet:
    """Those found, with the companies and colleagues that the options bring along."""
    if options.get("expand_companies") or options.get("entire_companies"):
        found = found.with_same_organisation()
    if options.get("include_related_companies"):
        found = found.with_company()
    return found


# How a step of each kind that chooses by criteria is taken.
TAKE = {
    StepKind.ADD: add_contacts,
    StepKind.REDUCE: reduce_contacts,
    StepKind.REFINE: refine_contacts,
}
