"""One letter per company or per address: one is written to, the others are not.

The others leave the segment, or they stay on it by copy: then their lines end and
begin again with `represented_by`, so that going back finds the old ones. Who is by
copy already goes with the one who stands for it. Lines that are done take no part.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    Window,
)
from django.db.models.functions import FirstValue
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.models.found_once import FoundOnce
from contacts.models.querysets import ContactQuerySet

from ..choices import KeptOut, LettersPer, StepKind
from ..models import Segment, SegmentLine, SegmentStep
from ..models.querysets import HAS_LETTER, SegmentLineQuerySet
from .addressees import AddresseeRule, addressee_rule, the_first, with_group, with_rank
from .by_hand import NobodyChanged, name_members
from .change import Change, take
from .steps import Effect, begin_again, in_segment

CONTACT = "contact__"
TIES = ("position", "pk")


@dataclass(frozen=True)
class Letters:
    """How many letters there are and would be, and how many groups share one."""

    before: int
    after: int
    shared: int


def one_per_address(
    *,
    segment: Segment,
    options: Mapping[str, Any],
    by_hand: ContactQuerySet | None = None,
    user: Any,
    at: datetime,
    expected_version: str | None = None,
) -> SegmentStep:
    """Leave one letter per company or per address, and return the step.

    Options: `per` is `company` or `address`; `choose` is `level` with `levels`, codes
    of which the first goes first, `responsibility` with the code as `responsibility`,
    `last_contact`, or `by_hand`; with `by_copy` the others stay by copy. Contacts in
    `by_hand` are written to whatever the rule says. Raises OptionRefused,
    NobodyChanged when nobody shares anything, SegmentChanged.
    """
    change = sharing(segment=segment, rule=addressee_rule(options, by_hand))
    return take(change, user=user, at=at, expected_version=expected_version)


def sharing(*, segment: Segment, rule: AddresseeRule) -> "Sharing":
    """What the step would do: to be counted, listed or taken."""
    return Sharing(
        segment=segment,
        kind=StepKind.ONE_PER_ADDRESS,
        options=rule.options,
        rule=rule,
    )


@dataclass(frozen=True, kw_only=True)
class Sharing(Change):
    rule: AddresseeRule

    def leaving(self) -> SegmentLineQuerySet:
        others = FoundOnce(self._others().values("pk"))
        both = Q(pk__in=others) | Q(represented_by__in=others)
        live = self.segment.lines.filter(in_segment(self.segment), done_entry=None)
        return live.none() if self.rule.by_copy else live.filter(both)

    def kept_out(self) -> ContactQuerySet:
        """Nobody comes; by copy, those who get no letter of their own."""
        if not self.rule.by_copy:
            return super().kept_out()
        others = self._others().order_by().values("contact")
        by_copy = Value(KeptOut.BY_COPY.value, output_field=CharField())
        return Contact.objects.filter(pk__in=others).annotate(why_kept_out=by_copy)

    def effect(self) -> Effect:
        if self.rule.by_copy:
            return self._by_copy(self._others().count())
        return self._effect(entered=0, left=self.leaving().count(), kept={})

    def apply(self) -> Effect:
        step = self.segment.position + 1
        # At the cursor they are live still, so the same are found again below.
        others = self._others().update(removed_step=step)
        if self.rule.by_copy and others:
            self._begin_again(step)
        ended = self.segment.lines.filter(removed_step=step).values("pk")
        along = self.segment.lines.filter(
            in_segment(self.segment), represented_by__in=ended, done_entry=None
        )
        left = others + along.update(removed_step=step)
        if self.rule.by_copy and left > others:
            self._point_to_the_new_one(step)
        if self.rule.by_copy:
            return self._by_copy(others)
        return self._effect(entered=0, left=left, kept={})

    def check(self, effect: Effect) -> None:
        if effect.left or effect.kept_out:
            return
        if self.rule.per == LettersPer.COMPANY:
            raise NobodyChanged(_("No two letters go to the same company."))
        raise NobodyChanged(_("No two letters go to the same address."))

    def remember(self, step: SegmentStep) -> None:
        if self.rule.by_hand is None:
            return
        written_to = self.segment.lines.filter(in_segment(self.segment)).values(
            "contact"
        )
        chosen = Contact.objects.filter(
            pk__in=self.rule.by_hand.order_by().values("pk")
        )
        name_members(step, chosen.filter(pk__in=written_to), removed=False)

    def letters(self) -> Letters:
        """Count the letters now and then: one query."""
        groups = self.ranked().order_by().values("group_key")
        found = groups.annotate(letters=Count("pk")).aggregate(
            before=Sum("letters", default=0),
            after=Count("group_key"),
            shared=Count("group_key", filter=Q(letters__gt=1)),
        )
        return Letters(**found)

    def ranked(self) -> SegmentLineQuerySet:
        """The lines that have a letter of their own; the addressees have `rank` 1."""
        lines = self._with_letter()
        return with_rank(lines, rule=self.rule, contact=CONTACT, ties=TIES)

    def addressees(self, search: str = "") -> SegmentLineQuerySet:
        """Those who would be written to for others too, in the order of the segment.

        `size` is how many share the letter. With `search` only those who share it
        with somebody who fits.
        """
        ranked = self.ranked()
        if search:
            fitting = ranked.search(search).order_by().values("group_key")
            ranked = ranked.filter(group_key__in=fitting)
        size = Window(Count("pk"), partition_by=F("group_key"))
        first = ranked.annotate(size=size).filter(rank=1, size__gt=1)
        return first.order_by(*TIES)

    def sharing_with(
        self, addressees: list[SegmentLine], *, most: int, search: str = ""
    ) -> dict[Any, list[SegmentLine]]:
        """Everybody of the groups of these, by `group_key`, the addressee first.

        At most so many of each group, and with `search` as many more who fit.
        """
        keys = [line.group_key for line in addressees]
        group = self.ranked().filter(group_key__in=keys)
        groups: dict[Any, list[SegmentLine]] = {key: [] for key in keys}
        for line in _shown(group.filter(rank__lte=most)).order_by("rank"):
            groups[line.group_key].append(line)
        if search:
            further = group.filter(rank__gt=most).order_by().values("pk")
            fitting = self._with_letter().search(search).filter(pk__in=further)
            lines = with_group(fitting, rule=self.rule, contact=CONTACT)
            for line in _shown(lines).order_by(*TIES)[: most * len(keys)]:
                groups[line.group_key].append(line)
        return groups

    def _with_letter(self) -> SegmentLineQuerySet:
        lines = self.segment.lines.filter(in_segment(self.segment), done_entry=None)
        lines = lines.with_by_copy().filter(HAS_LETTER)
        if self.rule.per == LettersPer.COMPANY:
            return lines
        located = lines.with_effective_values(only=("address_id",))
        return located.alias(address_in_use=F("effective_address_id"))

    def _others(self) -> SegmentLineQuerySet:
        """The lines whose letter somebody else gets."""
        others = self.ranked().filter(rank__gt=1).order_by().values("pk")
        return self.segment.lines.filter(pk__in=others)

    def _begin_again(self, step: int) -> None:
        """The lines that ended, once more, by copy of their addressee."""
        addressee = Window(
            FirstValue("pk"), **the_first(self.rule, contact=CONTACT, ties=TIES)
        )
        begin_again(
            self.ranked().annotate(addressee=addressee).filter(rank__gt=1),
            segment=self.segment,
            step=step,
            represented_by=F("addressee"),
        )

    def _point_to_the_new_one(self, step: int) -> None:
        """Who was by copy of a line that ended is by copy of the new addressee."""
        begun = self.segment.lines.filter(
            added_step=step, contact=OuterRef("represented_by__contact_id")
        )
        ended = self.segment.lines.filter(
            removed_step=step, represented_by__removed_step=step
        )
        begin_again(
            ended,
            segment=self.segment,
            step=step,
            represented_by=Subquery(begun.values("represented_by")[:1]),
        )

    def _by_copy(self, others: int) -> Effect:
        kept = {KeptOut.BY_COPY.value: others} if others else {}
        return self._effect(entered=0, left=0, kept=kept)


def _shown(lines: SegmentLineQuerySet) -> Any:
    return lines.select_related("contact__company", "contact__organizational_level")
