"""All letters in one document, written as they come."""

import copy
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from lxml import etree
from markupsafe import Markup

from .charts import COPY, Chart, Charts, copy_mark
from .errors import RenderError
from .expressions import compile_source
from .notes import NOTES, Notes, count_from_1
from .numbering import Lists
from .package import NO_RELATIONS, TYPES, Package
from .part_names import relations_name
from .pictures import Pictures
from .running import EmptyPart, NewPart, RunningParts, VaryingPart, empty_part
from .sections import (
    MORE,
    add_reference,
    close_letter,
    count_own_pages,
    missing_references,
    sections_of,
    shows_page_count,
    start_letter,
    vary_references,
)
from .story import compile_story
from .tags import patch
from .unique import (
    NEXT,
    NUMBER,
    Counter,
    forget_names,
    join_instructions,
    number_bookmarks,
    number_objects,
    refers_to,
    restart_sequences,
    with_bookmark,
)
from .wordxml import BRACES, Element, parse, text_of, w
from .zipwriter import Member, SpooledMember, ZipWriter, pack

# Letters that are deflated at a time.
BATCH = 16


class CombinedDocument:
    """A template as one document of many letters.

    `roots` are the trees of the parts that hold text, their tags in order; `varies`
    names those with fields, `constants` are the members without.
    """

    def __init__(
        self,
        package: Package,
        roots: Mapping[str, Element],
        varies: Set[str],
        constants: Mapping[str, Member],
        pictures: Pictures,
    ) -> None:
        self.name = package.main
        self.pictures = pictures
        self._constants = dict(constants)
        self._constants.pop(self.name, None)
        roots = {name: copy.deepcopy(root) for name, root in roots.items()}
        for root in roots.values():
            join_instructions(root)
        document = roots[self.name]
        sections = sections_of(document.find(w("body")))
        counts_pages = any(map(shows_page_count, roots.values()))
        if len(sections) == 1:
            self._count_own_pages(roots)
        self.notes = self._own_notes(package, roots, sections)
        self.converts_singly = counts_pages or bool(self.notes)
        stories = [document, *(notes.root for notes in self.notes)]
        self.varying = self._own_running_parts(package, roots, varies, stories)
        restart_sequences(stories)
        for root in stories:
            number_objects(root.iter(etree.Element))
            forget_names(root)
        self.charts = Charts(package, document)
        self._empty = self._close(document, sections, package)
        self.lists, self._numbering = _lists(stories, package)
        self._compile(document)
        self._rewritten = self._take_out(package)

    def merge(
        self,
        records: Iterable[Mapping[str, Any]],
        out: BinaryIO,
        *,
        marked: bool = False,
    ) -> int:
        """Write the document and return how many letters it has. Raises RenderError.

        With `marked` a bookmark is in each letter, `letter1` and so on.
        """
        waiting = iter(records)
        first = next(waiting, None)
        if first is None:
            raise RenderError(_("There are no letters to merge."))
        letters = Letters(self, first)
        archive = ZipWriter(out)
        for member in self._constants.values():
            archive.add(member)
        archive.add_stream(
            self.name, letters.texts(_marked(first, waiting), marked=marked)
        )
        for notes in letters.notes:
            notes.add_to(archive)
        if self.lists:
            archive.add_stream(self._numbering, self.lists.part(letters.count))
        for running in letters.running.members():
            archive.add(running)
        for sha256 in letters.pictures:
            archive.add(self.pictures.media(sha256))
        self._write_contents(archive, letters)
        archive.close()
        return letters.count

    def _count_own_pages(self, roots: Mapping[str, Element]) -> None:
        for name, root in roots.items():
            if count_own_pages(root) and name in self._constants:
                text = text_of(root).translate(BRACES)
                self._constants[name] = pack(name, text.encode())

    def _own_notes(
        self,
        package: Package,
        roots: Mapping[str, Element],
        sections: Sequence[Element],
    ) -> list[Notes]:
        """The notes of a letter; those that nothing refers to are taken out."""
        own = []
        document = roots[self.name]
        for kind in NOTES:
            name = package.first(self.name, kind)
            if name is None:
                continue
            notes = Notes(kind, name, document, roots[name], numbered=True)
            self._constants.pop(name, None)
            if notes.count:
                own.append(notes)
            else:
                self._constants[name] = pack(name, text_of(notes.root).encode())
        settings = package.first(self.name, "settings")
        if own and settings:
            root = package.root(settings)
            count_from_1(sections, {notes.kind for notes in own}, root)
            self._constants[settings] = pack(settings, text_of(root).encode())
        return own

    def _own_running_parts(
        self,
        package: Package,
        roots: Mapping[str, Element],
        varies: Set[str],
        stories: Sequence[Element],
    ) -> list[VaryingPart]:
        """The headers and footers that differ from letter to letter."""
        running = {
            part_id: name
            for part_id, name in package.related(self.name, "header", "footer").items()
            if name in varies or refers_to(roots[name], stories)
        }
        names = dict.fromkeys(running.values())
        number_bookmarks([*stories, *(roots[name] for name in names)])
        templates = {
            name: compile_source(patch(roots[name]), {NUMBER, NEXT})[0]
            for name in names
        }
        for name in names:
            self._constants.pop(name, None)
        return [
            VaryingPart(place, part_id, name, templates[name], package, self.pictures)
            for place, (part_id, name) in enumerate(running.items())
        ]

    def _close(
        self, document: Element, sections: Sequence[Element], package: Package
    ) -> list[EmptyPart]:
        """Make the sections those of one letter among others."""
        start_letter(sections[0])
        empty = []
        for number, (element, kind) in enumerate(missing_references(sections)):
            part = empty_part(element, number, package)
            add_reference(sections[0], element, kind, part.id)
            empty.append(part)
        variables = {part.id: part.variable for part in self.varying}
        vary_references(sections, variables)
        close_letter(document.find(w("body")))
        return empty

    def _compile(self, document: Element) -> None:
        reserved = {MORE, NUMBER, NEXT, COPY, *(part.variable for part in self.varying)}
        if self.lists:
            reserved.update(self.lists.values(0))
        body = document.find(w("body"))
        head, (letter,), tail = compile_story(document, [body[0]], body[-1], reserved)
        self.head, self.letter, self.tail = head, letter, tail
        for notes in self.notes:
            notes.compile(reserved)

    def _take_out(self, package: Package) -> dict[str, str]:
        """Parts that are written last, for they depend on the letters."""
        if self.lists:
            self._constants.pop(self._numbering, None)
        if not (self.varying or self._empty or self.charts or self.pictures.codes):
            return {}
        names = (relations_name(self.name), TYPES)
        for name in names:
            self._constants.pop(name, None)
        return {
            name: text_of(package.root(name))
            if name in package.members
            else NO_RELATIONS
            for name in names
        }

    def _write_contents(self, archive: ZipWriter, letters: "Letters") -> None:
        """Write what the letters added, and the two parts that list it."""
        if not self._rewritten:
            return
        for part in self._empty:
            archive.add(part.member)
        for chart in self.charts.copies(letters.count):
            for member in filter(None, (chart.part, chart.relations)):
                archive.add(member)
        shown = (self.pictures.relation(self.name, sha256) for sha256 in letters.shown)
        parts = (part.relation for part in self._added(letters))
        for (name, text), additions in zip(
            self._rewritten.items(),
            (
                itertools.chain(parts, shown),
                (part.override for part in self._added(letters)),
            ),
            strict=True,
        ):
            end = text.rindex("</")
            archive.add_stream(name, _around(text[:end], additions, text[end:]))

    def _added(self, letters: "Letters") -> Iterator[NewPart | Chart]:
        yield from self._empty
        yield from letters.running.parts()
        yield from self.charts.copies(letters.count)


class Letters:
    """The letters of one document while it is written; `count` is how many."""

    def __init__(self, document: CombinedDocument, first: Mapping[str, Any]) -> None:
        self.count = 0
        self.notes = [SpooledMember(notes.name) for notes in document.notes]
        self.running = RunningParts(document.varying, {**first, NUMBER: "1"})
        self._document = document
        self._next = Counter()
        # Pictures that the document itself shows, and those of its headers too.
        self.shown: dict[str, None] = {}
        self.pictures: dict[str, None] = {}

    def texts(
        self, records: Iterable[tuple[Mapping[str, Any], bool]], *, marked: bool
    ) -> Iterator[str]:
        """Yield the text of the document, and keep that of its notes."""
        document = self._document
        yield document.head
        for notes, spool in zip(document.notes, self.notes, strict=True):
            spool.write(notes.head)
        batch = []
        for record, more in records:
            letter = self._letter(record, more=more)
            batch.append(with_bookmark(letter, self.count) if marked else letter)
            if len(batch) == BATCH:
                yield "".join(batch)
                batch.clear()
        yield "".join(batch) + document.tail
        for notes, spool in zip(document.notes, self.notes, strict=True):
            spool.write(notes.tail)

    def _letter(self, record: Mapping[str, Any], *, more: bool) -> str:
        document = self._document
        values: dict[str, Any] = {
            **record,
            MORE: "1" if more else "",
            NUMBER: Markup(self.count + 1),  # noqa: S704
            NEXT: self._next,
            COPY: copy_mark(self.count),
        }
        if document.varying:
            values.update(self.running.values(values))
        if document.pictures.codes:
            self._note_pictures(record)
        if document.lists:
            values.update(document.lists.values(self.count))
        self.count += 1
        text = document.letter.render(values)
        for notes, spool in zip(document.notes, self.notes, strict=True):
            for note in notes.of_letter(text, values):
                spool.write(note)
        return text

    def _note_pictures(self, record: Mapping[str, Any]) -> None:
        pictures, name = self._document.pictures, self._document.name
        self.shown.update(pictures.shown(name, record))
        for part in pictures.codes:
            self.pictures.update(pictures.shown(part, record))


def _around(start: str, middle: Iterable[str], end: str) -> Iterator[str]:
    yield start
    yield from middle
    yield end


def _marked(
    first: Mapping[str, Any], others: Iterable[Mapping[str, str]]
) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """Yield each record, and whether more come."""
    waiting = first
    for record in others:
        yield waiting, True
        waiting = record
    yield waiting, False


def _lists(stories: Sequence[Element], package: Package) -> tuple[Lists | None, str]:
    """The lists that begin again in every letter, and the part they are in."""
    numbering = package.first(package.main, "numbering")
    styles = package.first(package.main, "styles")
    if numbering is None:
        return None, ""
    style_root = package.root(styles) if styles else parse(b"<none/>")
    lists = Lists(stories, package.root(numbering), style_root)
    return (lists if lists.values(0) else None), numbering
