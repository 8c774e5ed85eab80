"""Addresses of web pages, as people write them: with or without https://."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

HOME_PAGE = re.compile(r"(https?://)?[^\s/:@.]+(\.[^\s/:@.]+)+(:\d+)?([/?#]\S*)?", re.I)


def is_home_page(text: str) -> bool:
    """Whether `text` is the address of a web page."""
    return bool(HOME_PAGE.fullmatch(text))


def check_home_page(text: str) -> None:
    """Refuse what is no address of a web page. Raises ValidationError."""
    if text and not is_home_page(text):
        raise ValidationError(
            _("“%(text)s” is no web address. Write it as www.example.com.")
            % {"text": text},
            code="invalid",
        )
