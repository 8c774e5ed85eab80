"""The ranges of the answers of one question."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Range:
    """What an answer stands for: both ends belong to it, None is no bound.

    Without any bound it stands for nothing: nobody gets the answer by a figure
    (contacts_interactions.md 2.8.9).
    """

    code: str
    low: Decimal | None
    high: Decimal | None

    @property
    def is_empty(self) -> bool:
        return self.low is None and self.high is None

    def meets(self, other: "Range") -> bool:
        """Whether some figure lies in both."""
        if self.is_empty or other.is_empty:
            return False
        return _reaches(self.low, other.high) and _reaches(other.low, self.high)


def first_overlap(ranges: Sequence[Range]) -> tuple[int, int] | None:
    """Return the positions of the first two ranges that meet, the earlier first."""
    for later, one in enumerate(ranges):
        for earlier, other in enumerate(ranges[:later]):
            if one.meets(other):
                return earlier, later
    return None


def _reaches(low: Decimal | None, high: Decimal | None) -> bool:
    return low is None or high is None or low <= high
