"""Taking up again what a killed worker left behind."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import ngettext
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from ..choices import JobState
from ..models import Job
from .queue import enqueue

logger = logging.getLogger(__name__)


def take_up_stale(*, at: datetime) -> int:
    """Queue jobs again that have been silent for a minute; return how many.

    One that was started `max_attempts` times fails, one whose owner wanted it to
    stop is cancelled. Several workers may look at the same time: one gets it.
    """
    stale = sum(_take_up(job, at) for job in Job.objects.stale(at))
    lost = sum(_queue_again(job, at) for job in Job.objects.lost(at))
    return stale + lost


@transaction.atomic
def _take_up(job: Job, at: datetime) -> bool:
    if job.cancel_asked:
        values = {"state": JobState.CANCELLED, "finished_at": at}
    elif job.attempts >= job.max_attempts:
        values = {
            "state": JobState.FAILED,
            "finished_at": at,
            "error": _never_finished(job),
        }
    else:
        values = {"state": JobState.QUEUED, "heartbeat": at}
    if not Job.objects.stale(at).update_attempt(job, **values):
        return False
    logger.warning("Job %s was silent: now %s", job.pk, values["state"])
    if job.task_id:
        DBTaskResult.objects.filter(
            pk=job.task_id, status=TaskResultStatus.RUNNING
        ).update(status=TaskResultStatus.FAILED, finished_at=at)
    if values["state"] != JobState.QUEUED:
        return False
    enqueue(job)
    return True


@transaction.atomic
def _queue_again(job: Job, at: datetime) -> bool:
    if not Job.objects.lost(at).filter(pk=job.pk).update(heartbeat=at):
        return False
    logger.warning("Job %s was on no queue", job.pk)
    enqueue(job)
    return True


def _never_finished(job: Job) -> str:
    with translation.override(job.language or settings.LANGUAGE_CODE):
        return ngettext(
            "The program stopped in the middle of this job and does not try again.",
            "The program stopped in the middle of this job %(count)d times and does "
            "not try again.",
            job.attempts,
        ) % {"count": job.attempts}
