"""Keys that were read, as one parameter however many there are."""

import json
from collections.abc import Iterable

from django.db import connection
from django.db.models.expressions import RawSQL


def listed(keys: Iterable[int]) -> RawSQL:
    """What `__in` looks up, where the question that found the keys is too deep.

    SQLite's parser goes only so far into questions inside each other, and takes only
    so many parameters.
    """
    found = list(keys)
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [found])  # noqa: S611
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(found)])  # noqa: S611
