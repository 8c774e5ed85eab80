"""The lines that a segment would log, with all that the checks ask of them."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from contacts.choices import CorrespondenceType, FormulaType
from contacts.models import AlternativeAddress, ContactChannelBlock
from contacts.models.postal import incomplete_address

from ...models import Segment
from ...models.letter_inputs import (
    formulas,
    formulas_of_salutation,
    in_letter_language,
)
from ...models.querysets import HAS_LETTER, SegmentLineQuerySet

EMAIL = Q(effective_correspondence_type=CorrespondenceType.EMAIL)
HARD_COPY = Q(effective_correspondence_type=CorrespondenceType.HARD_COPY)


def lines_to_log(segment: Segment) -> SegmentLineQuerySet:
    """The live lines that are still to be logged."""
    return segment.lines.live().filter(done_entry=None)


def loggable_lines(segment: Segment) -> SegmentLineQuerySet:
    """The lines to log, with their effective values.

    Those by copy of another too: `by_copy_of_id` is the line that has the letter.
    `unwelcome` says that the contact wants nothing through the channel, on the day
    of the letter or today; `incomplete_elsewhere` that the address used instead of
    the contact's own is too incomplete for the post.
    """
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    blocked = ContactChannelBlock.objects.filter(
        Q(since__lte=OuterRef("effective_date")) | Q(since__lte=today),
        contact=OuterRef("contact_id"),
        channel=OuterRef("effective_correspondence_type"),
    )
    incomplete = AlternativeAddress.objects.filter(
        incomplete_address(), pk=OuterRef("effective_address_id")
    )
    lines = lines_to_log(segment).with_effective_values()
    return lines.with_by_copy().annotate(
        unwelcome=Exists(blocked), incomplete_elsewhere=Exists(incomplete)
    )


def lines_with_letter(segment: Segment) -> SegmentLineQuerySet:
    """The lines to be logged that are written to themselves, not by copy."""
    return loggable_lines(segment).filter(HAS_LETTER)


def with_formulas(lines: SegmentLineQuerySet) -> SegmentLineQuerySet:
    """Which formulas the salutation has: in which languages, for every, for others.

    As annotations, for the conditions of a count cannot look into other tables.
    """
    found: dict[str, Any] = {}
    for kind in FormulaType:
        every = formulas_of_salutation(kind)
        found[f"{kind}_in_language"] = in_letter_language(
            Exists(formulas(kind, "effective_language")),
            Exists(formulas(kind, "default_language")),
        )
        found[f"{kind}_in_usual"] = Exists(every.usual().exclude(language=""))
        found[f"{kind}_in_every"] = Exists(every.filter(language=""))
        found[f"{kind}_in_others"] = Exists(every.exclude(language=""))
    return lines.with_letter_language().annotate(**found)


def checked_lines(segment: Segment, named: Collection[str]) -> SegmentLineQuerySet:
    """The lines to log with everything that conditions name, as `named`."""
    lines = loggable_lines(segment).with_inherited_document()
    greeted = any(name.startswith(tuple(FormulaType.values)) for name in named)
    return with_formulas(lines) if greeted else lines
