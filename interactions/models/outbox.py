"""The vocabulary of the outbox: what is due, whose it is, how much may go."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.db import connections, models, transaction
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.utils import timezone

from contacts.choices import CorrespondenceType
from contacts.models import ContactChannelBlock
from contacts.models.querysets import ineligible

from ..choices import DeliveryStatus
from ..sendings import Sending
from .querysets import on_the_way

# A sender that is silent for so long is gone.
STALE_AFTER = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
# Under this number senders that share a rate wait for each other.
TURN = 5_322_001

OPEN = (
    *(DeliveryStatus.QUEUED, DeliveryStatus.SENDING),
    *(DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN),
)
# What is done with, for better or worse, and may be sent again.
DONE = (DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)
QUEUED = Q(status=DeliveryStatus.QUEUED)
SENDING = Q(status=DeliveryStatus.SENDING)
STANDS = Q(entry__cancelled=False)
EMAIL = Q(channel=CorrespondenceType.EMAIL)
DID_NOT_ARRIVE = [DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN]
TO_SEE_TO = Q(status__in=DID_NOT_ARRIVE)
CLAIMED = SENDING & Q(handed_over_at=None)
# What was cancelled waits, should the cancelling be taken back.
MAY_GO = Q(entry__cancelled=False) & (
    Q(entry__run_item=None) | Q(entry__run_item__run__paused=False)
)
MAY_GO_AGAIN = EMAIL & Q(
    status__in=DONE, entry__cancelled=False, entry__run_item__isnull=False
)
MUST_NOT = ineligible(ignore_exclusion=True, contact="entry__contact__")


class DeliveryQuerySet(models.QuerySet):
    def due(self, at: datetime) -> Self:
        """Queued pieces whose time has come and whose run is not paused."""
        in_time = Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=at)
        return self.filter(QUEUED, in_time, MAY_GO, held=False).order_by("pk")

    def of_run(self, run: Any) -> Self:
        return self.filter(entry__run_item__run=run)

    def claim(
        self, *, claim: str, at: datetime, most: int, domain: str, rate: int = 0
    ) -> int:
        """Take at most so many e-mails that are due, for one sender; return how many.

        Rows that another sender is taking are passed over. With a `rate` no more are
        taken than may go within a minute, whoever sends.
        """
        message_id = Concat(
            *(Value("<"), Cast("pk", CharField()), Value(f".{claim}@{domain}>")),
            output_field=CharField(),
        )
        with transaction.atomic(using=self.db):
            room = min(most, self._room(rate)) if rate else most
            due = self.due(at).filter(EMAIL)
            due = due.select_for_update(skip_locked=True, of=("self",))
            taken = list(due.values_list("pk", flat=True)[: max(room, 0)])
            return self.filter(pk__in=taken).update(
                status=DeliveryStatus.SENDING,
                claim=claim,
                claimed_at=timezone.now(),
                handed_over_at=None,
                message_id=Coalesce(NullIf("message_id", Value("")), message_id),
            )

    def _room(self, rate: int) -> int:
        """How many more may go in this minute; who asks next waits for the answer."""
        connection = connections[self.db]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
        now = timezone.now()
        gone = Q(handed_over_at__gt=now - MINUTE)
        going = CLAIMED & Q(claimed_at__gt=now - STALE_AFTER)
        return rate - self.filter(EMAIL, gone).count() - self.filter(going).count()

    def claimed_by(self, claim: str) -> Self:
        """What a sender took and did not hand over yet."""
        return self.filter(CLAIMED, claim=claim)

    def keep_claimed(self, claim: str) -> None:
        """Say that the sender who took these is still there."""
        self.claimed_by(claim).update(claimed_at=timezone.now())

    def welcome(self, today: date) -> Self:
        """Without what the contact must not, or does not want to, receive."""
        blocks = ContactChannelBlock.objects.filter(
            contact=OuterRef("entry__contact"),
            channel=OuterRef("channel"),
            since__lte=today,
        )
        return self.filter(~MUST_NOT, ~Exists(blocks))

    def may_go(self) -> Self:
        """Without what was cancelled and whose run is paused."""
        return self.filter(MAY_GO)

    def hand_over(self, *, pk: int, claim: str) -> bool:
        """Note that the mail server is told of a piece from now on.

        False where it is not the sender's any more.
        """
        mine = self.filter(CLAIMED, pk=pk, claim=claim)
        return bool(
            mine.update(handed_over_at=timezone.now(), attempts=F("attempts") + 1)
        )

    def give_back(self) -> int:
        """Put what was claimed and not handed over into the queue again."""
        return self.filter(CLAIMED).update(status=DeliveryStatus.QUEUED, claim="")

    def to_see_to(self) -> Self:
        """What did not arrive, or nobody knows of; what was cancelled rests."""
        return self.filter(TO_SEE_TO, entry__cancelled=False)

    def stale(self, at: datetime) -> Self:
        """What a sender took that has not been heard of since."""
        silent = at - STALE_AFTER
        since = Q(handed_over_at__lt=silent) | Q(
            handed_over_at=None, claimed_at__lt=silent
        )
        return self.filter(SENDING, since)

    def may_be_sent_again(self) -> Self:
        """E-mails that are done with, have a letter, and were not cancelled."""
        return self.filter(MAY_GO_AGAIN)

    def counts(self, *, at_most: int) -> dict[str, int]:
        """How many there are, of no more than `at_most`, and can be sent again."""
        return self.order_by()[:at_most].aggregate(
            found=Count("pk"), again=Count("pk", filter=MAY_GO_AGAIN)
        )

    def emails(self) -> Self:
        return self.filter(EMAIL)

    def by_run(self) -> "models.QuerySet[Any, dict[str, Any]]":
        """The runs with e-mails that are not done with, and how many are where.

        What was cancelled rests, unless it had been handed over by then. `contact` is
        whom the letter of a run without a segment is to.
        """
        run = "entry__run_item__run"
        unfinished = self.emails().filter(
            on_the_way() | (TO_SEE_TO & STANDS), **{f"{run}__isnull": False}
        )
        counts = {state.value: Count("pk", filter=Q(status=state)) for state in OPEN}
        items: Any = self.model._meta.apps.get_model("interactions", "RunItem")
        alone = items.objects.filter(run=OuterRef(run), run__segment_number="")
        return (
            unfinished.order_by()
            .values(
                run=F(run),
                number=F(f"{run}__segment_number"),
                paused=F(f"{run}__paused"),
                made=F(f"{run}__created_at"),
            )
            .annotate(
                **counts, contact=Subquery(alone.order_by().values("contact__name")[:1])
            )
            .order_by("-run")
        )

    def sendings(self, runs: Iterable[Any]) -> dict[int, Sending]:
        """Where the e-mails of each of these runs are, by its key: one query for all.

        What was cancelled rests, also where it had failed.
        """
        paused = {run.pk: run.paused for run in runs}
        run = "entry__run_item__run"
        rows = self.emails().filter(**{f"{run}__in": paused}).order_by()
        found = rows.values(run=F(run)).annotate(
            waiting=Count("pk", filter=on_the_way()),
            sent=Count("pk", filter=Q(status=DeliveryStatus.SENT)),
            failed=Count("pk", filter=Q(status=DeliveryStatus.FAILED) & STANDS),
            unknown=Count("pk", filter=Q(status=DeliveryStatus.UNKNOWN) & STANDS),
        )
        counts = {row.pop("run"): row for row in found}
        return {
            key: Sending(**counts.get(key, {}), paused=is_paused)
            for key, is_paused in paused.items()
        }

    def with_letter(self) -> Self:
        """With all that its mail is made of, in the same query."""
        return self.select_related(
            "entry__run_item__run", "entry__run_item__snapshot__document"
        )

    def for_list(self) -> Self:
        """With what a row of a list shows, in four queries for any number of them.

        `may_go_again` says whether it may be sent again.
        """
        rows = self.select_related("entry__contact", "entry__run_item__run")
        return rows.annotate(may_go_again=MAY_GO_AGAIN).prefetch_related(
            "entry__earlier_sendings__event__user"
        )
