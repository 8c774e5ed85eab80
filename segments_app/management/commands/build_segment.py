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
                common = {"segment": segment, "user": None, "at": now}
                if options["saved"]:
                    saved = self._saved(options["saved"])
                    steps = reuse_criteria(saved=saved, **common)
                else:
                    steps = [add_contacts(**self._read(options["criteria"]), **common)]
                transaction.set_rollback(options["dry_run"])
        except (SegmentError, CriteriaError) as error:
            raise CommandError(str(error)) from error
        kept_out = sum(sum(step.kept_out.values()) for step in steps)
        said = f"Segment {segment.number}: {steps[-1].total} contacts"
        would = " (dry run, nothing was changed)" if options["dry_run"] else ""
        self.stdout.write(f"{said}, {kept_out} kept out{would}.")

    def _segment(self, options: dict[str, Any], now: Any) -> Segment:
        number = options["number"].strip().upper()
        if not number:
            raise CommandError("The number of the segment is empty.")
        segment = Segment.objects.filter(number=number).first()
        if segment:
            return segment
        description = (options["description"] or "").strip()
        if not description:
            raise CommandError(f"Segment {number} is new: give it a --description.")
        return create_segment(number=number, description=description, user=None, at=now)

    def _saved(self, code: str) -> SavedCriteria:
        saved = SavedCriteria.objects.filter(code=code).first()
        if saved is None:
            raise CommandError(f"There are no saved criteria {code}.")
        if not saved.steps.exists():
            raise CommandError(f"The saved criteria {saved.code} have no steps.")
        return saved

    def _read(self, path: Path) -> dict[str, Any]:
        """Read criteria, plain or as `{"criteria": .., "options": ..}`."""
        try:
            data = json.loads(path.read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{path} is not JSON: {error}.") from error
        if not isinstance(data, dict) or "criteria" not in data:
            return {"criteria": data, "options": None}
        unknown = sorted(set(data) - {"criteria", "options"})
        if unknown:
            raise CommandError(f"{path}: Unknown key: {', '.join(unknown)}.")
        return {"criteria": data["criteria"], "options": data.get("options")}
