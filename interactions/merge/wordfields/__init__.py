"""Word's own merge fields, turned into tags.

`tree` finds the fields of a part, `instruction` reads the code of one, `evaluate`
says what it is worth, and `convert` puts that into the part: a plain field as the tag
`{{ code }}`, everything else as a mark for an entry of the template's `FieldTable`.
Fields that Word fills in by itself (PAGE, TOC, REF) stay.
"""

from .convert import convert_fields
from .marks import MARKS, PREFIX, expand
from .refusals import unknown_field
from .source import FieldSource, read_source
from .table import FieldTable
from .tree import field_mark, instruction_run

__all__ = [
    "MARKS",
    "PREFIX",
    "FieldSource",
    "FieldTable",
    "convert_fields",
    "expand",
    "field_mark",
    "instruction_run",
    "read_source",
    "unknown_field",
]
