"""Engine: which contacts may be the same, and how sure that is. Values only.

Who shares a key is compared (`keys`), and what both have is weighed (`score`).
"""

from .facts import Facts
from .keys import keys_of
from .score import Match, Reason, compare

__all__ = ["Facts", "Match", "Reason", "compare", "keys_of"]
