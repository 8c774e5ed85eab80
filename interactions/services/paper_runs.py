"""The letters of a logged run on paper: printed, posted, or withdrawn before.

The log says that they went only once somebody has said when they were posted. Each
change is one transaction that sets the run, its entries and their deliveries; the
state of the run is asked and set by one statement, so of two at once one is refused.
"""

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contacts.choices import CorrespondenceType

from ..choices import DeliveryStatus, RunEventKind, RunKind, RunState
from ..models import Delivery, InteractionLogEntry, Run, RunEvent, RunItem
from ..models.querysets import BEFORE_POSTING, LOGGED_RUN, MUST_NOT_ITEM, in_house
from ..printing import Numbers
from .errors import InteractionError


class NoLettersLeft(InteractionError):
    """A run whose letters all went another way, or nowhere."""

    def __init__(self) -> None:
        super().__init__(_("None of its letters is to be printed or posted any more."))


class RunNotPrinted(InteractionError):
    """A run that is not prepared, or whose letters are not those of the log."""


class RunNotPosted(InteractionError):
    """A run that is not printed, or was posted or withdrawn already."""


class RunNotWithdrawn(InteractionError):
    """A run that was posted or withdrawn already, or is sent by e-mail."""

    def __init__(self) -> None:
        super().__init__(
            _("This run cannot be withdrawn: it was posted, sent or withdrawn already.")
        )


class PostingDateRefused(InteractionError):
    """A day on which the letters cannot have been posted."""


class RunIsGone(InteractionError):
    """A run whose letters are not in the house any more, so that none is taken out."""

    def __init__(self) -> None:
        super().__init__(
            _("Letters can be taken out only until their run is posted or withdrawn.")
        )


class NothingTakenOut(InteractionError):
    """None of the letters that were named is still in the house."""


@transaction.atomic
def mark_printed(*, run: Run, user: Any, at: datetime) -> RunEvent:
    """Say that the letters are on paper. Raises RunNotPrinted and NoLettersLeft."""
    if not _claim(run, (RunState.PREPARED,), state=RunState.PRINTED):
        raise RunNotPrinted(
            _("Only a run that is logged and prepared can become printed.")
        )
    count = _set_status(entries_in_house(run), DeliveryStatus.PRINTED)
    return _event(run, RunEventKind.PRINTED, count, user, at)


@transaction.atomic
def post_run(*, run: Run, posted_on: date, user: Any, at: datetime) -> RunEvent:
    """Say when the letters went to the post: from now on the log says they are sent.

    Letters to contacts who must not be written to any more are taken out. Raises
    RunNotPosted, NoLettersLeft and PostingDateRefused.
    """
    changes = {"state": RunState.POSTED, "posted_on": posted_on}
    if not _claim(run, (RunState.PRINTED,), **changes):
        raise RunNotPosted(
            _("Only a printed run can be posted, and only once. Look at it again.")
        )
    _check_day(run, posted_on, at)
    if blocked(run).exists():
        _take_out(run, blocked(run), user, at)
    letters = entries_in_house(run)
    sent_at = timezone.make_aware(datetime.combine(posted_on, time()))
    Delivery.objects.filter(entry__in=letters.values("pk")).update(sent_at=sent_at)
    posted = {"correspondence_type": CorrespondenceType.HARD_COPY}
    count = _set_status(letters, DeliveryStatus.POSTED, **posted)
    return _event(run, RunEventKind.POSTED, count, user, at)


@transaction.atomic
def withdraw_run(*, run: Run, user: Any, at: datetime) -> RunEvent:
    """Let nobody print, log or post the run any more.

    The entries of one that is logged stay, and say that nothing was sent. Raises
    RunNotWithdrawn and NoLettersLeft.
    """
    unlogged = ~LOGGED_RUN & Q(state=RunState.PREPARED)
    waiting = Run.objects.filter(unlogged | _on_paper(BEFORE_POSTING), pk=run.pk)
    if not waiting.update(state=RunState.WITHDRAWN):
        raise RunNotWithdrawn
    run.refresh_from_db()
    _refuse_without_letters(run)
    _withdraw(entries_in_house(run))
    letters = run.items.filter(sequence__isnull=False, taken_out=None).count()
    return _event(run, RunEventKind.WITHDRAWN, letters, user, at)


@transaction.atomic
def take_letters_out(
    *, run: Run, numbers: Numbers, user: Any, at: datetime
) -> RunEvent:
    """Withdraw single letters that were spoiled or shall not go; they keep numbers.

    Raises RunIsGone, NoLettersLeft and NothingTakenOut.
    """
    if not _claim(run, BEFORE_POSTING):
        raise RunIsGone
    named = Q()
    for numbers_named in numbers:
        named |= Q(sequence__range=numbers_named)
    items = _items_in_house(run).filter(named)
    if not numbers or not items.exists():
        raise NothingTakenOut(
            _("None of these letters is in the run any more. Say other numbers.")
        )
    return _take_out(run, items, user, at)


def entries_in_house(run: Run) -> Any:
    """The entries whose letters go with the run, and have not gone."""
    return InteractionLogEntry.objects.filter(in_house(), run_item__run=run)


def blocked(run: Run) -> QuerySet[RunItem]:
    """Letters in the house to contacts who must not be written to any more."""
    return _items_in_house(run).filter(MUST_NOT_ITEM)


def _items_in_house(run: Run) -> QuerySet[RunItem]:
    return RunItem.objects.filter(entry__in=entries_in_house(run).values("pk"))


def _on_paper(states: Any) -> Q:
    return LOGGED_RUN & Q(kind=RunKind.PRINT, state__in=states)


def _claim(run: Run, states: Any, **changes: Any) -> bool:
    """Set the run where it is in one of the states; others wait until we are done.

    They wait too where nothing is to be set: a statement that changes nothing locks.
    Raises NoLettersLeft.
    """
    changes = changes or {"kind": RunKind.PRINT}
    if not Run.objects.filter(_on_paper(states), pk=run.pk).update(**changes):
        return False
    run.refresh_from_db()
    _refuse_without_letters(run)
    return True


def _refuse_without_letters(run: Run) -> None:
    if run.is_logged and not entries_in_house(run).exists():
        raise NoLettersLeft


def _check_day(run: Run, posted_on: date, at: datetime) -> None:
    if posted_on > _day(at):
        raise PostingDateRefused(_("This day has not come yet."))
    printed = run.events.filter(kind=RunEventKind.PRINTED).latest("pk")
    moments = [
        (_("The letters were printed on %s: they went later."), printed.created_at)
    ]
    if logged := run.logged_segment:
        said = _("The segment was logged on %s: the letters went later.")
        moments.insert(0, (said, logged.created_at))
    for said, moment in moments:
        if posted_on < _day(moment):
            day = date_format(_day(moment), "SHORT_DATE_FORMAT")
            raise PostingDateRefused(said % day)


def _day(moment: datetime) -> date:
    return timezone.localdate(moment, timezone.get_default_timezone())


def _take_out(run: Run, items: QuerySet[RunItem], user: Any, at: datetime) -> RunEvent:
    """The event is written first, so that the letters can name it."""
    event = _event(run, RunEventKind.TAKEN_OUT, 0, user, at)
    event.letters = items.update(taken_out=event)
    event.save(update_fields=["letters"])
    _withdraw(InteractionLogEntry.objects.filter(run_item__taken_out=event))
    return event


def _withdraw(entries: Any) -> None:
    # Nothing was sent by any channel, so the entry names none.
    _set_status(entries, DeliveryStatus.WITHDRAWN, correspondence_type="")


def _set_status(entries: Any, status: DeliveryStatus, **changes: Any) -> int:
    """Set deliveries before their entries, which are not found afterwards."""
    Delivery.objects.filter(entry__in=entries.values("pk")).update(status=status)
    return int(entries.update(delivery_status=status, **changes))


def _event(
    run: Run, kind: RunEventKind, letters: int, user: Any, at: datetime
) -> RunEvent:
    return RunEvent.objects.create(
        run=run, kind=kind, letters=letters, user=user, created_at=at
    )
