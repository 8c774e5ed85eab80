"""What the users of the product are called."""

from typing import Any


def user_name(user: Any) -> str:
    """Return what a user is called; empty for none."""
    return str(user.get_full_name() or user.get_username()) if user else ""
