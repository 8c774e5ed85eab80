"""The base of everything a service of segments may refuse."""

from collections.abc import Mapping

from django.utils.translation import gettext as _


class SegmentError(Exception):
    """Anticipated: the message is for the user and says how to mend it."""


class SegmentChanged(SegmentError):
    """Somebody else took a step since the user looked."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody else changed this segment in the meantime. Look at it "
                "again, then repeat your step."
            )
        )


class OptionRefused(SegmentError):
    """An option that this kind of step does not have, or that is no yes or no."""


class HeaderRefused(SegmentError):
    """A header that cannot be; the message names each value and what is wrong."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(
            " ".join(f"{name}: {' '.join(said)}" for name, said in errors.items())
        )
