"""Why a contact is on a segment, why not: every step asked for that contact.

Who came and who went is read from the lines: that is the truth of then. What the
steps asked is asked again on the data of now, so that the reader sees condition by
condition; where the two differ, the contact or its surroundings changed since.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from contacts.choices import IneligibleReason
from contacts.models import Contact

from ..choices import Operation, StepKind
from ..criteria import (
    CriteriaError,
    Node,
    Reason,
    compile_criteria,
    explain_all,
    validate,
)
from ..models import Segment, SegmentLine, SegmentStep
from .recipe import Element, element_of

OTHERS_SHOWN = 3
BRINGING = ("expand_companies", "entire_companies")
REMOVING = (StepKind.REDUCE, StepKind.REFINE)


@dataclass(frozen=True)
class Answer:
    """What a step asks, and whether it finds the contact today.

    `reason` is None when nothing was asked or it cannot be read any more, which
    `unreadable` says. `brought_by` are others who fit and bring the contact along.
    `kept_out` is why an adding step would not let the contact in. `named` says what
    a step that names its contacts does with this one: `added`, `removed` or nothing.
    """

    kind: str
    criteria: Any = None
    options: Mapping[str, Any] = field(default_factory=dict)
    reason: Reason | None = None
    unreadable: str = ""
    brought_by: tuple[Contact, ...] = ()
    kept_out: str = ""
    named: str = ""

    @property
    def is_known(self) -> bool:
        """Whether it is known how it would end for the contact today."""
        if self.kind == StepKind.ADD or self.kind in REMOVING:
            return bool(self.reason or self.options.get("all_contacts"))
        combines = self.kind == StepKind.COMBINE and "operation" in self.options
        return self.kind == StepKind.BY_HAND or combines

    @property
    def finds(self) -> bool:
        """Whether the contact is found today, by itself or along with others."""
        fits = bool(self.reason and self.reason.holds)
        return bool(fits or self.brought_by or self.options.get("all_contacts"))

    def after(self, was_on: bool) -> bool:
        """Whether the contact would be on the segment after this today."""
        if self.named == "removed":
            return False
        comes = self.finds or bool(self.named)
        match self.options.get("operation", self.kind):
            case StepKind.REDUCE | Operation.DIFFERENCE:
                return was_on and not comes
            case StepKind.REFINE | Operation.INTERSECTION:
                return was_on and comes
        return was_on or (comes and not self.kept_out)


@dataclass(frozen=True)
class StepWhy:
    """One step for one contact.

    `was_on` and `is_on` are before and after it, as it was then. `by_copy_of` gets
    the letter instead from this step on. `parts` are the steps that a step with a
    recipe stands for.
    """

    step: SegmentStep
    was_on: bool
    is_on: bool
    asked: Answer
    by_copy_of: Contact | None = None
    parts: tuple[Answer, ...] = ()

    @property
    def named(self) -> str:
        """What the step by hand did with the contact: `added`, `removed`, nothing."""
        return self.asked.named if self.step.kind == StepKind.BY_HAND else ""

    @property
    def entered(self) -> bool:
        return self.is_on and not self.was_on

    @property
    def left(self) -> bool:
        return self.was_on and not self.is_on

    @property
    def changed_since(self) -> bool:
        """Whether the same step would end differently for the contact today."""
        if self.parts:
            known = all(part.is_known for part in self.parts)
            return known and self._replayed() != self.is_on
        return self.asked.is_known and self.asked.after(self.was_on) != self.is_on

    def _replayed(self) -> bool:
        on = False
        for part in self.parts:
            on = part.after(on)
        return on


@dataclass(frozen=True)
class Why:
    """The whole answer: every step, and whether the contact may be there at all."""

    contact: Contact
    is_on: bool
    ineligible: str
    by_copy_of: Contact | None
    steps: tuple[StepWhy, ...]
    undone: tuple[StepWhy, ...]

    @property
    def put_on(self) -> StepWhy | None:
        """The step that put the contact on last, up to the cursor."""
        return next((each for each in reversed(self.steps) if each.entered), None)

    @property
    def taken_off(self) -> StepWhy | None:
        """The step that took the contact off last, up to the cursor."""
        return next((each for each in reversed(self.steps) if each.left), None)

    @property
    def finding_now(self) -> StepWhy | None:
        """An adding step that did not find the contact then, but would today."""
        fitting = (each for each in self.steps if each.changed_since)
        return next((each for each in fitting if not each.is_on), None)


def why(*, segment: Segment, contact_id: int, at: datetime) -> Why:
    """Say step by step why the contact is on the segment or not.

    The number of queries depends on the steps alone: one for all their conditions,
    one per relation they ask for, one per step that brings organisations along.
    Raises Contact.DoesNotExist.
    """
    contacts = Contact.objects.select_related("company").with_ineligible_reason()
    contact: Any = contacts.get(pk=contact_id)
    steps = list(
        segment.steps.select_related("user", "saved_criteria").order_by("position")
    )
    lines = list(
        segment.lines.filter(contact=contact).select_related("represented_by__contact")
    )
    named = dict(
        contact.step_memberships.filter(step__segment=segment).values_list(
            "step_id", "removed"
        )
    )
    keys = {step.position: step.pk for step in steps}
    asking = _Asking(
        segment, contact, at, {place: named.get(keys[place]) for place in keys}
    )
    for step in steps:
        asking.note(step)
    answers = asking.answers()
    shown = [
        StepWhy(
            step=step,
            was_on=_is_on(lines, step.position - 1),
            is_on=_is_on(lines, step.position),
            asked=answers[step.pk][0],
            by_copy_of=_by_copy_of(
                line for line in lines if line.added_step == step.position
            ),
            parts=tuple(answers[step.pk][1:]),
        )
        for step in steps
    ]
    return Why(
        contact=contact,
        is_on=_is_on(lines, segment.position),
        ineligible=contact.ineligible_reason,
        by_copy_of=_by_copy_of(
            line for line in lines if _is_on([line], segment.position)
        ),
        steps=tuple(each for each in shown if each.step.position <= segment.position),
        undone=tuple(each for each in shown if each.step.position > segment.position),
    )


_NAMED = {None: "", False: "added", True: "removed"}


class _Asking:
    """The questions of all steps, so that they can be asked together."""

    def __init__(
        self,
        segment: Segment,
        contact: Any,
        at: datetime,
        named: Mapping[int, bool | None],
    ) -> None:
        self.segment = segment.pk
        self.contact = contact
        self.named = named
        self.today = timezone.localdate(at, timezone.get_default_timezone())
        self.questions: dict[int, list[tuple[Answer, Node | None]]] = {}

    def note(self, step: SegmentStep) -> None:
        """Take in what the step asks, and what the steps of its recipe ask."""
        self.questions[step.pk] = [
            self._question(element)
            for element in (element_of(step), *(step.recipe or []))
        ]

    def answers(self) -> dict[int, list[Answer]]:
        """Return the answers by step: its own first, then those of its recipe."""
        nodes = [
            node
            for questions in self.questions.values()
            for _answer, node in questions
            if node is not None
        ]
        found = None
        if nodes:
            found = explain_all(
                nodes,
                contact_id=self.contact.pk,
                today=self.today,
                segment=self.segment,
            )
        reasons = iter(found or [])
        return {
            step: [
                self._answered(answer, node, next(reasons) if node else None)
                for answer, node in questions
            ]
            for step, questions in self.questions.items()
        }

    def _question(self, element: Element) -> tuple[Answer, Node | None]:
        node, unreadable, criteria = None, "", element["criteria"]
        if criteria is not None:
            try:
                node = validate(criteria)
            except CriteriaError as error:
                unreadable = str(error)
        answer = Answer(
            kind=element["kind"],
            criteria=criteria,
            options=element["options"],
            unreadable=unreadable,
            named=_NAMED[self.named.get(element["step"])],
        )
        return answer, node

    def _answered(
        self, answer: Answer, node: Node | None, reason: Reason | None
    ) -> Answer:
        return replace(
            answer,
            reason=reason,
            brought_by=self._brought_by(answer, node) if node else (),
            kept_out=self._kept_out(answer),
        )

    def _kept_out(self, answer: Answer) -> str:
        reason = self.contact.ineligible_reason
        ignored = answer.options.get("ignore_exclusion")
        if answer.kind in REMOVING or (ignored and reason == IneligibleReason.EXCLUDED):
            return ""
        return reason

    def _brought_by(self, answer: Answer, node: Node) -> tuple[Contact, ...]:
        """Others who fit and for whose sake the contact counts (segments.md 3.5)."""
        contact = self.contact
        together = any(answer.options.get(name) for name in BRINGING)
        if together and contact.organisation_id is not None:
            others = Q(organisation_id=contact.organisation_id)
        elif answer.options.get("include_related_companies"):
            others = Q(company_id=contact.pk)
        else:
            return ()
        fitting = compile_criteria(node, today=self.today, segment=self.segment)
        found = Contact.objects.filter(others, fitting).exclude(pk=contact.pk)
        return tuple(found.order_by("type", "name", "pk")[:OTHERS_SHOWN])


def _is_on(lines: Iterable[SegmentLine], position: int) -> bool:
    """Whether a line's interval contains the step."""
    return any(
        line.added_step <= position
        and (line.removed_step is None or line.removed_step > position)
        for line in lines
    )


def _by_copy_of(lines: Iterable[SegmentLine]) -> Contact | None:
    """Who gets the letter instead, where one of these lines is by copy."""
    for line in lines:
        if line.represented_by is not None:
            return line.represented_by.contact
    return None
