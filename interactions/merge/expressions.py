"""Tags compiled and rendered: fields, conditions, loops and a few filters.

Jinja compiles a part once; an allow-list of its syntax tree (`language`) keeps out
what could reach beyond the letter, and `bounds` what would not end. Values are plain
strings, and rows of them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any, cast

from django.utils.translation import gettext as _
from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.filters import do_capitalize, do_lower, do_title, do_trim, do_upper
from jinja2.sandbox import SandboxedEnvironment
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from .bounds import Rows, Turns, within_bounds
from .errors import Problem, RenderError, TemplateError
from .fields import code_of
from .language import Reader, how_to_write, with_blanks
from .lists import ANSWERS_OF, LOOP, MergeList, list_of
from .pictures import OWN_NAMES, code_of_key, values_of
from .wordfields import PREFIX
from .wordxml import BRACES

SPECIAL = re.compile('[&<>"\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]')
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# A field by what people call it, and not by its code.
SPACED = re.compile(r"\{\{\s*(\w[\w .()'-]*?)\s*\}\}")
BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
TAB = '</w:t><w:tab/><w:t xml:space="preserve">'
# A text of the part with what is printed in it, or another statement.
STATEMENTS = (nodes.Output, nodes.If, nodes.For)


def word_text(value: Any) -> str:
    """Return a value as it stands inside a w:t: escaped, with breaks and tabs.

    An attribute may hold it too, if it has neither.

    Everything that is printed goes through it, so Jinja need not escape.
    """
    if isinstance(value, Markup):
        return value
    text = value if type(value) is str else str(value)
    if SPECIAL.search(text) is None:
        return text
    text = ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = text.replace('"', "&quot;")
    return text.replace("\n", BREAK).replace("\t", TAB)


def _default(value: str, default: str = "") -> str:
    """The value, or the default when it is blank."""
    return value or default


def environment(printed: Callable[[Any], str]) -> SandboxedEnvironment:
    """The sandbox of tags; `printed` makes text of what they print, and escapes it."""
    environment = SandboxedEnvironment(
        autoescape=False,  # `printed` does
        undefined=StrictUndefined,
        finalize=printed,
        keep_trailing_newline=True,
        cache_size=0,
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters.clear()
    environment.filters.update(
        upper=do_upper,
        lower=do_lower,
        title=do_title,
        capitalize=do_capitalize,
        trim=do_trim,
        default=_default,
        length=len,
    )
    return environment


ENVIRONMENT = environment(word_text)


class PartTemplate:
    """A part of a document, compiled.

    `constants` are its texts that never change; `varies` says whether any does.
    `lists` are those it goes through or asks for, `questions` the codes of those
    whose answers it names, `pictures` the codes of those it shows.
    """

    def __init__(self, tree: nodes.Template, found: Reader) -> None:
        self.lists = frozenset(found.lists)
        self.questions = frozenset(found.questions)
        self.pictures = frozenset(map(code_of_key, found.slots))
        self._slots = frozenset(found.slots)
        self.varies = any(map(_is_tag, tree.find_all(STATEMENTS)))
        self.constants = []
        for data in tree.find_all(nodes.TemplateData):
            data.data = data.data.translate(BRACES)
            self.constants.append(data.data)
        self._template = ENVIRONMENT.from_string(tree)

    def pieces(self, values: Mapping[str, Any]) -> Iterator[str]:
        """Yield the text of the part for one letter. Raises RenderError.

        A list that `values` does not have is empty.
        """
        if self.lists or self._slots:
            yield from within_bounds(self._pieces(self._with_more(values)), values)
        else:
            yield from self._pieces(dict(values))

    def render(self, values: Mapping[str, Any]) -> str:
        """Return the text of the part for one letter. Raises RenderError."""
        return "".join(self.pieces(values))

    def _pieces(self, values: dict[str, Any]) -> Iterator[str]:
        context = self._template.new_context(values, shared=True)
        try:
            yield from self._template.root_render_func(context)
        except UndefinedError as error:
            message = _("A field has no value: %(error)s") % {"error": error.message}
            raise RenderError(message) from error

    def _with_more(self, values: Mapping[str, Any]) -> dict[str, Any]:
        turns = Turns(values)
        lists = {name: Rows(values.get(name, ()), turns) for name in self.lists}
        known = values.get(ANSWERS_OF, {})
        answers = {code: known.get(code, "") for code in self.questions}
        pictures = values_of(self._slots, values) if self._slots else {}
        return {**values, **lists, ANSWERS_OF: answers, **pictures}


def _is_tag(node: nodes.Node) -> bool:
    """Whether it is more than text; what prints a constant is a tag as well."""
    texts = node.iter_child_nodes()
    return not all(isinstance(each, nodes.TemplateData) for each in texts)


def check_tag(
    tag: str, where: str, rows: Mapping[str, MergeList] | None = None
) -> list[Problem]:
    """Return what is wrong with one tag, a statement being given with its end.

    `rows` are those of the loops it stands in.
    """
    try:
        tree = ENVIRONMENT.parse(tag)
    except TemplateSyntaxError as error:
        spaced = SPACED.fullmatch(tag)
        if spaced and code_of(spaced[1]):
            return [with_blanks(spaced[1], where)]
        message = _("The tag cannot be read: %(error)s") % {"error": error.message}
        return [Problem("syntax", where, message, how_to_write())]
    reader = Reader(where)
    reader.read(tree.body, rows or {})
    return list(dict.fromkeys(reader.problems))


def compile_source(
    source: str, reserved: Set[str] = frozenset()
) -> tuple[PartTemplate, set[str]]:
    """Compile a part whose tags were checked; return it and the fields it uses.

    `reserved` are names of our own, which no template that people write may use, as
    are those of Word's fields.
    Raises TemplateError should anything have got past the checks.
    """
    try:
        tree = ENVIRONMENT.parse(source)
    except TemplateSyntaxError as error:
        message = _("The tags cannot be read: %(error)s") % {"error": error.message}
        problem = Problem("syntax", "", message, how_to_write())
        raise TemplateError([problem]) from error
    words = (name.name for name in tree.find_all(nodes.Name))
    fields = (name for name in words if name.startswith(PREFIX))
    reserved = {*reserved, *OWN_NAMES, *fields}
    reader = Reader("", reserved)
    reader.read(tree.body, {})
    if reader.problems:
        raise TemplateError(dict.fromkeys(reader.problems))
    tree = ByCode(reserved).visit(tree)
    return PartTemplate(tree, reader), reader.fields


class ByCode(NodeTransformer):
    """Turns names as people write them into codes.

    Fields of rows become keys, so that no attribute of anything is ever looked at.
    """

    def __init__(self, reserved: Set[str]) -> None:
        self.reserved = reserved

    def visit_Name(self, node: nodes.Name) -> nodes.Name:
        if node.name not in self.reserved:
            found = list_of(node.name)
            node.name = found.code if found else code_of(node.name) or node.name
        return node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:
        name = cast(nodes.Name, node.node).name
        if name == LOOP:
            return node
        code = node.attr.upper() if name == ANSWERS_OF else node.attr.lower()
        return nodes.Getitem(node.node, nodes.Const(code), "load", lineno=node.lineno)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        code = cast(nodes.Const, node.arg).value
        if cast(nodes.Name, node.node).name == ANSWERS_OF:
            code = code.upper()
        return nodes.Getitem(node.node, nodes.Const(code), "load", lineno=node.lineno)
