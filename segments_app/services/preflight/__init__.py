"""Every problem of a segment before it is logged, all at once.

BC stops at the first faulty line (segments.md 5.3); here one query counts every
kind of problem over all lines. Problems refuse, warnings ask. A new check goes into
the module of what it is about: the contact, the letter, its greeting, repetition.
"""

from .find import checks_for, lines_with_problem, preflight
from .kinds import PROBLEM, WARNING, Check, Problem
from .lines import lines_to_log, lines_with_letter, loggable_lines, with_formulas

__all__ = [
    "PROBLEM",
    "WARNING",
    "Check",
    "Problem",
    "checks_for",
    "lines_to_log",
    "lines_with_letter",
    "lines_with_problem",
    "loggable_lines",
    "preflight",
    "with_formulas",
]
