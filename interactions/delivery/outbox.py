"""Draining the outbox: claim rows, send outside any transaction, record it.

Any number of senders on any number of machines share one outbox. A claim passes over
rows that another sender is taking. Right before the mail server is told of a letter
the row says so; a crash after that leaves it unknown, and it is never sent again by
itself. What was only claimed goes back to the queue.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from secrets import token_hex

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from ..choices import DeliveryStatus, EmailForm
from ..models import Delivery, InteractionLogEntry
from ..models.outbox import DeliveryQuerySet
from ..undelivered import STOPPED, UNWELCOME
from .compose import mail_of
from .email import Parcel, call, hang_up, pack, send
from .errors import DeliveryError, OutcomeUnknown, ServerUnreachable
from .pdfs import Pdf, pdfs_of

MOST_ATTEMPTS = 7
RETRY_AFTER = timedelta(minutes=15)  # then twice as long each time
AT_ONCE = 50
SLOW_FORMS = (EmailForm.PDF, EmailForm.BODY)
BELIEVED = 1.0  # seconds that what was asked of all of these holds
SIGN_OF_LIFE = 60.0  # seconds between two, while letters are being converted


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
    sender = Sender(get_connection(), at, stopped)
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
        locked = lost.select_for_update(of=("self",)).values_list("pk", "entry_id")
        entries = dict(locked)
        gone = Delivery.objects.filter(pk__in=list(entries))
        _settle(gone, list(entries.values()), DeliveryStatus.UNKNOWN, error=STOPPED)
    return Settled(queued, len(entries))


class Stopped(Exception):
    """Somebody asked to stop while letters were being converted."""


class Sender:
    """One sender: its claims, and its line to the mail server.

    While the mail server looks at a letter, what became of the last is recorded and
    the next is made, so that neither waits for the other. A sender that is killed
    leaves two unknown at most.
    """

    def __init__(
        self, line: BaseEmailBackend, at: datetime, stopped: Callable[[], bool]
    ) -> None:
        self.line = line
        self.at = at
        self.stopped = stopped
        self.name = ""
        self.alive_until = 0.0
        self.pdfs: dict[int, Pdf] = {}
        self.following: dict[Delivery, Delivery] = {}
        self.made: dict[int, Parcel] = {}
        self.unsettled: Callable[[], None] | None = None
        self.may_go: set[int] = set()
        self.asked_until = 0.0

    def claim(self) -> bool:
        """Take the next letters; false where none is due or none may go."""
        self.name, self.asked_until = token_hex(8), 0.0
        taken = Delivery.objects.claim(
            claim=self.name,
            at=self.at,
            most=AT_ONCE,
            domain=_domain(),
            rate=settings.MAIL_PER_MINUTE,
        )
        return bool(taken)

    def claimed(self) -> list[Delivery]:
        """What was taken, with all that a letter needs, in one query.

        What goes as PDF is converted first, together; nothing where that was stopped.
        Raises ServerUnreachable.
        """
        mine = Delivery.objects.claimed_by(self.name).order_by("pk")
        letters = list(mine.with_letter())
        self.following = dict(zip(letters, letters[1:], strict=False))
        try:
            self.pdfs = self._converted(letters)
        except Stopped:
            return []
        return letters

    def _converted(self, letters: list[Delivery]) -> dict[int, Pdf]:
        """Nothing is converted for a mail server that is not there."""
        as_pdf = [each for each in letters if each.entry.email_form == EmailForm.PDF]
        if not as_pdf:
            return {}
        call(self.line)
        self.alive_until = time.monotonic() + SIGN_OF_LIFE
        return pdfs_of(as_pdf, tick=self._tick)

    def deliver(self, delivery: Delivery) -> str | None:
        """Send one letter, record what came of it and return its status.

        None where it is not to be sent now.
        """
        try:
            parcel = self.made.pop(delivery.pk, None) or self._pack(delivery)
            call(self.line)
        except DeliveryError as error:
            self._tried(delivery)
            return self._failed(delivery, error)
        if not self._may_go(delivery):
            return self._not_now(delivery)
        if not Delivery.objects.hand_over(pk=delivery.pk, claim=self.name):
            return None  # another has it: this sender was thought to be gone
        delivery.attempts += 1
        return self._send(delivery, parcel)

    def _tick(self) -> None:
        """While letters are converted: stop when asked to, and give a sign of life."""
        if self.stopped():
            raise Stopped
        if time.monotonic() >= self.alive_until:
            Delivery.objects.keep_claimed(self.name)
            self.alive_until = time.monotonic() + SIGN_OF_LIFE

    def _pack(self, delivery: Delivery) -> Parcel:
        return pack(mail_of(delivery, self.pdfs.get(delivery.pk)))

    def _may_go(self, delivery: Delivery) -> bool:
        """Whether nobody paused, cancelled or unsubscribed up to a moment ago."""
        if time.monotonic() >= self.asked_until:
            rows = Delivery.objects.claimed_by(self.name).may_go().welcome(_today())
            self.may_go = set(rows.values_list("pk", flat=True))
            self.asked_until = time.monotonic() + BELIEVED
        return delivery.pk in self.may_go

    def _send(self, delivery: Delivery, parcel: Parcel) -> str:
        try:
            send(parcel, self.line, partial(self._meanwhile, delivery))
        except OutcomeUnknown as error:
            return self._record(delivery, DeliveryStatus.UNKNOWN, error=str(error))
        except DeliveryError as error:
            return self._failed(delivery, error)
        except ServerUnreachable:
            self._untried(delivery)
            raise
        return self._record(delivery, DeliveryStatus.SENT)

    def _meanwhile(self, delivery: Delivery) -> None:
        """While the server looks at one letter, settle the last and make the next.

        What takes long is made when its turn comes.
        """
        self.settle()
        following = self.following.get(delivery)
        if following and self._is_quick(following):
            with suppress(DeliveryError):
                self.made[following.pk] = self._pack(following)

    def _is_quick(self, delivery: Delivery) -> bool:
        is_converted = delivery.pk in self.pdfs
        return is_converted or delivery.entry.email_form not in SLOW_FORMS

    def _tried(self, delivery: Delivery) -> None:
        """What could not be made counts as an attempt, as what was refused does."""
        mine = Delivery.objects.claimed_by(self.name).filter(pk=delivery.pk)
        mine.update(attempts=F("attempts") + 1)
        delivery.attempts += 1

    def _failed(self, delivery: Delivery, error: DeliveryError) -> str:
        if error.permanent or delivery.attempts >= MOST_ATTEMPTS:
            return self._record(delivery, DeliveryStatus.FAILED, error=str(error))
        again = RETRY_AFTER * 2 ** (delivery.attempts - 1)
        return self._record(
            delivery,
            DeliveryStatus.QUEUED,
            error=str(error),
            next_attempt_at=self.at + again,
        )

    def _not_now(self, delivery: Delivery) -> str | None:
        """Say why a letter was not handed over: unwelcome, or it is to wait."""
        mine = Delivery.objects.claimed_by(self.name).filter(pk=delivery.pk)
        if mine.exists() and not mine.welcome(_today()).exists():
            return self._record(delivery, DeliveryStatus.FAILED, error=UNWELCOME)
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
        """Keep in mind what became of a letter, to be written as soon as may be."""
        self.settle()
        self.unsettled = partial(
            _settle,
            Delivery.objects.filter(pk=delivery.pk, claim=self.name),
            [delivery.entry_id],
            status,
            error=error,
            next_attempt_at=next_attempt_at,
        )
        return status

    def settle(self) -> None:
        """Write what became of the last letter, if it is not written yet."""
        if self.unsettled:
            with transaction.atomic():
                _do_not_wait_for_the_disk()
                self.unsettled()
            self.unsettled = None

    def end(self) -> None:
        """Write what is known, give back what was not sent, and hang up."""
        self.settle()
        Delivery.objects.claimed_by(self.name).give_back()
        hang_up(self.line)


def _do_not_wait_for_the_disk() -> None:
    """Let this transaction end at once.

    Should the database server fall over in the next moment, the letter is unknown:
    that it was handed over is on the disk.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")


def _settle(
    letters: DeliveryQuerySet,
    entries: list[int],
    status: DeliveryStatus,
    *,
    error: str = "",
    next_attempt_at: datetime | None = None,
) -> None:
    """Write the state of letters, if they are there, on their log entries too."""
    found = letters.update(
        status=status,
        error=error,
        next_attempt_at=next_attempt_at,
        sent_at=timezone.now() if status == DeliveryStatus.SENT else None,
    )
    if found:
        of_letters = InteractionLogEntry.objects.filter(pk__in=entries)
        of_letters.update(delivery_status=status)


def _domain() -> str:
    """The domain of message ids: that of our own address."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    return domain if domain.isascii() and domain else "segments.invalid"


def _today() -> date:
    return timezone.localdate(timezone=timezone.get_default_timezone())
