"""Letters as PDF: LibreOffice converts, pikepdf takes apart and puts together.

Values alone: no HTTP and no database. `letters` is the way in.
"""

from .letters import (
    Converted,
    Limits,
    OfficeBroken,
    Result,
    Unmade,
    convert_letters,
)
from .office import Office, Stopped, find_office
from .pages import join, split

__all__ = [
    "Converted",
    "Limits",
    "Office",
    "OfficeBroken",
    "Result",
    "Stopped",
    "Unmade",
    "convert_letters",
    "find_office",
    "join",
    "split",
]
