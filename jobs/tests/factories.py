"""Plain makers of jobs for tests."""

from datetime import datetime
from typing import Any

from jobs.choices import JobState
from jobs.models import Job


def make_job(*, at: datetime, kind: str = "count", **values: Any) -> Job:
    """A queued job of nobody, asked for and last heard of at `at`."""
    return Job.objects.create(
        **{
            "kind": kind,
            "label": "Count to three",
            "created_at": at,
            "heartbeat": at,
            **values,
        }
    )


def make_running_job(*, at: datetime, attempts: int = 1, **values: Any) -> Job:
    """A job some process started at `at` and has not been heard of since."""
    return make_job(
        at=at, state=JobState.RUNNING, attempts=attempts, started_at=at, **values
    )


def make_done_job(*, at: datetime, **values: Any) -> Job:
    return make_job(
        at=at,
        state=JobState.DONE,
        attempts=1,
        started_at=at,
        finished_at=at,
        **values,
    )
