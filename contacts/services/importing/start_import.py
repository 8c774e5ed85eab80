"""An import begins: at once where the file is small, else by a worker."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _

from jobs.choices import MOST_WITHOUT_JOB
from jobs.models import Job
from jobs.services import run_here, start_job

IMPORT = "import_contacts"
CHECK = "check_contacts"


def start_import(
    *,
    file: File,
    name: str,
    total: int,
    choices: Mapping[str, Any],
    user: Any,
    at: datetime,
) -> Job:
    """Import a file that was looked at and return its job.

    `choices` are the `mapping`, the `constants` and `use_setup`. Up to 2,000 of its
    `total` rows are imported before this returns. Raises JobError when that fails.
    """
    job = {
        "kind": IMPORT,
        "label": _("Import of %s") % name,
        "owner": user,
        "at": at,
        "parameters": {**choices, "name": name},
        "input_file": File(file, name),
    }
    if total <= MOST_WITHOUT_JOB:
        return run_here(**job, progress_bar=False)
    return start_job(**job)


def start_check(
    *, file: File, name: str, choices: Mapping[str, Any], user: Any, at: datetime
) -> Job:
    """Let a worker try the whole of a large file and change nothing."""
    return start_job(
        kind=CHECK,
        label=_("Check of %s") % name,
        owner=user,
        at=at,
        parameters=choices,
        input_file=File(file, name),
    )
