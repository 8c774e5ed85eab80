"""The vocabulary of the outbox: what is due, whose it is, how much may go."""

from datetime import date, datetime, timedelta
from typing import Self

from django.db import connections, models, transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.utils import timezone

from contacts.choices import CorrespondenceType
from contacts.models import AlternativeAddress, Contact, ContactChannelBlock
from contacts.models.querysets import ineligible

from ..choices import DeliveryStatus

# A sender that is silent for so long is gone.
STALE_AFTER = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
# Under this number senders that share a rate wait for each other.
TURN = 5_322_001

QUEUED = Q(status=DeliveryStatus.QUEUED)
SENDING = Q(status=DeliveryStatus.SENDING)
EMAIL = Q(channel=CorrespondenceType.EMAIL)
TO_SEE_TO = Q(status__in=[DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN])
CLAIMED = SENDING & Q(handed_over_at=None)
# What was cancelled waits, should the cancelling be taken back.
MAY_GO = Q(entry__cancelled=False) & (
    Q(entry__run_item=None) | Q(entry__run_item__run__paused=False)
)
MUST_NOT = ineligible(ignore_exclusion=True, contact="entry__contact__")


class DeliveryQuerySet(models.QuerySet):
    def due(self, at: datetime) -> Self:
        """Queued pieces whose time has come and whose run is not paused."""
        in_time = Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=at)
        return self.filter(QUEUED, in_time, MAY_GO).order_by("pk")

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

    def wanted(self, today: date) -> Self:
        """Without what the contact must not, or does not want to, receive."""
        blocks = ContactChannelBlock.objects.filter(
            contact=OuterRef("entry__contact"),
            channel=OuterRef("channel"),
            since__lte=today,
        )
        return self.filter(~MUST_NOT, ~Exists(blocks))

    def hand_over(self, *, pk: int, claim: str, today: date) -> bool:
        """Note that the mail server is told of a piece from now on.

        False where it must not go: it is not the sender's any more, it waits, or the
        contact must not get it.
        """
        mine = self.claimed_by(claim).filter(MAY_GO, pk=pk).wanted(today)
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

    def with_address_now(self) -> Self:
        """Annotate `address_now`: where the contact gets e-mail today."""
        elsewhere = AlternativeAddress.objects.order_by().filter(
            pk=OuterRef("entry__alternative_address")
        )
        contact = Contact.objects.order_by().filter(pk=OuterRef("entry__contact"))
        return self.annotate(
            address_now=Coalesce(
                NullIf(Subquery(elsewhere.values("email")), Value("")),
                Subquery(contact.values("email")),
            )
        )

    def for_list(self) -> Self:
        """With what a row of a list shows, in the same query."""
        return self.select_related("entry__contact", "entry__run_item__run")
