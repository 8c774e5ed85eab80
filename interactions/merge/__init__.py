"""Letters from a Word template and records of plain strings.

A template is checked and compiled once (`compile_template`), then merged into one
document with every letter, or into one document per contact. Pure: no database, no
settings, no HTTP; memory does not grow with the number of letters.
"""

from .archive import LETTERS_PER_DOCUMENT, LetterArchive, Names
from .errors import LetterSkipped, Problem, RenderError, TemplateError
from .fields import FIELDS, MergeField, nearest
from .lists import LISTS, MergeList, sample_record
from .record import build_record, postal_lines
from .subjects import check_subject
from .template import CompiledTemplate, Uses, compile_template

# Goes up when the same template and inputs give a letter that reads differently.
ENGINE_VERSION = 4

__all__ = [
    "ENGINE_VERSION",
    "FIELDS",
    "LETTERS_PER_DOCUMENT",
    "LISTS",
    "CompiledTemplate",
    "LetterArchive",
    "LetterSkipped",
    "MergeField",
    "MergeList",
    "Names",
    "Problem",
    "RenderError",
    "TemplateError",
    "Uses",
    "build_record",
    "check_subject",
    "compile_template",
    "nearest",
    "postal_lines",
    "sample_record",
]
