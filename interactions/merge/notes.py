"""Footnotes and endnotes: every letter has its own, counted from 1 again."""

import copy
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from .errors import Problem
from .sections import child_of
from .story import compile_story
from .unique import NUMBER, repeated
from .wordxml import Element, paragraph_of, place, remove, w

# Kind of part: the reference in the text, the note, and the properties of a section.
NOTES = {
    "footnotes": ("footnoteReference", "footnote", "footnotePr"),
    "endnotes": ("endnoteReference", "endnote", "endnotePr"),
}
ORDINARY = (None, "normal")


class Notes:
    """The footnotes or endnotes that letters refer to.

    LibreOffice takes notes by their order, so those that a letter does not refer to
    are not in it.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        document: Element,
        root: Element,
        *,
        numbered: bool = False,
    ) -> None:
        """Put the notes of `root` in the order of the references to them.

        `numbered` gives both ids per letter.
        """
        self._reference, note, _properties = NOTES[kind]
        self.kind = kind
        self.name = name
        self.root = root
        notes = {
            each.get(w("id")): each
            for each in root.iterchildren(w(note))
            if each.get(w("type")) in ORDINARY
        }
        self._kept: list[Element] = []
        self._ids: list[str] = []
        for reference in document.iter(w(self._reference)):
            own = notes.pop(reference.get(w("id")), None)
            if own is None:
                continue
            if numbered:
                number = f"{{{{ {NUMBER} }}}}{len(self._kept):04}"
                reference.set(w("id"), number)
                own.set(w("id"), number)
            root.append(own)
            self._kept.append(own)
            self._ids.append(own.get(w("id"), "").replace(f"{{{{ {NUMBER} }}}}", "%s"))
        for left in notes.values():
            remove(left)

    @property
    def count(self) -> int:
        """How many notes a letter has at most."""
        return len(self._kept)

    def compile(self, reserved: Set[str] = frozenset()) -> None:
        """Compile the notes of a letter. Raises TemplateError."""
        last = self._kept[-1]
        story = compile_story(self.root, self._kept, last, reserved)
        self.head, self._notes, self.tail = story

    def of_letter(self, text: str, values: Mapping[str, Any]) -> Iterator[str]:
        """Yield the notes that the text of a letter refers to, in its order."""
        number = values.get(NUMBER, "")
        for note_id, note in zip(self._ids, self._notes, strict=True):
            own = note_id.replace("%s", number)
            if f'{self._reference} w:id="{own}"' in text:
                yield note.render(values)


def repeated_notes(root: Element, part: str) -> list[Problem]:
    """The notes that stand in a loop, and would come more than once."""
    references = {w(reference) for reference, _note, _properties in NOTES.values()}
    return [
        Problem(
            "unsupported_note",
            place(part, paragraph_of(element)),
            _("A footnote or an endnote stands in a loop."),
            _("Move the note out of the loop."),
        )
        for element in repeated(root)
        if element.tag in references
    ]


def count_from_1(
    sections: Sequence[Element], kinds: Set[str], settings: Element
) -> None:
    """Let the notes of every letter begin as the template's do, at their place."""
    first = sections[0]
    for kind in kinds:
        name = NOTES[kind][2]
        properties = child_of(first, name)
        if len(properties) == 0:
            _take_over(properties, settings.find(w(name)))
        restart = child_of(properties, "numRestart")
        if restart.get(w("val")) != "eachPage":
            restart.set(w("val"), "eachSect")
    if "endnotes" not in kinds:
        return
    child_of(child_of(settings, "endnotePr"), "pos").set(w("val"), "sectEnd")
    for section in sections[:-1]:
        child_of(section, "noEndnote")


def _take_over(properties: Element, general: Element | None) -> None:
    """What a section says stands instead of what the document says."""
    for element in general if general is not None else ():
        if etree.QName(element).localname in ("numFmt", "numStart", "pos"):
            properties.append(copy.deepcopy(element))
