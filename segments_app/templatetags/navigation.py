"""The tabs of the program, and which of them the reader is under."""

from typing import Any

from django import template
from django.urls import reverse

from interactions.models import Run

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
# What stands below the address of the open segments, and belongs to another tab.
ELSEWHERE = (("interactions/", "interactions:log"),)


@register.inclusion_tag("components/nav_link.html", takes_context=True)
def nav_link(context: Any, tab: str, label: str) -> dict[str, str]:
    """Link to a tab; it is current on its own page and on every page below it.

    Of two tabs above a page the nearer one is current: logged segments are below
    all segments. Letters that are logged stand below what they were logged with.
    """
    url, path = reverse(tab), context["request"].path
    above = _tab_of_run(context.get("run")) or _tab_above(path)
    current = "page" if url == path else "true" if above == tab else ""
    return {"url": url, "label": label, "current": current}


def _tab_above(path: str) -> str:
    tabs = {reverse(each): each for each in TABS}
    tabs |= {reverse("segments:list") + below: each for below, each in ELSEWHERE}
    nearest = max(filter(path.startswith, tabs), key=len, default="")
    return tabs.get(nearest, "")


def _tab_of_run(run: Any) -> str:
    if not isinstance(run, Run) or not run.is_logged:
        return ""
    return "segments:logged_list" if run.segment_number else "interactions:log"
