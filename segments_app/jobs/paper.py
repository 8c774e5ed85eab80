"""Labels, envelopes and cover sheets as files: few at once, many in the background."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import Contact
from interactions.models import Run
from interactions.paper import Left, Printed
from jobs.choices import MOST_WITHOUT_JOB
from jobs.models import Job
from jobs.registry import JobError, Progress, Steps, register
from jobs.services import run_here, start_job

from ..models import Segment
from ..services import SegmentError
from ..services.addresses import Addresses, RunAddresses, SegmentAddresses
from ..services.log_covers import log_covers
from ..services.print_paper import Asked, PaperKind, print_paper

PAPER = "paper_of_segment"
EVERY = 500
# Addresses that were left out, by number; of more the number is told.
SHOWN = 50


class _Stopped(Exception):
    """Somebody asked to cancel while the file was being written."""


def print_paper_of(
    *, addresses: Addresses, asked: Asked, user: Any, at: datetime
) -> Job:
    """Ask for the file and return the job; it is done where there are few addresses.

    JobError where that fails.
    """
    source = (
        {"run": addresses.run.pk}
        if isinstance(addresses, RunAddresses)
        else {"segment": addresses.segment.pk}
    )
    job = {
        "kind": PAPER,
        "owner": user,
        "at": at,
        "parameters": {**source, "asked": asked.parameters},
        "label": f"{PaperKind(asked.kind).label} {addresses.number}",
    }
    if addresses.count() <= MOST_WITHOUT_JOB:
        return run_here(**job, progress_bar=False)
    return start_job(**job)


@register(
    PAPER,
    label=gettext_lazy("Labels and envelopes"),
    atomic=False,
    anticipated=(SegmentError,),
    result_labels={
        "pieces": gettext_lazy("Addresses"),
        "pages": gettext_lazy("Pages"),
        "incomplete": gettext_lazy("Incomplete addresses"),
        "kept_out": gettext_lazy("Contacts who must not be written to"),
        "left": gettext_lazy("Left out"),
        "logged": gettext_lazy("Logged interactions"),
        "left_addresses": gettext_lazy("These are"),
    },
)
def paper_of_job(job: Job) -> Steps:
    """Write the file from one end to the other; a wish to cancel stops it."""
    addresses = _addresses(job.parameters)
    asked = Asked.kept(job.parameters["asked"])
    total, reached = addresses.count(), 0
    message = _("Writing the file")
    yield Progress(done=0, total=total, message=message)

    def progress(done: int) -> None:
        nonlocal reached
        reached = min(done, total)
        if done % EVERY == 0:
            now = timezone.now()
            running = Job.objects.update_attempt(job, done=reached, heartbeat=now)
            if not running or Job.objects.filter(pk=job.pk, cancel_asked=True).exists():
                raise _Stopped

    with tempfile.TemporaryFile() as out:
        try:
            printed = print_paper(
                addresses=addresses,
                asked=asked,
                out=out,
                today=timezone.localdate(job.created_at),
                progress=progress,
            )
        except _Stopped:
            yield Progress(done=reached, total=total, message=message)
            return None
        out.seek(0)
        kind = PaperKind(asked.kind).label
        job.keep_result(File(out), name=f"{addresses.number} {kind}.pdf")
    job.result = _figures(addresses, printed)
    if asked.kind == PaperKind.COVERS and asked.log:
        job.result["logged"] = log_covers(
            contacts=addresses.contact_keys(),
            left=printed.keys_left,
            segment_number=addresses.number,
            logged_segment=addresses.logged_segment,
            user=job.owner,
            at=job.created_at,
        )
    return Progress(done=total, total=total)


def _addresses(parameters: dict[str, Any]) -> Addresses:
    if "run" in parameters:
        run = Run.objects.filter(pk=parameters["run"]).first()
        if run is None:
            raise JobError(_("The run does not exist any more."))
        return RunAddresses(run)
    segment = Segment.objects.filter(pk=parameters["segment"]).first()
    if segment is None:
        raise JobError(_("The segment is not open any more."))
    return SegmentAddresses(segment)


def _figures(addresses: Addresses, printed: Printed) -> dict[str, Any]:
    """What was printed and what was not, each only where there is some."""
    figures = {
        "pieces": printed.pieces,
        "pages": printed.pages,
        "incomplete": sum(addresses.lacking().values()),
        "kept_out": addresses.blocked(),
        "left": sum(printed.counts.values()),
        "left_addresses": "; ".join(_named(printed)),
    }
    usual = ("pieces", "pages")
    return {name: value for name, value in figures.items() if value or name in usual}


def _named(printed: Printed) -> Iterator[str]:
    """The first who were left out, by number, and why.

    No name: what a job tells is kept longer than a person may want.
    """
    left = printed.left[:SHOWN]
    found = Contact.objects.filter(pk__in=[key for key, _why in left])
    numbers = dict(found.values_list("pk", "number"))
    for key, why in left:
        yield f"{numbers.get(key, '–')}: {Left(why).label}"
