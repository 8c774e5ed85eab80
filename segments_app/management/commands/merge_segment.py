"""Merge the letters of a segment into a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from segments_app.models import Segment
from segments_app.services import SegmentError
from segments_app.services.letters import (
    Merged,
    check_name,
    documents_of,
    merge_segment,
)


class Command(BaseCommand):
    help = (
        "Merge the letters of a segment into a file: one Word document (.docx); with "
        "letters from several documents, such as several languages, one for each of "
        "them in a zip (.zip)."
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
            check_name(segment=segment, name=path.name, each=options["each"])
            merged = self._merge(segment, part, each=options["each"])
            part.replace(path)
        except SegmentError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise _unwritable(path, error.strerror or str(error)) from error
        finally:
            part.unlink(missing_ok=True)
        self.stdout.write(_one_line(merged, path))

    def _merge(self, segment: Segment, path: Path, *, each: bool) -> Merged:
        total = sum(count for _document, count in documents_of(segment))
        with (
            path.open("wb") as out,
            tqdm(total=total, disable=None, unit="letter") as bar,
        ):
            return merge_segment(
                segment=segment,
                out=out,
                each=each,
                progress=lambda done: bar.update(done - bar.n),
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
    return f"{said}."
