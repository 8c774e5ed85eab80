"""A classification begins: a worker does it, question by question."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.models import Job
from jobs.services import start_job

from ..models import ProfileQuestionnaire

CLASSIFY = "classify_contacts"


def start_classification(
    *, questionnaire: ProfileQuestionnaire | None, user: Any, at: datetime
) -> Job:
    """Queue the classification by a questionnaire, or by all, as of that day."""
    label = _("Classification of contacts")
    return start_job(
        kind=CLASSIFY,
        owner=user,
        at=at,
        label=f"{label}: {questionnaire.code}" if questionnaire else label,
        parameters={
            "questionnaire": questionnaire and questionnaire.pk,
            "on": timezone.localdate(at),
        },
    )
