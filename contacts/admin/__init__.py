"""Contacts in Django admin: the set-up, and the contact itself for support."""

from . import contact, history, profiles, setup

__all__ = ["contact", "history", "profiles", "setup"]
