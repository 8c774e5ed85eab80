"""Logging: the worksheet becomes history (segments.md 5).

All or nothing in one transaction, one winner on a double click, and set-based: one
statement each for entries, letters, their inputs and the outbox.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import (
    Case,
    F,
    FilteredRelation,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from contacts.choices import CorrespondenceType
from contacts.models import MarketingSetup
from contacts.models.insert_select import insert_from
from interactions.choices import DeliveryStatus, LeftOut, RunKind, RunState
from interactions.models import (
    CampaignEntry,
    Delivery,
    InteractionLogEntry,
    LoggedSegment,
    Run,
    RunItem,
)

from ..choices import LogStage
from ..models import Segment
from .channels import part_by_channel
from .errors import SegmentChanged
from .follow_up import create_follow_up
from .freeze import freeze_letters, said_of_us
from .left_over import move_to_new_segment
from .log_refusals import SegmentAlreadyLogged, refuse_faulty
from .preflight import (
    lines_with_letter,
    lines_with_problem,
    loggable_lines,
)
from .run_changes import newest_run, unchanged
from .snapshot import segment_snapshot
from .steps import claim, drop_tail
from .subjects import fill_subjects

SAME_IN_LINE_AND_ENTRY = (
    "description",
    "cost",
    "duration",
    "information_flow",
    "initiated_by",
    "campaign_target",
    "campaign_response",
    "email_form",
    "date",
    "evaluation",
    "language",
    "subject",
)

SAME_IN_LETTER_AND_COPY = (
    "template",
    "group",
    "description",
    "subject",
    "date",
    "language",
    "information_flow",
    "initiated_by",
    "campaign",
    "campaign_entry",
    "campaign_target",
    "campaign_response",
    "salesperson",
)


def log_within(
    *,
    segment: Segment,
    deliver: bool = False,
    follow_up: bool = False,
    skip_problem_lines: bool = False,
    confirmed: Collection[str] | None = None,
    user: Any,
    at: datetime,
    expected_version: str | None = None,
    seen_at: datetime | None = None,
    on_stage: Callable[[LogStage], None] = lambda _stage: None,
) -> LoggedSegment:
    """Log the live lines of the segment and return the logged segment.

    `deliver` also writes the outbox; `follow_up` makes a segment of the same
    contacts; with `skip_problem_lines` the lines with problems, and those by copy of
    them, move to a new segment. `confirmed` are the kinds of warnings that somebody
    has seen, None where nobody is asked. The newest prepared run becomes the log's,
    with the numbers its letters have, if a run prepared now would be the same;
    otherwise the letters are frozen anew. `expected_version` and `seen_at` are what
    the user saw, as in `claim`; `on_stage` is told what is being done. Raises
    SegmentAlreadyLogged, ProblemsFound, WarningsFound, SegmentChanged; then the
    caller's transaction must end without a trace.
    """
    _claim(segment, expected_version, seen_at)
    drop_tail(segment)
    on_stage(LogStage.CHECK)
    refusing = refuse_faulty(
        segment, deliver=deliver, skip_lines=skip_problem_lines, confirmed=confirmed
    )
    logged = LoggedSegment.objects.create(
        segment_number=segment.number,
        worksheet=segment.pk,
        description=segment.description,
        criteria=segment_snapshot(segment),
        created_at=at,
        user=user,
    )
    if refusing:
        _leave_over(segment, logged, deliver=deliver, user=user, at=at)
    on_stage(LogStage.ENTRIES)
    _write_campaign_entries(segment, logged, user)
    _write_entries(segment, logged, deliver=deliver, user=user, at=at)
    on_stage(LogStage.LETTERS)
    _write_letters(segment, logged, user=user, at=at)
    fill_subjects(logged.interactions.all())
    _write_copies(segment, logged, user=user, at=at)
    if deliver:
        on_stage(LogStage.OUTBOX)
        _write_outbox(logged)
    on_stage(LogStage.WORKSHEET)
    segment.delete()
    if follow_up:
        on_stage(LogStage.FOLLOW_UP)
        create_follow_up(logged_segment=logged, user=user, at=at)
    return logged


# In a transaction of its own.
log_segment = transaction.atomic(durable=True)(log_within)


def logged_from(pk: int) -> LoggedSegment | None:
    """What the open segment with this key became, if it was logged."""
    return LoggedSegment.objects.filter(worksheet=pk).first()


def _claim(
    segment: Segment, expected_version: str | None, seen_at: datetime | None
) -> None:
    number = segment.number
    try:
        claim(segment=segment, expected_version=expected_version, seen_at=seen_at)
    except SegmentChanged:
        logged = LoggedSegment.objects.filter(segment_number=number).first()
        if logged is None:
            raise
        raise SegmentAlreadyLogged(logged) from None
    # A number that was logged before cannot be logged again (segments.md 5.2.1).
    earlier = LoggedSegment.objects.filter(segment_number=number).first()
    if earlier:
        raise SegmentAlreadyLogged(earlier)


def _leave_over(
    segment: Segment,
    logged: LoggedSegment,
    *,
    deliver: bool,
    user: Any,
    at: datetime,
) -> None:
    left_over = move_to_new_segment(
        segment=segment,
        lines=lines_with_problem(segment, deliver=deliver),
        logged_segment=logged,
        user=user,
        at=at,
    )
    logged.criteria["left_over_segment"] = left_over.number
    logged.save(update_fields=["criteria"])


def _write_campaign_entries(segment: Segment, logged: LoggedSegment, user: Any) -> None:
    """One entry per campaign of the lines (segments.md 5.5)."""
    campaigns = (
        lines_with_letter(segment)
        .filter(effective_campaign_id__isnull=False)
        .order_by()
        .values("effective_campaign_id")
        .annotate(
            date=Min("effective_date"), salesperson=Min("effective_salesperson_id")
        )
    )
    CampaignEntry.objects.bulk_create(
        CampaignEntry(
            campaign_id=row["effective_campaign_id"],
            description=segment.description,
            date=row["date"],
            segment_number=segment.number,
            logged_segment=logged,
            salesperson_id=row["salesperson"],
            user=user,
        )
        for row in campaigns
    )


def _write_entries(
    segment: Segment,
    logged: LoggedSegment,
    *,
    deliver: bool,
    user: Any,
    at: datetime,
) -> None:
    """One entry per letter, with the values that hold in the end (segments.md 5.4)."""
    campaign_entry = logged.campaign_entries.filter(
        campaign=OuterRef("effective_campaign_id")
    )
    # An e-mail without an address is logged without a channel (segments.md 5.3).
    by_email = Q(effective_correspondence_type=CorrespondenceType.EMAIL)
    unreachable = by_email & Q(effective_email="")
    goes_out = (
        Q(effective_document_id__isnull=False)
        & ~Q(effective_correspondence_type="")
        & ~unreachable
    )
    insert_from(
        InteractionLogEntry,
        lines_with_letter(segment).order_by("position"),
        contact=F("contact_id"),
        company=F("contact__organisation_id"),
        alternative_address=F("effective_address_id"),
        template=F("effective_template_id"),
        group=F("effective_group_id"),
        document=F("effective_document_id"),
        campaign=F("effective_campaign_id"),
        campaign_entry=Subquery(campaign_entry.values("pk")),
        salesperson=F("effective_salesperson_id"),
        correspondence_type=Case(
            When(unreachable, then=Value("")),
            default=F("effective_correspondence_type"),
        ),
        contact_via=Case(When(by_email, then=F("effective_email")), default=Value("")),
        delivery_status=(
            Case(When(goes_out, then=Value(DeliveryStatus.QUEUED)), default=Value(""))
            if deliver
            else ""
        ),
        segment_number=segment.number,
        logged_segment=logged,
        user=user,
        created_at=at,
        **{name: F(f"effective_{name}") for name in SAME_IN_LINE_AND_ENTRY},
    )


def _write_copies(
    segment: Segment, logged: LoggedSegment, *, user: Any, at: datetime
) -> None:
    """One entry per line by copy, of the same kind as the letter that stands for it.

    Nothing goes out to these contacts, and the letter has cost once already.
    """
    path = "represented_by__contact__interactions"
    letter = FilteredRelation(path, condition=Q(**{f"{path}__logged_segment": logged}))
    copies = loggable_lines(segment).filter(by_copy_of_id__isnull=False)
    insert_from(
        InteractionLogEntry,
        copies.annotate(letter=letter)
        .filter(letter__isnull=False)
        .order_by("position"),
        contact=F("contact_id"),
        company=F("contact__organisation_id"),
        evaluation=F("effective_evaluation"),
        by_copy_of=F("letter__pk"),
        segment_number=segment.number,
        logged_segment=logged,
        user=user,
        created_at=at,
        **{name: F(f"letter__{name}") for name in SAME_IN_LETTER_AND_COPY},
    )


def _write_letters(
    segment: Segment, logged: LoggedSegment, *, user: Any, at: datetime
) -> None:
    """The run that was prepared, or one per channel that is frozen now."""
    prepared = newest_run(segment)
    taken = prepared and unchanged(prepared, segment) and _take_over(prepared, logged)
    # Of the others the log tells nothing: nobody prints them any more.
    Run.objects.of_worksheet(segment.pk).prepared().update(state=RunState.WITHDRAWN)
    if taken:
        return
    letters = logged.interactions.filter(document__isnull=False)
    of_us = said_of_us(MarketingSetup.load())
    by_email = {"correspondence_type": CorrespondenceType.EMAIL}
    for kind, chosen in (
        (RunKind.PRINT, letters.exclude(**by_email)),
        (RunKind.SEND, letters.filter(**by_email)),
    ):
        if chosen.exists():
            run = Run.objects.create(
                segment_number=segment.number,
                worksheet=segment.pk,
                logged_segment=logged,
                kind=kind,
                created_at=at,
                user=user,
                **of_us,
            )
            _freeze(segment, run, chosen)


def _freeze(segment: Segment, run: Run, letters: QuerySet) -> None:
    insert_from(
        RunItem,
        letters.order_by(),
        run=run,
        sequence=Window(RowNumber(), order_by="pk"),
        contact=F("contact_id"),
        entry=F("pk"),
    )
    if freeze_letters(lines_with_letter(segment), run):
        skipped = InteractionLogEntry.objects.filter(
            run_item__run=run, run_item__left_out=LeftOut.SKIPPED
        )
        skipped.update(document=None, delivery_status="")


def _take_over(run: Run, logged: LoggedSegment) -> bool:
    """Let the letters of a prepared run be those that the log tells of.

    False where it was withdrawn just now.
    """
    if not Run.objects.prepared().filter(pk=run.pk).update(logged_segment=logged):
        return False
    entries = logged.interactions.filter(
        contact=OuterRef("contact"), document__isnull=False
    )
    run.items.filter(sequence__isnull=False).update(
        entry=Subquery(entries.order_by().values("pk")[:1])
    )
    run.logged_segment = logged
    part_by_channel(run)
    return True


def _write_outbox(logged: LoggedSegment) -> None:
    """One row per entry that says it is queued."""
    outgoing = logged.interactions.filter(delivery_status=DeliveryStatus.QUEUED)
    insert_from(
        Delivery,
        outgoing.order_by("pk"),
        entry=F("pk"),
        channel=F("correspondence_type"),
        to_address=F("contact_via"),
        status=DeliveryStatus.QUEUED,
    )
