"""Changing saved criteria: what they are called, and their steps one by one.

Segments that were built with them stay as they are. A step is changed, moved or
removed as it was seen: whoever looked before somebody else changed it is told.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contacts.services.edits import check_unchanged

from ..criteria import existing_codes, validate
from ..criteria.validate import KnownCodes
from ..models import SavedCriteria
from .change_contacts import TAKE, CriteriaMissing, options_of
from .errors import HeaderRefused, SegmentError
from .steps import check_options
from .write_saved import (
    CodeTaken,
    SavedStep,
    SavedStepRefused,
    create_saved,
    write_saved_steps,
)


class SavedCriteriaChanged(SegmentError):
    """Somebody else changed, moved or removed the step since the user looked."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else changed these steps in the meantime. Look at them again.")
        )


def saved_steps_of(saved: SavedCriteria) -> list[SavedStep]:
    """The steps as plain values, in their order."""
    steps = saved.steps.order_by("position").values("kind", "criteria", "options")
    return [SavedStep(**step) for step in steps]


def fingerprint(part: Mapping[str, Any]) -> str:
    """What a page carries to say which step it saw."""
    seen = [part["kind"], part["criteria"], part["options"]]
    text = json.dumps(seen, sort_keys=True).encode()
    return hashlib.sha256(text).hexdigest()[:16]


def check_saved_step(
    part: SavedStep, *, known_codes: KnownCodes | None = existing_codes
) -> SavedStep:
    """Return the step with the options that are on.

    Raises SavedStepRefused, OptionRefused, CriteriaMissing, CriteriaError.
    """
    kind, criteria = part["kind"], part["criteria"]
    if kind not in TAKE:
        raise SavedStepRefused(
            _("Unknown kind of step: %(kind)s. Known are: %(known)s.")
            % {"kind": kind, "known": ", ".join(TAKE)}
        )
    options = check_options(part["options"], options_of(kind))
    if criteria is not None:
        validate(criteria, known_codes=known_codes)
    if (criteria is None) != bool(options.get("all_contacts")):
        raise CriteriaMissing(
            _("A step has either criteria, or the option all_contacts.")
        )
    return {"kind": str(kind), "criteria": criteria, "options": options}


def change_saved_criteria(
    *,
    saved: SavedCriteria,
    values: Mapping[str, Any],
    seen: Mapping[str, Any] | None = None,
    user: Any,
    at: datetime,
) -> SavedCriteria:
    """Write these values of code, description and shared.

    Raises CodeTaken, HeaderRefused, SavedCriteriaChanged when they are gone, and
    ChangedMeanwhile where somebody else changed the same.
    """
    for name, value in values.items():
        setattr(saved, name, value)
    others = {field.name for field in saved._meta.fields} - set(values)
    try:
        saved.clean_fields(exclude=others)
    except ValidationError as error:
        raise HeaderRefused(error.message_dict) from error
    saved.updated_at = at
    try:
        with transaction.atomic():
            stored = _locked(saved)
            check_unchanged(stored=stored, values=values, seen=seen or {})
            saved.save(update_fields=[*values, "updated_at"])
    except IntegrityError as error:
        raise CodeTaken.of(saved.code) from error
    return saved


def duplicate_criteria(
    *,
    saved: SavedCriteria,
    code: str,
    description: str,
    shared: bool,
    user: Any,
    at: datetime,
) -> SavedCriteria:
    """Make the same steps under another code; they are the user's. Raises CodeTaken."""
    with transaction.atomic():
        return create_saved(
            code=code,
            description=description,
            shared=shared,
            parts=saved_steps_of(saved),
            user=user,
            at=at,
        )


def add_saved_step(
    *, saved: SavedCriteria, part: SavedStep, user: Any, at: datetime
) -> None:
    """Put a step after the others.

    Raises SavedCriteriaChanged, and what `check_saved_step` and `write_saved_steps` do.
    """
    checked = check_saved_step(part)
    with transaction.atomic():
        parts = saved_steps_of(_locked(saved))
        _rewrite(saved, [*parts, checked], at=at)


def change_saved_step(
    *,
    saved: SavedCriteria,
    position: int,
    seen: str,
    part: SavedStep,
    user: Any,
    at: datetime,
) -> None:
    """Put another step in the place of the one that was `seen` at `position`.

    Raises SavedCriteriaChanged, and what `check_saved_step` does.
    """
    checked = check_saved_step(part)
    with transaction.atomic():
        parts = saved_steps_of(_locked(saved))
        _check_seen(parts, position, seen)
        parts[position - 1] = checked
        _rewrite(saved, parts, at=at)


def remove_saved_step(
    *, saved: SavedCriteria, position: int, seen: str, user: Any, at: datetime
) -> None:
    """Take out the step that was `seen`; the last one stays.

    Raises SavedCriteriaChanged, SavedStepRefused.
    """
    with transaction.atomic():
        parts = saved_steps_of(_locked(saved))
        _check_seen(parts, position, seen)
        if len(parts) == 1:
            raise SavedStepRefused(
                _("The only step cannot be removed: change it, or delete the criteria.")
            )
        del parts[position - 1]
        _rewrite(saved, parts, at=at)


def move_saved_step(
    *, saved: SavedCriteria, position: int, to: int, seen: str, user: Any, at: datetime
) -> None:
    """Let the step that was `seen` stand at another place.

    Raises SavedCriteriaChanged, SavedStepRefused.
    """
    with transaction.atomic():
        parts = saved_steps_of(_locked(saved))
        _check_seen(parts, position, seen)
        if not 1 <= to <= len(parts):
            raise SavedStepRefused(_("There is no place %d for a step.") % to)
        parts.insert(to - 1, parts.pop(position - 1))
        _rewrite(saved, parts, at=at)


def _rewrite(saved: SavedCriteria, parts: list[SavedStep], *, at: datetime) -> None:
    write_saved_steps(saved, parts)
    saved.updated_at = at
    saved.save(update_fields=["updated_at"])


def _locked(saved: SavedCriteria) -> SavedCriteria:
    stored = SavedCriteria.objects.select_for_update().filter(pk=saved.pk).first()
    if stored is None:
        raise SavedCriteriaChanged
    return stored


def _check_seen(parts: list[SavedStep], position: int, seen: str) -> None:
    if not 1 <= position <= len(parts) or fingerprint(parts[position - 1]) != seen:
        raise SavedCriteriaChanged
