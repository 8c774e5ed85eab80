"""Preparing a run: the letters of an open segment are frozen and numbered.

What changes afterwards, a contact, a document or our own address, does not change
them: the letters of a run can be printed again, all or some, as they were.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When, Window
from django.db.models.functions import RowNumber

from contacts.models import MarketingSetup
from contacts.models.insert_select import insert_from
from interactions.choices import LeftOut, RunKind, RunOrder
from interactions.models import Run, RunItem

from ..models import Segment
from .freeze import freeze_letters, order_keys, said_of_us
from .letters import MUST_NOT, AllSkipped, NoDocument
from .preflight import lines_with_letter
from .run_changes import newest_run, unchanged
from .steps import claim


@transaction.atomic
def prepare_run(
    *, segment: Segment, user: Any, at: datetime, order: str = RunOrder.POSTAL
) -> Run:
    """Freeze the letters of the live lines and return the run.

    Each letter gets its number by `order`. Who has no letter is noted with the
    reason. A constant number of queries. Raises NoDocument where there is no letter
    at all, AllSkipped where the letter wants it so, and SegmentChanged where the
    segment is gone.
    """
    claim(segment=segment)
    return _prepare(segment, user, at, RunOrder(order))


@transaction.atomic
def ready_run(
    *, segment: Segment, user: Any, at: datetime, order: str = RunOrder.POSTAL
) -> Run:
    """Return the newest prepared run if it is as a new one would be, else a new one.

    So who asks twice, or two who ask at once, get the same letters and numbers.
    """
    claim(segment=segment)
    run = newest_run(segment)
    if run and run.order == order and unchanged(run, segment):
        return run
    return _prepare(segment, user, at, RunOrder(order))


def _prepare(segment: Segment, user: Any, at: datetime, order: RunOrder) -> Run:
    setup = MarketingSetup.load()
    run = Run.objects.create(
        segment_number=segment.number,
        worksheet=segment.pk,
        kind=RunKind.PRINT,
        order=order,
        created_at=at,
        user=user,
        **said_of_us(setup),
    )
    lines = lines_with_letter(segment)
    without = MUST_NOT | Q(effective_document_id=None)
    keys = order_keys(order, setup)
    numbered = insert_from(
        RunItem,
        lines.exclude(without).order_by(*keys),
        run=run,
        sequence=Window(RowNumber(), order_by=keys),
        contact=F("contact_id"),
    )
    if not numbered:
        raise NoDocument
    with_letter = run.items.filter(contact=OuterRef("contact_id")).order_by()
    insert_from(
        RunItem,
        lines.filter(~Exists(with_letter)).order_by("position"),
        run=run,
        contact=F("contact_id"),
        left_out=Case(
            When(MUST_NOT, then=Value(LeftOut.BLOCKED)),
            default=Value(LeftOut.NO_DOCUMENT),
        ),
    )
    skipped = freeze_letters(lines, run)
    if skipped == numbered:
        raise AllSkipped
    return run
