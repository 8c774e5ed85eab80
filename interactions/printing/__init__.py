"""What of a run is printed, and what the files are called: computed from values."""

from .bundles import Bundles, Every, by_country, by_postcode, no_bundles
from .names import FileName, PatternError
from .ranges import Numbers, NumbersError, parse_numbers

__all__ = [
    "Bundles",
    "Every",
    "FileName",
    "Numbers",
    "NumbersError",
    "PatternError",
    "by_country",
    "by_postcode",
    "no_bundles",
    "parse_numbers",
]
