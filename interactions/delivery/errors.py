"""What can become of a letter by e-mail, beside being taken."""


class DeliveryError(Exception):
    """The letter did not go out; `permanent` says whether trying again is vain."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


class OutcomeUnknown(Exception):
    """The line broke while the letter was handed over: it may have been taken."""


class ServerUnreachable(Exception):
    """There is no line to the mail server; nothing was tried."""
