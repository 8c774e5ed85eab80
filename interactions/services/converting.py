"""The LibreOffice of this machine, as the settings have it."""

from django.conf import settings
from django.utils.translation import gettext as _

from ..pdf import Office, find_office


def office() -> Office | None:
    """Return LibreOffice, None where it is not installed."""
    return find_office(settings.SOFFICE)


def why_no_pdf() -> str:
    """Say why letters cannot be made as PDF here; empty where they can."""
    if office():
        return ""
    return _(
        "LibreOffice is not installed on this machine, and only it turns letters into "
        "PDF. Ask the administrator, or take Word documents."
    )
