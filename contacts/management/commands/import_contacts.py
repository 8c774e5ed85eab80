"""Import contacts from a CSV file or a spreadsheet."""

from argparse import ArgumentParser
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from contacts.importing import (
    FIELDS,
    ContactFile,
    ImportProblem,
    NothingKnown,
    open_contact_file,
)
from contacts.services.importing.import_contacts import Summary, import_contacts


class Command(BaseCommand):
    help = (
        "Import contacts from a CSV file or a spreadsheet (.xlsx). Usual headings are "
        "known. A row that cannot be taken is told on standard error with its line "
        "and why, and the others are imported; the exit code is 1 only where every "
        "row was refused or the file cannot be used. "
        f"Fields for --map and --default: {', '.join(FIELDS)}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file, with headings first")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="HEADING=FIELD",
            help="which field a column fills; nothing after = leaves the column out",
        )
        parser.add_argument(
            "--default",
            action="append",
            default=[],
            metavar="FIELD=VALUE",
            help="what a field gets where the row has nothing, e.g. country=US",
        )
        parser.add_argument("--dry-run", action="store_true", help="change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        mapping = _pairs(options["map"], "--map")
        constants = _pairs(options["default"], "--default")
        try:
            file = open_contact_file(
                partial(path.open, "rb"), mapping=mapping, constants=constants
            )
        except OSError as error:
            said = _("%(path)s cannot be read: %(reason)s.")
            raise CommandError(
                said % {"path": path, "reason": error.strerror}
            ) from error
        except NothingKnown as problem:
            said = _("%(path)s: %(problem)s Map one with --map HEADING=FIELD.")
            raise CommandError(said % {"path": path, "problem": problem}) from problem
        except ImportProblem as problem:
            raise CommandError(f"{path}: {problem}") from problem
        summary = self._import(file, path.name, options["dry_run"])
        for row in summary.refused_rows:
            said = _("Line %(line)s: %(reason)s")
            self.stderr.write(said % {"line": row.line, "reason": row.reason})
        if summary.refused > len(summary.refused_rows):
            more = summary.refused - len(summary.refused_rows)
            self.stderr.write(_("and %s more") % more)
        result = _one_line(summary, options["dry_run"])
        if summary.refused == summary.total:
            raise CommandError(result)
        self.stdout.write(result)

    def _import(self, file: ContactFile, name: str, dry_run: bool) -> Summary:
        summary = Summary(total=file.total)
        with tqdm(total=file.total, disable=None, unit="row") as bar:
            for summary in import_contacts(
                file=file, at=timezone.now(), name=name, dry_run=dry_run
            ):
                bar.update(summary.done - bar.n)
        return summary


def _pairs(given: Iterable[str], option: str) -> dict[str, str]:
    """Take `left=right` apart; the last = of a heading counts, the first of a value."""
    pairs = {}
    for text in given:
        left, equals, right = (
            text.rpartition("=") if option == "--map" else text.partition("=")
        )
        if not equals or not left.strip():
            form = "HEADING=FIELD" if option == "--map" else "FIELD=VALUE"
            said = _("%(option)s %(text)s: write it as %(form)s.")
            raise CommandError(said % {"option": option, "text": text, "form": form})
        pairs[left.strip()] = right.strip()
    return pairs


def _one_line(summary: Summary, dry_run: bool) -> str:
    parts = [
        ngettext("%s row", "%s rows", summary.done) % summary.done,
        _("%s created") % summary.created,
        _("%s updated") % summary.updated,
        _("%s unchanged") % summary.unchanged,
        _("%s refused") % summary.refused,
    ]
    said = ", ".join(parts)
    if summary.companies:
        made = ngettext(
            "%s company created for its people",
            "%s companies created for their people",
            summary.companies,
        )
        said += f"; {made % summary.companies}"
    if summary.unmapped:
        said += "; " + _("columns not used: %s") % ", ".join(summary.unmapped)
    would = f" {_('(dry run, nothing was changed)')}" if dry_run else ""
    return f"{said}{would}."
