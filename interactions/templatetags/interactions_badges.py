"""How good or bad a state of an interaction is, on a page."""

from django import template

from ..badges import badge_class

register = template.Library()
register.filter(badge_class)
