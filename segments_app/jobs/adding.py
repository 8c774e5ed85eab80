"""Many contacts put on a segment."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.selection import Selection
from jobs.models import Job
from jobs.registry import JobError, Progress, register
from jobs.services import run_here, start_job

from ..models import Segment
from ..services import SegmentError, add_by_hand, create_segment

ADD = "add_to_segment"
AT_ONCE = 2_000


def add_chosen(
    *,
    segment: Segment | None,
    description: str,
    selection: Selection,
    count: int,
    user: Any,
    at: datetime,
) -> Job:
    """Put the selected contacts on a segment, or on a new one, and return the job.

    Up to 2,000 are on it before this returns; JobError where that fails.
    """
    job = {
        "kind": ADD,
        "owner": user,
        "at": at,
        "parameters": {
            "segment": segment and segment.pk,
            "description": description,
            **selection.parameters,
        },
    }
    if count <= AT_ONCE:
        return run_here(**job, progress_bar=False)
    return start_job(**job)


@register(
    ADD,
    label=gettext_lazy("Add to segment"),
    anticipated=(SegmentError,),
    result_labels={
        "segment": gettext_lazy("Segment"),
        "entered": gettext_lazy("Contacts"),
        "kept_out": gettext_lazy("Kept out"),
    },
    next_page=("segments:list", gettext_lazy("Segments")),
)
def add_chosen_of_job(job: Job) -> Iterator[Progress]:
    """Take the step of `add_chosen`, whole or not at all."""
    asked = job.parameters
    if asked["segment"]:
        segment = Segment.objects.filter(pk=asked["segment"]).first()
        if segment is None:
            raise JobError(_("The segment is not open any more."))
    else:
        segment = create_segment(
            description=asked["description"], user=job.owner, at=job.created_at
        )
    step = add_by_hand(
        segment=segment,
        contacts=Selection.kept(asked).contacts,
        user=job.owner,
        at=job.created_at,
    )
    kept_out = sum(step.kept_out.values())
    job.result = {"segment": segment.number, "entered": step.entered}
    if kept_out:
        job.result["kept_out"] = kept_out
    total = step.entered + kept_out
    yield Progress(done=total, total=total)
