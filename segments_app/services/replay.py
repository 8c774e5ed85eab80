"""Taking the steps of a recipe again on today's data, as one set expression.

Each element adds contacts to the set or keeps some of it, so a recipe is one
condition on contacts: `((a | b) & ~c | d) & e`. Nothing is gone through step by step,
and lines of contacts that stay are the same lines, with their texts and their order.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.models.found_once import FoundOnce
from contacts.models.querysets import ContactQuerySet, ineligible

from ..choices import Operation, StepKind
from ..criteria import CriteriaError
from ..models import Segment, SegmentStepMember
from ..models.querysets import SegmentLineQuerySet
from .addressees import AddresseeRule, addressee_rule, addressees
from .change import Change, by_reason
from .change_contacts import TAKE, condition_of, options_of, widened
from .errors import SegmentError
from .recipe import MOST_STEPS, Element, Recipe
from .steps import Effect, begin_again, check_options, in_segment

WIDENING = {"expand_companies", "include_related_companies", "entire_companies"}
MOST_SHARING = 2  # each asks inside the next, and SQLite's parser is not deep


class StepImpossible(SegmentError):
    """A step of the recipe cannot be taken again; `position` is the step.

    It `is_editable` where criteria of its own may mend it.
    """

    def __init__(self, position: int, reason: str, *, is_editable: bool = True) -> None:
        self.position = position
        self.is_editable = is_editable
        if is_editable:
            said = _(
                "Step %(step)d cannot be taken again: %(reason)s Edit that step first, "
                "leave it out, or go back to the step before it."
            )
        else:
            said = _(
                "Step %(step)d cannot be taken again: %(reason)s Leave it out, or go "
                "back to the step before it."
            )
        super().__init__(said % {"step": position, "reason": reason})


class ByCopyImpossible(StepImpossible):
    """Who had a letter then cannot be told: others were by copy before the step."""

    def __init__(self, position: int) -> None:
        SegmentError.__init__(
            self,
            _(
                "Step %(step)d cannot be taken again: it chose among those who were "
                "not by copy yet. Go back to the step before it, make your change, "
                "and choose again."
            )
            % {"step": position},
        )
        self.position = position
        self.is_editable = False


class TooManySteps(SegmentError):
    """More steps than one question to the database can hold."""


@dataclass(frozen=True, eq=False)
class SetChange:
    """What one element of a recipe does to the set: first adds, then keeps.

    `adds` finds contacts whether they may enter or not; of them `may_enter` do.
    `keeps` holds for those of the set that stay. Where that depends on the others of
    the set, `among` makes the condition on those who stay of that on the set. None:
    nobody comes, everybody stays. By `by_copy` those on the segment in the end share
    letters; the set is the same with it.
    """

    step: int
    adds: Q | None = None
    may_enter: Q | None = None
    keeps: Q | None = None
    among: Callable[[Q], Q] | None = None
    by_copy: AddresseeRule | None = None


def set_changes_of(
    recipe: Recipe, *, segment: Segment, at: datetime, any_code: bool = False
) -> list[SetChange]:
    """What each element of a recipe does to the set, on today's data.

    Raises StepImpossible, TooManySteps. With `any_code` a code that is not set up any
    more finds nobody instead.
    """
    if len(recipe) > MOST_STEPS:
        said = _(
            "More than %d steps cannot be taken again at once. Save the criteria you "
            "need and reuse them in a new segment."
        )
        raise TooManySteps(said % MOST_STEPS)
    keys = dict(segment.steps.values_list("position", "pk"))
    changes = [
        _set_change(element, segment=segment, keys=keys, at=at, any_code=any_code)
        for element in recipe
    ]
    if sum(change.among is not None for change in changes) > MOST_SHARING:
        said = _(
            "More than %d steps that leave one letter per company or address cannot be "
            "taken again at once. Go back to the step before one of them."
        )
        raise TooManySteps(said % MOST_SHARING)
    _check_by_copy(changes)
    return changes


def _check_by_copy(changes: Iterable[SetChange]) -> None:
    """Refuse to choose in the set who stays, once some of it have no letter."""
    seen = False
    for change in changes:
        if seen and change.among is not None:
            raise ByCopyImpossible(change.step)
        seen = seen or change.by_copy is not None


def set_change_of(element: Element, *, segment: Segment, at: datetime) -> SetChange:
    """The same of one element. Raises what its step would: CriteriaError and others."""
    keys = dict(segment.steps.values_list("position", "pk"))
    return _set_change_of_kind(
        element, segment=segment, keys=keys, at=at, any_code=False
    )


def _set_change(
    element: Element,
    *,
    segment: Segment,
    keys: Mapping[int, int],
    at: datetime,
    any_code: bool,
) -> SetChange:
    try:
        return _set_change_of_kind(
            element, segment=segment, keys=keys, at=at, any_code=any_code
        )
    except StepImpossible:
        raise
    except (CriteriaError, SegmentError) as error:
        said = error.message if isinstance(error, CriteriaError) else str(error)
        raise StepImpossible(
            element["step"], _sentence(said), is_editable=element["kind"] in TAKE
        ) from error


def _set_change_of_kind(
    element: Element,
    *,
    segment: Segment,
    keys: Mapping[int, int],
    at: datetime,
    any_code: bool,
) -> SetChange:
    kind, options, step = element["kind"], element["options"], element["step"]
    if kind in (StepKind.ADD, StepKind.REDUCE, StepKind.REFINE):
        return set_change_by_criteria(
            element, segment=segment, at=at, any_code=any_code
        )
    if step not in keys:
        raise SegmentError(_("the contacts it named are not kept any more."))
    if kind == StepKind.BY_HAND:
        added, removed = (_members(keys[step], removed=each) for each in (False, True))
        return SetChange(
            step, adds=added, may_enter=_may_enter(options), keeps=~removed
        )
    if kind == StepKind.COMBINE:
        return _combination(step, options, members=_members(keys[step], removed=False))
    return _sharing(step, options, segment=segment, by_hand=keys[step])


def set_change_by_criteria(
    element: Mapping[str, Any],
    *,
    segment: Segment | None,
    at: datetime,
    any_code: bool = False,
) -> SetChange:
    """What an add, reduce or refine does to the set. Raises what its step would.

    None for `segment`: of one that is not there yet.
    """
    kind, step = element["kind"], element["step"]
    options = check_options(element["options"], options_of(kind))
    found = _found(
        element["criteria"], options, segment=segment, at=at, any_code=any_code
    )
    if kind == StepKind.ADD:
        return SetChange(step, adds=found, may_enter=_may_enter(options))
    return SetChange(step, keeps=~found if kind == StepKind.REDUCE else found)


def _found(
    criteria: Any,
    options: Mapping[str, Any],
    *,
    segment: Segment | None,
    at: datetime,
    any_code: bool,
) -> Q:
    condition = condition_of(
        criteria, options, at=at, segment=segment, any_code=any_code
    )
    if not WIDENING & options.keys():
        return condition
    found = widened(Contact.objects.filter(condition), options)
    return Q(Exists(found.filter(pk=OuterRef("pk"))))


def _combination(step: int, options: Mapping[str, Any], *, members: Q) -> SetChange:
    match options.get("operation"):
        case Operation.UNION:
            return SetChange(step, adds=members, may_enter=_may_enter(options))
        case Operation.INTERSECTION:
            return SetChange(step, keeps=members)
        case Operation.DIFFERENCE:
            return SetChange(step, keeps=~members)
    raise SegmentError(_("it is not known how it combined segments."))


def _sharing(
    step: int, options: Mapping[str, Any], *, segment: Segment, by_hand: int
) -> SetChange:
    """One letter per company or address: who is written to stays, by copy everybody."""
    chosen = Contact.objects.filter(step_memberships__step=by_hand)
    rule = addressee_rule(options, chosen)
    if by_copy_from_the_start(segment).exists():
        raise ByCopyImpossible(step)
    if rule.by_copy:
        return SetChange(step, by_copy=rule)

    def written_to(condition: Q) -> Q:
        contacts = Contact.objects.filter(condition)
        keys = addressees(contacts, rule=rule, segment=segment)
        return Q(pk__in=FoundOnce(keys))

    return SetChange(step, among=written_to)


def begun_by_copy(segment: Segment) -> SegmentLineQuerySet:
    """The live lines that a step of the segment began by copy."""
    shared = segment.steps.filter(kind=StepKind.ONE_PER_ADDRESS)
    by_copy = segment.lines.filter(in_segment(segment), represented_by__isnull=False)
    return by_copy.filter(added_step__in=shared.values("position"))


def by_copy_from_the_start(segment: Segment) -> SegmentLineQuerySet:
    """The live lines by copy that no step began: the segment is copied, or left over.

    They are as they were on the segment they come from, which no step says.
    """
    by_copy = segment.lines.filter(in_segment(segment), represented_by__isnull=False)
    return by_copy.exclude(pk__in=begun_by_copy(segment).values("pk"))


def _may_enter(options: Mapping[str, Any]) -> Q:
    return ~ineligible(ignore_exclusion=bool(options.get("ignore_exclusion")))


def _members(step: int, *, removed: bool) -> Q:
    members = SegmentStepMember.objects.filter(step=step, removed=removed)
    return Q(Exists(members.filter(contact=OuterRef("pk"))))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def chosen_by(changes: Iterable[SetChange]) -> Q:
    """The condition on contacts that are in the set after these changes."""
    return _fold(changes, lambda change: change.adds & change.may_enter)


def asked_for_by(changes: Iterable[SetChange]) -> Q:
    """As `chosen_by`, if everybody might enter."""
    return _fold(changes, lambda change: change.adds)


def _fold(changes: Iterable[SetChange], coming: Callable[[Any], Q]) -> Q:
    chosen: Q | None = None
    for change in changes:
        if change.adds is not None:
            come = coming(change)
            chosen = come if chosen is None else chosen | come
        if change.keeps is not None and chosen is not None:
            chosen &= change.keeps
        if change.among is not None and chosen is not None:
            chosen = change.among(chosen)
    return Q(pk__isnull=True) if chosen is None else chosen


@dataclass(frozen=True, kw_only=True)
class Replacing(Change):
    """The segment becomes what a recipe says today; who stays keeps the line."""

    set_changes: Sequence[SetChange] = field(default_factory=list)

    def coming(self) -> ContactQuerySet:
        return Contact.objects.filter(asked_for_by(self.set_changes))

    def leaving(self) -> SegmentLineQuerySet:
        chosen = Contact.objects.filter(chosen_by(self.set_changes))
        live = self.segment.lines.filter(in_segment(self.segment))
        return live.filter(~Exists(chosen.filter(pk=OuterRef("contact_id"))))

    def entering(self) -> ContactQuerySet:
        chosen = Contact.objects.filter(chosen_by(self.set_changes))
        return chosen.filter(~self._already_in())

    def apply(self) -> Effect:
        """Nobody is by copy then; who is again, `take_again` chooses after it."""
        step = self.segment.position + 1
        by_copy = begun_by_copy(self.segment)
        were_by_copy = list(by_copy.values_list("pk", flat=True)[:1])
        effect = super().apply()
        if were_by_copy:
            self._begin_again(step)
        return effect

    def _begin_again(self, step: int) -> None:
        """The lines by copy that stay end, and begin with a letter of their own."""
        begun_by_copy(self.segment).filter(removed_step=None).update(removed_step=step)
        chosen = Contact.objects.filter(chosen_by(self.set_changes))
        staying = Exists(chosen.filter(pk=OuterRef("contact_id")))
        ended = begun_by_copy(self.segment).filter(staying, removed_step=step)
        begin_again(ended, segment=self.segment, step=step, represented_by=None)

    def kept_out(self) -> ContactQuerySet:
        """Whom the recipe finds and eligibility refuses."""
        return self._with_reason().filter(self._kept_out())

    def effect(self) -> Effect:
        return self._effect(
            entered=self.entering().count(),
            left=self.leaving().count(),
            kept=by_reason(self.kept_out()),
        )

    def _refused(self) -> ContactQuerySet:
        return self.kept_out()

    def _kept_out(self) -> Q:
        # Those of them that some step lets in against the rule are in the set.
        return ineligible() & ~chosen_by(self.set_changes)
