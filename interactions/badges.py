"""How good or bad a state of an interaction is, as the class of its badge."""

from .choices import DeliveryStatus, Evaluation

CLASSES: dict[str, str] = {
    Evaluation.VERY_POSITIVE: "badge-ok",
    Evaluation.POSITIVE: "badge-ok",
    Evaluation.NEGATIVE: "badge-warn",
    Evaluation.VERY_NEGATIVE: "badge-bad",
    DeliveryStatus.QUEUED: "badge-info",
    DeliveryStatus.SENDING: "badge-info",
    DeliveryStatus.SENT: "badge-ok",
    DeliveryStatus.PRINTED: "badge-info",
    DeliveryStatus.POSTED: "badge-ok",
    DeliveryStatus.UNKNOWN: "badge-warn",
    DeliveryStatus.FAILED: "badge-bad",
    DeliveryStatus.RETURNED: "badge-bad",
}


def badge_class(state: str) -> str:
    """Return the class of the badge that shows this evaluation or delivery."""
    return CLASSES.get(state, "")
