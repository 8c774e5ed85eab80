"""What an operator should know, most of it before opening the doors (`--deploy`)."""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage, storages
from django.core.validators import EmailValidator
from django.db import connection

from interactions.services.converting import office


@register(Tags.files, deploy=True)
def shared_files(**kwargs: Any) -> list[CheckMessage]:
    """Several machines may share PostgreSQL, then they must share files too."""
    if connection.vendor != "postgresql":
        return []
    if not isinstance(storages["default"], FileSystemStorage):
        return []
    return [
        Warning(
            f"Documents are kept in the folder {settings.MEDIA_ROOT}.",
            hint=(
                "Machines that serve pages or work on jobs must all see this folder. "
                "Mount it on each of them, or silence this check on a single machine."
            ),
            id="segments.W001",
        )
    ]


@register(Tags.compatibility, deploy=True)
def letters_become_pdf(**kwargs: Any) -> list[CheckMessage]:
    """Without LibreOffice, letters are Word documents only."""
    if office():
        return []
    return [
        Warning(
            f"LibreOffice was not found (SOFFICE is {settings.SOFFICE!r}): letters "
            "cannot be made as PDF.",
            hint=(
                "Install libreoffice-writer on the machines that serve pages or work "
                "on jobs, or set SOFFICE to the program."
            ),
            id="segments.W003",
        )
    ]


@register(Tags.compatibility, deploy=True)
def letters_lead_back(**kwargs: Any) -> list[CheckMessage]:
    """Without its own address, the site cannot write a link into a letter."""
    if settings.SITE_URL:
        return []
    return [
        Warning(
            "SITE_URL is not set: no letter goes out by e-mail, since nobody could "
            "unsubscribe.",
            hint="Set SITE_URL to where people reach this site, as https://host.",
            id="segments.W004",
        )
    ]


@register(Tags.compatibility, deploy=True)
def letters_leave(**kwargs: Any) -> list[CheckMessage]:
    """Without a mail server, letters by e-mail stay in the outbox."""
    if not settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        return []
    return [
        Warning(
            "There is no mail server: letters by e-mail stay in the outbox.",
            hint="Set EMAIL_URL, for instance to smtp+tls://user:password@host:587.",
            id="segments.W002",
        )
    ]


@register(Tags.compatibility)
def letters_have_a_sender(**kwargs: Any) -> list[CheckMessage]:
    """No mail server takes a letter from nobody, and none could come back."""
    if _is_sender(settings.DEFAULT_FROM_EMAIL):
        return []
    return [
        Error(
            f"DEFAULT_FROM_EMAIL is {settings.DEFAULT_FROM_EMAIL!r}, which is no "
            "e-mail address.",
            hint="Set it to the address that letters come back to.",
            id="segments.E001",
        )
    ]


def _is_sender(text: str) -> bool:
    """Whether it is an address, with a name or without; any domain may be ours."""
    _name, address = parseaddr(text)
    domain = address.rpartition("@")[2]
    try:
        EmailValidator(allowlist=[domain])(address)
    except ValidationError:
        return False
    return bool(domain) and text.isprintable()
