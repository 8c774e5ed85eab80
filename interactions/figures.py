"""What a campaign did, and what one response cost. Values only."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class CampaignFigures:
    """People count once, however often they were written to or answered.

    `targets_responded` are those of `responded` who are among the `contacted`.
    Money in the currency of the set-up, durations in minutes.
    """

    interactions: int = 0
    contacted: int = 0
    responded: int = 0
    targets_responded: int = 0
    cost: Decimal = Decimal(0)
    duration: int = 0
    first: date | None = None
    last: date | None = None

    @property
    def rate(self) -> Decimal:
        """How many of a hundred targets contacted responded, with one decimal.

        0 if nobody was contacted; never more than 100.
        """
        return _share(Decimal(100) * self.targets_responded, self.contacted, "0.1")

    @property
    def cost_per_response(self) -> Decimal:
        return _share(self.cost, self.responded, "0.01")

    @property
    def duration_per_response(self) -> Decimal:
        return _share(Decimal(self.duration), self.responded, "0.1")


def _share(whole: Decimal, parts: int, places: str) -> Decimal:
    """What falls on each part, rounded as people do; nothing where there are none."""
    if not parts:
        return Decimal(0)
    return (whole / parts).quantize(Decimal(places), ROUND_HALF_UP)
