"""Sending again what did not arrive, or what somebody chose."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import ngettext

from contacts.models.insert_select import insert_from

from ..choices import DeliveryStatus, RunEventKind
from ..models import Delivery, EarlierSending, InteractionLogEntry, RunEvent
from ..models.outbox import DeliveryQuerySet
from .errors import InteractionError

# What is kept of a sending.
HOW_IT_WENT = (*("to_address", "status", "attempts", "sent_at", "message_id", "error"),)
# What arrived, for all we know, and what may have.
MAY_HAVE_ARRIVED = (DeliveryStatus.UNKNOWN, DeliveryStatus.SENT)


class MayArriveTwice(InteractionError):
    """Letters are among them that did arrive or may have; `count` says how many."""

    def __init__(self, count: int) -> None:
        self.count = count
        said = ngettext(
            "%s of these letters may have arrived already.",
            "%s of these letters may have arrived already.",
            count,
        )
        super().__init__(said % count)


@transaction.atomic
def send_again(
    *, deliveries: DeliveryQuerySet, sure: bool, user: Any, at: datetime
) -> int:
    """Put letters into the queue again, as they were; return how many.

    What failed goes to the address that the contact has now. What is unknown keeps
    its message id, so that a mail program that has it shows it once. How each went
    before is kept. Raises MayArriveTwice where nobody said to be `sure`.
    """
    chosen = deliveries.may_be_sent_again().order_by("pk")
    locked = dict(
        chosen.select_for_update(of=("self",)).values_list("pk", "status"),
    )
    risky = sum(status in MAY_HAVE_ARRIVED for status in locked.values())
    if risky and not sure:
        raise MayArriveTwice(risky)
    again = Delivery.objects.filter(pk__in=locked)
    _keep_earlier(again, user, at)
    _readdress(again.filter(status=DeliveryStatus.FAILED))
    again.exclude(status=DeliveryStatus.UNKNOWN).update(message_id="")
    again.update(
        status=DeliveryStatus.QUEUED,
        attempts=0,
        next_attempt_at=None,
        claim="",
        sent_at=None,
        error="",
    )
    entries = InteractionLogEntry.objects.filter(delivery__in=list(locked))
    entries.update(delivery_status=DeliveryStatus.QUEUED)
    return len(locked)


def _keep_earlier(again: DeliveryQuerySet, user: Any, at: datetime) -> None:
    """Write down how these went, and for each run who sends them again."""
    run = "entry__run_item__run"
    letters = again.order_by().values_list(run).annotate(letters=Count("pk"))
    events = RunEvent.objects.bulk_create(
        RunEvent(
            run_id=key,
            kind=RunEventKind.SENT_AGAIN,
            letters=count,
            user=user,
            created_at=at,
        )
        for key, count in letters.order_by(run)
    )
    of_run = RunEvent.objects.filter(
        pk__in=[event.pk for event in events], run=OuterRef(run)
    )
    insert_from(
        EarlierSending,
        again.order_by("pk"),
        entry=F("entry_id"),
        event=Subquery(of_run.order_by().values("pk")),
        **{name: F(name) for name in HOW_IT_WENT},
    )


def _readdress(failed: QuerySet[Delivery]) -> None:
    """To where the contact gets e-mail now; nobody else changes an entry."""
    entry = InteractionLogEntry.objects.filter(pk=OuterRef("entry_id")).order_by()
    address = Coalesce(
        NullIf(F("alternative_address__email"), Value("")), F("contact__email")
    )
    now = NullIf(Subquery(entry.values(now=address)), Value(""))
    failed.update(to_address=Coalesce(now, F("to_address")))
    sent_to = Delivery.objects.filter(entry=OuterRef("pk")).values("to_address")
    InteractionLogEntry.objects.filter(
        delivery__in=list(failed.values_list("pk", flat=True))
    ).update(contact_via=Subquery(sent_to))
