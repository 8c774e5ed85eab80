"""The tabs of the program, and which of them the reader is under."""

from typing import Any

from django import template
from django.urls import reverse

register = template.Library()

TABS = (
    "segments:list",
    "segments:saved_criteria",
    "segments:logged_list",
    "segments:campaigns",
    "contacts:list",
    "interactions:log",
    "interactions:outbox",
    "interactions:templates",
    "jobs:list",
)


@register.inclusion_tag("components/nav_link.html", takes_context=True)
def nav_link(context: Any, tab: str, label: str) -> dict[str, str]:
    """Link to a tab; it is current on its own page and on every page below it.

    Of two tabs above a page the nearer one is current: logged segments are below
    all segments.
    """
    url, path = reverse(tab), context["request"].path
    above = (reverse(each) for each in TABS)
    nearest = max(filter(path.startswith, above), key=len, default="")
    current = "page" if url == path else "true" if url == nearest else ""
    return {"url": url, "label": label, "current": current}
