"""How every step is taken: claim the segment, drop what was undone, write it down."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, Subquery, Value, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from contacts.models.insert_select import insert_from
from contacts.models.querysets import ContactQuerySet

from ..models import Segment, SegmentLine, SegmentStep
from ..models.line import CARRIED, OWN_VALUES
from ..models.querysets import SegmentLineQuerySet
from .errors import OptionRefused, SegmentChanged

BEGUN_AGAIN = (*CARRIED, "position", "done_entry")


@dataclass(frozen=True)
class TailLoss:
    """What goes for good when a new step follows a going back."""

    steps: int = 0
    texts: int = 0
    documents: int = 0


@dataclass(frozen=True)
class Effect:
    """What a step does, or would do."""

    entered: int = 0
    left: int = 0
    kept_out: Mapping[str, int] = field(default_factory=dict)
    total: int = 0


def check_options(options: Mapping[str, Any] | None, known: Iterable[str]) -> dict:
    """Return the options that are on; refuse those this kind of step lacks."""
    if not isinstance(options or {}, Mapping):
        raise OptionRefused(_("The options are names with true or false."))
    given = dict(options or {})
    unknown = sorted(str(name) for name in set(given) - set(known))
    if unknown:
        raise OptionRefused(_("Unknown option: %s") % ", ".join(unknown))
    unclear = sorted(name for name in given if not isinstance(given[name], bool))
    if unclear:
        raise OptionRefused(_("Neither true nor false: option %s") % ", ".join(unclear))
    return {name: True for name, value in given.items() if value}


def claim(
    *,
    segment: Segment,
    expected_version: str | None = None,
    seen_at: datetime | None = None,
) -> None:
    """Lock the segment for one step and bring its cursor up to date.

    On PostgreSQL others wait for the row; on SQLite the transaction holds the
    only write lock. Raises SegmentChanged when the segment is gone, its steps are not
    those of `expected_version`, the `steps_version` that the user saw, or it was last
    changed, header and lines too, at another moment than `seen_at`.
    """
    locked = Segment.objects.select_for_update()
    try:
        read = ["position", "updated_at"] if seen_at else ["position"]
        segment.refresh_from_db(fields=read, from_queryset=locked)
    except Segment.DoesNotExist:
        raise SegmentChanged from None
    if expected_version is not None and expected_version != segment.steps_version:
        raise SegmentChanged
    if seen_at not in (None, segment.updated_at):
        raise SegmentChanged


def loss_of_tail(segment: Segment) -> TailLoss:
    """Count what `drop_tail` would lose: undone steps, own texts, own documents.

    A contact that has a line at the cursor or before keeps its own values there.
    """
    steps = segment.steps.filter(position__gt=segment.position).count()
    if not steps:
        return TailLoss()
    undone = segment.lines.filter(added_step__gt=segment.position)
    stays = segment.lines.filter(
        added_step__lte=segment.position, contact=OuterRef("contact")
    )
    texts = undone.filter(personal_text__gt="").exclude(
        Exists(stays.filter(personal_text=OuterRef("personal_text")))
    )
    documents = undone.filter(document__isnull=False).exclude(
        Exists(stays.filter(document=OuterRef("document")))
    )
    return TailLoss(steps=steps, texts=_people(texts), documents=_people(documents))


def _people(lines: SegmentLineQuerySet) -> int:
    """How many contacts have these lines; one may have several."""
    return lines.order_by().values("contact").distinct().count()


def drop_tail(segment: Segment) -> None:
    """Forget the steps after the cursor: their lines go, what they removed is in."""
    if not segment.steps.filter(position__gt=segment.position).exists():
        return
    lines = segment.lines
    undone = lines.filter(added_step__gt=segment.position)
    lines.filter(represented_by__in=undone).update(represented_by=None)
    undone.delete()
    lines.filter(removed_step__gt=segment.position).update(removed_step=None)
    segment.steps.filter(position__gt=segment.position).delete()


def take_as_one(segment: Segment, *, since: int) -> None:
    """Let the steps from `since` to the cursor be gone back and redone together."""
    if segment.position > since:
        together = segment.steps.filter(position__range=(since, segment.position))
        together.update(taken_with=since)


def total_at(segment: Segment) -> int:
    """How many lines are live at the cursor."""
    step = segment.steps.filter(position=segment.position).values("total").first()
    return step["total"] if step else 0


def in_segment(segment: Segment) -> Q:
    """The condition on a line of `segment` that is live, as constants for SQL."""
    return Q(
        Q(removed_step__isnull=True) | Q(removed_step__gt=segment.position),
        segment=segment,
        added_step__lte=segment.position,
    )


def lines_in_order(segment: Segment) -> SegmentLineQuerySet:
    """The live lines, to be read in their order.

    Where no step is undone nobody leaves later than now; then they are read from an
    index without those who left, however many stood between them.
    """
    if segment.steps.filter(position__gt=segment.position).exists():
        live = in_segment(segment)
    else:
        live = Q(removed_step=None, added_step__lte=segment.position)
    return segment.lines.filter(live)


def insert_lines(*, segment: Segment, contacts: ContactQuerySet, step: int) -> int:
    """Put `contacts` on the segment at `step` in one statement; return how many.

    Positions follow company name, company number, type, name after the last
    line. A contact that was on the segment before has the own values it had: they
    are the same on all its lines, whichever step brought them.
    """
    if contacts.query.is_empty():
        return 0
    last = segment.lines.aggregate(last=Max("position"))["last"] or 0
    ordered = contacts.in_segment_order()
    order: Any = ordered.query.order_by
    rank = Window(RowNumber(), order_by=order)
    return insert_from(
        SegmentLine,
        contacts.order_by(),
        segment=segment,
        contact=F("pk"),
        added_step=step,
        position=rank + Value(last),
        **_earlier_values(segment),
    )


def begin_again(
    lines: SegmentLineQuerySet, *, segment: Segment, step: int, represented_by: Any
) -> None:
    """Let lines that ended at `step` begin there once more, by copy of another.

    None for `represented_by`: with a letter of their own. One statement.
    """
    kept: list[Any] = [SegmentLine._meta.get_field(name) for name in BEGUN_AGAIN]
    insert_from(
        SegmentLine,
        lines.order_by(),
        segment=segment,
        contact=F("contact_id"),
        added_step=step,
        represented_by=represented_by,
        **{field.name: F(field.attname) for field in kept},
    )


def _earlier_values(segment: Segment) -> dict[str, Subquery]:
    own = Q()
    for name in OWN_VALUES:
        own |= Q(**{f"{name}__isnull": False})
    if not segment.lines.filter(own, removed_step__isnull=False).exists():
        return {}
    latest = segment.lines.filter(contact=OuterRef("pk")).order_by("-added_step")
    fields: list[Any] = [SegmentLine._meta.get_field(name) for name in CARRIED]
    return {field.name: Subquery(latest.values(field.attname)[:1]) for field in fields}


def record_step(
    *,
    segment: Segment,
    kind: str,
    effect: Effect,
    user: Any,
    at: datetime,
    criteria: Any = None,
    options: Mapping[str, Any] | None = None,
    recipe: list[dict[str, Any]] | None = None,
    saved_criteria: Any = None,
) -> SegmentStep:
    """Write the step down after the cursor and move the cursor onto it."""
    position = segment.position + 1
    step = SegmentStep.objects.create(
        segment=segment,
        position=position,
        kind=kind,
        criteria=criteria,
        options=dict(options or {}),
        recipe=recipe,
        entered=effect.entered,
        left=effect.left,
        kept_out=dict(effect.kept_out),
        total=effect.total,
        saved_criteria=saved_criteria,
        user=user,
        created_at=at,
    )
    Segment.objects.filter(pk=segment.pk).update(position=position, updated_at=at)
    segment.position = position
    return step
