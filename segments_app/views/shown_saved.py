"""Saved criteria as a reader understands them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from contacts.models import Contact

from ..models import SavedCriteria
from ..services.dry_run import DryRun
from ..services.edit_saved import fingerprint, saved_steps_of
from ..services.saved_codes import missing_codes_of
from ..services.steps import Effect
from .shown_steps import kept_out_labels, kind_label, option_labels, sentence
from .step_names import names_of


@dataclass(frozen=True)
class ShownSavedStep:
    """A saved step in words; `seen` says which step the page shows."""

    position: int
    kind: str
    sentence: str
    options: list[str]
    seen: str
    missing: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class ShownDryStep:
    """A saved step and what it would do today."""

    position: int
    kind: str
    sentence: str
    options: list[str]
    effect: Effect
    kept_out: list[tuple[str, int]]
    moving: list[Contact]
    more: int
    refused: str


def visible(request: HttpRequest, pk: int) -> SavedCriteria:
    """Return saved criteria that the user may see; private ones of others are 404."""
    found = SavedCriteria.objects.visible_to(request.user).select_related("owner")
    return get_object_or_404(found, pk=pk)


def changeable(request: HttpRequest, pk: int) -> SavedCriteria:
    """Return saved criteria that the user may change."""
    saved = visible(request, pk)
    if not saved.may_be_changed_by(request.user):
        raise PermissionDenied
    return saved


def shown_saved_steps(saved: SavedCriteria) -> list[ShownSavedStep]:
    """Return the steps in words, with the codes that are gone."""
    parts = saved_steps_of(saved)
    missing = missing_codes_of(parts)
    names = names_of((part["criteria"], part["options"]) for part in parts)
    return [
        ShownSavedStep(
            position=position,
            kind=kind_label(part["kind"]),
            sentence=sentence(part["criteria"], names),
            options=option_labels(part["options"]),
            seen=fingerprint(part),
            missing=", ".join(code for _place, code in missing[position - 1]),
            is_first=position == 1,
            is_last=position == len(parts),
        )
        for position, part in enumerate(parts, start=1)
    ]


def shown_dry_steps(run: DryRun) -> Iterator[ShownDryStep]:
    """Yield the steps of a dry run in words."""
    parts = [step.part for step in run.steps]
    names = names_of((part["criteria"], part["options"]) for part in parts)
    for position, step in enumerate(run.steps, start=1):
        moved = step.effect.entered + step.effect.left
        yield ShownDryStep(
            position=position,
            kind=kind_label(step.part["kind"]),
            sentence=sentence(step.part["criteria"], names),
            options=option_labels(step.part["options"]),
            effect=step.effect,
            kept_out=kept_out_labels(step.effect.kept_out),
            moving=step.moving,
            more=moved - len(step.moving),
            refused=step.refused,
        )


def what_stands(saved: SavedCriteria, position: int) -> tuple[str, str]:
    """Return the step at a place as it is now: in words, and its fingerprint."""
    parts = saved_steps_of(saved)
    if not 1 <= position <= len(parts):
        return _("There is no step at this place any more."), ""
    part = parts[position - 1]
    words = [kind_label(part["kind"]), sentence(part["criteria"])]
    words += option_labels(part["options"])
    return " · ".join(word for word in words if word), fingerprint(part)
