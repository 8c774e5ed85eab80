"""Questions that take too long: somebody else holds what they are about."""

from contextlib import contextmanager

from django.db import connection


@contextmanager
def contacts_held_back():
    """Somebody else holds the contacts, so that every question about them waits.

    The test has not written any itself.
    """
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE contacts_contact IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        other.close()
