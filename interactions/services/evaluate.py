"""What came of an interaction, said afterwards (contacts_interactions.md 6.4.3)."""

from ..choices import Evaluation
from ..models import InteractionLogEntry


def evaluate(*, entry: InteractionLogEntry, evaluation: Evaluation | str) -> None:
    """Set the evaluation of an interaction; empty takes it back."""
    entry.evaluation = evaluation
    entry.save(update_fields=["evaluation"])
