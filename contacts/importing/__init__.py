"""Reading contact files: bytes in, cleaned rows out. Values only: no database."""

from .errors import ImportProblem, NothingKnown
from .fields import FIELDS, FieldSpec
from .rows import ContactRow, RefusedRow
from .source import ContactFile, open_contact_file

__all__ = [
    "FIELDS",
    "ContactFile",
    "ContactRow",
    "FieldSpec",
    "ImportProblem",
    "NothingKnown",
    "RefusedRow",
    "open_contact_file",
]
