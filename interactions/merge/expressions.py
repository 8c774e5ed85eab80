"""The small language of tags: fields, conditions and a few filters, nothing else.

Jinja compiles a part once; an allow-list of its syntax tree keeps out everything
that could reach beyond the letter or take unbounded work. Values are plain strings.
"""

import re
from collections.abc import Iterator, Mapping, Set
from typing import Any

from django.utils.translation import gettext as _
from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.filters import do_capitalize, do_lower, do_title, do_trim, do_upper
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from .errors import Problem, RenderError, TemplateError
from .fields import code_of
from .wordfields import PREFIX, unknown_field
from .wordxml import BRACES

ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Filter,
)
COMPARISONS = {"eq", "ne"}
SPECIAL = re.compile("[&<>\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
TAB = '</w:t><w:tab/><w:t xml:space="preserve">'


def word_text(value: Any) -> Markup:
    """Return a value as it stands inside a w:t: escaped, with breaks and tabs."""
    if isinstance(value, Markup):  # a text written in the tag, escaped already
        return value
    text = value if type(value) is str else str(value)
    if SPECIAL.search(text) is None:
        return Markup(text)  # noqa: S704
    text = ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markup(text.replace("\n", BREAK).replace("\t", TAB))  # noqa: S704


def _default(value: str, default: str = "") -> str:
    """The value, or the default when it is blank."""
    return value or default


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=word_text,
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
    )
    return environment


ENVIRONMENT = _environment()


class PartTemplate:
    """A part of a document, compiled.

    `constants` are its texts that never change; `varies` says whether any does.
    """

    def __init__(self, tree: nodes.Template) -> None:
        self.varies = any(True for _name in tree.find_all((nodes.Name, nodes.If)))
        self.constants = []
        for data in tree.find_all(nodes.TemplateData):
            data.data = data.data.translate(BRACES)
            self.constants.append(data.data)
        self._template = ENVIRONMENT.from_string(tree)

    def pieces(self, values: Mapping[str, str]) -> Iterator[str]:
        """Yield the text of the part for one letter. Raises RenderError."""
        context = self._template.new_context(dict(values), shared=True)
        try:
            yield from self._template.root_render_func(context)
        except UndefinedError as error:
            message = _("A field has no value: %(error)s") % {"error": error.message}
            raise RenderError(message) from error

    def render(self, values: Mapping[str, str]) -> str:
        """Return the text of the part for one letter. Raises RenderError."""
        return "".join(self.pieces(values))


def check_tag(tag: str, where: str) -> list[Problem]:
    """Return what is wrong with one tag, a condition being given with its end."""
    try:
        tree = ENVIRONMENT.parse(tag)
    except TemplateSyntaxError as error:
        message = _("The tag cannot be read: %(error)s") % {"error": error.message}
        return [Problem("syntax", where, message, _write())]
    problems = _problems_of(tree, where)
    names = [name.name for name in tree.find_all(nodes.Name)]
    problems += [unknown_field(name, where) for name in names if not code_of(name)]
    return list(dict.fromkeys(problems))


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
        problem = Problem("syntax", "", message, _write())
        raise TemplateError([problem]) from error
    problems = _problems_of(tree, "")
    fields = set()
    for name in tree.find_all(nodes.Name):
        if name.name in reserved or name.name.startswith(PREFIX):
            continue
        code = code_of(name.name)
        if code is None:
            problems.append(unknown_field(name.name, ""))
            continue
        name.name = code
        fields.add(code)
    if problems:
        raise TemplateError(dict.fromkeys(problems))
    return PartTemplate(tree), fields


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    for child in node.iter_child_nodes():
        yield child
        yield from _walk(child)


def _problems_of(tree: nodes.Template, where: str) -> list[Problem]:
    found = (_problem_of(node, where) for node in _walk(tree))
    return [problem for problem in found if problem]


def _problem_of(node: nodes.Node, where: str) -> Problem | None:
    if isinstance(node, nodes.Filter) and node.name in ENVIRONMENT.filters:
        return None if _plain(node) else _beyond(where)
    if isinstance(node, nodes.Operand) and node.op not in COMPARISONS:
        return _beyond(where)
    if isinstance(node, nodes.Filter):
        names = ", ".join(sorted(ENVIRONMENT.filters))
        message = _("There is no filter “%(name)s”.") % {"name": node.name}
        fix = _("The filters are %(names)s.") % {"names": names}
        return Problem("unsupported_tag", where, message, fix)
    return None if isinstance(node, ALLOWED) else _beyond(where)


def _plain(node: nodes.Filter) -> bool:
    """Only `default` takes an argument, and only a text."""
    arguments = node.args
    few = len(arguments) == (1 if node.name == "default" else 0)
    constant = all(isinstance(each, nodes.Const) for each in arguments)
    return few and constant and not (node.kwargs or node.dyn_args or node.dyn_kwargs)


def _beyond(where: str) -> Problem:
    message = _("A tag does more than name a field, compare it or apply a filter.")
    return Problem("unsupported_tag", where, message, _write())


def _write() -> str:
    return _("Write {{ field }}, or {% if field %} … {% endif %}.")
