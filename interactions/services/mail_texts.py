"""What an e-mail says around its letter, in the language of the letter."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from ..models import MailText
from .languages import served_by


class Words(NamedTuple):
    """What stands beside an attached letter, and before the link to unsubscribe."""

    beside: str
    unsubscribe: str


def mail_texts() -> dict[str, dict[str, str]]:
    """Return the texts of the set-up by their language, for a run to keep."""
    return {
        each.language: {"text": each.text, "unsubscribe": each.unsubscribe}
        for each in MailText.objects.all()
    }


def words_in(language: str, texts: Mapping[str, Any]) -> Words:
    """Return the texts that serve this language best; ours where there are none."""
    found = texts.get(served_by(language, list(texts)), {})
    with translation.override(language or settings.LANGUAGE_CODE):
        ours = Words(
            _("Please find our letter attached."),
            _("If you want no more e-mails from us, unsubscribe here:"),
        )
    return Words(
        found.get("text") or ours.beside,
        found.get("unsubscribe") or ours.unsubscribe,
    )
