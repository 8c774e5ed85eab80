"""What happens to segments: one module per use case.

Everything here is keyword-only, takes `user` and `at`, and refuses with a
`SegmentError` whose message is for the user.
"""

from .apply_mailing_group import apply_mailing_group
from .by_hand import add_by_hand, remove_by_hand
from .change_contacts import add_contacts, reduce_contacts, refine_contacts
from .combine import combine, start_from
from .copy_segment import copy_segment
from .create_segment import create_segment
from .edit_step import edit_step, leave_out_step
from .errors import SegmentChanged, SegmentError
from .follow_up import create_follow_up
from .go_back import go_back, go_to_step, redo
from .log_refusals import ProblemsFound, SegmentAlreadyLogged, WarningsFound
from .log_segment import log_segment
from .name_step import name_step
from .one_per_address import one_per_address
from .preflight import Problem, lines_with_problem, preflight
from .refresh import refresh
from .reuse_logged_segment import reuse_logged_segment
from .saved_criteria import reuse_criteria, save_criteria

__all__ = [
    "Problem",
    "ProblemsFound",
    "SegmentAlreadyLogged",
    "SegmentChanged",
    "SegmentError",
    "WarningsFound",
    "add_by_hand",
    "add_contacts",
    "copy_segment",
    "apply_mailing_group",
    "combine",
    "create_follow_up",
    "create_segment",
    "edit_step",
    "go_back",
    "go_to_step",
    "leave_out_step",
    "lines_with_problem",
    "log_segment",
    "name_step",
    "one_per_address",
    "preflight",
    "redo",
    "reduce_contacts",
    "refine_contacts",
    "refresh",
    "remove_by_hand",
    "reuse_criteria",
    "reuse_logged_segment",
    "save_criteria",
    "start_from",
]
