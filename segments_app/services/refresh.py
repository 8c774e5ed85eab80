"""Refreshing: the steps of a segment are taken again on today's data.

A living segment is refreshed with the others by `refresh_segments --all-living`.
Refreshing is a step, so it can be gone back, and whoever is about to log what the
pre-flight page showed is told that the segment changed.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..choices import StepKind
from ..models import Segment, SegmentStep
from .errors import SegmentError
from .recipe import recipe_of
from .replay import Replacing, set_changes_of
from .steps import Effect, claim
from .take_again import take_again


class NothingToRefresh(SegmentError):
    """Nobody would enter or leave, or there is no step yet; no step was taken."""


class Refreshing(Replacing):
    """The same recipe on today's data."""

    def check(self, effect: Effect) -> None:
        if not effect.entered and not effect.left:
            raise NothingToRefresh(
                _("The segment is up to date: nobody would enter or leave.")
            )


def refresh(
    *,
    segment: Segment,
    user: Any,
    at: datetime,
    expected_version: str | None = None,
) -> SegmentStep:
    """Take the steps of the segment again on today's data, and return `refresh`.

    Raises NothingToRefresh when that would change nothing, StepImpossible,
    TooManySteps, SegmentChanged; then nothing has changed.
    """
    with transaction.atomic():
        claim(segment=segment, expected_version=expected_version)
        change = refreshing(segment=segment, at=at)
        return take_again(change, user=user, at=at)


def refreshing(*, segment: Segment, at: datetime) -> Refreshing:
    """What `refresh` would do: to be counted, listed or taken."""
    if not segment.position:
        raise NothingToRefresh(_("There is no step yet that could be taken again."))
    recipe = recipe_of(segment)
    return Refreshing(
        segment=segment,
        kind=StepKind.REFRESH,
        recipe=recipe,
        set_changes=set_changes_of(recipe, segment=segment, at=at),
    )


def keep_living(*, segment: Segment, living: bool, at: datetime) -> Segment:
    """Say whether the segment is refreshed with all living ones."""
    segment.living = living
    segment.updated_at = at
    segment.save(update_fields=["living", "updated_at"])
    return segment
