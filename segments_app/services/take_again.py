"""Taking a recipe again: one step, and one more for each choice of letters by copy.

One set expression says who is on the segment; who is by copy is no matter of it. So
the set is written first, with a letter for everybody. Then it is chosen again who of
those on the segment now gets one. The steps are gone back as one.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..models import SegmentStep
from .by_hand import NobodyChanged
from .change import take
from .one_per_address import sharing
from .replay import Replacing
from .steps import take_as_one


def take_again(change: Replacing, *, user: Any, at: datetime) -> SegmentStep:
    """Let the segment become what the recipe says today; return the step that did.

    The caller holds the transaction and has claimed the segment. The steps by copy
    keep the recipe as it is: what can be edited or left out are the steps that chose
    first. Raises what the change refuses.
    """
    segment = change.segment
    step = take(change, user=user, at=at)
    for rule in (each.by_copy for each in change.set_changes if each.by_copy):
        again = replace(sharing(segment=segment, rule=rule), recipe=change.recipe)
        with suppress(NobodyChanged):
            take(again, user=user, at=at)
    take_as_one(segment, since=step.position)
    return step
