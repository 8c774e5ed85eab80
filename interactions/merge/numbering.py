"""Numbered lists begin again in every letter: each gets lists of its own."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from .wordxml import Element, remove, text_of, w

LIST = "_list_"
LEVELS = 9
BEFORE_LIST = (
    *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr"),
    "widowControl",
)
AFTER_LIST = (
    *("numPr", "suppressLineNumbers", "pBdr", "shd", "tabs", "suppressAutoHyphens"),
    *("kinsoku", "wordWrap", "overflowPunct", "topLinePunct", "autoSpaceDE"),
    *("autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid", "spacing"),
)


@dataclass(frozen=True)
class StyleList:
    """The list a paragraph is in through its style, and the style's indentation."""

    number: str
    level: str
    indent: Element | None


class Lists:
    """The numbered lists of a letter; `values` says which a letter uses."""

    def __init__(
        self, stories: Sequence[Element], numbering: Element, styles: Element
    ) -> None:
        self._numbering = numbering
        self._numbers = {
            number.get(w("numId"), ""): number for number in numbering.iter(w("num"))
        }
        self._abstract = {
            each.get(w("abstractNumId"), ""): each
            for each in numbering.iter(w("abstractNum"))
        }
        by_style = self._by_style(styles)
        self._used: dict[str, None] = {}
        for story in stories:
            for paragraph in story.iter(w("p")):
                self._restart(paragraph, by_style)
        self._ids = list(self._used)
        known = [int(each) for each in self._numbers if each.isdecimal()]
        self._next = max(known, default=0) + 1

    def values(self, letter: int) -> Mapping[str, str]:
        """Return the list ids of a letter, the first being 0."""
        if letter == 0:
            return {LIST + number: number for number in self._ids}
        start = self._next + (letter - 1) * len(self._ids)
        return {
            LIST + number: str(start + place) for place, number in enumerate(self._ids)
        }

    def part(self, letters: int) -> Iterator[str]:
        """Yield the numbering part for this many letters."""
        start, end = _around_numbers(self._numbering)
        yield start
        templates = self._templates()
        for letter in range(1, letters):
            yield "".join(
                text.replace(LIST, value)
                for text, value in zip(
                    templates, self.values(letter).values(), strict=True
                )
            )
        yield end

    def _restart(self, paragraph: Element, by_style: Mapping[str, StyleList]) -> None:
        """Name the list of the paragraph so that every letter has its own."""
        properties = paragraph.find(w("pPr"))
        if properties is None:
            return
        style = properties.find(w("pStyle"))
        inherited = by_style.get(style.get(w("val"), "")) if style is not None else None
        own = properties.find(w("numPr"))
        if own is None and inherited is not None and self._counts(inherited.number):
            _copy_list(properties, inherited)
            own = properties.find(w("numPr"))
        number = own.find(w("numId")) if own is not None else None
        if number is None:
            return
        value = number.get(w("val"), "")
        if self._counts(value):
            self._used[value] = None
            number.set(w("val"), f"{{{{ {LIST}{value} }}}}")

    def _counts(self, number: str) -> bool:
        """Whether a list counts; bullets need no new beginning."""
        if number not in self._numbers or not number.isdecimal():
            return False
        formats = [each.get(w("val")) for each in self._levels(number, "numFmt")]
        return not formats or any(each not in ("bullet", "none") for each in formats)

    def _levels(self, number: str, name: str) -> list[Element]:
        abstract = self._abstract.get(_abstract_of(self._numbers[number]))
        return list(abstract.iter(w(name))) if abstract is not None else []

    def _templates(self) -> list[str]:
        """The w:num of each list, its id left open.

        Lists of one kind count on from each other, so only the first begins anew.
        """
        seen: set[str] = set()
        texts = []
        for number in self._ids:
            element = copy.deepcopy(self._numbers[number])
            element.set(w("numId"), LIST)
            abstract = _abstract_of(element)
            if abstract not in seen:
                self._begin_again(element, number)
            seen.add(abstract)
            etree.cleanup_namespaces(element)
            texts.append(etree.tostring(element, encoding="unicode", with_tail=False))
        return texts

    def _begin_again(self, element: Element, number: str) -> None:
        starts = {str(level): "1" for level in range(LEVELS)}
        for level in self._levels(number, "lvl"):
            start = level.find(w("start"))
            if start is not None:
                starts[level.get(w("ilvl"), "0")] = start.get(w("val"), "1")
        existing = {
            each.get(w("ilvl")): each for each in element.iter(w("lvlOverride"))
        }
        for level, start in starts.items():
            override = existing.get(level)
            if override is None:
                override = etree.SubElement(element, w("lvlOverride"))
                override.set(w("ilvl"), level)
            if override.find(w("startOverride")) is None:
                begin = etree.Element(w("startOverride"), {w("val"): start})
                override.insert(0, begin)

    def _by_style(self, styles: Element) -> dict[str, StyleList]:
        """The list of every paragraph style that has one, also through its parents."""
        all_styles = {
            each.get(w("styleId"), ""): each for each in styles.iter(w("style"))
        }
        found = {}
        for name in all_styles:
            listed = self._of_style(name, all_styles)
            if listed:
                found[name] = listed
        return found

    def _of_style(self, name: str, styles: Mapping[str, Element]) -> StyleList | None:
        level, indent = "", None
        seen = set()
        while name in styles and name not in seen:
            seen.add(name)
            properties = styles[name].find(w("pPr"))
            if properties is not None and indent is None:
                indent = properties.find(w("ind"))
            own = properties.find(w("numPr")) if properties is not None else None
            if own is not None:
                level = level or _value(own, "ilvl")
                number = _value(own, "numId")
                if number:
                    level = level or self._linked_level(number, seen)
                    return StyleList(number, level, indent)
            name = _value(styles[name], "basedOn")
        return None

    def _linked_level(self, number: str, styles: set[str]) -> str:
        if number in self._numbers:
            for level in self._levels(number, "lvl"):
                if _value(level, "pStyle") in styles:
                    return level.get(w("ilvl"), "0")
        return "0"


def _copy_list(properties: Element, listed: StyleList) -> None:
    earlier = set(map(w, BEFORE_LIST))
    position = sum(1 for child in properties if child.tag in earlier)
    element = etree.Element(w("numPr"))
    etree.SubElement(element, w("ilvl"), {w("val"): listed.level})
    etree.SubElement(element, w("numId"), {w("val"): listed.number})
    properties.insert(position, element)
    if listed.indent is not None and properties.find(w("ind")) is None:
        # A list of the paragraph's own would overrule the style's indentation.
        after = (*BEFORE_LIST, *AFTER_LIST)
        place = sum(1 for child in properties if child.tag in set(map(w, after)))
        properties.insert(place, copy.deepcopy(listed.indent))


def _abstract_of(number: Element) -> str:
    return _value(number, "abstractNumId")


def _value(element: Element, name: str) -> str:
    child = element.find(w(name))
    return child.get(w("val"), "") if child is not None else ""


def _around_numbers(numbering: Element) -> tuple[str, str]:
    """The part up to the end of its lists, and what comes after them."""
    root = copy.deepcopy(numbering)
    cleanup = root.find(w("numIdMacAtCleanup"))
    if cleanup is not None:
        remove(cleanup)
    text = text_of(root)
    end = text.rindex("</")
    return text[:end], text[end:]
