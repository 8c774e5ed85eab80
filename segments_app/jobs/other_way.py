"""Many letters that go another way: in the background, still all or none."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interactions.models import LoggedSegment
from jobs.choices import MOST_WITHOUT_JOB
from jobs.models import Job
from jobs.registry import JobError, Progress, Steps, register
from jobs.services import start_job
from jobs.services.aside import say_aside

from ..services import SegmentError
from ..services.channels import (
    NothingToPrint,
    NothingToSend,
    failed_emails,
    print_instead,
    send_instead,
    unposted_letters,
)

OTHER_WAY = "other_way"
# By the name of the way: which letters may go it, what moves them, and what is said
# where there are none.
WAYS = {
    "paper": (failed_emails, print_instead, NothingToPrint),
    "email": (unposted_letters, send_instead, NothingToSend),
}


def takes_long(letters: int) -> bool:
    """Whether somebody who moves so many letters would wait too long for the page."""
    return letters > MOST_WITHOUT_JOB


def move_later(
    *, logged_segment: LoggedSegment, way: str, letters: int, user: Any, at: datetime
) -> Job:
    """Ask for the letters, of which there are so many now, to go this way."""
    said = _("Print instead") if way == "paper" else _("Send by e-mail instead")
    return start_job(
        kind=OTHER_WAY,
        owner=user,
        at=at,
        parameters={
            "logged_segment": logged_segment.pk,
            "way": way,
            "letters": letters,
        },
        label=f"{said}: {logged_segment.segment_number}",
    )


@register(
    OTHER_WAY,
    label=gettext_lazy("Letters that go another way"),
    anticipated=(SegmentError,),
    result_labels={"letters": gettext_lazy("Letters")},
    next_page=("segments:run", gettext_lazy("Look at the run")),
)
def move_of_job(job: Job) -> Steps:
    """Move the letters; that the job is done is part of the same transaction."""
    asked = job.parameters
    expected = asked["letters"]
    message = _("Moving the letters")
    yield Progress(done=0, total=expected, message=message)
    logged = LoggedSegment.objects.filter(pk=asked["logged_segment"]).first()
    if logged is None:
        raise JobError(_("The logged segment does not exist any more."))

    def tell(moved: int) -> None:
        say_aside(job, done=min(moved, expected), message=message)

    _movable, move, _nothing = WAYS[asked["way"]]
    events = move(
        logged_segment=logged, user=job.owner, at=job.created_at, on_moved=tell
    )
    letters = sum(event.letters for event in events)
    job.result = {"letters": letters, "next_page": [events[0].became_id]}
    return Progress(done=letters, total=letters)
