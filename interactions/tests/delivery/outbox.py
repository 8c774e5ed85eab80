"""What tests ask of the outbox."""

from django.utils import timezone

from interactions.delivery.outbox import send_due
from interactions.models import Delivery

NOW = timezone.now()


def take(claim):
    """Claim what is due, as a sender of this name."""
    return Delivery.objects.claim(claim=claim, at=NOW, most=10, domain="kaffe.example")


def states():
    """Return name, state, and the state on the log entry, of every piece."""
    return list(
        Delivery.objects.order_by("pk").values_list(
            "entry__contact__name", "status", "entry__delivery_status"
        )
    )


def outcome_at(at):
    """Send what is due at a time; return the last count."""
    outcomes = list(send_due(at=at))
    return outcomes[-1] if outcomes else None
