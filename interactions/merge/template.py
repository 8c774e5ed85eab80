"""A Word template, compiled once and merged many times."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from lxml import etree

from .archive import LetterArchive
from .combined import CombinedDocument
from .errors import LetterSkipped, Problem, TemplateError
from .expressions import PartTemplate, compile_source
from .fields import SAMPLES
from .letters import Letter, letter_writer
from .linked import unlink_media
from .links import merge_addresses
from .lists import sample_record
from .notes import repeated_notes
from .package import Package
from .part_names import relations_name
from .pictures import Load, Pictures, declare_png
from .remarks import no_field, remarks_on
from .sections import count_whole_letter
from .tags import patch, prepare
from .unique import NEXT, Counter, number_repeated
from .upload import open_upload
from .wordfields import FieldSource, FieldTable, convert_fields, read_source
from .wordxml import (
    BRACES,
    Element,
    Place,
    paragraph_of,
    parse,
    place,
    strip_noise,
    text_of,
    w,
)
from .zipwriter import pack

# What is taken out of a document, of all that its author may miss in the letters.
LEFT_OUT = {
    "comments": gettext_lazy("The comments are left out of the letters."),
    "attachedTemplate": gettext_lazy("The link to a Word template is left out."),
    "mailMergeSource": gettext_lazy("The link to a list of recipients is left out."),
    "webextensiontaskpanes": gettext_lazy("The add-ins of Word are left out."),
}
TRACKED = ("ins", "del", "moveFrom", "moveTo")


@dataclass(frozen=True)
class Uses:
    """What letters use beside fields: the codes of lists, and of pictures."""

    lists: frozenset[str] = frozenset()
    pictures: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.lists or self.pictures)


class CompiledTemplate:
    """What a template became.

    `sha256` is that of the file, `fields` are the codes of the merge fields used,
    `uses` says which lists and pictures, `questions` are the codes of those whose
    answers are named, and `warnings` say what is sound and may still surprise.
    """

    def __init__(self, data: bytes, load_picture: Load | None = None) -> None:
        """Check and compile a template. Raises TemplateError with every problem."""
        self.sha256 = hashlib.sha256(data).hexdigest()
        package = Package(open_upload(data))
        problems = package.problems()
        labels = _text_parts(package)
        warnings = unlink_media(package, labels)
        roots = {name: package.root(name) for name in labels}
        merge_addresses(package, roots)
        count_whole_letter(roots, package.main)
        settings = _settings(package)
        given = read_source(settings, roots.values())
        warnings += map(_left_out, sorted(set(package.clean()) & LEFT_OUT.keys()))
        self._words = FieldTable()
        sources, found = _prepare(roots, labels, given, self._words)
        for name, root in roots.items():
            warnings += remarks_on(root, labels[name], _places_of(found))
        if problems or found:
            raise TemplateError(dict.fromkeys([*problems, *found]), warnings)
        numbers = number_repeated(roots)
        sources.update({name: patch(roots[name]) for name in numbers})
        parts: dict[str, PartTemplate] = {}
        fields = set(self._words.codes)
        for name, source in sources.items():
            part, used = compile_source(source, {NEXT})
            fields |= used
            if part.varies:
                _check_result(part, labels[name], self._words)
                parts[name] = part
            else:
                package.members[name] = text_of(roots[name]).translate(BRACES).encode()
        self.fields = frozenset(fields)
        lists = frozenset().union(*(part.lists for part in parts.values()))
        codes = {name: part.pictures for name, part in parts.items()}
        self.uses = Uses(lists, frozenset().union(*codes.values()))
        self.questions = frozenset().union(*(part.questions for part in parts.values()))
        if not (self.fields or self.uses or self.questions):
            warnings.append(no_field())
        self.warnings = tuple(dict.fromkeys(warnings))
        pictures = Pictures(package, codes, load_picture)
        if pictures.codes:
            declare_png(package)
        constants = {
            name: pack(name, data)
            for name, data in package.members.items()
            if name not in parts
        }
        for name in pictures.codes:
            constants.pop(relations_name(name), None)
        self._writer = letter_writer(
            package, roots, parts, constants, numbers, pictures
        )
        self._combined = CombinedDocument(
            package, roots, parts.keys(), constants, pictures
        )

    @property
    def converts_singly(self) -> bool:
        """Whether LibreOffice must be given one letter at a time.

        In a document of many it does not begin notes again, nor count the pages of
        each letter.
        """
        return self._combined.converts_singly

    def letter(
        self, record: Mapping[str, Any], *, number: int = 1, letter: int = 1
    ) -> Letter:
        """Return the letter of one record.

        `number` is the place of the record among all and `letter` that of its letter.
        Raises RenderError, and LetterSkipped for who gets none.
        """
        reason = self._words.why_skipped(record)
        if reason:
            raise LetterSkipped(reason)
        return self._writer.letter(
            self._words.complete(record, number=number, letter=letter)
        )

    def render_letter(self, record: Mapping[str, Any]) -> bytes:
        """Return the letter of one record as a .docx.

        Raises RenderError, and LetterSkipped for who gets none.
        """
        return self.letter(record).data

    def sample_letter(self) -> bytes:
        """Return the letter with sample values as a .docx, whoever is skipped."""
        record = self._words.complete(sample_record(), number=1, letter=1)
        return self._writer.letter(record).data

    @property
    def skips(self) -> bool:
        """Whether a field of the letter may leave contacts out."""
        return bool(self._words.skips)

    def why_skipped(self, record: Mapping[str, Any]) -> str:
        """Return why the contact of this record gets no letter, or nothing."""
        return self._words.why_skipped(record)

    def letters(self, records: Iterable[Mapping[str, Any]]) -> Iterable[Any]:
        """Return the records that give a letter, in order, each with its number."""
        return self._words.letters(records)

    def merge_document(
        self,
        records: Iterable[Mapping[str, Any]],
        out: BinaryIO,
        *,
        marked: bool = False,
    ) -> int:
        """Write one .docx with a letter per record and return how many.

        Who is skipped has none. With `marked` a bookmark is in each letter, `letter1`
        and so on. Raises RenderError, also when there is no letter.
        """
        return self._combined.merge(self.letters(records), out, marked=marked)

    def merge_letters(
        self, named_records: Iterable[tuple[str, Mapping[str, Any]]], out: BinaryIO
    ) -> int:
        """Write a zip with a .docx per (name, record) and return how many.

        Who is skipped has none.
        """
        with LetterArchive(out) as archive:
            return archive.add_letters(self, named_records)


def compile_template(data: bytes, load_picture: Load | None = None) -> CompiledTemplate:
    """Check and compile a .docx. Raises TemplateError with every problem found.

    `load_picture` returns the PNG with a SHA-256 and raises RenderError; letters with
    pictures of their own need it.
    """
    return CompiledTemplate(data, load_picture)


def _text_parts(package: Package) -> dict[str, str]:
    """The parts that may use fields, and what people call them."""
    labels = {
        "header": pgettext("of a Word document", "Header"),
        "footer": _("Footer"),
        "footnotes": _("Footnotes"),
        "endnotes": _("Endnotes"),
    }
    parts = {package.main: _("Document")}
    for kind, label in labels.items():
        for name in package.related(package.main, kind).values():
            parts[name] = label
    return parts


def _settings(package: Package) -> Element | None:
    name = package.first(package.main, "settings")
    return package.root(name) if name else None


def _prepare(
    roots: Mapping[str, Element],
    labels: Mapping[str, str],
    given: FieldSource,
    words: FieldTable,
) -> tuple[dict[str, str], list[Problem]]:
    """Return what is to be compiled, and every problem in it."""
    problems: list[Problem] = []
    sources = {}
    for name, root in roots.items():
        label = labels[name]
        strip_noise(root)
        problems += _tracked(root, label)
        problems += convert_fields(root, label, given, words)
        sources[name], found = prepare(root, label)
        problems += [*found, *repeated_notes(root, label)]
    return sources, problems


def _places_of(problems: Iterable[Problem]) -> set[Element | None]:
    places = (problem.place for problem in problems)
    return {place.element for place in places if isinstance(place, Place)}


def _left_out(kind: str) -> Problem:
    return Problem("left_out", "", str(LEFT_OUT[kind]))


def _tracked(root: Element, label: str) -> list[Problem]:
    change = next(root.iter(*map(w, TRACKED)), None)
    if change is None:
        return []
    where = place(label, paragraph_of(change))
    message = _("The document has changes that are tracked.")
    fix = _("Accept or reject them all before uploading the document.")
    return [Problem("tracked_changes", where, message, fix)]


def _check_result(part: PartTemplate, label: str, words: FieldTable) -> None:
    """Make sure that letters are sound XML. Raises TemplateError."""
    for sample in (sample_record(), dict.fromkeys(SAMPLES, "")):
        record = words.complete(sample, number=1, letter=1)
        try:
            parse(part.render({**record, NEXT: Counter()}).encode())
        except etree.XMLSyntaxError as error:
            message = _("The tags do not fit the formatting around them.")
            fix = _("Write each tag again, in one go and without formatting inside it.")
            raise TemplateError([Problem("syntax", label, message, fix)]) from error
