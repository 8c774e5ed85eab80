"""The parts of a Word document and how they hang together."""

import posixpath
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from lxml import etree

from .errors import Problem, TemplateError
from .part_names import PartNames, relations_name, with_found_relations
from .upload import MAX_XML, OLD_WORD, XML_NAMES, far_too_large, not_a_document
from .wordxml import RELATIONS, WORD, Element, parse, remove, text_of, w

TYPES = "[Content_Types].xml"
TYPES_NS = "{http://schemas.openxmlformats.org/package/2006/content-types}"
NO_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"></Relationships>'
)
RELS_NS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
WORDPROCESSING = "application/vnd.openxmlformats-officedocument.wordprocessingml."
DOCUMENT = WORDPROCESSING + "document.main+xml"
DOCUMENT_TEMPLATE = WORDPROCESSING + "template.main+xml"
STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}document"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FONT = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
SVG = "image/svg+xml"
# How XML begins, in any Unicode; and what is packed once more.
MARKUP = re.compile(rb"[\s\0\xef\xbb\xbf\xfe\xff]*<\0*[!?A-Za-z_]")
GZIP, GZIP_BITS = b"\x1f\x8b", 31
# What a drawing shows without fetching it: parts of itself, and pixels inside it.
INSIDE = re.compile(r"#|data:image/[a-z]+;base64,(iVBORw0KGgo|/9j/|R0lGOD|UklGR)", re.I)
# Styles that fetch something, or hide it behind an escape.
FETCHING = re.compile(r"url\((?![\s\"']*#)|@import|image-set\(|\\", re.I)
ADDRESSES = ("href", "src", "base")
# An address, also where the document does not admit that it leads outside.
OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]+:|//|\\\\", re.I)
# What a relationship and a sort of part are called; more would be markup.
ID = re.compile(r"[\w.-]+")
MIME_TYPE = re.compile(r"[\w.+/-]+")
REFUSED_RELATIONS = (
    "vbaproject",
    "wordvbadata",
    "oleobject",
    "control",
    "activexcontrolbinary",
    "afchunk",
    "subdocument",
    "frame",
    "attachedtoolbars",
    "keymapcustomizations",
)
STRICT_WORD = "http://purl.oclc.org/ooxml/wordprocessingml/main"
OFFICE = "{urn:schemas-microsoft-com:office:office}"
# What runs or embeds something, whatever its relationship is called.
REFUSED_ELEMENTS = (
    f"{OFFICE}OLEObject",
    *(
        f"{{{namespace}}}{name}"
        for namespace in (WORD, STRICT_WORD)
        for name in ("altChunk", "subDoc", "control", "objectEmbed", "objectLink")
    ),
)
REFERENCES = (
    f"{{{RELATIONS}}}",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}",
    f"{OFFICE}relid",
)
# What only a reader follows.
LINKS = ("hyperlink", "hlinkClick", "hlinkHover", "hlinkMouseOver")
# Left in a template by its author: where the data came from, remarks on it, and pages
# of the web beside it.
DROPPED_RELATIONS = (
    "attachedTemplate",
    "mailMergeSource",
    "mailMergeHeaderSource",
    "recipientData",
    "comments",
    "commentsExtended",
    "commentsIds",
    "commentsExtensible",
    "people",
    "webextension",
    "webextensiontaskpanes",
)
# Links stay, and linked pictures are taken out by `linked`.
MAY_LEAD_OUTSIDE = ("hyperlink", "image", *DROPPED_RELATIONS)
DROPPED_SETTINGS = ("mailMerge", "attachedTemplate", "rsids")


@dataclass(frozen=True)
class Relation:
    """A relationship of a part to another, or to something outside."""

    id: str
    kind: str
    target: str
    external: bool


class Package:
    """A document that was opened; `members` are its parts, changed as it is cleaned."""

    def __init__(self, members: dict[str, bytes]) -> None:
        self.members = with_found_relations(members)
        self._names = PartNames(self.members)
        self.types = self._types()
        self.main = self._main()

    def root(self, name: str) -> Element:
        """Return the parsed part. Raises TemplateError if it is not clean XML."""
        try:
            root = parse(self.members[name])
        except (etree.XMLSyntaxError, KeyError) as error:
            raise not_a_document() from error
        if root.getroottree().docinfo.doctype:
            raise not_a_document()
        return root

    def relations(self, part: str) -> list[Relation]:
        """Return the relationships of a part, "" being the whole document.

        Raises TemplateError if one is called what none is.
        """
        name = relations_name(part)
        if name not in self.members:
            return []
        folder = posixpath.dirname(part)
        return [
            _relation(element, folder, self._names)
            for element in self.root(name).iter(RELS_NS + "Relationship")
        ]

    def related(self, part: str, *kinds: str) -> dict[str, str]:
        """Return the parts related to a part in these ways, by relationship id."""
        return {
            relation.id: relation.target
            for relation in self.relations(part)
            if relation.kind in kinds and relation.target in self.members
        }

    def kind(self, name: str) -> str:
        """Return "header", "footer" or whatever sort of Word part it is."""
        return self.types[name].removeprefix(WORDPROCESSING).removesuffix("+xml")

    def first(self, part: str, kind: str) -> str | None:
        """Return the part related in this way, if there is one."""
        return next(iter(self.related(part, kind).values()), None)

    def problems(self) -> list[Problem]:
        """Return what a letter has no business to contain.

        Raises TemplateError if a part is not clean XML, or too large to be read.
        """
        problems = []
        for name, data in self.members.items():
            if self.is_xml(name) or MARKUP.match(data):
                problems += self._problems_of_xml(name, data)
            problems += _hidden_in(name, data, self.types[name])
        for part in ["", *self.members]:
            for relation in self.relations(part):
                problem = _problem_of(relation, part)
                if problem:
                    problems.append(problem)
        return list(dict.fromkeys(problems))

    def clean(self) -> list[str]:
        """Take out remarks, data sources and what would make Word ask questions.

        Returns the kinds of relationships that went.
        """
        dropped = []
        # The document comes last, for a part that is dropped may have its own.
        for part in [*self.members, ""]:
            for relation in self.relations(part):
                if relation.kind in DROPPED_RELATIONS:
                    self.drop(part, relation)
                    dropped.append(relation.kind)
        settings = self.first(self.main, "settings")
        if settings:
            root = self.root(settings)
            for element in list(root.iter(*map(w, DROPPED_SETTINGS))):
                remove(element)
            self.members[settings] = text_of(root).encode()
        self._write_types()
        return dropped

    def drop(self, part: str, relation: Relation) -> None:
        """Take a relationship of a part out, and what it leads to."""
        name = relations_name(part)
        root = self.root(name)
        for element in list(root):
            if element.get("Id") == relation.id:
                root.remove(element)
        self.members[name] = text_of(root).encode()
        if not relation.external:
            self.members.pop(relation.target, None)
            self.members.pop(relations_name(relation.target), None)

    def _problems_of_xml(self, name: str, data: bytes) -> list[Problem]:
        """What is wrong inside a part that is XML, whatever it is said to be."""
        if len(data) > MAX_XML:
            raise far_too_large()
        try:
            root = self.root(name)
        except TemplateError:
            # Its bytes are scrambled, and may happen to look like the start of XML.
            if self.types[name] == FONT:
                return []
            raise
        drawing = self.types[name].lower() == SVG or not self.is_xml(name)
        if drawing or etree.QName(root).localname == "svg":
            return _reaching_out(root, data)
        links = {
            relation.id: relation.target
            for relation in self.relations(name)
            if relation.external and relation.kind == "hyperlink"
        }
        return [*_active_in(root), *_fetched_by(root, links)]

    def is_xml(self, name: str) -> bool:
        """Whether a part is XML, by its name or by what the document says it is."""
        said = self.types[name].lower()
        return name.lower().endswith(XML_NAMES) or said.endswith(("+xml", "/xml"))

    def _types(self) -> dict[str, str]:
        if TYPES not in self.members:
            raise not_a_document()
        root = self.root(TYPES)
        defaults = {
            element.get("Extension", "").lower(): element.get("ContentType", "")
            for element in root.iter(TYPES_NS + "Default")
        }
        types = {
            name: defaults.get(name.rpartition(".")[2].lower(), "")
            for name in self.members
        }
        for element in root.iter(TYPES_NS + "Override"):
            name = self._names.spelled(element.get("PartName", "").lstrip("/"))
            if name in self.members:
                types[name] = element.get("ContentType", "")
        if not all(MIME_TYPE.fullmatch(kind) for kind in types.values() if kind):
            raise not_a_document()
        return types

    def _write_types(self) -> None:
        """Name only parts that are there; a template becomes a document."""
        root = self.root(TYPES)
        for element in list(root.iter(TYPES_NS + "Override")):
            name = self._names.spelled(element.get("PartName", "").lstrip("/"))
            if name not in self.members:
                remove(element)
            elif element.get("ContentType") == DOCUMENT_TEMPLATE:
                element.set("ContentType", DOCUMENT)
        self.members[TYPES] = text_of(root).encode()

    def _main(self) -> str:
        main = self.first("", "officeDocument")
        if main is None:
            raise not_a_document()
        kind = self.types[main]
        if "macroEnabled" in kind:
            raise TemplateError([_active(_("a macro"))])
        if kind not in (DOCUMENT, DOCUMENT_TEMPLATE):
            raise not_a_document()
        root = self.root(main)
        if root.tag == STRICT:
            raise TemplateError([_strict()])
        if root.tag != w("document") or root.find(w("body")) is None:
            raise not_a_document()
        return main


def _relation(element: Element, folder: str, names: PartNames) -> Relation:
    target = element.get("Target", "")
    outside = element.get("TargetMode", "").lower() == "external"
    external = outside or bool(OUTSIDE.match(target))
    if not external:
        target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        target = names.spelled(target)
    kind = element.get("Type", "").rpartition("/")[2]
    if not ID.fullmatch(element.get("Id", "")):
        raise not_a_document()
    return Relation(element.get("Id", ""), kind, target, external)


def _problem_of(relation: Relation, part: str) -> Problem | None:
    if relation.kind.lower() in REFUSED_RELATIONS:
        return _active(relation.kind)
    if relation.kind == "package" and "/charts/" not in f"/{part}":
        return _active(_("an embedded file"))
    if relation.external and relation.kind not in MAY_LEAD_OUTSIDE:
        return _external(relation.target)
    return None


def _hidden_in(name: str, data: bytes, kind: str) -> list[Problem]:
    """Macros and embedded files, whether or not anything refers to them."""
    if "vbaproject" in f"{name} {kind}".lower() or "macroenabled" in kind.lower():
        return [_active(_("a macro"))]
    foreign = "embeddings/" in name.lower() and kind != SPREADSHEET
    if foreign or data.startswith(OLD_WORD) or _is_packed_markup(data):
        return [_active(_("an embedded file"))]
    return []


def _is_packed_markup(data: bytes) -> bool:
    """Whether this is XML that was packed, as drawings may be."""
    if not data.startswith(GZIP):
        return False
    try:
        start = zlib.decompressobj(GZIP_BITS).decompress(data, 1_000)
    except zlib.error:
        return False
    return bool(MARKUP.match(start))


def _active_in(root: Element) -> list[Problem]:
    return [
        _active(etree.QName(element).localname)
        for element in root.iter(*REFUSED_ELEMENTS)
    ]


def _fetched_by(root: Element, links: Mapping[str, str]) -> list[Problem]:
    """What uses the address of a link for something that no reader has to follow."""
    if not links:
        return []
    return [
        _external(links[value])
        for element in root.iter(etree.Element)
        if etree.QName(element).localname not in LINKS
        for name, value in element.attrib.items()
        if value in links and name.startswith(REFERENCES)
    ]


def _reaching_out(root: Element, data: bytes) -> list[Problem]:
    """A drawing that fetches something, or runs a script."""
    if b"xml-stylesheet" in data.replace(b"\0", b""):
        return [_external("xml-stylesheet")]
    for element in root.iter(etree.Element):
        kind = etree.QName(element).localname
        if kind in ("script", "foreignObject"):
            return [_active(_("a script"))]
        style = "".join(element.itertext()) if kind == "style" else ""
        if FETCHING.search(style):
            return [_external(style)]
        for name, value in element.attrib.items():
            if name.startswith("on") or value.lower().startswith("javascript:"):
                return [_active(_("a script"))]
            if _fetches(kind, name, value):
                return [_external(value)]
    return []


def _fetches(kind: str, name: str, value: str) -> bool:
    """Whether an attribute of a drawing's element leads out of the drawing."""
    local = name.rpartition("}")[2]
    if local in ADDRESSES:
        return kind != "a" and not INSIDE.match(value)
    if local == "attributeName":
        return value.rpartition(":")[2] in ADDRESSES
    return local == name and bool(FETCHING.search(value))


def _external(target: str) -> Problem:
    return Problem(
        "external",
        "",
        _("The document fetches something from outside: %(target)s")
        % {"target": target[:100]},
        _("Insert the picture or file into the document instead of linking it."),
    )


def _active(what: str) -> Problem:
    return Problem(
        "active_content",
        "",
        _("The document contains active or embedded content: %(what)s.")
        % {"what": what},
        _("Take it out, or copy the text into a new document."),
    )


def _strict() -> Problem:
    message = _("The document is in the strict Open XML format.")
    fix = _("Save it as an ordinary Word document (.docx).")
    return Problem("unsupported", "", message, fix)
