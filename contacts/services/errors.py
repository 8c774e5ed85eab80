"""What a service of contacts may refuse."""

from django.utils.translation import gettext as _


class ContactError(Exception):
    """Anticipated: the message is for the user; `field` is where it belongs."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class ContactGone(ContactError):
    """Somebody deleted the contact since the user looked."""

    def __init__(self) -> None:
        super().__init__(_("This contact was deleted meanwhile."))


class ContactAnonymised(ContactError):
    """What is left of the contact stays as it is."""

    def __init__(self) -> None:
        super().__init__(
            _("This contact was anonymised and cannot be changed any more.")
        )


class ContactChanged(ContactError):
    """Somebody changed the contact since the user looked; `version` is the new one."""

    def __init__(self, version: str) -> None:
        super().__init__(
            _("Somebody changed this contact meanwhile. Look at it again.")
        )
        self.version = version
