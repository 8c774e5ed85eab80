"""What came of interactions, said afterwards (contacts_interactions.md 6.4.3)."""

from django.db.models import QuerySet

from ..choices import Evaluation
from ..models import InteractionLogEntry


def evaluate(*, entry: InteractionLogEntry, evaluation: Evaluation | str) -> None:
    """Set the evaluation of an interaction; empty takes it back."""
    entry.evaluation = evaluation
    entry.save(update_fields=["evaluation"])


def evaluate_entries(
    *, entries: QuerySet[InteractionLogEntry], evaluation: Evaluation | str
) -> int:
    """Set the same evaluation of many interactions and return of how many.

    Empty takes it back, of those that have one.
    """
    if not evaluation:
        entries = entries.exclude(evaluation="")
    return entries.order_by().update(evaluation=evaluation)
