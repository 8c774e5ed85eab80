"""Writing the rows of saved criteria: whoever makes or changes them does it here."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..models import SavedCriteria, SavedCriteriaStep
from .errors import SegmentError
from .recipe import MOST_STEPS

# A saved step as plain values: {"kind": .., "criteria": .., "options": {..}}.
SavedStep = dict[str, Any]


class CodeTaken(SegmentError):
    """Saved criteria with this code exist."""

    @classmethod
    def of(cls, code: str) -> "CodeTaken":
        return cls(_("Saved criteria %s exist. Choose another code.") % code)


class CodeRefused(SegmentError):
    """Nothing can be called so."""


class SavedStepRefused(SegmentError):
    """A step that saved criteria cannot have."""


def create_saved(
    *,
    code: str,
    description: str,
    shared: bool,
    parts: list[SavedStep],
    user: Any,
    at: datetime,
) -> SavedCriteria:
    """Store new saved criteria with these steps; the caller holds the transaction.

    Raises CodeTaken, CodeRefused, SavedStepRefused.
    """
    try:
        SavedCriteria._meta.get_field("code").run_validators(code)
    except ValidationError as error:
        raise CodeRefused(" ".join(error.messages)) from error
    saved, created = SavedCriteria.objects.get_or_create(
        code=code,
        defaults={
            "description": description,
            "shared": shared,
            "owner": user,
            "created_at": at,
            "updated_at": at,
        },
    )
    if not created:
        raise CodeTaken.of(saved.code)
    write_saved_steps(saved, parts)
    return saved


def write_saved_steps(saved: SavedCriteria, parts: list[SavedStep]) -> None:
    """Store these steps of saved criteria in the place of those they have.

    Raises SavedStepRefused where they are too many.
    """
    if len(parts) > MOST_STEPS:
        raise SavedStepRefused(_("Saved criteria have at most %d steps.") % MOST_STEPS)
    saved.steps.all().delete()
    SavedCriteriaStep.objects.bulk_create(
        SavedCriteriaStep(saved=saved, position=position, **part)
        for position, part in enumerate(parts, start=1)
    )
