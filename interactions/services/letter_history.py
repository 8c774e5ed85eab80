"""What happened to one letter on its way, and to all letters of a run."""

from django.db.models import Q, QuerySet

from ..choices import RunEventKind
from ..models import InteractionLogEntry, Run, RunEvent

# What is done with some letters of a run, and not with the others.
OF_SOME = (
    *(RunEventKind.TO_PAPER, RunEventKind.TO_EMAIL),
    *(RunEventKind.TAKEN_OUT, RunEventKind.SENT_AGAIN),
)


def events_of_run(run: Run) -> QuerySet[RunEvent]:
    """What was done with the letters of the run, the first thing first."""
    events = RunEvent.objects.filter(Q(run=run) | Q(became=run)).order_by("pk")
    return events.select_related("user", "run", "became")


def events_of_letter(entry: InteractionLogEntry) -> list[RunEvent]:
    """What was done with the letter of this entry, in the runs it was in.

    What was done with other letters of the same run is not told. One query for each
    run, and one for when this was sent again.
    """
    item = getattr(entry, "run_item", None)
    told: list[RunEvent] = []
    sent_again = {earlier.event_id for earlier in entry.earlier_sendings.all()}
    run, until = (item.run if item else None), None
    while run:
        came, here = None, []
        for event in events_of_run(run):
            if until and event.pk >= until:
                break
            if event.became_id == run.pk:
                came = event
            elif event.kind not in OF_SOME or event.pk in sent_again:
                here.append(event)
        told = [*([came] if came else []), *here, *told]
        run, until = (came.run, came.pk) if came else (None, None)
    if item and item.taken_out_id:
        told = [event for event in told if event.pk < item.taken_out_id]
        told.append(RunEvent.objects.select_related("user").get(pk=item.taken_out_id))
    return told
