"""What the log says, and how much of it."""

import logging

from django.core.exceptions import PermissionDenied


def without_traceback_of_refusals(record: logging.LogRecord) -> bool:
    """Keep a refusal to one line: nothing is broken when a role does not suffice."""
    if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
        record.exc_info = None
    return True
