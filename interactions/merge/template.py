"""A Word template, compiled once and merged many times."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from lxml import etree

from .archive import LetterArchive
from .combined import CombinedDocument
from .errors import Problem, TemplateError
from .expressions import PartTemplate, compile_source
from .fields import SAMPLES
from .letters import Letter, letter_writer
from .linked import unlink_pictures
from .lists import sample_record
from .notes import repeated_notes
from .package import Package
from .remarks import no_field, remarks_on
from .tags import patch, prepare
from .unique import NEXT, Counter, number_repeated
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

# What is taken out of a document, of all that its author may miss in the letters.
LEFT_OUT = {
    "comments": gettext_lazy("The comments are left out of the letters."),
    "attachedTemplate": gettext_lazy("The link to a Word template is left out."),
    "mailMergeSource": gettext_lazy("The link to a list of recipients is left out."),
}
TRACKED = ("ins", "del", "moveFrom", "moveTo")


class CompiledTemplate:
    """What a template became.

    `sha256` is that of the file, `fields` are the codes of the merge fields used,
    `lists` those of the lists, and `questions` those whose answers are named;
    `warnings` is what works but perhaps not as its author thinks.
    """

    def __init__(self, data: bytes) -> None:
        """Check and compile a template. Raises TemplateError with every problem."""
        self.sha256 = hashlib.sha256(data).hexdigest()
        package = Package(open_upload(data))
        problems = package.problems()
        warnings = [*map(_left_out, sorted(set(package.clean()) & LEFT_OUT.keys()))]
        labels = _text_parts(package)
        warnings += unlink_pictures(package, labels)
        roots = {name: package.root(name) for name in labels}
        sources, found = _prepare(roots, labels)
        for name, root in roots.items():
            warnings += remarks_on(root, labels[name])
        if problems or found:
            raise TemplateError(dict.fromkeys([*problems, *found]), warnings)
        numbers = number_repeated(roots)
        sources.update({name: patch(roots[name]) for name in numbers})
        parts: dict[str, PartTemplate] = {}
        fields: set[str] = set()
        for name, source in sources.items():
            part, used = compile_source(source, {NEXT})
            fields |= used
            if part.varies:
                _check_result(part, labels[name])
                parts[name] = part
            else:
                package.members[name] = text_of(roots[name]).translate(BRACES).encode()
        self.fields = frozenset(fields)
        self.lists = frozenset().union(*(part.lists for part in parts.values()))
        self.questions = frozenset().union(*(part.questions for part in parts.values()))
        if not (self.fields or self.lists or self.questions):
            warnings.append(no_field())
        self.warnings = tuple(warnings)
        constants = {
            name: pack(name, data)
            for name, data in package.members.items()
            if name not in parts
        }
        self._writer = letter_writer(package, roots, parts, constants, numbers)
        self._combined = CombinedDocument(package, roots, parts.keys(), constants)

    def letter(self, record: Mapping[str, str]) -> Letter:
        """Return the letter of one record. Raises RenderError."""
        return self._writer.letter(record)

    def render_letter(self, record: Mapping[str, str]) -> bytes:
        """Return the letter of one record as a .docx. Raises RenderError."""
        return self.letter(record).data

    def merge_document(
        self, records: Iterable[Mapping[str, str]], out: BinaryIO
    ) -> int:
        """Write one .docx with a letter per record and return how many.

        Raises RenderError, also when there is no record.
        """
        return self._combined.merge(records, out)

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


def _prepare(
    roots: Mapping[str, Element], labels: Mapping[str, str]
) -> tuple[dict[str, str], list[Problem]]:
    """Return what is to be compiled, and every problem in it."""
    problems: list[Problem] = []
    sources = {}
    for name, root in roots.items():
        label = labels[name]
        strip_noise(root)
        problems += _tracked(root, label)
        problems += convert_fields(root, label)
        sources[name], found = prepare(root, label)
        problems += [*found, *repeated_notes(root, label)]
    return sources, problems


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


def _check_result(part: PartTemplate, label: str) -> None:
    """Make sure that letters are sound XML. Raises TemplateError."""
    for record in (sample_record(), dict.fromkeys(SAMPLES, "")):
        try:
            parse(part.render({**record, NEXT: Counter()}).encode())
        except etree.XMLSyntaxError as error:
            message = _("The tags do not fit the formatting around them.")
            fix = _("Write each tag again, in one go and without formatting inside it.")
            raise TemplateError([Problem("syntax", label, message, fix)]) from error
