"""Sending again what did not arrive, or what somebody chose; pausing a run."""

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import ngettext

from ..choices import DeliveryStatus
from ..models import Delivery, InteractionLogEntry, Run
from ..models.outbox import DeliveryQuerySet
from .errors import InteractionError

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
def send_again(*, deliveries: DeliveryQuerySet, sure: bool) -> int:
    """Put letters into the queue again, as they were; return how many.

    What failed goes to the address that the contact has now. What is unknown keeps
    its message id, so that a mail program that has it shows it once. Raises
    MayArriveTwice where nobody said to be `sure`.
    """
    chosen = deliveries.may_be_sent_again().order_by("pk")
    locked = dict(
        chosen.select_for_update(of=("self",)).values_list("pk", "status"),
    )
    risky = sum(status in MAY_HAVE_ARRIVED for status in locked.values())
    if risky and not sure:
        raise MayArriveTwice(risky)
    again = Delivery.objects.filter(pk__in=locked)
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


def pause(*, run: Run, paused: bool) -> None:
    """Let the letters of a run wait, or go on; what is being handed over goes."""
    Run.objects.filter(pk=run.pk).update(paused=paused)


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
