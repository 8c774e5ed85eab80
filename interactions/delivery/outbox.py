"""Draining the outbox: claim rows, send outside any transaction, record it.

Any number of senders on any number of machines share one outbox. A claim passes over
rows that another sender is taking. Right before the mail server is told of a letter
the row says so; a crash after that leaves it unknown, and it is never sent again by
itself. What was only claimed goes back to the queue.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import token_hex

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..choices import DeliveryStatus
from ..models import Delivery, InteractionLogEntry
from .compose import mail_of
from .email import Mail, call, hang_up, send
from .errors import DeliveryError, OutcomeUnknown, ServerUnreachable

MOST_ATTEMPTS = 7
RETRY_AFTER = timedelta(minutes=15)  # then twice as long each time
AT_ONCE = 20


@dataclass
class Outcome:
    """How many letters went out, failed, wait for another attempt, or are unknown."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0
    unknown: int = 0

    def count(self, status: str) -> None:
        match status:
            case DeliveryStatus.SENT:
                self.sent += 1
            case DeliveryStatus.QUEUED:
                self.waiting += 1
            case DeliveryStatus.UNKNOWN:
                self.unknown += 1
            case _:
                self.failed += 1


def never() -> bool:
    """Nobody asked to stop."""
    return False


def send_due(*, at: datetime, stopped: Callable[[], bool] = never) -> Iterator[Outcome]:
    """Send every e-mail that is due at `at`; yield the count after each.

    Ends early when `stopped`, or when no more may go in this minute. What was claimed
    and not sent goes back. Raises ServerUnreachable; the letters left are as they were.
    """
    outcome = Outcome()
    for _gone in range(settle_stale(at=at).unknown):
        outcome.count(DeliveryStatus.UNKNOWN)
        yield outcome
    sender = Sender(get_connection(), at)
    try:
        while not stopped() and sender.claim():
            for delivery in sender.claimed():
                if stopped():
                    return
                status = sender.deliver(delivery)
                if status is not None:
                    outcome.count(status)
                    yield outcome
    finally:
        sender.end()


@dataclass(frozen=True)
class Settled:
    """What became of letters whose sender is gone."""

    queued: int
    unknown: int


def settle_stale(*, at: datetime) -> Settled:
    """Put what a sender took and never sent into the queue again.

    What may have been taken by the mail server becomes unknown.
    """
    with transaction.atomic():
        stale = Delivery.objects.stale(at)
        queued = stale.give_back()
        lost = stale.filter(handed_over_at__isnull=False)
        keys = list(lost.select_for_update(of=("self",)).values_list("pk", flat=True))
        said = _("The sender stopped before it knew whether the letter was taken.")
        _settle(keys, DeliveryStatus.UNKNOWN, error=said)
    return Settled(queued, len(keys))


class Sender:
    """One sender: its claims, and its line to the mail server."""

    def __init__(self, line: BaseEmailBackend, at: datetime) -> None:
        self.line = line
        self.at = at
        self.name = ""

    def claim(self) -> bool:
        """Take the next letters; false where none is due or none may go."""
        self.name = token_hex(8)
        taken = Delivery.objects.claim(
            claim=self.name,
            at=self.at,
            most=AT_ONCE,
            domain=_domain(),
            rate=settings.MAIL_PER_MINUTE,
        )
        return bool(taken)

    def claimed(self) -> list[Delivery]:
        """What was taken, with all that a letter needs, in one query."""
        rows = Delivery.objects.claimed_by(self.name).order_by("pk")
        return list(
            rows.select_related(
                "entry__run_item__run", "entry__run_item__snapshot__document"
            )
        )

    def deliver(self, delivery: Delivery) -> str | None:
        """Send one letter, record what came of it and return its status.

        None where it is not to be sent now.
        """
        try:
            mail = mail_of(delivery)
            call(self.line)
        except DeliveryError as error:
            return self._failed(delivery, error)
        if not Delivery.objects.hand_over(
            pk=delivery.pk, claim=self.name, today=_today()
        ):
            return self._not_now(delivery)
        delivery.attempts += 1
        return self._send(delivery, mail)

    def _send(self, delivery: Delivery, mail: Mail) -> str:
        try:
            send(mail, self.line)
        except OutcomeUnknown as error:
            return self._record(delivery, DeliveryStatus.UNKNOWN, error=str(error))
        except DeliveryError as error:
            return self._failed(delivery, error)
        except ServerUnreachable:
            self._untried(delivery)
            raise
        return self._record(delivery, DeliveryStatus.SENT)

    def _failed(self, delivery: Delivery, error: DeliveryError) -> str:
        if error.permanent or delivery.attempts >= MOST_ATTEMPTS:
            return self._record(delivery, DeliveryStatus.FAILED, error=str(error))
        again = RETRY_AFTER * 2 ** max(delivery.attempts - 1, 0)
        return self._record(
            delivery,
            DeliveryStatus.QUEUED,
            error=str(error),
            next_attempt_at=self.at + again,
        )

    def _not_now(self, delivery: Delivery) -> str | None:
        """Say why a letter was not handed over: unwelcome, or it is to wait."""
        mine = Delivery.objects.claimed_by(self.name).filter(pk=delivery.pk)
        if mine.exists() and not mine.wanted(_today()).exists():
            said = _("The contact must not receive anything through this channel.")
            return self._record(delivery, DeliveryStatus.FAILED, error=said)
        mine.give_back()
        return None

    def _untried(self, delivery: Delivery) -> None:
        """The server was away: nothing was handed over, and no attempt counts."""
        Delivery.objects.filter(pk=delivery.pk, claim=self.name).update(
            status=DeliveryStatus.QUEUED,
            claim="",
            handed_over_at=None,
            attempts=delivery.attempts - 1,
        )

    def _record(
        self,
        delivery: Delivery,
        status: DeliveryStatus,
        error: str = "",
        next_attempt_at: datetime | None = None,
    ) -> str:
        with transaction.atomic():
            mine = Delivery.objects.filter(pk=delivery.pk, claim=self.name)
            keys = list(mine.values_list("pk", flat=True))
            _settle(keys, status, error=error, next_attempt_at=next_attempt_at)
        return status

    def end(self) -> None:
        """Give back what was not sent, and hang up."""
        Delivery.objects.claimed_by(self.name).give_back()
        hang_up(self.line)


def _settle(
    keys: list[int],
    status: DeliveryStatus,
    *,
    error: str = "",
    next_attempt_at: datetime | None = None,
) -> None:
    """Write the state of these letters, on their log entries too."""
    Delivery.objects.filter(pk__in=keys).update(
        status=status,
        error=error,
        next_attempt_at=next_attempt_at,
        sent_at=timezone.now() if status == DeliveryStatus.SENT else None,
    )
    InteractionLogEntry.objects.filter(delivery__in=keys).update(delivery_status=status)


def _domain() -> str:
    """The domain of message ids: that of our own address."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    return domain if domain.isascii() and domain else "segments.invalid"


def _today() -> date:
    return timezone.localdate(timezone=timezone.get_default_timezone())
