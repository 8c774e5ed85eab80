"""Cancelled interactions deleted as long work."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from jobs.registry import Progress, register

from ..selection import Selection
from ..services.delete_cancelled import deletable_entries, delete_entries

DELETE_CANCELLED = "delete_cancelled"


@register(
    DELETE_CANCELLED,
    label=_("Deletion of cancelled interactions"),
    atomic=False,
    result_labels={"deleted": _("Deleted")},
    next_page=("interactions:log", _("Look at the log")),
)
def delete_cancelled_of_job(job: Job) -> Iterator[Progress]:
    """Delete the cancelled ones of the selection; what is gone stays gone."""
    entries = Selection.kept(job.parameters).entries
    done = job.resume.get("done", 0)
    total = done + deletable_entries(entries).count()
    for number in delete_entries(entries):
        done += number
        job.resume["done"] = job.result["deleted"] = done
        yield Progress(done=done, total=max(total, done))
    job.result["deleted"] = done
