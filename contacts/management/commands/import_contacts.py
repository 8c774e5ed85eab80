"""Import contacts from a CSV file or a spreadsheet."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from contacts.importing import (
    FIELDS,
    ContactFile,
    ImportProblem,
    NothingKnown,
    open_contact_file,
)
from contacts.services.import_contacts import Summary, import_contacts


class Command(BaseCommand):
    help = (
        "Import contacts from a CSV file or a spreadsheet. Usual headings are known; "
        f"fields for --map and --default: {', '.join(FIELDS)}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
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
                path.read_bytes(), mapping=mapping, constants=constants
            )
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except NothingKnown as problem:
            said = f"{path}: {problem} Map one with --map HEADING=FIELD."
            raise CommandError(said) from problem
        except ImportProblem as problem:
            raise CommandError(f"{path}: {problem}") from problem
        summary = self._import(file, options["dry_run"])
        for row in summary.refused_rows:
            self.stderr.write(f"Line {row.line}: {row.reason}")
        self.stdout.write(_one_line(summary, options["dry_run"]))

    def _import(self, file: ContactFile, dry_run: bool) -> Summary:
        summary = Summary(total=file.total)
        with tqdm(total=file.total, disable=None, unit="row") as bar:
            for summary in import_contacts(
                file=file, at=timezone.now(), dry_run=dry_run
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
            raise CommandError(f"{option} {text}: write it as left=right.")
        pairs[left.strip()] = right.strip()
    return pairs


def _one_line(summary: Summary, dry_run: bool) -> str:
    said = (
        f"{summary.done} rows: {summary.created} created, {summary.updated} updated, "
        f"{summary.unchanged} unchanged, {summary.refused} refused; "
        f"{summary.companies} companies created for their people"
    )
    if summary.unmapped:
        said += f"; columns not used: {', '.join(summary.unmapped)}"
    return f"{said}{' (dry run, nothing was changed)' if dry_run else ''}."
