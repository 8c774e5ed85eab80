"""What a service of contacts may refuse."""


class ContactError(Exception):
    """Anticipated: the message is for the user; `field` is where it belongs."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
