"""What is too much for a request: letters merged, many contacts put on a segment."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.selection import Selection
from interactions.models import LoggedSegment
from jobs.choices import MOST_WITHOUT_JOB
from jobs.models import Job
from jobs.registry import JobError, Progress, register
from jobs.services import run_here, start_job

from .models import Segment
from .services import SegmentError, add_by_hand, create_segment
from .services.letters import Merged, documents_of, merge_segment
from .services.letters_again import letters_kept, merge_again

ADD = "add_to_segment"
MERGE = "merge_segment"
MERGE_AGAIN = "merge_logged_segment"
EVERY = 500
RESULT_LABELS = {
    "letters": gettext_lazy("Letters"),
    "without_document": gettext_lazy("Contacts without a document"),
    "kept_out": gettext_lazy("Contacts who must not be written to"),
}

Write = Callable[[BinaryIO, Callable[[int], None]], Merged]


class _Stopped(Exception):
    """Somebody asked to cancel while the letters were being merged."""


def add_chosen(
    *,
    segment: Segment | None,
    description: str,
    selection: Selection,
    count: int,
    user: Any,
    at: datetime,
) -> Job:
    """Put the selected contacts on a segment, or on a new one, and return the job.

    Up to 2,000 are on it before this returns; JobError where that fails.
    """
    job = {
        "kind": ADD,
        "owner": user,
        "at": at,
        "parameters": {
            "segment": segment and segment.pk,
            "description": description,
            **selection.parameters,
        },
    }
    if count <= MOST_WITHOUT_JOB:
        return run_here(**job, progress_bar=False)
    return start_job(**job)


@register(
    ADD,
    label=gettext_lazy("Add to segment"),
    anticipated=(SegmentError,),
    result_labels={
        "segment": gettext_lazy("Segment"),
        "entered": gettext_lazy("Contacts"),
        "kept_out": gettext_lazy("Kept out"),
    },
    next_page=("segments:list", gettext_lazy("Segments")),
)
def add_chosen_of_job(job: Job) -> Iterator[Progress]:
    """Take the step of `add_chosen`, whole or not at all."""
    asked = job.parameters
    if asked["segment"]:
        segment = Segment.objects.filter(pk=asked["segment"]).first()
        if segment is None:
            raise JobError(_("The segment is not open any more."))
    else:
        segment = create_segment(
            description=asked["description"], user=job.owner, at=job.created_at
        )
    step = add_by_hand(
        segment=segment,
        contacts=Selection.kept(asked).contacts,
        user=job.owner,
        at=job.created_at,
    )
    kept_out = sum(step.kept_out.values())
    job.result = {"segment": segment.number, "entered": step.entered}
    if kept_out:
        job.result["kept_out"] = kept_out
    total = step.entered + kept_out
    yield Progress(done=total, total=total)


def merge_later(*, segment: Segment, each: bool, user: Any) -> Job:
    """Ask for the letters of an open segment; the file is the job's result."""
    return start_job(
        kind=MERGE,
        owner=user,
        at=timezone.now(),
        parameters={"segment": segment.pk, "each": each},
        label=_("Letters of segment %s") % segment.number,
    )


def merge_again_later(*, logged_segment: LoggedSegment, each: bool, user: Any) -> Job:
    """Ask for the letters of a logged segment once more."""
    return start_job(
        kind=MERGE_AGAIN,
        owner=user,
        at=timezone.now(),
        parameters={"logged_segment": logged_segment.pk, "each": each},
        label=_("Letters of logged segment %s") % logged_segment.segment_number,
    )


@register(
    MERGE,
    label=gettext_lazy("Merge letters"),
    atomic=False,
    anticipated=(SegmentError,),
    result_labels=RESULT_LABELS,
)
def merge_letters(job: Job) -> Iterator[Progress]:
    """Merge the letters of the open segment in the job's parameters."""
    segment = Segment.objects.filter(pk=job.parameters["segment"]).first()
    if segment is None:
        raise JobError(_("The segment is not open any more."))

    def write(out: BinaryIO, progress: Callable[[int], None]) -> Merged:
        each = job.parameters["each"]
        return merge_segment(segment=segment, out=out, each=each, progress=progress)

    total = sum(count for _document, count in documents_of(segment))
    yield from _merge(job, write, total=total, name=segment.number)


@register(
    MERGE_AGAIN,
    label=gettext_lazy("Merge logged letters again"),
    atomic=False,
    anticipated=(SegmentError,),
    result_labels=RESULT_LABELS,
)
def merge_logged_letters(job: Job) -> Iterator[Progress]:
    """Merge the letters of the logged segment in the job's parameters."""
    pk = job.parameters["logged_segment"]
    logged = LoggedSegment.objects.filter(pk=pk).first()
    if logged is None:
        raise JobError(_("The logged segment does not exist any more."))

    def write(out: BinaryIO, progress: Callable[[int], None]) -> Merged:
        each = job.parameters["each"]
        return merge_again(logged_segment=logged, out=out, each=each, progress=progress)

    total = letters_kept(logged).count()
    yield from _merge(job, write, total=total, name=logged.segment_number)


def _merge(job: Job, write: Write, *, total: int, name: str) -> Iterator[Progress]:
    """Merge in one go, since a document is written from end to end.

    The figures are saved on the way; a wish to cancel stops the writing, and the
    next yield lets the job hear it.
    """
    message = _("Merging")
    yield Progress(done=0, total=total, message=message)
    reached = 0

    def progress(done: int) -> None:
        nonlocal reached
        reached = min(done, total)
        if done % EVERY == 0:
            running = Job.objects.update_attempt(
                job, done=reached, heartbeat=timezone.now()
            )
            if not running or Job.objects.filter(pk=job.pk, cancel_asked=True).exists():
                raise _Stopped

    with tempfile.TemporaryFile() as out:
        try:
            merged = write(out, progress)
        except _Stopped:
            yield Progress(done=reached, total=total, message=message)
            return
        out.seek(0)
        job.keep_result(File(out), name=f"{name}{merged.suffix}")
    job.result["letters"] = merged.letters
    job.result["without_document"] = merged.without_document
    if merged.kept_out:
        job.result["kept_out"] = merged.kept_out
    yield Progress(done=merged.letters, total=merged.letters)
