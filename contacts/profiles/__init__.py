"""Engine of profile questionnaires: periods, figures and ranges; pure."""

from .figures import UNITS, round_ratio
from .period import Period, days_of
from .ranges import Range, first_overlap

__all__ = ["UNITS", "Period", "Range", "days_of", "first_overlap", "round_ratio"]
