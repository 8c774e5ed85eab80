"""The fields of a part as a tree: a field may stand in the code or result of another.

A complex field is a row of runs: begin, code, separate, result, end. What stands in
one text box, footnote or endnote is read by itself, for no field leaves it.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from ..wordxml import XML_SPACE, Element, plain_text, remove, w

STORIES = ("txbxContent", "footnote", "endnote")
MAX_DEPTH = 20


@dataclass(eq=False)
class WordField:
    """A complex field; the runs and fields of its code and of its result."""

    begin: Element
    depth: int
    code: list["Content"] = field(default_factory=list)
    result: list["Content"] = field(default_factory=list)
    separate: Element | None = None
    end: Element | None = None

    def add(self, content: "Content") -> None:
        """Add a run or a field to the code, or to the result if that has begun."""
        (self.code if self.separate is None else self.result).append(content)

    def runs(self) -> Iterator[Element]:
        """Yield every run of the field and of the fields in it."""
        yield self.begin
        for content in self.code:
            yield from runs_of(content)
        if self.separate is not None:
            yield self.separate
        for content in self.result:
            yield from runs_of(content)
        if self.end is not None:
            yield self.end


Content: TypeAlias = Element | WordField


def runs_of(content: Content) -> Iterator[Element]:
    """Yield a run, or the runs of a field."""
    if isinstance(content, WordField):
        yield from content.runs()
    else:
        yield content


def inner_fields(contents: list[Content]) -> list[WordField]:
    """Return the fields among runs and fields."""
    return [content for content in contents if isinstance(content, WordField)]


def read_fields(root: Element) -> list[WordField]:
    """Return the outermost complex fields of a part, those without an end too."""
    stories: dict[Element, list[Element]] = {}
    names = tuple(map(w, STORIES))
    for run in root.iter(w("r")):
        story = next(run.iterancestors(*names), root)
        stories.setdefault(story, []).append(run)
    return [found for runs in stories.values() for found in _read_story(runs)]


def _read_story(runs: list[Element]) -> list[WordField]:
    found: list[WordField] = []
    stack: list[WordField] = []
    for run in runs:
        mark = run.find(w("fldChar"))
        kind = mark.get(w("fldCharType")) if mark is not None else None
        if kind == "begin":
            opened = WordField(run, len(stack))
            if stack and len(stack) < MAX_DEPTH:
                stack[-1].add(opened)
            else:
                found.append(opened)
            stack.append(opened)
        elif not stack:
            continue
        elif kind == "separate":
            stack[-1].separate = run
        elif kind == "end":
            stack.pop().end = run
        else:
            stack[-1].add(run)
    return found


def unfold(simple: Element) -> None:
    """Write a field of one element as a row of runs."""
    shown = [run for run in simple.iter(w("r")) if plain_text(run)]
    properties = shown[0].find(w("rPr")) if shown else None
    code = simple.get(w("instr"), "")
    instruction = instruction_run(code, properties, near=simple)
    data = simple.find(w("fldData"))
    if data is not None:
        simple.remove(data)
    runs = [field_mark(simple, "begin"), instruction, field_mark(simple, "separate")]
    for element in (*runs, *simple, field_mark(simple, "end")):
        simple.addprevious(element)
    remove(simple)


def field_mark(near: Element, kind: str) -> Element:
    """Return a run that begins a field, parts its code from its result, or ends it."""
    run = new_run(None, near=near)
    etree.SubElement(run, w("fldChar"), {w("fldCharType"): kind})
    return run


def new_run(properties: Element | None, *, near: Element) -> Element:
    """Return an empty run with this format."""
    run = etree.Element(w("r"), nsmap=near.nsmap)
    if properties is not None:
        run.append(copy.deepcopy(properties))
    return run


def instruction_run(
    code: str, properties: Element | None = None, *, near: Element
) -> Element:
    """Return a run with the code of a field."""
    run = new_run(properties, near=near)
    text = etree.SubElement(run, w("instrText"))
    text.text = code
    text.set(XML_SPACE, "preserve")
    return run


def text_run(text: str, properties: Element | None, *, near: Element) -> Element:
    """Return a run with a text."""
    run = new_run(properties, near=near)
    element = etree.SubElement(run, w("t"))
    element.text = text
    element.set(XML_SPACE, "preserve")
    return run
