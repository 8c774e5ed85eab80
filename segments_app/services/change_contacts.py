"""Add, reduce and refine: the three steps that choose by criteria.

Rules: segments.md 3.4 to 3.6, without its defects: a contact is at most once in a
segment, eligibility is asked on every way in, and no step runs blind. Everything
is set-based; `preview_*` says what a step would do with the same expressions.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.models.querysets import ContactQuerySet, ineligible

from ..choices import KeptOut, StepKind
from ..criteria import compile_criteria, existing_codes, validate
from ..models import Segment, SegmentStep
from ..models.querysets import SegmentLineQuerySet
from .errors import SegmentError
from .steps import (
    Effect,
    check_options,
    claim,
    drop_tail,
    in_segment,
    insert_lines,
    record_step,
    total_at,
)

ADD_OPTIONS = (
    "all_contacts",
    "expand_companies",
    "include_related_companies",
    "ignore_exclusion",
)
REMOVE_OPTIONS = ("entire_companies",)


class CriteriaMissing(SegmentError):
    """A step without criteria; adding everybody must be said expressly."""


def add_contacts(
    *,
    segment: Segment,
    criteria: Any,
    options: Mapping[str, Any] | None = None,
    user: Any,
    at: datetime,
    expected_position: int | None = None,
    saved_criteria: Any = None,
) -> SegmentStep:
    """Put everybody the criteria find on the segment, and return the step.

    Options: `all_contacts` (with criteria None), `expand_companies`: whole
    organisations; `include_related_companies`: the companies too;
    `ignore_exclusion`: also contacts excluded from segments. Raises
    CriteriaError, CriteriaMissing, OptionRefused, SegmentChanged.
    """
    chosen = check_options(options, ADD_OPTIONS)
    found = found_by(criteria, chosen, at=at)
    with transaction.atomic():
        claim(segment=segment, expected_position=expected_position)
        drop_tail(segment)
        kept_out = count_kept_out(segment, found, chosen)
        entered = insert_lines(
            segment=segment,
            contacts=entering(segment, found, chosen),
            step=segment.position + 1,
        )
        effect = Effect(
            entered=entered, kept_out=kept_out, total=total_at(segment) + entered
        )
        return record_step(
            segment=segment,
            kind=StepKind.ADD,
            criteria=criteria,
            options=chosen,
            effect=effect,
            saved_criteria=saved_criteria,
            user=user,
            at=at,
        )


def reduce_contacts(
    *,
    segment: Segment,
    criteria: Any,
    options: Mapping[str, Any] | None = None,
    user: Any,
    at: datetime,
    expected_position: int | None = None,
    saved_criteria: Any = None,
) -> SegmentStep:
    """Take everybody the criteria find off the segment, and return the step.

    With `entire_companies` one hit takes its whole organisation off.
    """
    return _remove(
        StepKind.REDUCE,
        segment=segment,
        criteria=criteria,
        options=options,
        user=user,
        at=at,
        expected_position=expected_position,
        saved_criteria=saved_criteria,
    )


def refine_contacts(
    *,
    segment: Segment,
    criteria: Any,
    options: Mapping[str, Any] | None = None,
    user: Any,
    at: datetime,
    expected_position: int | None = None,
    saved_criteria: Any = None,
) -> SegmentStep:
    """Keep only those the criteria find, and return the step.

    With `entire_companies` one hit keeps its whole organisation.
    """
    return _remove(
        StepKind.REFINE,
        segment=segment,
        criteria=criteria,
        options=options,
        user=user,
        at=at,
        expected_position=expected_position,
        saved_criteria=saved_criteria,
    )


def preview_step(
    *,
    segment: Segment,
    kind: str,
    criteria: Any,
    options: Mapping[str, Any] | None = None,
    at: datetime,
) -> Effect:
    """Say what add, reduce or refine would do now, and change nothing."""
    total = total_at(segment)
    if kind == StepKind.ADD:
        chosen = check_options(options, ADD_OPTIONS)
        found = found_by(criteria, chosen, at=at)
        entered, kept_out = count_entering(segment, found, chosen)
        return Effect(entered=entered, kept_out=kept_out, total=total + entered)
    chosen = check_options(options, REMOVE_OPTIONS)
    left = leaving(segment, kind, found_by(criteria, chosen, at=at)).count()
    return Effect(left=left, total=total - left)


def found_by(
    criteria: Any, options: Mapping[str, Any], *, at: datetime
) -> ContactQuerySet:
    """Everybody the criteria find on that day, with what the options bring along."""
    if criteria is None:
        if not options.get("all_contacts"):
            raise CriteriaMissing(
                _("Say which contacts, or choose all contacts expressly.")
            )
        return Contact.objects.all()
    if options.get("all_contacts"):
        raise CriteriaMissing(_("All contacts and criteria exclude each other."))
    node = validate(criteria, known_codes=existing_codes)
    today = timezone.localdate(at, timezone.get_default_timezone())
    found = Contact.objects.filter(compile_criteria(node, today=today))
    if options.get("expand_companies") or options.get("entire_companies"):
        found = found.with_same_organisation()
    if options.get("include_related_companies"):
        found = found.with_company()
    return found


def entering(
    segment: Segment, found: ContactQuerySet, options: Mapping[str, Any]
) -> ContactQuerySet:
    """Those of `found` who may enter and are not in."""
    eligible = found.eligible(ignore_exclusion=bool(options.get("ignore_exclusion")))
    return eligible.filter(~_already_in(segment))


def count_entering(
    segment: Segment, found: ContactQuerySet, options: Mapping[str, Any]
) -> tuple[int, dict[str, int]]:
    """How many of `found` may enter, and how many not, by reason: one query."""
    counts = _count_by_reason(segment, found, options)
    return counts.pop("", 0), counts


def count_kept_out(
    segment: Segment, found: ContactQuerySet, options: Mapping[str, Any]
) -> dict[str, int]:
    """How many of `found` may not enter, by reason; the others are not looked at."""
    refused = ineligible(ignore_exclusion=bool(options.get("ignore_exclusion")))
    if segment.position:
        refused |= Q(_already_in(segment))
    return _count_by_reason(segment, found.filter(refused), options)


def _count_by_reason(
    segment: Segment, contacts: ContactQuerySet, options: Mapping[str, Any]
) -> dict[str, int]:
    """Count contacts by what keeps them out; nothing does under the empty text."""
    groups = (
        contacts.with_ineligible_reason(
            ignore_exclusion=bool(options.get("ignore_exclusion"))
        )
        .annotate(already_in=_already_in(segment) if segment.position else Value(False))
        .order_by()
        .values_list("ineligible_reason", "already_in")
        .annotate(count=Count("pk"))
    )
    counts: dict[str, int] = {}
    for reason, is_in, count in groups:
        why = reason or (KeptOut.ALREADY_IN.value if is_in else "")
        counts[why] = counts.get(why, 0) + count
    return counts


def leaving(segment: Segment, kind: str, found: ContactQuerySet) -> SegmentLineQuerySet:
    """The live lines that reduce or refine takes off."""
    hit = Exists(found.filter(pk=OuterRef("contact_id")))
    live = segment.lines.filter(in_segment(segment))
    return live.filter(hit if kind == StepKind.REDUCE else ~hit)


def _already_in(segment: Segment) -> Exists:
    lines = segment.lines.filter(in_segment(segment), contact=OuterRef("pk"))
    return Exists(lines)


def _remove(
    kind: StepKind,
    *,
    segment: Segment,
    criteria: Any,
    options: Mapping[str, Any] | None,
    user: Any,
    at: datetime,
    expected_position: int | None,
    saved_criteria: Any,
) -> SegmentStep:
    chosen = check_options(options, REMOVE_OPTIONS)
    found = found_by(criteria, chosen, at=at)
    with transaction.atomic():
        claim(segment=segment, expected_position=expected_position)
        drop_tail(segment)
        left = leaving(segment, kind, found).update(removed_step=segment.position + 1)
        return record_step(
            segment=segment,
            kind=kind,
            criteria=criteria,
            options=chosen,
            effect=Effect(left=left, total=total_at(segment) - left),
            saved_criteria=saved_criteria,
            user=user,
            at=at,
        )


# How a step of each kind that chooses by criteria is taken.
TAKE = {
    StepKind.ADD: add_contacts,
    StepKind.REDUCE: reduce_contacts,
    StepKind.REFINE: refine_contacts,
}
