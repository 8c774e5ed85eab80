"""Counts that were bounded, in words."""

from django import template

from ..bounded import say_count

register = template.Library()


@register.filter
def bounded(count: int) -> str:
    return say_count(count)
