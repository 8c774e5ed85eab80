"""Build a segment from saved criteria or from a file with criteria."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from segments_app.criteria import CriteriaError
from segments_app.models import SavedCriteria, Segment
from segments_app.services import (
    SegmentError,
    add_contacts,
    create_segment,
    reuse_criteria,
)


class Command(BaseCommand):
    help = "Build a segment: NUMBER is made, or added to if it is open already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number")
        parser.add_argument("--description", help="needed for a new segment")
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--saved", metavar="CODE", help="saved criteria")
        source.add_argument(
            "--criteria",
            metavar="FILE",
            type=Path,
            help="JSON file with criteria, or with criteria and options",
        )
        parser.add_argument("--dry-run", action="store_true", help="change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            with transaction.atomic():
                segment = self._segment(options, now)
                if options["saved"]:
                    saved = self._saved(options["saved"])
                    reuse_criteria(segment=segment, saved=saved, user=None, at=now)
                else:
                    asked = self._read(options["criteria"])
                    add_contacts(segment=segment, user=None, at=now, **asked)
                step = segment.steps.order_by("position").last()
                transaction.set_rollback(options["dry_run"])
        except (SegmentError, CriteriaError) as error:
            raise CommandError(str(error)) from error
        said = f"Segment {segment.number}: {step.total if step else 0} contacts"
        kept_out = sum(step.kept_out.values()) if step else 0
        would = " (dry run, nothing was changed)" if options["dry_run"] else ""
        self.stdout.write(f"{said}, {kept_out} kept out{would}.")

    def _segment(self, options: dict[str, Any], now: Any) -> Segment:
        number = options["number"].strip().upper()
        segment = Segment.objects.filter(number=number).first()
        if segment:
            return segment
        if not options["description"]:
            raise CommandError(f"Segment {number} is new: give it a --description.")
        return create_segment(
            number=number, description=options["description"], user=None, at=now
        )

    def _saved(self, code: str) -> SavedCriteria:
        try:
            return SavedCriteria.objects.get(code=code)
        except SavedCriteria.DoesNotExist:
            raise CommandError(f"There are no saved criteria {code}.") from None

    def _read(self, path: Path) -> dict[str, Any]:
        """Read criteria, plain or as `{"criteria": .., "options": ..}`."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise CommandError(f"{path} is not JSON: {error}.") from error
        if isinstance(data, dict) and "criteria" in data:
            return {"criteria": data["criteria"], "options": data.get("options")}
        return {"criteria": data, "options": None}
