"""How the letters are divided: parts of some hundred, each one query and one file.

A part is what is made at a go: a document of the combined kind, a sheet before a
bundle, or so many files of contacts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import PurePath
from typing import Any

from django.db.models.fields.json import KeyTextTransform

from ...models import Attachment, Run
from ...models.querysets import LetterSnapshotQuerySet
from ...printing import FileName
from .letters import CHUNK, Letter, stream
from .output import Output, last_number


@dataclass
class Part:
    """Letters of one run from a number to a number; of one document, or of all.

    A part without letters is the sheet of a bundle: `follow` letters come after it.
    """

    run: Run
    first: int
    last: int
    letters: int = 1
    document: Attachment | None = None
    bundle: str = ""
    name: str = ""
    follow: int = 0


@dataclass
class Plan:
    """The letters that are asked for, how they are divided, and who gets none."""

    output: Output
    letters: LetterSnapshotQuerySet
    documents: dict[int, Attachment]
    parts: list[Part] = field(default_factory=list)
    blocked: int = 0
    file_name: FileName | None = None

    @property
    def count(self) -> int:
        """How many letters there are."""
        return sum(part.letters for part in self.parts)

    @property
    def is_archive(self) -> bool:
        """Whether there is more than one file."""
        return self.output.each or len(self.parts) > 1

    def letters_of(self, part: Part) -> Iterator[Letter]:
        """Yield the letters of one part; one query."""
        letters = self.letters.filter(
            item__run=part.run, item__sequence__range=(part.first, part.last)
        )
        if part.document:
            letters = letters.filter(document=part.document)
        return stream(
            letters,
            run=part.run,
            documents=self.documents,
            file_name=self.file_name,
        )


def plan(*, runs: list[Run], output: Output) -> Plan:
    """Divide the letters of these runs; a fixed number of queries.

    Who was blocked since is left out and counted. Raises OutputRefused and
    PatternError.
    """
    output.check(runs)
    chosen = output.chosen(runs)
    letters = chosen.may_be_printed()
    rows = list(_parts(letters, {run.pk: run for run in runs}, output))
    documents = Attachment.objects.in_bulk(
        letters.order_by().values_list("document", flat=True).distinct()
        if output.each
        else {document for _part, document in rows}
    )
    made = Plan(output, letters, documents)
    made.parts = [part for part, _document in rows]
    if output.each:
        made.file_name = output.file_name(runs)
    else:
        for part, document in rows:
            part.document = documents[document]
        made.parts = _in_order(made.parts)
        if output.bundle_by:
            made.parts = list(_with_sheets(made.parts))
        _name(made.parts, width=len(str(last_number(runs))))
    made.blocked = chosen.count() - made.count
    return made


def _parts(
    letters: LetterSnapshotQuerySet, runs: dict[int, Run], output: Output
) -> Iterator[tuple[Part, int]]:
    """Yield each part with the key of its document, where one ends where it must."""
    most = output.letters_in_document
    bundles = output.bundles
    opened: dict[int, Part] = {}
    at: tuple[int, str] = (0, "")
    for run, sequence, document, *where in _rows(letters, output):
        key = 0 if output.each else document
        bundle = bundles(sequence, _address(where, runs[run]))
        if at != (run, bundle):
            yield from _closed(opened)
            at = (run, bundle)
        part = opened.get(key)
        if part is None:
            opened[key] = Part(runs[run], sequence, sequence, bundle=bundle)
            continue
        if part.letters == most:
            yield part, key
            opened[key] = Part(runs[run], sequence, sequence, bundle=bundle)
            continue
        part.last, part.letters = sequence, part.letters + 1
    yield from _closed(opened)


def _closed(opened: dict[int, Part]) -> Iterator[tuple[Part, int]]:
    yield from ((part, key) for key, part in opened.items())
    opened.clear()


def _rows(letters: LetterSnapshotQuerySet, output: Output) -> Iterator[tuple[Any, ...]]:
    """Run, number and document of each letter; for a bundle its country and code."""
    columns: list[Any] = ["item__run_id", "item__sequence", "document_id"]
    if output.bundle_by:
        where = KeyTextTransform("address", "inputs")
        columns += [
            KeyTextTransform("country", where),
            KeyTextTransform("postcode", where),
        ]
    return letters.values_list(*columns).iterator(chunk_size=CHUNK * 4)


def _address(where: list[Any], run: Run) -> dict[str, Any]:
    if not where:
        return {}
    country, postcode = where
    home = run.own_company.get("country")
    return {"country": country or home, "postcode": postcode}


def _in_order(parts: list[Part]) -> list[Part]:
    """Bundle after bundle; in each the documents by name, their letters by number."""
    places: dict[tuple[int, str], int] = {}
    for part in sorted(parts, key=lambda part: (part.run.pk, part.first)):
        places.setdefault((part.run.pk, part.bundle), len(places))

    def place(part: Part) -> tuple[Any, ...]:
        document = part.document
        named = (document.name, document.pk) if document else ()
        return places[part.run.pk, part.bundle], *named, part.first

    return sorted(parts, key=place)


def _with_sheets(parts: list[Part]) -> Iterator[Part]:
    """Put a part without letters, the sheet, before each bundle."""
    for (run, bundle), these in groupby(parts, lambda part: (part.run, part.bundle)):
        together = list(these)
        first = min(part.first for part in together)
        last = max(part.last for part in together)
        letters = sum(part.letters for part in together)
        yield Part(run, first, last, letters=0, bundle=bundle, follow=letters)
        yield from together


def _name(parts: list[Part], *, width: int) -> None:
    """Name the files so that they sort as they are to be printed."""
    documents = [part.document for part in parts]
    bundle = place = 0
    for part in parts:
        if part.document is None:
            bundle, place = bundle + 1, 0
            part.name = f"{bundle:03}-00 {part.bundle}"
            continue
        place += 1
        stem = PurePath(part.document.name).stem
        numbers = f"{part.first:0{width}}-{part.last:0{width}}"
        if bundle:
            part.name = f"{bundle:03}-{place:02} {part.bundle} {stem} {numbers}"
        elif documents.count(part.document) == 1:
            part.name = stem
        else:
            part.name = f"{stem} {numbers}"
