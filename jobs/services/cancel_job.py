"""Cancelling a job: at once while it waits, after the current chunk while it runs."""

from datetime import datetime

from ..choices import JobState
from ..models import Job


def cancel_job(*, job: Job, at: datetime) -> bool:
    """Cancel the job or ask its worker to; False where it is over already."""
    jobs = Job.objects.filter(pk=job.pk)
    waiting = jobs.filter(state=JobState.QUEUED)
    heard = waiting.update(
        state=JobState.CANCELLED, cancel_asked=True, finished_at=at
    ) or jobs.filter(state=JobState.RUNNING).update(cancel_asked=True)
    job.refresh_from_db()
    return bool(heard)
