"""What the printing of letters may refuse."""

from django.utils.translation import gettext as _

from ..errors import InteractionError


class OutputRefused(InteractionError):
    """Files that cannot be made of this run; the message says why."""


class LetterUnmade(InteractionError):
    """A document is missing, or the merge does not take it any more."""


class LettersGone(InteractionError):
    """Somebody was blocked or anonymised while the file was written."""

    def __init__(self, expected: int, written: int) -> None:
        super().__init__(
            _(
                "%(expected)s letters were to be written and %(written)s are there: "
                "contacts were blocked meanwhile. Make the file again."
            )
            % {"expected": expected, "written": written}
        )
