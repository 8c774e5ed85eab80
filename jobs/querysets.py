"""Which jobs: whose, running, left behind by a killed worker."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .choices import JobState

STALE_AFTER = timedelta(seconds=60)


class JobQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Everybody sees their own jobs, a superuser those of all."""
        if user.is_anonymous:
            return self.none()
        return self if user.is_superuser else self.filter(owner=user)

    def unfinished(self) -> Self:
        """Jobs that wait or run."""
        return self.filter(finished_at=None)

    def unfinished_or_failed(self, *, since: datetime) -> Self:
        """Jobs that wait or run, and those that failed since then."""
        failed = Q(state=JobState.FAILED, finished_at__gte=since)
        return self.filter(Q(finished_at=None) | failed)

    def stale(self, at: datetime) -> Self:
        """Running jobs whose process has given no sign of life for a minute."""
        return self.filter(state=JobState.RUNNING, heartbeat__lt=at - STALE_AFTER)

    def lost(self, at: datetime) -> Self:
        """Queued jobs that no waiting task knows of: nobody would ever run them."""
        waiting = DBTaskResult.objects.filter(
            pk=OuterRef("task_id"), status=TaskResultStatus.READY
        )
        return self.filter(
            ~Exists(waiting), state=JobState.QUEUED, heartbeat__lt=at - STALE_AFTER
        )

    def with_expired_files(self, at: datetime) -> Self:
        """Jobs that finished more than `JOB_FILES_DAYS` ago and still have files."""
        day = at - timedelta(days=settings.JOB_FILES_DAYS)
        files = ~Q(input_file="") | ~Q(result_file="") | Q(resume__has_key="planned")
        return self.filter(files, finished_at__lt=day)

    def claim(self, *, pk: int, at: datetime) -> bool:
        """Start a queued job; False where somebody else has it or it is over."""
        return bool(
            self.filter(pk=pk, state=JobState.QUEUED).update(
                state=JobState.RUNNING,
                attempts=F("attempts") + 1,
                started_at=Coalesce("started_at", Value(at)),
                heartbeat=at,
            )
        )

    def update_attempt(self, job: Any, **values: Any) -> bool:
        """Update a running job, only while it still is in the hands of this attempt.

        A process that was thought dead and taken over must not write any more.
        """
        return bool(
            self.filter(
                pk=job.pk, state=JobState.RUNNING, attempts=job.attempts
            ).update(**values)
        )
