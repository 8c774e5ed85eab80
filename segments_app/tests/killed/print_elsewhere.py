"""Making a file of letters in processes that are killed; see `log_elsewhere`.

The database has one run. Each file is asked for anew, killed, and taken up as a
worker does; prints as JSON what became of it.
"""

import datetime
import json
import os
import sys
import zipfile
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "segments_app.config.settings")
django.setup()

from django.core.files.storage import default_storage  # noqa: E402
from django.utils import timezone  # noqa: E402

from interactions.models import Run  # noqa: E402
from interactions.services.printing import Output, output  # noqa: E402
from jobs.models import Job  # noqa: E402
from jobs.services import run_job, take_up_stale  # noqa: E402
from segments_app.jobs.letters import print_later  # noqa: E402

from .killing import count_statements, killed_before, spread  # noqa: E402

SILENT_FOR = datetime.timedelta(minutes=5)
output.FILES_IN_PART = 2


def asked() -> Job:
    """Ask for one file per letter, made two at a go."""
    run, how = Run.objects.get(), Output(each=True)
    return print_later(runs=[run], output=how, user=None, at=timezone.now())


def work(job: Job) -> None:
    run_job(job=Job.objects.get(pk=job.pk))


def what_became(job: Job) -> dict[str, Any]:
    """The state of the job, the names in its file, and the parts that are left."""
    job.refresh_from_db()
    names = []
    if job.result_file:
        with job.result_file.open() as file, zipfile.ZipFile(file) as archive:
            names = archive.namelist() if archive.testzip() is None else ["broken"]
    kept = default_storage.exists("jobs/part")
    parts = default_storage.listdir("jobs/part")[1] if kept else []
    return {"state": job.state, "names": names, "parts": parts}


def killed(points: int) -> dict[str, Any]:
    whole = asked()
    statements = count_statements(lambda: work(whole))
    told = []
    for place in spread(points, statements):
        job = asked()
        ended = killed_before(place, lambda job=job: work(job))
        before = what_became(job)
        take_up_stale(at=timezone.now() + SILENT_FOR)
        if before["state"] != "done":
            work(job)
        told.append([place, ended, before["state"], what_became(job)])
    return {"whole": what_became(whole), "killed": told}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(killed(int(sys.argv[2]))))
