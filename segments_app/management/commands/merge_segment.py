"""Merge the letters of a segment into a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from segments_app.models import Segment
from segments_app.services import SegmentError
from segments_app.services.letters import Merged, documents_of, merge_segment


class Command(BaseCommand):
    help = "Merge the letters of a segment into one document or one file per contact."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number")
        parser.add_argument("--out", required=True, type=Path, metavar="PATH")
        parser.add_argument(
            "--each", action="store_true", help="one file per contact, in a zip"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        number = options["number"].strip().upper()
        segment = Segment.objects.filter(number=number).first()
        if segment is None:
            raise CommandError(f"There is no open segment {number}.")
        path: Path = options["out"]
        if path.is_dir():
            raise CommandError(f"{path} cannot be written: it is a folder.")
        if not path.parent.is_dir():
            raise CommandError(f"{path} cannot be written: there is no such folder.")
        part = path.with_name(f"{path.name}.part")
        try:
            merged = self._merge(segment, part, each=options["each"])
            part.replace(path)
        except SegmentError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"{path} cannot be written: {error.strerror}."
            ) from error
        finally:
            part.unlink(missing_ok=True)
        self.stdout.write(
            f"{merged.letters} letters in {path} ({merged.suffix[1:]}), "
            f"{merged.without_document} lines without a document."
        )

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
