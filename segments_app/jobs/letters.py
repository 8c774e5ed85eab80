"""Letters of runs as files: few at once, many in the background."""

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from django.core.files import File
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interactions.merge import Names
from interactions.models import Run
from interactions.printing import PatternError
from interactions.services.errors import InteractionError
from interactions.services.printing import (
    LettersGone,
    Output,
    Part,
    Plan,
    collect,
    document_of,
    files_of,
    join,
    write,
)
from interactions.services.printing.output import PDF
from jobs.choices import MOST_WITHOUT_JOB
from jobs.models import Job
from jobs.registry import JobError, Progress, Steps, register
from jobs.services import run_here, start_job

from ..models import Segment
from ..services import SegmentError
from ..services.prepare_run import ready_run
from ..services.print_letters import printable, without_letter

LETTERS = "letters_of_run"
PREPARE = "prepare_run"
# LibreOffice takes its time.
MOST_PDF_WITHOUT_JOB = 50
EVERY = 500
# Letters that could not be made, by number; of more the number is told.
SHOWN = 50


class _Stopped(Exception):
    """Somebody asked to cancel while the letters were being written."""


def print_later(*, runs: list[Run], output: Output, user: Any, at: datetime) -> Job:
    """Ask for a file with letters of these runs; it is the result of the job."""
    return start_job(**_asked(runs, output, user, at))


def print_now(*, runs: list[Run], output: Output, user: Any, at: datetime) -> Job:
    """Make the file at once; it is kept like that of any job. Raises JobError."""
    return run_here(**_asked(runs, output, user, at), progress_bar=False)


def most_without_job(output: Output) -> int:
    """How many letters are made while somebody waits."""
    return MOST_PDF_WITHOUT_JOB if output.kind == PDF else MOST_WITHOUT_JOB


def merge_later(
    *, segment: Segment, order: str, output: Output, user: Any, at: datetime
) -> Job:
    """Ask for the letters of an open segment: frozen as a run first, then printed."""
    return start_job(
        kind=LETTERS,
        owner=user,
        at=at,
        parameters={
            "runs": [],
            "segment": segment.pk,
            "order": order,
            "output": output.parameters,
        },
        label=_("Letters of segment %s") % segment.number,
    )


def prepare_later(*, segment: Segment, order: str, user: Any, at: datetime) -> Job:
    """Ask for a run of an open segment that has too many letters for a request."""
    return start_job(
        kind=PREPARE,
        owner=user,
        at=at,
        parameters={"segment": segment.pk, "order": order},
        label=_("Run of segment %s") % segment.number,
    )


def files_kept(run: Run) -> QuerySet[Job]:
    """The files that were asked for of this run alone, the newest first."""
    kept = Job.objects.filter(kind=LETTERS, parameters__runs=[run.pk])
    return kept.select_related("owner").order_by("-pk")


def _asked(runs: list[Run], output: Output, user: Any, at: datetime) -> dict[str, Any]:
    return {
        "kind": LETTERS,
        "owner": user,
        "at": at,
        "parameters": {
            "runs": [run.pk for run in runs],
            "output": output.parameters,
        },
        "label": _("Letters of segment %s") % runs[0].segment_number,
    }


@register(
    LETTERS,
    label=gettext_lazy("Print letters"),
    atomic=False,
    anticipated=(SegmentError, InteractionError, PatternError),
    result_labels={
        "letters": gettext_lazy("Letters"),
        "files": gettext_lazy("Files"),
        "without_document": gettext_lazy("Contacts without a document"),
        "kept_out": gettext_lazy("Contacts who must not be written to"),
        "skipped": gettext_lazy("Contacts left out by a field of the letter"),
        "unmade": gettext_lazy("Letters that could not be made"),
        "unmade_letters": gettext_lazy("These are"),
    },
)
def print_letters(job: Job) -> Iterator[Progress]:
    """Write the letters of the runs in the job's parameters."""
    if not job.parameters["runs"]:
        yield Progress(done=0, message=_("Freezing the letters"))
        _freeze(job)
    runs = list(Run.objects.filter(pk__in=job.parameters["runs"]).order_by("pk"))
    if not runs:
        raise JobError(_("The run does not exist any more."))
    output = Output.kept(job.parameters["output"])
    planned = printable(runs=runs, output=output)
    name = " ".join([runs[0].segment_number, *_numbers(output)])
    yield from _way(output)(job, planned, name)
    if not job.result_file:
        return
    without, blocked, skipped = without_letter(runs)
    failures = [each for part in job.resume["unmade"].values() for each in part]
    job.result["letters"] = planned.count - len(failures)
    if failures:
        job.result["unmade"] = len(failures)
        job.result["unmade_letters"] = "; ".join(failures[:SHOWN])
    job.result["without_document"] = without
    if blocked + planned.blocked:
        job.result["kept_out"] = blocked + planned.blocked
    if skipped:
        job.result["skipped"] = skipped
    yield Progress(done=planned.count, total=planned.count)


@register(
    PREPARE,
    label=gettext_lazy("Prepare a run"),
    atomic=False,
    anticipated=(SegmentError,),
    result_labels={"letters": gettext_lazy("Letters")},
    next_page=("segments:list", gettext_lazy("Segments")),
)
def prepare_letters(job: Job) -> Steps:
    """Freeze the letters of the segment in the job's parameters."""
    yield Progress(done=0, message=_("Freezing the letters"))
    run = _freeze(job)
    letters = run.items.filter(sequence__isnull=False).count()
    job.result["letters"] = letters
    return Progress(done=letters, total=letters)


def _freeze(job: Job) -> Run:
    """Return the run of the segment that the job asks for, noted with the job."""
    segment = Segment.objects.filter(pk=job.parameters["segment"]).first()
    if segment is None:
        raise JobError(_("The segment is not open any more."))
    order, now = job.parameters["order"], timezone.now()
    run = ready_run(segment=segment, order=order, user=job.owner, at=now)
    job.parameters["runs"] = [run.pk]
    job.save(update_fields=["parameters"])
    return run


def _numbers(output: Output) -> list[str]:
    """The numbers of a few letters, for the name of the file."""
    if not output.numbers:
        return []
    shown = [
        str(low) if low == high else f"{low}-{high}" for low, high in output.numbers
    ]
    return [", ".join(shown)] if len(shown) <= 3 else [f"{shown[0]} .. {shown[-1]}"]


def _way(output: Output) -> Callable[[Job, Plan, str], Iterator[Progress]]:
    if output.each:
        return _apart
    return _documents if output.kind == PDF else _together


def _together(job: Job, planned: Plan, name: str) -> Iterator[Progress]:
    """Write in one go, since a document is written from end to end.

    The figures are saved on the way; a wish to cancel stops the writing, and the
    next yield lets the job hear it.
    """
    total, message, reached = planned.count, _("Merging"), 0
    yield Progress(done=0, total=total, message=message)

    def tick() -> None:
        _alive(job, reached)

    def progress(done: int) -> None:
        nonlocal reached
        reached = min(done, total)
        if done % EVERY == 0:
            tick()

    with tempfile.TemporaryFile() as out:
        try:
            written = write(planned, out, progress=progress, tick=tick)
        except _Stopped:
            yield Progress(done=reached, total=total, message=message)
            return
        out.seek(0)
        job.keep_result(File(out), name=f"{name}{written.suffix}")
    job.resume["unmade"] = {"": list(map(str, written.failures))}
    job.result["files"] = written.files


class _Reached:
    """How far a part is, saved while it is being made; `before` are earlier parts."""

    def __init__(self, job: Job) -> None:
        self.before = self.done = 0
        self._job = job

    def progress(self, made: int) -> None:
        self.done = self.before + made

    def tick(self) -> None:
        _alive(self._job, self.done)


def _alive(job: Job, done: int) -> None:
    """Save how far it is. Raises _Stopped where somebody asked to cancel."""
    running = Job.objects.update_attempt(job, done=done, heartbeat=timezone.now())
    if not running or Job.objects.filter(pk=job.pk, cancel_asked=True).exists():
        raise _Stopped


def _apart(job: Job, planned: Plan, name: str) -> Iterator[Progress]:
    """Write the files of contacts part by part; what is kept is not made again.

    A part with fewer letters than it was made of, since somebody was blocked, is.
    """
    total, message, done = planned.count, _("Merging"), 0
    keys = [_key(part) for part in planned.parts]
    _plan(job, keys)
    yield Progress(done=0, total=total, message=message)
    reached = _Reached(job)

    names = Names()
    kept = {
        key
        for key, part in zip(keys, planned.parts, strict=True)
        if job.resume["parts"].get(key) == part.letters
    }
    for key in kept:
        with job.open_part(key) as made, zipfile.ZipFile(made) as archive:
            for file_name in archive.namelist():
                names.note(file_name)
    for key, part in zip(keys, planned.parts, strict=True):
        if key not in kept:
            with tempfile.TemporaryFile() as out:
                try:
                    failures = files_of(
                        planned,
                        part,
                        out,
                        names=names,
                        progress=reached.progress,
                        tick=reached.tick,
                    )
                except _Stopped:
                    yield Progress(done=reached.done, total=total, message=message)
                    return
                out.seek(0)
                job.resume["unmade"][key] = list(map(str, failures))
                job.keep_part(key, File(out), count=part.letters)
        done += part.letters
        reached.before = done
        yield Progress(done=done, total=total, message=message)
    with tempfile.TemporaryFile() as out:
        files = join(_opened(job, keys), out)
        unmade = sum(map(len, job.resume["unmade"].values()))
        if files + unmade != total:
            raise LettersGone(total, files + unmade)
        out.seek(0)
        job.keep_result(File(out), name=f"{name}.zip")
    job.result["files"] = files


def _documents(job: Job, planned: Plan, name: str) -> Iterator[Progress]:
    """Write PDFs document by document; one that is kept is not made again."""
    total, message, done = planned.count, _("Converting"), 0
    keys = [_document_key(part) for part in planned.parts]
    _plan(job, keys)
    reached = _Reached(job)
    yield Progress(done=0, total=total, message=message)

    for key, part in zip(keys, planned.parts, strict=True):
        if job.resume["parts"].get(key) != part.letters:
            with tempfile.TemporaryFile() as out:
                try:
                    failures = document_of(
                        planned,
                        part,
                        out,
                        progress=reached.progress,
                        tick=reached.tick,
                    )
                except _Stopped:
                    yield Progress(done=reached.done, total=total, message=message)
                    return
                out.seek(0)
                job.resume["unmade"][key] = list(map(str, failures))
                job.keep_part(key, File(out), count=part.letters)
        done += part.letters
        reached.before = done
        yield Progress(done=done, total=total, message=message)
    failed = [each for part in job.resume["unmade"].values() for each in part]
    if len(failed) == total:
        said = _("Not a single letter could be made. The first: %s")
        raise JobError(said % failed[0])
    if not planned.is_archive:
        with job.open_part(keys[0]) as only:
            job.keep_result(File(only), name=f"{name}.pdf")
        job.result["files"] = 1
        return
    with tempfile.TemporaryFile() as out:
        job.result["files"] = collect(planned, _opened(job, keys), out)
        out.seek(0)
        job.keep_result(File(out), name=f"{name}.zip")


def _plan(job: Job, keys: list[str]) -> None:
    """Note the parts; what could not be made of parts of an earlier plan is no more."""
    job.plan_parts(keys)
    unmade = job.resume.get("unmade", {})
    job.resume["unmade"] = {key: unmade[key] for key in keys if key in unmade}


def _key(part: Part) -> str:
    return f"{part.run.pk}-{part.bundle}"


def _document_key(part: Part) -> str:
    """Where documents begin and end depends on who is blocked, so it is said too."""
    document = part.document.pk if part.document else f"sheet-{part.follow}"
    return f"{_key(part)}-{part.first}-{part.last}-{document}"


def _opened(job: Job, keys: list[str]) -> Iterator[BinaryIO]:
    for key in keys:
        with job.open_part(key) as part:
            yield part
