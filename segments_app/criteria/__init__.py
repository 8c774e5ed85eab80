"""The criteria engine: which contacts, said as data.

One JSON form is used by the screen, the commands, saved criteria and the tests; one
compiler turns it into `Q`. There is no second evaluator in Python.
"""

from .catalogue import CONTACT_FIELDS, OPERATOR_LABELS, RELATIONS, fields_of
from .compile import compile_criteria, existing_codes
from .describe import describe
from .explain import Reason, Related, RelatedRow, explain, explain_all
from .expression import CriteriaError, Node, parse, to_json
from .names import Names
from .validate import missing_codes, validate

__all__ = [
    "CONTACT_FIELDS",
    "OPERATOR_LABELS",
    "RELATIONS",
    "CriteriaError",
    "Names",
    "Node",
    "Reason",
    "Related",
    "RelatedRow",
    "compile_criteria",
    "describe",
    "existing_codes",
    "explain",
    "explain_all",
    "fields_of",
    "missing_codes",
    "parse",
    "to_json",
    "validate",
]
