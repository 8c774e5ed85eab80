"""All letters in one document, written as they come."""

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from django.utils.translation import gettext as _

from .errors import RenderError
from .expressions import PartTemplate, compile_source
from .numbering import Lists
from .package import NO_RELATIONS, TYPES, Package, relations_name
from .running import EmptyPart, RunningParts, VaryingPart, empty_part
from .sections import (
    MORE,
    add_reference,
    close_letter,
    missing_references,
    sections_of,
    start_letter,
    vary_references,
)
from .tags import patch
from .unique import NUMBER, make_unique, with_bookmark
from .wordxml import Element, parse, text_of, w
from .zipwriter import Member, ZipWriter, pack

# Letters that are deflated at a time.
BATCH = 16
NOTES = ("footnoteReference", "endnoteReference")
# Divides the document into what is written once and what is written per letter.
MARK = "\ufdd2letters\ufdd2"


class CombinedDocument:
    """A template as one document of many letters.

    `document` is the tree of the document with its tags in order, `parts` the
    compiled parts that use fields, `constants` the members that do not.
    """

    def __init__(
        self,
        package: Package,
        document: Element,
        parts: Mapping[str, PartTemplate],
        constants: Mapping[str, Member],
    ) -> None:
        self._name = package.main
        root = copy.deepcopy(document)
        self._has_notes = next(root.iter(*map(w, NOTES)), None) is not None
        if self._has_notes:
            return
        self._others = {
            name: part for name, part in parts.items() if name != self._name
        }
        running = package.related(self._name, "header", "footer")
        self._varying = [
            VaryingPart(place, part_id, name, parts[name], package)
            for place, (part_id, name) in enumerate(running.items())
            if name in parts
        ]
        self._empty = self._sections(root, package)
        self._numbered = make_unique(root)
        self._lists = _lists(root, package)
        self._head, self._letter, self._tail = self._compile(root)
        self._constants = dict(constants)
        self._constants.pop(self._name, None)
        self._rewritten = self._take_out(package)

    def merge(
        self,
        records: Iterable[Mapping[str, str]],
        out: BinaryIO,
        *,
        marked: bool = False,
    ) -> int:
        """Write the document and return how many letters it has. Raises RenderError.

        With `marked` a bookmark is before each letter, `letter1` and so on.
        """
        if self._has_notes:
            message = _(
                "A letter with footnotes cannot be merged into one document. Merge "
                "one document per contact instead."
            )
            raise RenderError(message)
        waiting = iter(records)
        first = next(waiting, None)
        if first is None:
            raise RenderError(_("There are no letters to merge."))
        running = RunningParts(self._varying, first)
        archive = ZipWriter(out)
        for member in self._constants.values():
            archive.add(member)
        for name, part in self._others.items():
            archive.add(pack(name, part.render(first).encode(), level=6))
        count = _Count()
        archive.add_stream(
            self._name,
            self._texts(_marked(first, waiting), running, count, marked=marked),
        )
        if self._lists:
            name, lists = self._lists
            archive.add_stream(name, lists.part(count.letters))
        self._write_running(archive, running)
        archive.close()
        return count.letters

    def _texts(
        self,
        records: Iterable[tuple[Mapping[str, str], bool]],
        running: RunningParts,
        count: "_Count",
        *,
        marked: bool,
    ) -> Iterator[str]:
        yield self._head
        batch = []
        for record, more in records:
            letter = self._render(record, more, count.letters, running)
            count.letters += 1
            batch.append(with_bookmark(letter, count.letters) if marked else letter)
            if len(batch) == BATCH:
                yield "".join(batch)
                batch.clear()
        yield "".join(batch) + self._tail

    def _render(
        self, record: Mapping[str, str], more: bool, letter: int, running: RunningParts
    ) -> str:
        values = {
            **record,
            MORE: "1" if more else "",
            NUMBER: str(letter + 1),
            **self._numbered.values(letter),
            **running.values(record),
        }
        if self._lists:
            values.update(self._lists[1].values(letter))
        return self._letter.render(values)

    def _sections(self, root: Element, package: Package) -> list[EmptyPart]:
        body = root.find(w("body"))
        sections = sections_of(body)
        start_letter(sections[0])
        empty = []
        for number, (element, kind) in enumerate(missing_references(sections)):
            part = empty_part(element, number, package)
            add_reference(sections[0], element, kind, part.id)
            empty.append(part)
        variables = {part.id: part.variable for part in self._varying}
        vary_references(sections, variables)
        close_letter(body)
        return empty

    def _compile(self, root: Element) -> tuple[str, PartTemplate, str]:
        body = root.find(w("body"))
        body.text = MARK
        body[-1].tail = (body[-1].tail or "") + MARK
        source = patch(root)
        head, _mark, rest = source.partition(MARK)
        letter, _mark, tail = rest.rpartition(MARK)
        reserved = {MORE, NUMBER, *self._numbered.values(0)}
        reserved.update(part.variable for part in self._varying)
        if self._lists:
            reserved.update(self._lists[1].values(0))
        part, _fields = compile_source(letter, reserved)
        return head, part, tail

    def _take_out(self, package: Package) -> dict[str, str]:
        """Parts that are written last, for they depend on the letters."""
        if self._lists:
            self._constants.pop(self._lists[0], None)
        if not self._varying and not self._empty:
            return {}
        names = (relations_name(self._name), TYPES)
        for name in names:
            self._constants.pop(name, None)
        return {
            name: text_of(package.root(name))
            if name in package.members
            else NO_RELATIONS
            for name in names
        }

    def _write_running(self, archive: ZipWriter, running: RunningParts) -> None:
        if not self._rewritten:
            return
        for member in running.members():
            archive.add(member)
        for part in self._empty:
            archive.add(part.member)
        for (name, text), additions in zip(
            self._rewritten.items(),
            (
                (part.relation for part in (*self._empty, *running.parts())),
                (part.override for part in (*self._empty, *running.parts())),
            ),
            strict=True,
        ):
            end = text.rindex("</")
            archive.add_stream(name, _around(text[:end], additions, text[end:]))


class _Count:
    letters = 0


def _around(start: str, middle: Iterable[str], end: str) -> Iterator[str]:
    yield start
    yield from middle
    yield end


def _marked(
    first: Mapping[str, str], others: Iterable[Mapping[str, str]]
) -> Iterator[tuple[Mapping[str, str], bool]]:
    """Yield each record, and whether more come."""
    waiting = first
    for record in others:
        yield waiting, True
        waiting = record
    yield waiting, False


def _lists(root: Element, package: Package) -> tuple[str, Lists] | None:
    numbering = package.first(package.main, "numbering")
    styles = package.first(package.main, "styles")
    if numbering is None:
        return None
    style_root = package.root(styles) if styles else parse(b"<none/>")
    lists = Lists(root, package.root(numbering), style_root)
    return (numbering, lists) if lists.values(0) else None
