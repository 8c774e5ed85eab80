"""The lists that letters may go through, for the picker."""

from django import template

from ..merge import LISTS, MergeList

register = template.Library()


@register.simple_tag
def merge_lists() -> list[MergeList]:
    """Return every list with the fields of its rows."""
    return LISTS
