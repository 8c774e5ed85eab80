"""Many contacts put on a segment."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.selection import Selection
from interactions.services.once import DoneAlready, only_once
from jobs.choices import MOST_WITHOUT_JOB
from jobs.models import Job
from jobs.registry import JobError, Progress, Steps, register
from jobs.services import run_here, start_job

from ..models import Segment
from ..services import SegmentError, add_by_hand, create_segment

ADD = "add_to_segment"


def add_chosen(
    *,
    segment: Segment | None,
    description: str,
    selection: Selection,
    count: int,
    once_key: UUID | None = None,
    user: Any,
    at: datetime,
) -> Job:
    """Put the selected contacts on a segment, or on a new one, and return the job.

    Up to 2,000 are on it before this returns; JobError where that fails. With the
    same `once_key` only one new segment is made.
    """
    job = {
        "kind": ADD,
        "owner": user,
        "at": at,
        "parameters": {
            "segment": segment and segment.pk,
            "description": description,
            "once_key": once_key and str(once_key),
            **selection.parameters,
        },
    }
    if count <= MOST_WITHOUT_JOB:
        return run_here(**job, progress_bar=False)
    return start_job(**job)


@register(
    ADD,
    label=gettext_lazy("Add to segment"),
    anticipated=(SegmentError, DoneAlready),
    result_labels={
        "segment": gettext_lazy("Segment"),
        "entered": gettext_lazy("Contacts"),
        "kept_out": gettext_lazy("Kept out"),
    },
    next_page=("segments:list", gettext_lazy("Segments")),
)
def add_chosen_of_job(job: Job) -> Steps:
    """Take the step of `add_chosen`; that the job is done is part of it."""
    yield Progress(done=0)
    asked = job.parameters
    if asked["segment"]:
        segment = Segment.objects.filter(pk=asked["segment"]).first()
        if segment is None:
            raise JobError(_("The segment is not open any more."))
    else:
        key = asked.get("once_key")
        segment = only_once(
            key=key and UUID(key),
            make=partial(
                create_segment,
                description=asked["description"],
                user=job.owner,
                at=job.created_at,
            ),
            at=job.created_at,
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
    return Progress(done=total, total=total)
