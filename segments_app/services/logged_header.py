"""What a logged segment was logged with, as its page says it."""

from collections.abc import Mapping

from django.db.models import Model

from contacts.models import Salesperson
from interactions.models import Campaign, InteractionTemplate, LoggedSegment

# The rows that a header names, and by which column.
HEADER_ROWS: Mapping[str, tuple[type[Model], str]] = {
    "template": (InteractionTemplate, "code"),
    "campaign": (Campaign, "number"),
    "salesperson": (Salesperson, "code"),
}


def logged_with(logged: LoggedSegment) -> dict[str, Model | None]:
    """Return template, campaign and salesperson; None where there is no one of them.

    What the header leaves open is that of its interactions, where all have the same.
    """
    header = logged.criteria.get("header", {})
    common = logged.interactions.in_common(*HEADER_ROWS)
    rows: dict[str, Model | None] = dict.fromkeys(HEADER_ROWS)
    for name, (model, column) in HEADER_ROWS.items():
        code = header.get(name)
        if code or common[name]:
            wanted = {column: code} if code else {"pk": common[name]}
            rows[name] = model._default_manager.filter(**wanted).first()
    return rows
