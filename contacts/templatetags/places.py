"""Countries and languages in the reader's language."""

from django import template
from django.utils.translation import get_language

from .. import places

register = template.Library()


@register.filter
def country_name(code: str) -> str:
    return places.country_name(code, get_language() or "en")


@register.filter
def language_name(tag: str) -> str:
    return places.language_name(tag, get_language() or "en")
