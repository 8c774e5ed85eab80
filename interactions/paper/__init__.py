"""Labels, envelopes, cover sheets and lists as PDF, drawn without an office program.

Values alone: no HTTP and no database. All measures are millimetres, from the top left
corner of the page.
"""

from .covers import Cover, write_covers
from .envelopes import ENVELOPES, write_envelopes
from .fonts import missing_letters
from .labels import write_labels
from .piece import Left, Piece, Printed
from .separators import sheet_of_text
from .sheets import USUAL_SHEETS, LabelSheet, SheetError
from .tables import Column, write_table

__all__ = [
    "ENVELOPES",
    "USUAL_SHEETS",
    "Column",
    "Cover",
    "LabelSheet",
    "Left",
    "Piece",
    "Printed",
    "SheetError",
    "missing_letters",
    "sheet_of_text",
    "write_covers",
    "write_envelopes",
    "write_labels",
    "write_table",
]
