"""How lines of segments follow a contact that is merged into another one.

A contact is at most once in a segment. Where both were on one, the line that stays is
in whenever one of the two was, so nobody falls out of a segment by a merge.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from contacts.services.merging.moving import UNFIT, Held, Mover, Moving, MovingBack

from ..models import Segment, SegmentLine, SegmentStep, SegmentStepMember
from ..models.line import CARRIED, DOCUMENT_ORIGIN

VALUES = tuple(
    field.attname
    for field in SegmentLine._meta.concrete_fields
    if field.name in (*CARRIED, "done_entry")
)
OF_DOCUMENT = tuple(
    field.attname
    for field in SegmentLine._meta.concrete_fields
    if field.name in DOCUMENT_ORIGIN
)
Span = tuple[int, int | None]
Spans = list[Span]


@dataclass
class _OnOne:
    """The lines of both contacts on one segment, and what becomes of them."""

    mine: list[SegmentLine] = field(default_factory=list)
    theirs: list[SegmentLine] = field(default_factory=list)
    staying: list[SegmentLine] = field(default_factory=list)
    kept_for: dict[int, SegmentLine] = field(default_factory=dict)
    columns: dict[int, dict[str, Any]] = field(default_factory=dict)
    before: Spans = field(default_factory=list)
    after: Spans = field(default_factory=list)

    @property
    def gone(self) -> list[SegmentLine]:
        return [line for line in self.all() if line.pk in self.kept_for]

    def all(self) -> list[SegmentLine]:
        return [*self.mine, *self.theirs]

    def settle(self) -> None:
        """Unite what overlaps; the lines that stay get one set of own values."""
        self.before = [_span(line) for line in self.all()]
        staying = list(self.mine)
        spans = {line.pk: _span(line) for line in staying}
        for line in self.theirs:
            span = _span(line)
            met = [one for one in staying if _overlap(spans[one.pk], span)]
            if not met:
                staying.append(line)
                spans[line.pk] = span
                continue
            kept = met[0]
            spans[kept.pk] = _united([span, *(spans[one.pk] for one in met)])
            self.kept_for |= dict.fromkeys((line.pk, *(o.pk for o in met[1:])), kept)
            staying = [one for one in staying if one not in met[1:]]
        values = self._values()
        group = {line.pk for line in self.all()}
        for line in staying:
            added, removed = spans[line.pk]
            own = {"added_step": added, "removed_step": removed, **values}
            if line.represented_by_id in group:
                own["represented_by_id"] = None
            self.columns[line.pk] = own
        self.staying = staying
        self.after = [spans[line.pk] for line in staying]

    def _values(self) -> dict[str, Any]:
        """The survivor's latest own values, and the other's where it has none."""
        first, second = self.mine[-1], self.theirs[-1]
        values = {
            name: getattr(second, name)
            if getattr(first, name) is None
            else getattr(first, name)
            for name in VALUES
        }
        source = second if first.document_id is None else first
        return values | {name: getattr(source, name) for name in OF_DOCUMENT}


def _move_lines(moving: Moving) -> None:
    both = _on_both(moving)
    for lines in both.values():
        lines.settle()
    versions = _versions(both)
    held: dict[int, Held] = {
        line.pk: (line.segment_id, versions[line.segment_id])
        for lines in both.values()
        for line in lines.all()
    }
    _stand_for_others(moving, both, versions)
    moving.drop([line for lines in both.values() for line in lines.gone], held)
    moving.change(
        (
            (line, lines.columns[line.pk])
            for lines in both.values()
            for line in lines.staying
        ),
        held,
    )
    _count_again(moving, both, versions)
    touched = Segment.objects.filter(lines__contact=moving.duplicate)
    keys = {*both, *touched.order_by().values_list("pk", flat=True)}
    Segment.objects.filter(pk__in=keys).update(updated_at=moving.at)
    moving.move(SegmentLine)


def _on_both(moving: Moving) -> dict[int, _OnOne]:
    """The lines of segments that both were on, by segment."""
    found: dict[int, _OnOne] = defaultdict(_OnOne)
    lines = moving.rows_of_both(SegmentLine).order_by("segment", "added_step")
    for line in lines:
        mine = line.contact_id == moving.survivor.pk
        (found[line.segment_id].mine if mine else found[line.segment_id].theirs).append(
            line
        )
    return {key: lines for key, lines in found.items() if lines.mine and lines.theirs}


def _stand_for_others(
    moving: Moving, both: Mapping[int, _OnOne], versions: Mapping[int, str]
) -> None:
    """Let lines by copy of a line that goes be by copy of the one that stays.

    Nobody is by copy of themselves, nor of somebody who is by copy.
    """
    target: dict[int, int] = {}
    for lines in both.values():
        for gone, kept in lines.kept_for.items():
            own = lines.columns[kept.pk]
            by_copy_of = own.get("represented_by_id", kept.represented_by_id)
            target[gone] = by_copy_of or kept.pk
    ours = {line.pk for lines in both.values() for line in lines.all()}
    others = SegmentLine.objects.filter(represented_by__in=target).exclude(pk__in=ours)
    changes = []
    held: dict[int, Held] = {}
    for line in others.order_by("pk"):
        new = target[line.represented_by_id or 0]
        changes.append((line, {"represented_by_id": new if new != line.pk else None}))
        held[line.pk] = (line.segment_id, versions[line.segment_id])
    moving.change(changes, held)


def _count_again(
    moving: Moving, both: Mapping[int, _OnOne], versions: Mapping[int, str]
) -> None:
    """Let the figures of the steps say that two became one."""
    changes = []
    held: dict[int, Held] = {}
    steps = SegmentStep.objects.filter(segment__in=both).order_by("pk")
    for step in steps:
        lines = both[step.segment_id]
        figures = {}
        for name, count in _figures(step.position).items():
            more = count(lines.after) - count(lines.before)
            figures[name] = max(0, getattr(step, name) + more)
        changes.append((step, figures))
        held[step.pk] = (step.segment_id, versions[step.segment_id])
    moving.change(changes, held)


def _figures(position: int) -> dict[str, Any]:
    def entered(spans: Spans) -> int:
        return sum(added == position for added, _removed in spans)

    def left(spans: Spans) -> int:
        return sum(removed == position for _added, removed in spans)

    def total(spans: Spans) -> int:
        return sum(_overlap(span, (position, position + 1)) for span in spans)

    return {"entered": entered, "left": left, "total": total}


def _span(line: SegmentLine) -> Span:
    return line.added_step, line.removed_step


def _overlap(one: Span, other: Span) -> bool:
    return (other[1] is None or one[0] < other[1]) and (
        one[1] is None or other[0] < one[1]
    )


def _united(spans: Iterable[Span]) -> Span:
    added, removed = zip(*spans, strict=True)
    ends = [end for end in removed if end is not None]
    return min(added), max(ends) if len(ends) == len(removed) else None


def _let_go_of_addresses(back: MovingBack) -> None:
    """A line that chose, since the merge, an address of the other has none."""
    strange = SegmentLine.objects.filter(
        contact__in=back.both, alternative_address__contact__in=back.both
    ).exclude(contact=F("alternative_address__contact"))
    segments = dict(strange.values_list("pk", "segment"))
    if segments:
        SegmentLine.objects.filter(pk__in=segments).update(alternative_address=None)
        changed = Segment.objects.filter(pk__in=set(segments.values()))
        changed.update(updated_at=back.at)
        told = UNFIT, "segments_app.SegmentLine.alternative_address"
        back.missed[told] += len(segments)


def _move_members(moving: Moving) -> None:
    members = list(moving.rows_of_both(SegmentStepMember))
    own = {m.step_id: m for m in members if m.contact_id == moving.survivor.pk}
    twice = [
        m for m in members if m.contact_id == moving.duplicate.pk and m.step_id in own
    ]
    moving.drop(twice)
    moving.change(
        (own[m.step_id], {"removed": own[m.step_id].removed and m.removed})
        for m in twice
    )
    moving.move(SegmentStepMember)


def _segments_of(contacts: Collection[int]) -> QuerySet[Segment]:
    """The segments whose lines a merge of these contacts writes."""
    lines = SegmentLine.objects.filter(contact__in=contacts).order_by()
    return Segment.objects.filter(pk__in=lines.values("segment"))


def _versions(segments: Collection[int]) -> dict[int, str]:
    """Where these segments stand: another step makes another version."""
    last: dict[int, int] = {}
    steps = SegmentStep.objects.filter(segment__in=segments).order_by("position")
    for segment, step in steps.values_list("segment_id", "pk"):
        last[segment] = step
    positions = Segment.objects.filter(pk__in=segments).values_list("pk", "position")
    return {pk: f"{position}.{last.get(pk, 0)}" for pk, position in positions}


MOVERS = {
    "segment_lines": Mover(
        ("segments_app.SegmentLine.contact",),
        _move_lines,
        _(
            "Of a segment that both are on, one line stays, in whenever one of the two "
            "was. Its own values go before those of the other, which the journal keeps."
        ),
        locks=_segments_of,
        versions=_versions,
        went_back=_let_go_of_addresses,
    ),
    "step_members": Mover(
        ("segments_app.SegmentStepMember.contact",),
        _move_members,
        _("Where a step names both, it names the one that stays."),
    ),
}
