"""Running long work in this process, with a progress bar on the terminal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from ..choices import JobState
from ..models import Job
from ..registry import JobError
from .run_job import run_job
from .start_job import make_job


def run_here(
    *,
    kind: str,
    owner: Any,
    at: datetime,
    parameters: Mapping[str, Any] | None = None,
    label: str = "",
    input_file: File | None = None,
    progress_bar: bool = True,
) -> Job:
    """Run the handler of `kind` now and return the job when it is done.

    Raises JobError with the message for the user when it failed or was cancelled.
    No worker takes it up if this process is killed: who typed the command is there
    to type it again. Interrupted at the keyboard, the job counts as cancelled.
    """
    job = make_job(
        kind=kind,
        owner=owner,
        at=at,
        parameters=parameters,
        label=label,
        input_file=input_file,
        max_attempts=1,
    )
    with tqdm(desc=job.label, unit="", disable=None if progress_bar else True) as bar:
        try:
            run_job(job=job, on_progress=lambda job: _show(bar, job))
        except KeyboardInterrupt:
            Job.objects.update_attempt(
                job, state=JobState.CANCELLED, finished_at=timezone.now()
            )
            raise
    if job.state == JobState.FAILED:
        raise JobError(job.error)
    if job.state != JobState.DONE:
        raise JobError(_("The job was cancelled."))
    return job


def _show(bar: tqdm, job: Job) -> None:
    bar.total = job.total
    bar.set_postfix_str(job.message, refresh=False)
    bar.update(job.done - bar.n)
