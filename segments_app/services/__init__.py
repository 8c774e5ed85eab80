"""What happens to segments: one module per use case.

Everything here is keyword-only, takes `user` and `at`, and refuses with a
`SegmentError` whose message is for the user.
"""

from .by_hand import add_by_hand, remove_by_hand
from .change_contacts import (
    add_contacts,
    preview_step,
    reduce_contacts,
    refine_contacts,
)
from .create_segment import create_segment
from .errors import SegmentChanged, SegmentError
from .follow_up import create_follow_up
from .go_back import go_back, go_to_step, redo
from .log_segment import ProblemsFound, SegmentAlreadyLogged, log_segment
from .preflight import Problem, lines_with_problem, preflight
from .reuse_logged_segment import reuse_logged_segment
from .saved_criteria import reuse_criteria, save_criteria

__all__ = [
    "Problem",
    "ProblemsFound",
    "SegmentAlreadyLogged",
    "SegmentChanged",
    "SegmentError",
    "add_by_hand",
    "add_contacts",
    "create_follow_up",
    "create_segment",
    "go_back",
    "go_to_step",
    "lines_with_problem",
    "log_segment",
    "preflight",
    "preview_step",
    "redo",
    "reduce_contacts",
    "refine_contacts",
    "remove_by_hand",
    "reuse_criteria",
    "reuse_logged_segment",
    "save_criteria",
]
