"""Running a job chunk by chunk; the same for the worker, a command and a test."""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ..choices import JobState
from ..models import Job
from ..registry import Kind, Progress, Steps, UnknownKind, get_kind
from .pulse import Pulse
from .turns import Turns

logger = logging.getLogger(__name__)

OnProgress = Callable[[Job], None]

# Set when this process is told to end: the job goes back to the queue.
stop_asked = threading.Event()


class TakenOver(Exception):
    """This attempt was thought dead, and another one has the job now."""


def run_job(*, job: Job, on_progress: OnProgress | None = None) -> None:
    """Run a queued job to its end, whatever end that is; `job` tells which.

    Nothing happens where the job is running elsewhere or is over already. Handed
    back because the process must end, the job is queued, for the caller to queue. A
    handler that fails does not raise here: the row carries the message and the
    log the traceback.
    """
    if not Job.objects.claim(pk=job.pk, at=timezone.now()):
        job.refresh_from_db()
        return
    job.refresh_from_db()
    with translation.override(job.language or settings.LANGUAGE_CODE), Pulse(job):
        try:
            _run(job, on_progress)
        except TakenOver:
            logger.warning("Job %s was taken over; attempt %s", job.pk, job.attempts)
    job.refresh_from_db()
    if job.is_finished:
        job.drop_parts()


def _run(job: Job, on_progress: OnProgress | None) -> None:
    anticipated: tuple[type[Exception], ...] = ()
    try:
        kind = get_kind(job.kind)
        anticipated = kind.anticipated
        _run_chunks(job, kind, on_progress)
    except TakenOver:
        raise
    except UnknownKind:
        logger.exception("Job %s", job.pk)
        _fail(job, _("This program does not know the kind of job “%s”.") % job.kind)
    except anticipated as error:
        logger.info("Job %s (%s) refused: %s", job.pk, job.kind, error)
        _fail(job, str(error) or type(error).__name__)
    except Exception as error:
        logger.exception("Job %s (%s) failed", job.pk, job.kind)
        _fail(
            job,
            _(
                "An error that was not foreseen stopped this job: %(error)s. The "
                "log of the server has the details under job %(number)s."
            )
            % {"error": _in_short(error), "number": job.pk},
        )


def _run_chunks(job: Job, kind: Kind, on_progress: OnProgress | None) -> None:
    turns = Turns(needed=kind.atomic)
    with closing(kind.handler(job)) as steps:
        while True:
            if _cancel_asked(job):
                _save(job, state=JobState.CANCELLED, finished_at=timezone.now())
                return
            with _chunk(kind):
                finished = not _take_step(job, steps)
            if on_progress is not None:
                on_progress(job)
            if finished:
                return
            if stop_asked.is_set():
                _save(job, state=JobState.QUEUED, attempts=F("attempts") - 1)
                return
            turns.give()


def _chunk(kind: Kind) -> AbstractContextManager[None]:
    return transaction.atomic() if kind.atomic else nullcontext()


def _take_step(job: Job, steps: Steps) -> bool:
    """Let the handler work up to its next yield; False when that was the end."""
    try:
        _show(job, next(steps))
    except StopIteration as end:
        _show(job, end.value)
        _save_work(job, state=JobState.DONE, finished_at=timezone.now())
        return False
    _save_work(job)
    return True


def _show(job: Job, step: Progress | None) -> None:
    if step:
        job.done = step.done
        job.total = None if step.total is None else max(step.total, step.done)
        job.message = str(step.message)[:500]


def _save_work(job: Job, **values: object) -> None:
    _save(
        job,
        done=job.done,
        total=job.total,
        message=job.message,
        result=job.result,
        resume=job.resume,
        result_file=job.result_file.name or "",
        result_name=job.result_name,
        **values,
    )


def _fail(job: Job, error: str) -> None:
    _save(job, state=JobState.FAILED, error=error, finished_at=timezone.now())


def _save(job: Job, **values: object) -> None:
    if not Job.objects.update_attempt(job, heartbeat=timezone.now(), **values):
        raise TakenOver


def _cancel_asked(job: Job) -> bool:
    return Job.objects.filter(pk=job.pk, cancel_asked=True).exists()


def _in_short(error: Exception) -> str:
    """The class and the first line; the rest, which may quote data, is in the log."""
    first_line, *_rest = str(error).splitlines() or [""]
    return f"{type(error).__name__}: {first_line}"
