"""Build a segment from saved criteria or from a file with criteria."""

import datetime
import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.importing.places import to_language
from contacts.management.days import typed_day
from contacts.models import Salesperson
from interactions.models import Campaign, InteractionTemplate
from interactions.services.checking import DocumentRefused, refuse_faulty
from interactions.services.errors import InteractionError
from interactions.services.templates import NewDocument, find_or_make_template
from segments_app.choices import KeptOut
from segments_app.criteria import CriteriaError
from segments_app.models import SavedCriteria, Segment, SegmentStep
from segments_app.services import (
    SegmentError,
    add_contacts,
    create_segment,
    reuse_criteria,
)
from segments_app.services.change_header import change_header
from segments_app.services.segment_documents import attach_document


class Command(BaseCommand):
    help = (
        "Build a segment: NUMBER is made, or added to if it is open already. Who gets "
        "on it is said by saved criteria or by a file; docs/criteria.md tells how to "
        "write one. Everything is done or, where something is refused, nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="number of the segment, new or open")
        parser.add_argument("--description", help="needed for a new segment")
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--saved", metavar="CODE", help="saved criteria")
        source.add_argument(
            "--criteria",
            metavar="FILE",
            type=Path,
            help="JSON file with criteria, or with criteria and options",
        )
        parser.add_argument("--template", metavar="CODE", help="interaction template")
        parser.add_argument(
            "--make-template",
            action="store_true",
            help="make the interaction template if there is none with this code, in "
            "the interaction group with this code",
        )
        parser.add_argument(
            "--document",
            metavar="FILE",
            type=Path,
            help="Word document (.docx) of the segment, instead of the template's",
        )
        parser.add_argument(
            "--language",
            help="of the document, and of contacts without one in their own language",
        )
        parser.add_argument(
            "--date",
            type=typed_day,
            metavar="YYYY-MM-DD",
            help="today for a new segment",
        )
        parser.add_argument("--salesperson", metavar="CODE")
        parser.add_argument("--campaign", metavar="NUMBER")
        parser.add_argument("--dry-run", action="store_true", help="change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run, now = options["dry_run"], timezone.now()
        document = _document(options["document"])
        try:
            with transaction.atomic():
                segment = _segment(options, now)
                start = segment.position
                steps = _add(segment, options, now)
                if document and not dry_run:
                    attach_document(
                        segment=segment,
                        language=segment.language,
                        document=document,
                        user=None,
                        at=now,
                    )
                there = segment.lines.live().filter(added_step__lte=start).count()
                transaction.set_rollback(dry_run)
        except (SegmentError, InteractionError, CriteriaError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_one_line(segment, steps, there, dry_run=dry_run))


def _segment(options: dict[str, Any], now: datetime.datetime) -> Segment:
    number = options["number"].strip().upper()
    if not number:
        raise CommandError(_("The number of the segment is empty."))
    segment = Segment.objects.filter(number=number).first()
    header = _header(options, segment)
    if segment:
        return change_header(segment=segment, values=header, user=None, at=now)
    if "description" not in header:
        raise CommandError(_("Segment %s is new: give it a --description.") % number)
    return create_segment(number=number, user=None, at=now, **header)


def _header(options: dict[str, Any], segment: Segment | None) -> dict[str, Any]:
    """The values of the header that the options give."""
    description = (options["description"] or "").strip()
    template = _template(options)
    salesperson = _found(Salesperson, "code", options["salesperson"])
    if salesperson and salesperson.blocked:
        raise CommandError(_("The salesperson %s is blocked.") % salesperson.code)
    given = {
        "description": description,
        "template": template,
        "language": _language(options["language"]),
        "date": options["date"],
        "salesperson": salesperson,
        "campaign": _found(Campaign, "number", options["campaign"]),
    }
    header = {name: value for name, value in given.items() if value}
    if options["document"] and "language" not in header:
        header["language"] = _language_of(segment or Segment(), template)
    return header


def _language_of(segment: Segment, template: InteractionTemplate | None) -> str:
    """The language of a document that comes without one."""
    template = template or segment.template
    inherited = template.default_language if template else ""
    return segment.language or inherited or settings.LANGUAGE_CODE


def _template(options: dict[str, Any]) -> InteractionTemplate | None:
    code = options["template"]
    if not options["make_template"]:
        return _found(InteractionTemplate, "code", code)
    if not code:
        raise CommandError(_("--make-template needs a --template."))
    return find_or_make_template(code=code)


def _found(model: type[models.Model], key: str, value: str | None) -> Any:
    """The row of a set-up table with this key; None if no key is given."""
    if value is None:
        return None
    row = model._default_manager.filter(**{key: value}).first()
    if row is None:
        said = _("There is no %(what)s %(key)s.")
        what = model._meta.verbose_name
        raise CommandError(said % {"what": what, "key": value.strip().upper()})
    return row


def _language(text: str | None) -> str | None:
    if text is None:
        return None
    tag = to_language(text)
    if tag is None:
        said = _("“%(value)s” is no language. Write it as nb, da or pt-BR.")
        raise CommandError(said % {"value": text})
    return tag


def _document(path: Path | None) -> NewDocument | None:
    """Read and check a Word document; nothing is stored yet."""
    if path is None:
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        refuse_faulty(data)
    except DocumentRefused as error:
        raise CommandError(f"{path}: {error}") from error
    return NewDocument(data=data, name=path.name)


def _add(
    segment: Segment, options: dict[str, Any], now: datetime.datetime
) -> list[SegmentStep]:
    common: dict[str, Any] = {"segment": segment, "user": None, "at": now}
    if options["saved"] is not None:
        return reuse_criteria(saved=_saved(options["saved"]), **common)
    return [add_contacts(**_read(options["criteria"]), **common)]


def _saved(code: str) -> SavedCriteria:
    saved = SavedCriteria.objects.filter(code=code).first()
    if saved is None:
        raise CommandError(_("There are no saved criteria %s.") % code)
    if not saved.steps.exists():
        raise CommandError(_("The saved criteria %s have no steps.") % saved.code)
    return saved


def _read(path: Path) -> dict[str, Any]:
    """Read criteria, plain or as `{"criteria": .., "options": ..}`."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _unreadable(path, error) from error
    except (ValueError, RecursionError) as error:
        said = _("%(path)s is not JSON: %(reason)s.") % {"path": path, "reason": error}
        raise CommandError(said) from error
    if not isinstance(data, dict) or "criteria" not in data:
        return {"criteria": data, "options": None}
    unknown = sorted(set(data) - {"criteria", "options"})
    if unknown:
        said = _("%(path)s: Unknown key: %(keys)s.")
        raise CommandError(said % {"path": path, "keys": ", ".join(unknown)})
    return {"criteria": data["criteria"], "options": data.get("options")}


def _unreadable(path: Path, error: OSError) -> CommandError:
    said = _("%(path)s cannot be read: %(reason)s.")
    return CommandError(said % {"path": path, "reason": error.strerror})


def _one_line(
    segment: Segment, steps: Sequence[SegmentStep], there: int, *, dry_run: bool
) -> str:
    """What became of it; `there` of the contacts were on the segment before."""
    total = steps[-1].total
    kept_out = sum(
        count
        for step in steps
        for why, count in step.kept_out.items()
        if why != KeptOut.ALREADY_IN
    )
    said = ngettext(
        "Segment %(number)s: %(count)s contact",
        "Segment %(number)s: %(count)s contacts",
        total,
    )
    parts = [said % {"number": segment.number, "count": total}]
    if there:
        parts.append(_("%s already there") % there)
    parts.append(_("%s kept out") % kept_out)
    would = f" {_('(dry run, nothing was changed)')}" if dry_run else ""
    return f"{', '.join(parts)}{would}."
