"""A large segment is logged in the background: still one transaction, one winner."""

from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jobs.choices import MOST_WITHOUT_JOB
from jobs.models import Job
from jobs.registry import JobError, Progress, Steps, register
from jobs.services import start_job
from jobs.services.aside import say_aside

from ..choices import LogStage
from ..models import Segment
from ..services import SegmentAlreadyLogged, SegmentError
from ..services.log_segment import log_within, logged_from

LOG = "log_segment"


def takes_long(lines: int) -> bool:
    """Whether somebody who logs so many lines would wait too long for the page."""
    return lines > MOST_WITHOUT_JOB


def log_under_way(segment: Segment) -> Job | None:
    """The job that logs the segment, the first where several were asked for at once."""
    asked = Job.objects.unfinished().filter(kind=LOG, parameters__segment=segment.pk)
    return asked.order_by("pk").first()


def log_later(
    *, segment: Segment, user: Any, at: datetime, seen_at: datetime, **asked: Any
) -> Job:
    """Ask for the segment to be logged as `log_segment` would, as it was seen."""
    # To the microsecond: JSON would cut it off.
    asked["seen_at"] = seen_at.isoformat()
    return start_job(
        kind=LOG,
        owner=user,
        at=at,
        parameters={"segment": segment.pk, **asked},
        label=_("Log segment %s") % segment.number,
    )


@register(
    LOG,
    label=gettext_lazy("Log a segment"),
    anticipated=(SegmentError,),
    result_labels={
        "segment": gettext_lazy("Segment"),
        "logged": gettext_lazy("Interactions"),
    },
    next_page=("segments:logged_detail", gettext_lazy("Look at the logged segment")),
)
def log_of_job(job: Job) -> Steps:
    """Log the segment; that the job is done is part of the same transaction.

    So a job that was killed is either done with the segment logged, or it is taken
    up again with the segment as it was.
    """
    stages = len(LogStage)
    yield Progress(done=0, total=stages)
    asked = dict(job.parameters)
    key = asked.pop("segment")
    segment = Segment.objects.filter(pk=key).first()
    if segment is None:
        logged = logged_from(key)
        if logged:
            raise SegmentAlreadyLogged(logged)
        raise JobError(_("The segment is not open any more."))
    order = list(LogStage)

    def tell(stage: LogStage) -> None:
        say_aside(job, done=order.index(stage), message=str(stage.label))

    asked["seen_at"] = parse_datetime(asked["seen_at"])
    logged = log_within(
        segment=segment, user=job.owner, at=job.created_at, on_stage=tell, **asked
    )
    job.result = {
        "segment": logged.segment_number,
        "logged": logged.interactions.count(),
        "next_page": [logged.pk],
    }
    return Progress(done=stages, total=stages)
