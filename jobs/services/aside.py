"""Saying how far a job is while its transaction is still open."""

import threading
from typing import Any

from django.db import OperationalError, connection

from ..models import Job


def say_aside(job: Job, **figures: Any) -> None:
    """Save figures of the job so that others see them at once.

    The transaction that does the work shows nothing before it ends, so a connection of
    its own writes them. Where only one may write at a time, as on SQLite, nothing is
    said.
    """
    if not connection.features.has_select_for_update:
        return
    aside = threading.Thread(target=_save, args=(job, figures), daemon=True)
    aside.start()
    aside.join()


def _save(job: Job, figures: dict[str, Any]) -> None:
    try:
        Job.objects.update_attempt(job, **figures)
    except OperationalError:
        # What is shown meanwhile is no reason to stop the work.
        return
    finally:
        connection.close()
