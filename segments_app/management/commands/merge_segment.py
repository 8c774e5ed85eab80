"""Merge the letters of a segment into a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from interactions.choices import BundleBy, RunOrder
from interactions.models import Run
from interactions.printing import NumbersError, PatternError, parse_numbers
from interactions.printing.names import USUAL
from interactions.services.errors import InteractionError
from interactions.services.printing import Output, last_number
from interactions.services.printing.output import DOCX, PDF
from segments_app.models import Segment
from segments_app.services import SegmentError
from segments_app.services.merge_segment import check_name
from segments_app.services.prepare_run import ready_run
from segments_app.services.print_letters import Merged, print_runs, printable

REFUSED = (SegmentError, InteractionError, PatternError, NumbersError)


class Command(BaseCommand):
    help = (
        "Merge the letters of a segment into a file: one Word document (.docx); with "
        "more than 250 letters, or letters from several documents, such as several "
        "languages, a zip of documents (.zip). The letters are frozen as a run: the "
        "same command again prints the same letters until something changes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="number of the open segment")
        parser.add_argument(
            "--out",
            required=True,
            type=Path,
            metavar="PATH",
            help="file to write; one that is there is replaced",
        )
        parser.add_argument(
            "--each", action="store_true", help="one file per contact, in a zip"
        )
        parser.add_argument(
            "--pdf", action="store_true", help="as PDF, by LibreOffice (.pdf)"
        )
        parser.add_argument(
            "--whole",
            action="store_true",
            help="one document however many letters, instead of 250 in each",
        )
        parser.add_argument(
            "--order",
            choices=RunOrder.values,
            default=RunOrder.POSTAL,
            help="by what the letters are numbered (default: postal)",
        )
        parser.add_argument(
            "--range",
            default="",
            metavar="NUMBERS",
            help="only these letters, as 41-57,60",
        )
        parser.add_argument(
            "--name-pattern",
            default=USUAL,
            metavar="PATTERN",
            help=f"what files of contacts are called (default: {USUAL})",
        )
        parser.add_argument(
            "--bundle-by",
            choices=[BundleBy.COUNTRY, BundleBy.POSTCODE],
            default="",
            help="a separator sheet before each country, or beginning of the postcode",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        number = options["number"].strip().upper()
        segment = Segment.objects.filter(number=number).first()
        if segment is None:
            raise CommandError(_("There is no open segment %s.") % number)
        path: Path = options["out"]
        if path.is_dir():
            raise _unwritable(path, _("it is a folder"))
        if not path.parent.is_dir():
            raise _unwritable(path, _("there is no such folder"))
        part = path.with_name(f"{path.name}.part")
        try:
            merged = self._merge(segment, part, path.name, options)
            part.replace(path)
        except REFUSED as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise _unwritable(path, error.strerror or str(error)) from error
        finally:
            part.unlink(missing_ok=True)
        self.stdout.write(_one_line(merged, path))
        for failure in merged.failures:
            self.stderr.write(_("Not made: %s") % failure)

    def _merge(
        self, segment: Segment, path: Path, name: str, options: dict[str, Any]
    ) -> Merged:
        run = ready_run(
            segment=segment, user=None, at=timezone.now(), order=options["order"]
        )
        output = _output(run, options)
        planned = printable(runs=[run], output=output)
        check_name(planned=planned, name=name)
        with (
            path.open("wb") as out,
            tqdm(total=planned.count, disable=None, unit="letter") as bar,
        ):
            return print_runs(
                runs=[run],
                output=output,
                out=out,
                progress=lambda done: bar.update(done - bar.n),
            )


def _output(run: Run, options: dict[str, Any]) -> Output:
    return Output(
        each=options["each"],
        whole=options["whole"],
        numbers=parse_numbers(options["range"], last=last_number([run])),
        pattern=options["name_pattern"],
        bundle_by=options["bundle_by"],
        kind=PDF if options["pdf"] else DOCX,
    )


def _unwritable(path: Path, reason: str) -> CommandError:
    said = _("%(path)s cannot be written: %(reason)s.")
    return CommandError(said % {"path": path, "reason": reason})


def _one_line(merged: Merged, path: Path) -> str:
    said = ngettext(
        "%(count)s letter in %(path)s", "%(count)s letters in %(path)s", merged.letters
    )
    said %= {"count": merged.letters, "path": path}
    if merged.without_document:
        without = ngettext(
            "%s line without a document",
            "%s lines without a document",
            merged.without_document,
        )
        said += f", {without % merged.without_document}"
    if merged.kept_out:
        kept_out = ngettext(
            "%s contact who must not be written to",
            "%s contacts who must not be written to",
            merged.kept_out,
        )
        said += f", {kept_out % merged.kept_out}"
    if merged.skipped:
        skipped = ngettext(
            "%s contact left out by a field of the letter",
            "%s contacts left out by a field of the letter",
            merged.skipped,
        )
        said += f", {skipped % merged.skipped}"
    return f"{said}."
