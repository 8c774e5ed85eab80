"""What tags may say: an allow-list of the syntax tree, name by name.

Fields are printed, compared and filtered; lists are gone through, counted and asked
whether they are empty. Nothing is called, nothing is reached but by names that are
declared. Whatever is not named here is refused.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from django.utils.translation import gettext as _
from jinja2 import nodes

from .errors import Problem
from .fields import code_of
from .lists import (
    ANSWERS_OF,
    LIST_OF,
    LOOP,
    LOOP_NUMBERS,
    LOOP_QUESTIONS,
    MergeList,
    list_of,
    nearest_of,
)
from .pictures import OWN_NAMES, PICTURE_NAMES
from .wordfields import unknown_field

# Lists by the name that a row of each has in a loop, from the outermost.
Rows = Mapping[str, MergeList]
COMPARISONS = {"eq", "ne"}
TEXT_FILTERS = ("capitalize", "default", "lower", "title", "trim", "upper")
LENGTH = "length"
MAX_LOOPS = 3


class Reader:
    """Reads the tree of tags: notes what is wrong and what is used.

    `reserved` are names of our own, which no template that people write may use;
    `slots` the keys of pictures that are other ones in each letter.
    """

    def __init__(self, where: str, reserved: Set[str] = frozenset()) -> None:
        self.where = where
        self.reserved = reserved
        self.problems: list[Problem] = []
        self.fields: set[str] = set()
        self.lists: set[str] = set()
        self.questions: set[str] = set()
        self.slots: set[str] = set()

    def read(self, body: Sequence[nodes.Node], rows: Rows) -> None:
        """Read statements and what they hold, inside the loops over these rows."""
        for node in body:
            if isinstance(node, nodes.Output):
                for value in node.nodes:
                    if not isinstance(value, nodes.TemplateData):
                        self._value(value, rows)
            elif isinstance(node, nodes.If):
                self._condition(node.test, rows)
                for inner in (node.body, node.elif_, node.else_):
                    self.read(inner, rows)
            elif isinstance(node, nodes.For):
                self._loop(node, rows)
            else:
                self._beyond()

    def _loop(self, node: nodes.For, rows: Rows) -> None:
        found = list_of(node.iter.name) if isinstance(node.iter, nodes.Name) else None
        if found is None:
            self._no_list(node.iter)
            return
        if node.recursive or not isinstance(node.target, nodes.Name):
            self._beyond()
            return
        self.lists.add(found.code)
        name = node.target.name
        if not self._is_free(name, rows):
            return
        inner = {**rows, name: found}
        if len(inner) > MAX_LOOPS:
            message = _("More than %(count)s loops stand in each other.")
            self._problem(message % {"count": MAX_LOOPS}, _("Take one out."))
            return
        if node.test is not None:
            if any(name.name == LOOP for name in node.test.find_all(nodes.Name)):
                self._beyond()
            self._condition(node.test, inner)
        self.read(node.body, inner)
        self.read(node.else_, rows)

    def _is_free(self, name: str, rows: Rows) -> bool:
        taken = code_of(name) or list_of(name) or name in rows
        if taken or name in (LOOP, ANSWERS_OF) or name.startswith("_"):
            message = _("A row cannot be called “%(name)s”.") % {"name": name}
            fix = _(
                "Choose a name that is not taken, as in {% for person in people %}."
            )
            self._problem(message, fix)
            return False
        return True

    def _condition(self, node: nodes.Node, rows: Rows) -> None:
        """What is asked: a value or a list, or several."""
        if isinstance(node, nodes.And | nodes.Or):
            self._condition(node.left, rows)
            self._condition(node.right, rows)
        elif isinstance(node, nodes.Not):
            self._condition(node.node, rows)
        elif isinstance(node, nodes.Name) and list_of(node.name):
            self.lists.add(node.name.lower())
        elif not (rows and _asks_loop(node)):
            self._value(node, rows)

    def _value(self, node: nodes.Node, rows: Rows) -> None:
        """What is printed or compared: a text or a number."""
        if isinstance(node, nodes.And | nodes.Or):
            self._value(node.left, rows)
            self._value(node.right, rows)
        elif isinstance(node, nodes.Not):
            self._condition(node, rows)
        elif isinstance(node, nodes.Compare):
            self._value(node.expr, rows)
            for operand in node.ops:
                if operand.op not in COMPARISONS:
                    self._beyond()
                self._value(operand.expr, rows)
        elif isinstance(node, nodes.Filter):
            self._filter(node, rows)
        elif isinstance(node, nodes.Name):
            self._name(node.name, rows)
        elif isinstance(node, nodes.Getattr):
            self._of(node.node, node.attr, rows)
        elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            self._item(node.node, node.arg.value)
        elif not isinstance(node, nodes.Const):
            self._beyond()

    def _filter(self, node: nodes.Filter, rows: Rows) -> None:
        if node.node is None or node.kwargs or node.dyn_args or node.dyn_kwargs:
            self._beyond()
        elif node.name == LENGTH and not node.args:
            if isinstance(node.node, nodes.Name) and list_of(node.node.name):
                self.lists.add(node.node.name.lower())
            else:
                self._problem(
                    _("Only a list has a length."),
                    _("Write {{ people|length }}, or take the filter out."),
                )
        elif node.name in TEXT_FILTERS:
            wanted = 1 if node.name == "default" else 0
            constant = all(isinstance(each, nodes.Const) for each in node.args)
            if len(node.args) != wanted or not constant:
                self._beyond()
            self._value(node.node, rows)
        else:
            names = ", ".join(sorted((*TEXT_FILTERS, LENGTH)))
            self._problem(
                _("There is no filter “%(name)s”.") % {"name": node.name},
                _("The filters are %(names)s.") % {"names": names},
            )

    def _name(self, name: str, rows: Rows) -> None:
        code = code_of(name)
        found = list_of(name)
        if name in self.reserved:
            return
        if name in rows:
            row = rows[name]
            fix = _("Write {{ %(name)s.%(field)s }}.")
            self._problem(
                _("“%(name)s” is a whole row.") % {"name": name},
                fix % {"name": name, "field": row.codes[0]},
            )
        elif found:
            message = _("“%(name)s” is a list.") % {"name": name}
            fix = _("Go through it: %(snippet)s")
            self._problem(message, fix % {"snippet": found.snippet})
        elif code and not name.startswith("_"):
            self.fields.add(code)
        else:
            self._unknown(name, rows)

    def _of(self, node: nodes.Node, attribute: str, rows: Rows) -> None:
        """What stands behind a dot."""
        name = node.name if isinstance(node, nodes.Name) else ""
        if name == ANSWERS_OF:
            self._item(node, attribute)
        elif name == LOOP:
            if not rows or attribute not in LOOP_NUMBERS:
                names = ", ".join(
                    f"loop.{each}" for each in (*LOOP_NUMBERS, *LOOP_QUESTIONS)
                )
                message = _("loop.%(name)s cannot be used here.") % {"name": attribute}
                fix = _(
                    "Inside a loop there are %(names)s; the last two in conditions."
                )
                self._problem(message, fix % {"names": names})
        elif name in rows:
            row = rows[name]
            if attribute.lower() not in row.codes:
                self._no_row_field(name, attribute, row)
        elif name and not code_of(name):
            self._unknown(name, rows)
        else:
            self._beyond()

    def _item(self, node: nodes.Node, code: object) -> None:
        name = node.name if isinstance(node, nodes.Name) else ""
        if isinstance(code, str) and name == ANSWERS_OF:
            self.lists.add("answers")
            self.questions.add(code.upper())
        elif isinstance(code, str) and name in OWN_NAMES & self.reserved:
            self.slots.add(code)
        else:
            self._beyond()

    def _no_list(self, node: nodes.Node) -> None:
        name = node.name if isinstance(node, nodes.Name) else ""
        if not name:
            self._beyond()
            return
        message = _("There is no list “%(name)s”.") % {"name": name}
        self._did_you_mean(message, nearest_of(name, tuple(LIST_OF)))

    def _no_row_field(self, name: str, attribute: str, row: MergeList) -> None:
        message = _("A row of %(list)s has no field “%(name)s”.")
        near = nearest_of(attribute, row.codes)
        if near:
            near = f"{name}.{near}"
        said = message % {"list": row.code, "name": attribute}
        fields = ", ".join(row.codes)
        self._did_you_mean(
            said, near, _("The fields are %(names)s.") % {"names": fields}
        )

    def _unknown(self, name: str, rows: Rows) -> None:
        if name.lower() in PICTURE_NAMES:
            self._problem(
                _("A picture is not named in the text."),
                _("Insert a picture, and write the tag into its alternative text."),
            )
            return
        near = nearest_of(name, (*rows, *LIST_OF))
        problem = unknown_field(name, self.where)
        fix = _("Did you mean %(code)s?") % {"code": near} if near else problem.fix
        self.problems.append(replace(problem, fix=fix))

    def _did_you_mean(
        self, message: str, near: str | None, otherwise: str = ""
    ) -> None:
        fix = _("Did you mean %(code)s?") % {"code": near}
        if not near:
            fix = otherwise or _("Choose a field from the list of merge fields.")
        self.problems.append(Problem("unknown_field", self.where, message, fix))

    def _beyond(self) -> None:
        message = _("A tag does more than name a field, compare it or apply a filter.")
        self._problem(message, how_to_write())

    def _problem(self, message: str, fix: str) -> None:
        self.problems.append(Problem("unsupported_tag", self.where, message, fix))


def how_to_write() -> str:
    """How tags are written, for the way out of a problem."""
    return _("Write {{ field }}, or {% if field %} … {% endif %}.")


def with_blanks(name: str, where: str) -> Problem:
    """The problem of a field that is written as people call it."""
    message = _("The name of a field in a tag has no blanks: “%(name)s”.")
    fix = _("Write {{ %(name)s }}.") % {"name": code_of(name)}
    return Problem("syntax", where, message % {"name": name}, fix)


def _asks_loop(node: nodes.Node) -> bool:
    """Whether it is `loop.first` or another question to the loop."""
    return (
        isinstance(node, nodes.Getattr)
        and isinstance(node.node, nodes.Name)
        and node.node.name == LOOP
        and node.attr in LOOP_QUESTIONS
    )
