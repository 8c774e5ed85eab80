"""A classification begins: at once where there are few contacts, else by a worker."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.choices import MOST_WITHOUT_JOB
from jobs.models import Job
from jobs.services import run_here, start_job

from ...bounded import counted
from ...models import Contact, ProfileQuestionnaire

CLASSIFY = "classify_contacts"


def start_classification(
    *, questionnaire: ProfileQuestionnaire | None, user: Any, at: datetime
) -> Job:
    """Classify by a questionnaire, or by all, as of that day, and return the job.

    Up to 2,000 contacts are classified before this returns. Raises JobError when that
    fails.
    """
    label = _("Classification of contacts")
    job: dict[str, Any] = {
        "kind": CLASSIFY,
        "owner": user,
        "at": at,
        "label": f"{label}: {questionnaire.code}" if questionnaire else label,
        "parameters": {
            "questionnaire": questionnaire and questionnaire.pk,
            "on": timezone.localdate(at),
        },
    }
    if counted(Contact.objects.all(), MOST_WITHOUT_JOB) <= MOST_WITHOUT_JOB:
        return run_here(**job, progress_bar=False)
    return start_job(**job)
