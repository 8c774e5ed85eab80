"""Letters as a file, as the command and the pages make them: frozen, then printed."""

from datetime import datetime
from typing import Any, BinaryIO

from interactions.choices import RunOrder
from interactions.models import LoggedSegment
from interactions.services.printing import Output
from segments_app.models import Segment
from segments_app.services.letters_again import check_letters, runs_kept
from segments_app.services.prepare_run import ready_run
from segments_app.services.print_letters import Merged, OnLetter, print_runs


def merge_segment(
    *,
    segment: Segment,
    out: BinaryIO,
    user: Any,
    at: datetime,
    output: Output | None = None,
    order: str = RunOrder.POSTAL,
    progress: OnLetter | None = None,
) -> Merged:
    """Write the letters of the segment to `out`, as `print_runs` does.

    They are frozen as a run first, or taken from the one that is ready. Raises
    NoDocument.
    """
    run = ready_run(segment=segment, user=user, at=at, order=order)
    output = output or Output()
    return print_runs(runs=[run], output=output, out=out, progress=progress)


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
    who was blocked since is left out. Raises NoLetters and NothingToPrint.
    """
    check_letters(logged_segment)
    runs = list(runs_kept(logged_segment))
    output = output or Output()
    return print_runs(runs=runs, output=output, out=out, progress=progress)
