"""A search for duplicates begins: one at a time, at once among few contacts."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jobs.choices import FINISHED, MOST_WITHOUT_JOB
from jobs.models import Job
from jobs.services import make_job, run_job, start_job

from ...bounded import counted
from ...models import Contact, MarketingSetup, NumberSeries
from ...models.contact import NUMBER_PREFIX, NUMBER_SERIES
from ..errors import ContactError

FIND_DUPLICATES = "find_duplicates"


def start_search(*, user: Any, at: datetime) -> Job:
    """Search the register for duplicates; return the job, or the user's that runs.

    Up to 2,000 contacts are searched before this returns. Raises ContactError while
    the search of somebody else runs.
    """
    few = counted(Contact.objects.all(), MOST_WITHOUT_JOB) <= MOST_WITHOUT_JOB
    with transaction.atomic():
        # Of two at the same moment the second sees the search of the first.
        NumberSeries.lock(NUMBER_SERIES, prefix=NUMBER_PREFIX)
        of_kind = Job.objects.filter(kind=FIND_DUPLICATES)
        running = of_kind.exclude(state__in=FINISHED).first()
        if running:
            if Job.objects.visible_to(user).filter(pk=running.pk).exists():
                return running
            raise ContactError(_("A search is running already."))
        asked: dict[str, Any] = {
            "kind": FIND_DUPLICATES,
            "owner": user,
            "at": at,
            "parameters": {"least": MarketingSetup.load().least_likeness},
        }
        job = make_job(**asked, max_attempts=1) if few else start_job(**asked)
    if few:
        run_job(job=job)
    return job
