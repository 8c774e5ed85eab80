"""The letters of a logged segment once more, exactly as they were."""

from typing import BinaryIO

from django.utils.translation import gettext as _

from interactions.choices import RunState
from interactions.models import LetterSnapshot, LoggedSegment
from interactions.models.querysets import LetterSnapshotQuerySet, RunQuerySet
from interactions.services.printing import Output

from .errors import SegmentError
from .print_letters import Merged, OnLetter, print_runs


class NoLetters(SegmentError):
    """Nothing was written to anybody when the segment was logged."""

    def __init__(self) -> None:
        super().__init__(_("This segment was logged without letters."))


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


def merge_again(
    *,
    logged_segment: LoggedSegment,
    out: BinaryIO,
    output: Output | None = None,
    progress: OnLetter | None = None,
) -> Merged:
    """Write the letters of the logged segment to `out`, as `print_runs` does.

    They come from what was frozen when the segment was logged, or its run prepared:
    a contact, a document or an address that has changed since changes nothing; only
    who was blocked since is left out. Raises NoLetters.
    """
    if not letters_kept(logged_segment).exists():
        raise NoLetters
    runs = list(runs_kept(logged_segment))
    output = output or Output()
    return print_runs(runs=runs, output=output, out=out, progress=progress)
