"""What the environment says, refused by its name where it cannot be meant."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import Env


def whole_number(env: Env, name: str, *, default: int, least: int = 0) -> int:
    """The number of this name. Raises ImproperlyConfigured."""
    try:
        number = env.int(name, default=default)
    except ValueError:
        number = None
    if number is None or number < least:
        said = f"{name} is {env.str(name)!r}. Set it to a whole number from {least} on."
        raise ImproperlyConfigured(said)
    return int(number)


def mail_server(env: Env) -> dict[str, Any]:
    """The settings that EMAIL_URL stands for. Raises ImproperlyConfigured.

    What it says is not repeated: it has a password.
    """
    try:
        found = env.email_url("EMAIL_URL")
    except (ValueError, ImproperlyConfigured):
        found = {}
    is_smtp = str(found.get("EMAIL_BACKEND")).endswith("smtp.EmailBackend")
    if not found or (is_smtp and not found["EMAIL_HOST"]):
        raise ImproperlyConfigured(
            "EMAIL_URL is the mail server, as smtp+tls://user:password@host:587."
        )
    return dict(found)
