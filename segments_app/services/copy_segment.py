"""A copy: the header and documents of a segment, and its contacts where wanted.

Set-based like every step: the number of queries does not grow with the contacts.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy

from contacts.models import Contact
from contacts.models.insert_select import insert_from

from ..choices import KeptOut, StepKind
from ..models import Segment, SegmentLine, SegmentStep, SegmentStepMember
from ..models.line import CARRIED
from ..models.querysets import SegmentLineQuerySet
from .by_hand import name_members
from .create_segment import create_like
from .steps import Effect, claim, in_segment, record_step


class CopyParts(models.TextChoices):
    """What of a segment is copied; header and documents always are."""

    HEADER = "header", gettext_lazy("Only the header and the documents")
    CONTACTS = "contacts", gettext_lazy("The contacts too, as they are now")
    STEPS = "steps", gettext_lazy("The contacts and the steps that chose them")


@dataclass(frozen=True)
class Refused:
    """How many contacts with lines from and to these steps may not enter, and why.

    A line that `goes_on` was in before its step too, in a line that ended there, and
    one that `is_continued` stays in after its last: as one per address ends a line
    and begins it again, `by_copy` for the first time.
    """

    added_step: int
    removed_step: int | None
    reason: str
    goes_on: bool
    is_continued: bool
    by_copy: bool
    count: int


@transaction.atomic
def copy_segment(
    *,
    segment: Segment,
    description: str,
    parts: str = CopyParts.CONTACTS,
    ignore_exclusion: bool = False,
    user: Any,
    at: datetime,
    expected_version: str | None = None,
) -> Segment:
    """Copy the segment as it stands at the cursor and return the copy.

    It has a number of its own and belongs to `user`. Its day is that of the
    segment, or today where that has passed. Whoever may not enter any more is kept
    out, and the steps of the copy say how many and why; `ignore_exclusion` lets
    contacts excluded from segments in. With `contacts` the copy starts with one
    step, by hand, that names them; with `steps` it has every step up to the cursor
    and can be gone back.

    The steps of a copy ask what those of the segment asked. So a refresh of the copy
    does what a refresh of the segment would: who became excluded after entering
    leaves, also if `ignore_exclusion` let the contact into the copy, unless the step
    itself lets excluded contacts in. The one step by hand of a copy of the contacts
    does: there the exclusion is ignored by the step.

    Raises HeaderRefused, SegmentChanged.
    """
    chosen = CopyParts(parts)
    claim(segment=segment, expected_version=expected_version)
    today = timezone.localdate(at, timezone.get_default_timezone())
    copy = create_like(
        segment=segment,
        description=description,
        date=max(segment.date, today),
        notes=segment.notes,
        living=segment.living and chosen == CopyParts.STEPS,
        user=user,
        at=at,
    )
    if chosen == CopyParts.CONTACTS:
        _copy_contacts(segment, copy, ignore_exclusion, user=user, at=at)
    elif chosen == CopyParts.STEPS:
        _copy_steps(segment, copy, ignore_exclusion)
    return copy


def kept_out_of_copy(
    segment: Segment, *, ignore_exclusion: bool = False
) -> dict[str, int]:
    """How many of the contacts on the segment a copy would keep out, by reason."""
    refused = _refused(segment, ignore_exclusion=ignore_exclusion)
    return _by_reason(_live(segment, refused))


def _refused(segment: Segment, *, ignore_exclusion: bool) -> list[Refused]:
    """Everybody who ever came up to the cursor and may not enter now: one query."""
    contacts: Any = Contact.objects.ineligible(ignore_exclusion=ignore_exclusion)
    lines = segment.lines.filter(contact=OuterRef("pk"))
    before = lines.filter(removed_step=OuterRef("segment_lines__added_step"))
    after = lines.filter(added_step=OuterRef("segment_lines__removed_step"))
    alone = before.filter(represented_by=None)
    first_by_copy = Q(segment_lines__represented_by__isnull=False) & Exists(alone)
    groups = (
        contacts.with_ineligible_reason(ignore_exclusion=ignore_exclusion)
        .filter(
            segment_lines__segment=segment,
            segment_lines__added_step__lte=segment.position,
        )
        .annotate(
            goes_on=Exists(before),
            is_continued=Exists(after),
            by_copy=Case(
                When(first_by_copy, then=True),
                default=False,
                output_field=models.BooleanField(),
            ),
        )
        .order_by()
        .values_list(
            "segment_lines__added_step",
            "segment_lines__removed_step",
            "ineligible_reason",
            "goes_on",
            "is_continued",
            "by_copy",
        )
        .annotate(count=Count("segment_lines"))
    )
    return [Refused(*group) for group in groups]


def _live(segment: Segment, refused: list[Refused]) -> list[Refused]:
    return [
        each
        for each in refused
        if each.removed_step is None or each.removed_step > segment.position
    ]


def _by_reason(refused: list[Refused]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for each in refused:
        counts[each.reason] += each.count
    return {reason: counts[reason] for reason in KeptOut.values if counts[reason]}


def _copy_contacts(
    segment: Segment,
    copy: Segment,
    ignore_exclusion: bool,
    *,
    user: Any,
    at: datetime,
) -> None:
    live = segment.lines.filter(in_segment(segment))
    refused = _refused(segment, ignore_exclusion=ignore_exclusion)
    kept_out = _by_reason(_live(segment, refused))
    entered = _insert(
        live,
        copy,
        ignore_exclusion,
        added_step=1,
        position=Window(RowNumber(), order_by=["position", "pk"]),
    )
    if not entered and not kept_out:
        return
    _represent(live, copy)
    effect = Effect(entered=entered, kept_out=kept_out, total=entered)
    step = record_step(
        segment=copy,
        kind=StepKind.BY_HAND,
        options={"copied_from": segment.number}
        | ({"ignore_exclusion": True} if ignore_exclusion else {}),
        effect=effect,
        user=user,
        at=at,
    )
    named = Contact.objects.filter(pk__in=live.order_by().values("contact"))
    name_members(step, named, removed=False)


def _copy_steps(segment: Segment, copy: Segment, ignore_exclusion: bool) -> None:
    """Every line that ever was on the segment up to the cursor, and every step."""
    lines = segment.lines.filter(added_step__lte=segment.position)
    _insert(
        lines,
        copy,
        ignore_exclusion,
        added_step=F("added_step"),
        removed_step=Case(
            When(removed_step__lte=segment.position, then=F("removed_step")),
            output_field=models.PositiveIntegerField(),
        ),
        position=F("position"),
    )
    _represent(lines, copy, "added_step")
    refused = _refused(segment, ignore_exclusion=ignore_exclusion)
    steps = segment.steps.filter(position__lte=segment.position)
    SegmentStep.objects.bulk_create(
        _step_without(step, refused, copy) for step in steps.order_by("position")
    )
    copied_to = copy.steps.filter(position=OuterRef("step__position"))
    insert_from(
        SegmentStepMember,
        SegmentStepMember.objects.filter(step__in=steps).order_by("pk"),
        step=Subquery(copied_to.values("pk")),
        contact=F("contact_id"),
        removed=F("removed"),
    )
    copy.position = segment.position
    copy.save(update_fields=["position"])


def _step_without(
    step: SegmentStep, refused: list[Refused], copy: Segment
) -> SegmentStep:
    """The step on the copy, as if those refused had been kept out from the first."""
    begun = [each for each in refused if each.added_step == step.position]
    came = [each for each in begun if not each.goes_on]
    gone = sum(
        each.count
        for each in refused
        if each.removed_step == step.position and not each.is_continued
    )
    missing = sum(
        each.count
        for each in refused
        if each.added_step <= step.position
        and (each.removed_step is None or each.removed_step > step.position)
    )
    by_copy = sum(each.count for each in begun if each.by_copy)
    kept_out = Counter(step.kept_out) + Counter(_by_reason(came))
    kept_out -= Counter({KeptOut.BY_COPY.value: by_copy})
    return SegmentStep(
        segment=copy,
        position=step.position,
        taken_with=step.taken_with,
        kind=step.kind,
        criteria=step.criteria,
        options=step.options,
        recipe=step.recipe,
        entered=step.entered - sum(each.count for each in came),
        left=step.left - gone,
        kept_out=dict(kept_out),
        total=step.total - missing,
        name=step.name,
        saved_criteria_id=step.saved_criteria_id,
        user_id=step.user_id,
        created_at=step.created_at,
    )


def _insert(
    lines: SegmentLineQuerySet, copy: Segment, ignore_exclusion: bool, **columns: Any
) -> int:
    """Copy the lines of those who may enter, own values included; return how many."""
    welcome = Contact.objects.eligible(ignore_exclusion=ignore_exclusion)
    fields: list[Any] = [SegmentLine._meta.get_field(name) for name in CARRIED]
    return insert_from(
        SegmentLine,
        lines.filter(contact__in=welcome).order_by("position", "pk"),
        segment=copy,
        contact=F("contact_id"),
        **{field.name: F(field.attname) for field in fields},
        **columns,
    )


def _represent(lines: SegmentLineQuerySet, copy: Segment, *same: str) -> None:
    """Let the lines of the copy stand for each other as those they come from do.

    A line and its copy have the same contact and what `same` names. Who was
    represented by somebody kept out gets a letter again.
    """
    represented = lines.filter(represented_by__isnull=False).order_by()
    if not represented.exists():
        return
    speaker = "represented_by__contact__segment_lines"
    original = represented.filter(
        Q(**{f"{speaker}__segment": copy}),
        Q(**{f"{speaker}__{name}": F(f"represented_by__{name}") for name in same}),
        contact=OuterRef("contact_id"),
        **{name: OuterRef(name) for name in same},
    )
    copy.lines.filter(contact__in=represented.values("contact")).update(
        represented_by=Subquery(original.values(f"{speaker}__pk")[:1])
    )
