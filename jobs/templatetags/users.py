"""What a user is called, on a page."""

from django import template

from ..users import user_name

register = template.Library()
register.filter(user_name)
