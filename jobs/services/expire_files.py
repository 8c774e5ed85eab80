"""Files of jobs are not kept for ever: they hold names and addresses."""

from datetime import datetime

from ..models import Job
from ..registry import expirers

JOBS_AT_ONCE = 100


def expire_files(*, at: datetime) -> int:
    """Delete the files of jobs that finished long ago and return how many jobs.

    How long they are kept is the setting `JOB_FILES_DAYS`. Jobs and figures stay.
    What other apps registered to be deleted in time goes too.
    """
    expired = 0
    while jobs := list(Job.objects.with_expired_files(at)[:JOBS_AT_ONCE]):
        for job in jobs:
            job.drop_files()
        expired += len(jobs)
    for expire in expirers():
        expire()
    return expired
