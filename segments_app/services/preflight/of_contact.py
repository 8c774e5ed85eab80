"""Whether a contact may be written to at all."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .kinds import PROBLEM, WARNING, Check


def checks_of_contact() -> Iterator[Check]:
    yield Check(
        "privacy_blocked",
        PROBLEM,
        Q(contact__privacy_blocked=True),
        _("Privacy blocked."),
        _("Take the contacts off the segment."),
    )
    yield Check(
        "minor",
        PROBLEM,
        Q(contact__minor=True, contact__parental_consent_received=False),
        _("Minor without parental consent."),
        _("Record the consent, or take the contacts off the segment."),
    )
    yield Check(
        "excluded",
        WARNING,
        Q(contact__exclude_from_segment=True),
        _("Excluded from segments."),
        _("Take the contacts off, unless they were added on purpose."),
    )
