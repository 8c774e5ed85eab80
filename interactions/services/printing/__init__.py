"""Printing the letters of runs: what is asked, how it is divided, the files."""

from .each import collect, document_of, files_of, join
from .errors import LettersGone, LetterUnmade, OutputRefused
from .letters import Letter
from .output import Output, last_number
from .plan import Part, Plan, plan
from .template import template_of
from .write import Written, telling_why, write
from .writers import WRITERS, Writer

__all__ = [
    "WRITERS",
    "Letter",
    "LetterUnmade",
    "LettersGone",
    "Output",
    "OutputRefused",
    "Part",
    "Plan",
    "Writer",
    "Written",
    "collect",
    "document_of",
    "files_of",
    "join",
    "last_number",
    "plan",
    "telling_why",
    "template_of",
    "write",
]
