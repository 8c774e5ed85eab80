"""What holds in the end, in words: on a segment to be logged and on a logged one."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Max, Min, Model
from django.utils.translation import gettext as _

from contacts.models import Salesperson
from interactions.models import Campaign, InteractionTemplate, LoggedSegment

from ..models import Segment
from ..services.preflight import loggable_lines

HEADER_ROWS: Mapping[str, tuple[type[Model], str]] = {
    "template": (InteractionTemplate, "code"),
    "campaign": (Campaign, "number"),
    "salesperson": (Salesperson, "code"),
}


def in_effect(segment: Segment) -> dict[str, str]:
    """Return template and campaign as the contacts have them; empty is none."""
    pairs = ("effective_template_id", "effective_campaign_id")
    held = set(loggable_lines(segment).order_by().values_list(*pairs).distinct())
    templates = {template for template, _campaign in held}
    campaigns = {campaign for _template, campaign in held}
    template = segment.template
    by_template = template.campaign if template else None
    if not held:
        templates = {segment.template_id}
        campaigns = {segment.campaign_id or (template and template.campaign_id)}
    campaign = _one(Campaign, campaigns)
    if segment.campaign is None and by_template and campaigns == {by_template.pk}:
        campaign = _("%s (from the template)") % by_template
    return {"template": _one(InteractionTemplate, templates), "campaign": campaign}


def _one(model: type[Model], keys: set[int | None]) -> str:
    """Name the one row that all have, or say that they differ."""
    if len(keys) > 1:
        return _("differs from contact to contact")
    return str(model._default_manager.filter(pk__in=keys - {None}).first() or "")


def logged_names(logged: LoggedSegment, header: Mapping[str, Any]) -> dict[str, str]:
    """Return template, campaign and salesperson of a logged segment by name.

    What the header leaves open is that of its interactions, where all have the same.
    """
    asked: dict[str, Any] = {"entries": Count("pk")}
    for name in HEADER_ROWS:
        asked[f"{name}_with"] = Count(name)
        asked[f"{name}_first"] = Min(name)
        asked[f"{name}_last"] = Max(name)
    found = logged.interactions.aggregate(**asked)
    names = {}
    for name, (model, column) in HEADER_ROWS.items():
        code, key = header.get(name), found[f"{name}_first"]
        rows = model._default_manager.all()
        if code:
            names[name] = str(rows.filter(**{column: code}).first() or code)
        elif found[f"{name}_with"] == found["entries"] and key == found[f"{name}_last"]:
            names[name] = str(rows.filter(pk=key).first() or "")
    return names


def full_names(logins: Iterable[str]) -> dict[str, str]:
    """Return the full names behind logins, where there are any."""
    users = get_user_model()
    found = users._default_manager.filter(**{f"{users.USERNAME_FIELD}__in": logins})
    return {
        user.get_username(): user.get_full_name() or user.get_username()
        for user in found
    }
