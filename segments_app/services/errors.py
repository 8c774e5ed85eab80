"""The base of everything a service of segments may refuse."""

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
    """An option that this kind of step does not have."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(_("Unknown option: %s") % ", ".join(names))
