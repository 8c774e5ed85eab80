"""A Word template, compiled once and merged many times."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from lxml import etree

from .archive import LetterArchive
from .combined import CombinedDocument
from .errors import Problem, TemplateError
from .expressions import PartTemplate, compile_source
from .fields import SAMPLES
from .letters import Letter, LetterWriter, PackedPart
from .package import Package
from .sections import counts_pages
from .tags import prepare
from .upload import open_upload
from .wordfields import convert_fields
from .wordxml import (
    BRACES,
    Element,
    paragraph_of,
    parse,
    place,
    strip_noise,
    text_of,
    w,
)
from .zipwriter import pack

TRACKED = ("ins", "del", "moveFrom", "moveTo")


class CompiledTemplate:
    """What a template became.

    `sha256` is that of the file, `fields` are the codes of the merge fields used.
    `converts_singly`: LibreOffice must be given one letter at a time, for in a document
    of many it does not count the pages of each.
    """

    def __init__(self, data: bytes) -> None:
        """Check and compile a template. Raises TemplateError with every problem."""
        self.sha256 = hashlib.sha256(data).hexdigest()
        package = Package(open_upload(data))
        package.check()
        package.clean()
        labels = _text_parts(package)
        roots = {name: package.root(name) for name in labels}
        sources = _prepare(roots, labels)
        parts: dict[str, PartTemplate] = {}
        fields: set[str] = set()
        for name, source in sources.items():
            part, used = compile_source(source)
            fields |= used
            if part.varies:
                _check_result(part, labels[name])
                parts[name] = part
            else:
                package.members[name] = text_of(roots[name]).translate(BRACES).encode()
        self.fields = frozenset(fields)
        self.converts_singly = any(map(counts_pages, roots.values()))
        constants = {
            name: pack(name, data)
            for name, data in package.members.items()
            if name not in parts
        }
        packed = [PackedPart(name, part) for name, part in parts.items()]
        self._writer = LetterWriter(list(constants.values()), packed)
        self._combined = CombinedDocument(
            package, roots[package.main], parts, constants
        )

    def letter(self, record: Mapping[str, str]) -> Letter:
        """Return the letter of one record. Raises RenderError."""
        return self._writer.letter(record)

    def render_letter(self, record: Mapping[str, str]) -> bytes:
        """Return the letter of one record as a .docx. Raises RenderError."""
        return self.letter(record).data

    def merge_document(
        self,
        records: Iterable[Mapping[str, str]],
        out: BinaryIO,
        *,
        marked: bool = False,
    ) -> int:
        """Write one .docx with a letter per record and return how many.

        With `marked` a bookmark is before each letter, `letter1` and so on. Raises
        RenderError, also when there is no record.
        """
        return self._combined.merge(records, out, marked=marked)

    def merge_letters(
        self, named_records: Iterable[tuple[str, Mapping[str, str]]], out: BinaryIO
    ) -> int:
        """Write a zip with a .docx per (name, record) and return how many."""
        with LetterArchive(out) as archive:
            return archive.add_letters(self, named_records)


def compile_template(data: bytes) -> CompiledTemplate:
    """Check and compile a .docx. Raises TemplateError with every problem found."""
    return CompiledTemplate(data)


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


def _prepare(roots: Mapping[str, Element], labels: Mapping[str, str]) -> dict[str, str]:
    """Return what is to be compiled. Raises TemplateError with every problem."""
    problems: list[Problem] = []
    sources = {}
    for name, root in roots.items():
        label = labels[name]
        strip_noise(root)
        problems += _tracked(root, label)
        problems += convert_fields(root, label)
        sources[name], found = prepare(root, label)
        problems += found
    if problems:
        raise TemplateError(dict.fromkeys(problems))
    return sources


def _tracked(root: Element, label: str) -> list[Problem]:
    change = next(root.iter(*map(w, TRACKED)), None)
    if change is None:
        return []
    where = place(label, paragraph_of(change))
    message = _("The document has changes that are tracked.")
    fix = _("Accept or reject them all before uploading the document.")
    return [Problem("tracked_changes", where, message, fix)]


def _check_result(part: PartTemplate, label: str) -> None:
    """Make sure that letters are sound XML. Raises TemplateError."""
    for record in (SAMPLES, dict.fromkeys(SAMPLES, "")):
        try:
            parse(part.render(record).encode())
        except etree.XMLSyntaxError as error:
            message = _("The tags do not fit the formatting around them.")
            fix = _("Write each tag again, in one go and without formatting inside it.")
            raise TemplateError([Problem("syntax", label, message, fix)]) from error
