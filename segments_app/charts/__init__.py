"""Charts as whole coordinates: figures in, bars and marks out. Values only."""

from .bars import Bar, Chart, Mark, Series, bar_chart
from .periods import Period, period_of, starts_of

__all__ = [
    "Bar",
    "Chart",
    "Mark",
    "Period",
    "Series",
    "bar_chart",
    "period_of",
    "starts_of",
]
