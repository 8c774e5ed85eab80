"""What the check of a template found, ready to be shown and to be sent."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .errors import Problem, TemplateError
from .template import compile_template
from .wordxml import Element, Place, w

# So much of the sentence stands on each side of the place that is marked.
AROUND = 80
MOST = 100
TAG = re.compile(r"\{[{%#].*?[}%#]\}")
# In every language's quotes: the outermost, then each.
OUTER = re.compile('[“”„«"](.+)[“”»"]')
QUOTED = re.compile('[“”„«"](.+?)[“”»"]')
OPENING = re.compile(r"\{[{%#]")
CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
BOXES = (w("tbl"), w("txbxContent"))
NOTES = (w("footnote"), w("endnote"))


@dataclass(frozen=True)
class Finding:
    """One thing that was found: where exactly, the sentence around it, how to mend.

    The sentence is in three pieces, the middle one being what is meant.
    """

    kind: str
    message: str
    fix: str = ""
    part: str = ""
    position: str = ""
    before: str = ""
    marked: str = ""
    after: str = ""

    def __str__(self) -> str:
        place = ", ".join(filter(None, (self.part, self.position)))
        start = f"{place}: " if place else ""
        return " ".join(filter(None, (start + self.message, self.fix)))


@dataclass(frozen=True)
class Findings:
    """The result of a check; without problems the template can be used.

    `fields`, `lists` and `questions` are codes in the order of their names; `more`
    problems are not listed.
    """

    problems: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    fields: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    more: int = 0

    @property
    def usable(self) -> bool:
        return not self.problems


def inspect(data: bytes) -> Findings:
    """Check a .docx and say everything about it."""
    try:
        template = compile_template(data)
    except TemplateError as error:
        return Findings(
            problems=_findings(error.problems),
            warnings=_findings(error.warnings),
            more=max(0, len(error.problems) - MOST),
        )
    return Findings(
        warnings=_findings(template.warnings),
        fields=tuple(sorted(template.fields)),
        lists=tuple(sorted(template.uses.lists)),
        questions=tuple(sorted(template.questions)),
    )


def _findings(problems: Iterable[Problem]) -> tuple[Finding, ...]:
    return tuple(finding_of(problem) for problem in list(problems)[:MOST])


def finding_of(problem: Problem) -> Finding:
    """Return a problem with its place in the document and the sentence around it."""
    where = problem.place
    if not isinstance(where, Place):
        return Finding(problem.kind, problem.message, problem.fix, part=where)
    before, marked, after = _sentence(where.text, problem.message)
    return Finding(
        problem.kind,
        problem.message,
        problem.fix,
        part=where.part,
        position=_position(where.element) if where.element is not None else "",
        before=before,
        marked=marked,
        after=after,
    )


def _sentence(text: str, message: str) -> tuple[str, str, str]:
    """The text in three pieces, the middle one being what the message speaks of."""
    start, end = _meant(text, message)
    before, marked, after = text[:start], text[start:end], text[end:]
    if len(before) > AROUND:
        before = "…" + before[-AROUND:]
    if len(after) > AROUND:
        after = after[:AROUND] + "…"
    return before, marked[: 2 * AROUND], after


def _meant(text: str, message: str) -> tuple[int, int]:
    for candidate in (
        found for pattern in (TAG, OUTER, QUOTED) for found in pattern.findall(message)
    ):
        start = text.casefold().find(candidate.casefold())
        if start >= 0 and len(text.casefold()) == len(text):
            return start, start + len(candidate)
    return _unclosed(text)


def _unclosed(text: str) -> tuple[int, int]:
    """The tag that is opened and not closed before the next one, if there is one."""
    opening = OPENING.search(text)
    while opening:
        following = OPENING.search(text, opening.end())
        before = following.start() if following else len(text)
        if text.find(CLOSING[opening[0]], opening.end(), before) < 0:
            return opening.start(), before
        opening = following
    return 0, 0


def _position(element: Element) -> str:
    """Say where an element stands: a paragraph by its number, or a cell, a note."""
    said = []
    note = next(element.iterancestors(*NOTES), None)
    if note is not None:
        said.append(_("note %(number)s") % {"number": note.get(w("id"))})
    if next(element.iterancestors(w("txbxContent")), None) is not None:
        said.append(_("in a text box"))
    cell = next(element.iterancestors(w("tc")), None)
    if cell is not None:
        said.append(_cell(cell))
    elif element.tag == w("tbl"):
        said.append(_("table %(table)s") % {"table": _number(element)})
    elif not said:
        said.append(_("paragraph %(number)s") % {"number": _number(element)})
    return ", ".join(said)


def _cell(cell: Element) -> str:
    row = cell.getparent()
    table = next(cell.iterancestors(w("tbl")), None)
    if row is None or table is None:
        return _("in a table")
    return _("table %(table)s, row %(row)s, cell %(cell)s") % {
        "table": _number(table),
        "row": 1 + len(list(row.itersiblings(w("tr"), preceding=True))),
        "cell": 1 + len(list(cell.itersiblings(w("tc"), preceding=True))),
    }


def _number(element: Element) -> int:
    """Which one of its kind an element is, those in tables and boxes not counted."""
    root = element.getroottree().getroot()
    count = 0
    for other in root.iter(element.tag):
        if next(other.iterancestors(*BOXES), None) is None:
            count += 1
        if other is element:
            break
    return max(count, 1)
