"""Which letters of a run: "41-57, 60"."""

import re

from django.utils.translation import gettext as _

Numbers = tuple[tuple[int, int], ...]

PIECE = re.compile(r"(\d{1,9})(?:\s*[-\u2010-\u2014]\s*(\d{1,9}))?", re.ASCII)
MOST_PIECES = 200


class NumbersError(ValueError):
    """Numbers of letters that cannot be; the message says which and why."""


def parse_numbers(text: str, *, last: int) -> Numbers:
    """Return the ranges that are asked for, first and last each, in order.

    What overlaps is united. An empty text asks for all: no range. Raises
    NumbersError for what is no number, runs backwards or goes beyond `last`.
    """
    pieces = [piece.strip() for piece in re.split(r"[,;\n]", text) if piece.strip()]
    if len(pieces) > MOST_PIECES:
        raise NumbersError(
            _("These are more than %s pieces. Print them in several goes.")
            % MOST_PIECES
        )
    united: list[tuple[int, int]] = []
    for low, high in sorted(_range(piece, last) for piece in pieces):
        if united and low <= united[-1][1] + 1:
            united[-1] = (united[-1][0], max(united[-1][1], high))
        else:
            united.append((low, high))
    return tuple(united)


def _range(piece: str, last: int) -> tuple[int, int]:
    found = PIECE.fullmatch(piece)
    if found is None:
        said = _("“%s” is no number of a letter. Write numbers and ranges: 41-57, 60.")
        raise NumbersError(said % piece)
    low, high = int(found[1]), int(found[2] or found[1])
    if low < 1:
        raise NumbersError(_("“%s”: the first letter has number 1.") % piece)
    if high < low:
        raise NumbersError(
            _("“%(piece)s” runs backwards. Did you mean %(low)s-%(high)s?")
            % {"piece": piece, "low": high, "high": low}
        )
    if high > last:
        raise NumbersError(
            _("“%(piece)s” goes beyond the end: the last letter has number %(last)s.")
            % {"piece": piece, "last": last}
        )
    return low, high
