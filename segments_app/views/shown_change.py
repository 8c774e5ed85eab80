"""What a change would do, as a page shows it before it is done."""

from dataclasses import dataclass

from contacts.models import Contact

from ..choices import KeptOut
from ..services.edit_step import LaterTotal
from ..services.preview import Previewed, preview
from ..services.steps import Effect
from .step_words import kept_out_labels, kind_label


@dataclass(frozen=True)
class ShownChange:
    """The effect, and the first names of each kind."""

    effect: Effect
    entering: list[Contact]
    leaving: list[Contact]
    kept_out: list[tuple[Contact, str]]
    reasons: list[tuple[str, int]]

    @property
    def more_entering(self) -> int:
        return self.effect.entered - len(self.entering)

    @property
    def more_leaving(self) -> int:
        return self.effect.left - len(self.leaving)

    @property
    def more_kept_out(self) -> int:
        named = {**self.effect.kept_out, KeptOut.ALREADY_IN.value: 0}
        return sum(named.values()) - len(self.kept_out)


@dataclass(frozen=True)
class ShownTotal:
    """A later step with its total as it is and as it would be."""

    position: int
    kind: str
    before: int | None
    after: int | None


def shown_change(change: Previewed, *, seconds: float | None = None) -> ShownChange:
    """Ask the database what the change would do now."""
    found = preview(change, seconds=seconds)
    return ShownChange(
        effect=found.effect,
        entering=found.entering,
        leaving=found.leaving,
        kept_out=[
            (contact, str(KeptOut(contact.why_kept_out).label))
            for contact in found.kept_out
        ],
        reasons=kept_out_labels(found.effect.kept_out),
    )


def shown_totals(totals: list[LaterTotal]) -> list[ShownTotal]:
    """Return the totals with the kinds of their steps in words."""
    return [
        ShownTotal(each.step, kind_label(each.kind), each.before, each.after)
        for each in totals
    ]
