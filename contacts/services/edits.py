"""Two people change one row: each writes what they changed, none undoes the other."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _


class ChangedMeanwhile(Exception):
    """Both changed `row`; `fields` has what stands there and what was sent."""

    def __init__(
        self, row: models.Model, fields: Mapping[str, tuple[Any, Any]]
    ) -> None:
        super().__init__(
            _("Somebody changed the same meanwhile. Nothing of yours is saved yet.")
        )
        self.row = row
        self.fields = fields


def check_unchanged(
    *, stored: models.Model, values: Mapping[str, Any], seen: Mapping[str, Any]
) -> None:
    """Refuse to write over what the user has not seen.

    `stored` is the row as it is now, read under a lock, and `seen` what stood in it
    when the user looked. What two people changed alike is no conflict, and neither is
    what only one of them changed. Raises ChangedMeanwhile.
    """
    meta: Any = stored._meta
    both = {}
    for name in values.keys() & seen.keys():
        now = getattr(stored, meta.get_field(name).attname)
        if _plain(now) not in (_plain(values[name]), _plain(seen[name])):
            both[name] = (getattr(stored, name), values[name])
    if both:
        raise ChangedMeanwhile(stored, both)


def _plain(value: Any) -> Any:
    """Comparable: the key of a row, and line ends as a browser does not send them."""
    if isinstance(value, models.Model):
        return value.pk
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
