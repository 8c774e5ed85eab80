"""Counts that were bounded, in words."""

from django import template

from .. import bounded

register = template.Library()


@register.filter
def in_words(count: int) -> str:
    return bounded.in_words(count)
