"""Asking for long work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files import File
from django.utils.translation import get_language

from ..models import Job
from ..registry import get_kind
from .queue import enqueue


def start_job(
    *,
    kind: str,
    owner: Any,
    at: datetime,
    parameters: Mapping[str, Any] | None = None,
    label: str = "",
    input_file: File | None = None,
    max_attempts: int = 3,
) -> Job:
    """Make a job of `kind` and queue it for a worker; return it at once.

    `label` is what the user reads in the list, by default the name of the kind.
    The messages of the job come in the language that is active now.
    """
    job = make_job(
        kind=kind,
        owner=owner,
        at=at,
        parameters=parameters,
        label=label,
        input_file=input_file,
        max_attempts=max_attempts,
    )
    enqueue(job)
    return job


def make_job(
    *,
    kind: str,
    owner: Any,
    at: datetime,
    parameters: Mapping[str, Any] | None = None,
    label: str = "",
    input_file: File | None = None,
    max_attempts: int = 3,
) -> Job:
    """Make the row alone, without queueing it; `run_job` runs it in this process."""
    return Job.objects.create(
        kind=kind,
        label=(label or str(get_kind(kind).label))[:200],
        parameters=dict(parameters or {}),
        input_file=input_file,
        owner=owner,
        language=get_language() or "",
        max_attempts=max_attempts,
        heartbeat=at,
        created_at=at,
    )
