"""Refresh segments: their steps are taken again on today's data."""

from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from interactions.models import LoggedSegment
from segments_app.models import Segment
from segments_app.services import (
    SegmentAlreadyLogged,
    SegmentChanged,
    SegmentError,
    refresh,
)
from segments_app.services.refresh import NothingToRefresh, refreshing
from segments_app.services.replay import ByCopyImpossible
from segments_app.services.steps import Effect, loss_of_tail


class UndoneSteps(SegmentError):
    """Nobody is there to be asked whether they may be dropped."""


@dataclass(frozen=True)
class Chosen:
    """A segment that was open at the start, and whether it was asked for by number."""

    pk: int
    number: str
    is_named: bool


class Command(BaseCommand):
    help = (
        "Refresh segments: their steps are taken again on today's data, as a step that "
        "can be gone back. Where nobody would enter or leave no step is taken. The "
        "exit code is 1 where a segment could not be refreshed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", nargs="*", help="numbers of the open segments")
        parser.add_argument(
            "--all-living",
            action="store_true",
            help="every segment that is marked as living",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="tell how many would enter and leave, and change nothing",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        segments = self._chosen(options["number"], all_living=options["all_living"])
        outcomes = {"changed": 0, "same": 0, "skipped": 0, "failed": 0}
        with tqdm(segments, disable=None, unit="segment") as bar:
            for chosen in bar:
                outcome, said = _outcome(chosen, dry_run=options["dry_run"])
                outcomes[outcome] += 1
                with tqdm.external_write_mode():
                    out = self.stderr if outcome == "failed" else self.stdout
                    out.write(f"{chosen.number}: {said}")
        said = _("%(changed)d of %(all)d segments refreshed, %(same)d up to date")
        if options["dry_run"]:
            said = _(
                "%(changed)d of %(all)d segments would change, %(same)d up to date"
            )
        self.stdout.write(f"{said % (outcomes | {'all': len(segments)})}.")
        if outcomes["skipped"]:
            said = ngettext(
                "%d segment was skipped.",
                "%d segments were skipped.",
                outcomes["skipped"],
            )
            self.stdout.write(said % outcomes["skipped"])
        if outcomes["failed"]:
            said = ngettext(
                "%d segment could not be refreshed.",
                "%d segments could not be refreshed.",
                outcomes["failed"],
            )
            raise CommandError(said % outcomes["failed"])

    def _chosen(self, numbers: Iterable[str], *, all_living: bool) -> list[Chosen]:
        asked = list(dict.fromkeys(number.strip().upper() for number in numbers))
        if not asked and not all_living:
            raise CommandError(_("Name segments, or say --all-living."), returncode=2)
        chosen = [
            Chosen(_open_segment(number).pk, number, is_named=True) for number in asked
        ]
        if all_living:
            living = Segment.objects.filter(living=True).exclude(number__in=asked)
            rows = living.order_by("pk").values_list("pk", "number")
            chosen += [Chosen(pk, number, is_named=False) for pk, number in rows]
        return chosen


def _open_segment(number: str) -> Segment:
    segment = Segment.objects.filter(number=number).first()
    if segment:
        return segment
    logged = LoggedSegment.objects.filter(segment_number=number).first()
    if logged:
        raise CommandError(str(SegmentAlreadyLogged(logged)))
    raise CommandError(_("There is no open segment %s.") % number)


def _outcome(chosen: Chosen, *, dry_run: bool) -> tuple[str, str]:
    """Return what became of it and that in words.

    It is `changed`, the `same`, `skipped` or `failed`. The segment is read when it is
    its turn, as others work on meanwhile.
    """
    segment = Segment.objects.filter(pk=chosen.pk).first()
    if segment is None:
        return "skipped", _said_gone(chosen.number)
    if not segment.living and not chosen.is_named:
        return "skipped", _("It is not living any more.")
    try:
        return _refreshed(segment, dry_run=dry_run)
    except ByCopyImpossible as error:
        # Nobody can mend that at night, and every night it would be the same.
        return "failed" if chosen.is_named else "skipped", str(error)
    except SegmentChanged as error:
        if not Segment.objects.filter(pk=chosen.pk).exists():
            return "skipped", _said_gone(chosen.number)
        return "failed", str(error)
    except SegmentError as error:
        return "failed", str(error)


def _said_gone(number: str) -> str:
    if LoggedSegment.objects.filter(segment_number=number).exists():
        return _("It was logged meanwhile.")
    return _("It was deleted meanwhile.")


def _refreshed(segment: Segment, *, dry_run: bool) -> tuple[str, str]:
    """Return `changed` or `same`, and that in words. Raises SegmentError."""
    at = timezone.now()
    seen = segment.steps_version
    try:
        _check_undone(segment)
        if dry_run:
            change = refreshing(segment=segment, at=at)
            effect = change.effect()
            change.check(effect)
            return "changed", _words(effect)
        step = refresh(segment=segment, user=None, at=at, expected_version=seen)
    except NothingToRefresh as error:
        return "same", str(error)
    return "changed", _words(Effect(step.entered, step.left, step.kept_out, step.total))


def _check_undone(segment: Segment) -> None:
    undone = loss_of_tail(segment).steps
    if undone:
        said = ngettext(
            "%d undone step would be dropped for good. Redo it, or refresh the segment "
            "on its page.",
            "%d undone steps would be dropped for good. Redo them, or refresh the "
            "segment on its page.",
            undone,
        )
        raise UndoneSteps(said % undone)


def _words(effect: Effect) -> str:
    said = _("%(entered)d entered, %(left)d taken off, %(total)d on the segment")
    return f"{said % vars(effect)}."
