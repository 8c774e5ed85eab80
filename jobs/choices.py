"""Choice values of jobs."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# So many rows are seen to while somebody waits for the page; more of them are a job.
MOST_WITHOUT_JOB = 2_000


class JobState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("job", "Queued")
    RUNNING = "running", _("Running")
    DONE = "done", pgettext_lazy("job", "Done")
    FAILED = "failed", pgettext_lazy("job", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("job", "Cancelled")


FINISHED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
