"""The letters of a logged segment once more, exactly as they were."""

from django.utils.translation import gettext as _

from interactions.choices import RunState
from interactions.models import LetterSnapshot, LoggedSegment
from interactions.models.querysets import LetterSnapshotQuerySet, RunQuerySet

from .errors import SegmentError
from .print_letters import NothingToPrint


class NoLetters(SegmentError):
    """Nothing was written to anybody when the segment was logged."""

    def __init__(self) -> None:
        super().__init__(_("This segment was logged without letters."))


def check_letters(logged_segment: LoggedSegment) -> None:
    """Raise NoLetters or NothingToPrint where no letter is to be had again."""
    if letters_kept(logged_segment).exists():
        return
    letters = LetterSnapshot.objects.filter(item__run__logged_segment=logged_segment)
    if not letters.exists():
        raise NoLetters
    if letters.filter(item__run__in=runs_kept(logged_segment)).that_go().exists():
        raise NothingToPrint.blocked()
    raise NothingToPrint.do_not_go()


def letters_kept(logged_segment: LoggedSegment) -> LetterSnapshotQuerySet:
    """The frozen letters of a logged segment in the order of their printing.

    Without those to contacts who must not be written to any more, and those that were
    withdrawn before they went.
    """
    kept = LetterSnapshot.objects.filter(item__run__in=runs_kept(logged_segment))
    return kept.that_go().may_be_printed().in_print_order()


def runs_kept(logged_segment: LoggedSegment) -> RunQuerySet:
    """The runs of a logged segment that were not withdrawn, in order."""
    runs = logged_segment.runs.exclude(state=RunState.WITHDRAWN)
    return runs.order_by("pk")
