"""A search for duplicates begins: by a worker, one at a time."""

from datetime import datetime
from typing import Any

from jobs.choices import FINISHED
from jobs.models import Job
from jobs.services import start_job

from ..models import MarketingSetup

FIND_DUPLICATES = "find_duplicates"


def start_search(*, user: Any, at: datetime) -> Job:
    """Search the register for duplicates; return the job, or the one that runs."""
    running = Job.objects.filter(kind=FIND_DUPLICATES).exclude(state__in=FINISHED)
    return running.first() or start_job(
        kind=FIND_DUPLICATES,
        owner=user,
        at=at,
        parameters={"least": MarketingSetup.load().least_likeness},
    )
