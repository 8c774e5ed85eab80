"""Word's own MERGEFIELDs, turned into tags.

A field is either one w:fldSimple or a run of w:fldChar, w:instrText and result,
often cut into many runs. It becomes one run `{{ code }}` with the format of its
result. Fields that Word fills in by itself (PAGE, DATE, HYPERLINK, TOC) stay.
"""

import copy
import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from lxml import etree

from .errors import Problem
from .fields import code_of, nearest
from .wordxml import (
    XML_SPACE,
    Element,
    paragraph_of,
    place,
    plain_text,
    remove,
    split_runs,
    w,
)

# What asks a question, reads a file or a database, or leafs through the contacts.
REFUSED = {
    *("ADDRESSBLOCK", "ASK", "COMPARE", "DATABASE", "DDE", "DDEAUTO", "FILLIN"),
    *("GREETINGLINE", "IF", "IMPORT", "INCLUDE", "INCLUDEPICTURE", "INCLUDETEXT"),
    *("LINK", "MACROBUTTON", "MERGEREC", "MERGESEQ", "NEXT", "NEXTIF", "PRINT"),
    *("SET", "SKIPIF"),
}
TOKEN = re.compile(r'\s*(?:["“„](.*?)["”]|(\\\S)|([^\s\\"“„]+))')


@dataclass
class OpenField:
    """A complex field whose end has not come yet."""

    begin: Element
    runs: list[Element]
    instruction: str = ""
    in_result: bool = False
    inner: list[str] = field(default_factory=list)


def convert_fields(root: Element, part: str) -> list[Problem]:
    """Turn the merge fields of a part into tags; return what cannot be."""
    split_runs(root)
    problems = _convert_complex(root, part)
    for simple in list(root.iter(w("fldSimple"))):
        problems += _convert_simple(simple, part)
    return problems


def _convert_simple(simple: Element, part: str) -> list[Problem]:
    instruction = simple.get(w("instr"), "")
    where = place(part, paragraph_of(simple))
    code, problems = _read(instruction, [], where)
    if code:
        result = _tag_run(code, list(simple.iter(w("r"))), simple)
        simple.addprevious(result)
        remove(simple)
    return problems


def _convert_complex(root: Element, part: str) -> list[Problem]:
    problems: list[Problem] = []
    stack: list[OpenField] = []
    for run in list(root.iter(w("r"))):
        mark = run.find(w("fldChar"))
        kind = mark.get(w("fldCharType")) if mark is not None else None
        if kind == "begin":
            stack.append(OpenField(run, []))
        for each in stack:
            each.runs.append(run)
        if not stack:
            continue
        current = stack[-1]
        if kind == "separate":
            current.in_result = True
        elif kind == "end":
            stack.pop()
            outer = stack[-1] if stack else None
            problems += _finish(current, outer, run, part)
        elif not current.in_result:
            current.instruction += "".join(
                text.text or "" for text in run.iter(w("instrText"))
            )
    for each in stack:
        if "MERGEFIELD" in each.instruction.upper():
            problems.append(_broken(each, part))
    return problems


def _finish(
    field: OpenField, outer: OpenField | None, end: Element, part: str
) -> list[Problem]:
    paragraph = paragraph_of(field.begin)
    code, problems = _read(field.instruction, field.inner, place(part, paragraph))
    if outer is not None and not outer.in_result:
        outer.inner.append(field.instruction.strip())
        if code:
            return problems
    if code and (paragraph is None or paragraph is not paragraph_of(end)):
        return [_broken(field, part)]
    if code:
        field.begin.addprevious(_tag_run(code, field.runs, field.begin))
        for run in field.runs:
            remove(run)
    return problems


def _tag_run(code: str, runs: list[Element], near: Element) -> Element:
    """A run with the tag, formatted as the first run of the field's result."""
    shown = [run for run in runs if plain_text(run)] or runs
    properties = shown[0].find(w("rPr")) if shown else None
    run = etree.Element(w("r"), nsmap=near.nsmap)
    if properties is not None:
        run.append(copy.deepcopy(properties))
    text = etree.SubElement(run, w("t"))
    text.text = f"{{{{ {code} }}}}"
    text.set(XML_SPACE, "preserve")
    return run


def _read(
    instruction: str, inner: list[str], where: str
) -> tuple[str | None, list[Problem]]:
    """Return the code of the field it names, if it is a MERGEFIELD, and problems."""
    shown = " ".join(instruction.split())
    words = [
        (quoted or switch or word, bool(switch))
        for quoted, switch, word in TOKEN.findall(instruction)
    ]
    kind = words[0][0].upper() if words else ""
    if kind in REFUSED or (kind != "MERGEFIELD" and _has_merge_field(inner)):
        return None, [_refused(shown, where)]
    if kind != "MERGEFIELD":
        return None, []
    name = words[1][0] if len(words) > 1 and not words[1][1] else ""
    rest = [text.upper() for text, _switch in words[2:]]
    if inner or not name or rest not in ([], ["\\*", "MERGEFORMAT"]):
        return None, [_switches(shown, where)]
    code = code_of(name)
    return code, [] if code else [unknown_field(name, where)]


def _has_merge_field(inner: list[str]) -> bool:
    return any("MERGEFIELD" in text.upper() for text in inner)


def unknown_field(name: str, where: str) -> Problem:
    """The problem of a field that does not exist, with what was meant."""
    code = nearest(name)
    return Problem(
        "unknown_field",
        where,
        _("There is no merge field “%(name)s”.") % {"name": name},
        _("Did you mean %(code)s?") % {"code": code}
        if code
        else _("Choose a field from the list of merge fields."),
    )


def _refused(shown: str, where: str) -> Problem:
    return Problem(
        "unsupported_field",
        where,
        _("The field { %(field)s } cannot be merged.") % {"field": shown[:100]},
        _("Take it out of the document."),
    )


def _switches(shown: str, where: str) -> Problem:
    return Problem(
        "unsupported_field",
        where,
        _("The field { %(field)s } has switches that are not supported.")
        % {"field": shown[:100]},
        _("Use the field without switches."),
    )


def _broken(field: OpenField, part: str) -> Problem:
    shown = " ".join(field.instruction.split())
    return Problem(
        "unsupported_field",
        place(part, paragraph_of(field.begin)),
        _("The field { %(field)s } does not end where it begins.")
        % {"field": shown[:100]},
        _("Delete the field and insert it again."),
    )
