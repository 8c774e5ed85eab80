"""The base of everything a service of interactions may refuse."""


class InteractionError(Exception):
    """Anticipated: the message is for the user and says how to mend it."""
