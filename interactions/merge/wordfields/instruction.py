"""The code of a field as tokens: words, quoted texts, operators and switches."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from ..wordxml import Element, w
from .refusals import Refused
from .tree import Content, WordField

MAX_CODE = 10_000
LONGEST_NAME = 100
STRAIGHT = '"'
CURLY = "“”„‟"
OPERATORS = "=<>"
SPACES = " \t\n\r\u00a0"
BREAKS = ("br", "cr")
# Stands for what is no letter: a nested field, a picture.
OBJECT = "\ufffc"


@dataclass(frozen=True, slots=True)
class Piece:
    """A letter of the code, or a field or element in it, and its run."""

    text: str
    run: Element
    field: WordField | None = None
    element: Element | None = None

    @property
    def is_letter(self) -> bool:
        return self.field is None and self.element is None

    def is_one_of(self, letters: str) -> bool:
        return self.is_letter and self.text in letters


@dataclass
class Token:
    """A part of the code that belongs together."""

    pieces: list[Piece] = field(default_factory=list)
    quoted: bool = False
    is_switch: bool = False

    @property
    def text(self) -> str:
        """The letters; what is nested leaves nothing."""
        return "".join(piece.text for piece in self.pieces if piece.field is None)

    @property
    def fields(self) -> list[WordField]:
        return [piece.field for piece in self.pieces if piece.field is not None]


def pieces_of(contents: Iterable[Content]) -> list[Piece]:
    """Return the code of a field letter by letter. Raises Refused: too long."""
    found = list(itertools.islice(_pieces(contents), MAX_CODE + 1))
    if len(found) > MAX_CODE:
        raise Refused.too_long()
    return found


def beginning_of(contents: Iterable[Content]) -> list[Piece]:
    """Return enough of the code of a field to tell which field it is."""
    return list(itertools.islice(_pieces(contents), LONGEST_NAME))


def _pieces(contents: Iterable[Content]) -> Iterator[Piece]:
    for content in contents:
        if isinstance(content, WordField):
            yield Piece(OBJECT, content.begin, field=content)
            continue
        for child in content:
            if child.tag in (w("instrText"), w("t")):
                yield from (Piece(letter, content) for letter in child.text or "")
            elif child.tag == w("tab"):
                yield Piece("\t", content, element=child)
            elif child.tag in map(w, BREAKS) and child.get(w("type")) is None:
                yield Piece("\n", content, element=child)
            elif child.tag != w("rPr"):
                yield Piece(OBJECT, content, element=child)


class Instruction:
    """Reads the code of a field token by token; `kind` is its name in capitals."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = pieces
        self._place = 0
        self.kind = self._take_kind()

    @classmethod
    def of_text(cls, text: str) -> "Instruction":
        """Return the instruction that stands in the attribute of a simple field."""
        run = etree.Element(w("r"))
        return cls([Piece(letter, run) for letter in text[:MAX_CODE]])

    def take(self, *, operators: bool = False) -> Token | None:
        """Return the next token, or None at the end.

        With `operators` a sign of comparison stands by itself wherever it is.
        """
        self._skip_spaces()
        first = self._peek()
        if first is None:
            return None
        if first.is_one_of(STRAIGHT + CURLY):
            return self._take_quoted(first.text)
        if first.is_one_of("\\"):
            return self._take_switch()
        if operators and first.is_one_of(OPERATORS):
            return self._take_operator()
        return self._take_word(operators=operators)

    def rest(self) -> Iterator[Token]:
        """Yield the tokens that are left."""
        while token := self.take():
            yield token

    def _peek(self, ahead: int = 0) -> Piece | None:
        place = self._place + ahead
        return self._pieces[place] if place < len(self._pieces) else None

    def _skip_spaces(self) -> None:
        while (piece := self._peek()) and piece.field is None:
            if piece.text not in SPACES:
                return
            self._place += 1

    def _take_kind(self) -> str:
        """The name of the field; a formula is called by its sign."""
        self._skip_spaces()
        piece = self._peek()
        if piece and piece.is_one_of("="):
            self._place += 1
            return "="
        name = ""
        while (piece := self._peek()) and piece.is_letter and piece.text.isalpha():
            name += piece.text
            self._place += 1
        return name.upper()

    def _take_quoted(self, opening: str) -> Token:
        self._place += 1
        closing = self._closing(opening)
        token = Token(quoted=True)
        while piece := self._peek():
            following = self._peek(1)
            self._place += 1
            if piece.is_one_of(closing):
                return token
            if piece.is_one_of("\\") and following and following.is_one_of('\\"'):
                piece = following
                self._place += 1
            token.pieces.append(piece)
        raise Refused.no_quote()

    def _closing(self, opening: str) -> str:
        """What ends a text: in straight quotes curly ones are text, if they can be."""
        if opening != STRAIGHT:
            return STRAIGHT + CURLY
        escaped = False
        for piece in self._pieces[self._place :]:
            if not escaped and piece.is_one_of(STRAIGHT):
                return STRAIGHT
            escaped = not escaped and piece.is_one_of("\\")
        return CURLY

    def _take_switch(self) -> Token:
        pieces = self._pieces[self._place : self._place + 2]
        self._place += len(pieces)
        return Token(pieces, is_switch=True)

    def _take_operator(self) -> Token:
        token = Token()
        while (piece := self._peek()) and piece.is_one_of(OPERATORS):
            if len(token.pieces) == 2:  # noqa: PLR2004
                break
            token.pieces.append(piece)
            self._place += 1
        return token

    def _take_word(self, *, operators: bool) -> Token:
        stops = SPACES + STRAIGHT + CURLY + "\\" + (OPERATORS if operators else "")
        token = Token()
        while (piece := self._peek()) and not (
            piece.field is None and piece.text in stops
        ):
            token.pieces.append(piece)
            self._place += 1
        return token
