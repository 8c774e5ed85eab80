"""Printing: letters that were frozen become files."""

from dataclasses import dataclass, field
from typing import BinaryIO, Self

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from interactions.choices import LeftOut
from interactions.models import Run, RunItem
from interactions.services.printing import Output, Plan, plan, write
from interactions.services.printing.watch import Failure, OnLetter

from .errors import SegmentError

__all__ = ["Merged", "NothingToPrint", "OnLetter", "print_runs", "printable"]


class NothingToPrint(SegmentError):
    """None of the letters that were asked for may be printed, and why."""

    @classmethod
    def blocked(cls) -> Self:
        return cls(
            _("There is nothing to print: all of these contacts were blocked since.")
        )

    @classmethod
    def do_not_go(cls) -> Self:
        return cls(
            _(
                "There is nothing to print: these letters were taken out, withdrawn or "
                "cancelled."
            )
        )

    @classmethod
    def no_letters(cls) -> Self:
        return cls(_("There are no letters in this run."))


@dataclass(frozen=True)
class Merged:
    """What was made: letters, who has none and why, how many files of which kind."""

    letters: int
    without_document: int
    suffix: str
    kept_out: int = 0
    skipped: int = 0
    files: int = 1
    failures: list[Failure] = field(default_factory=list)


def print_runs(
    *,
    runs: list[Run],
    output: Output,
    out: BinaryIO,
    progress: OnLetter | None = None,
) -> Merged:
    """Write the letters of these runs to `out`, streamed, and say what was made.

    One document; of several templates, of more than 250 letters or with bundles a zip
    of documents; with `each` a zip of one document per contact. `progress` is called
    with the number of letters so far. Raises NothingToPrint, and what
    `interactions.services.printing` refuses.
    """
    planned = printable(runs=runs, output=output)
    written = write(planned, out, progress=progress)
    without, blocked, skipped = without_letter(runs)
    return Merged(
        letters=written.letters,
        without_document=without,
        suffix=written.suffix,
        kept_out=blocked + planned.blocked,
        skipped=skipped,
        files=written.files,
        failures=written.failures,
    )


def printable(*, runs: list[Run], output: Output) -> Plan:
    """Return the plan of these files. Raises NothingToPrint where there is none."""
    planned = plan(runs=runs, output=output)
    if planned.count:
        return planned
    if planned.blocked:
        raise NothingToPrint.blocked()
    if RunItem.objects.filter(run__in=runs, sequence__isnull=False).exists():
        raise NothingToPrint.do_not_go()
    raise NothingToPrint.no_letters()


def without_letter(runs: list[Run]) -> tuple[int, int, int]:
    """How many had no document when the runs were made, were blocked, were skipped."""
    left_out = RunItem.objects.filter(run__in=runs, sequence=None).aggregate(
        without=Count("pk", filter=Q(left_out=LeftOut.NO_DOCUMENT)),
        blocked=Count("pk", filter=Q(left_out=LeftOut.BLOCKED)),
        skipped=Count("pk", filter=Q(left_out=LeftOut.SKIPPED)),
    )
    return left_out["without"], left_out["blocked"], left_out["skipped"]
