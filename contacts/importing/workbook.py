"""A workbook of Excel, read row by row: memory does not grow with the file.

Its texts stand apart from its cells, in one list. That list goes into a temporary file,
out of which each cell takes its own.
"""

import functools
import posixpath
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO, Any
from xml.parsers import expat

CHUNK = 64 * 1024
STRINGS_KEPT = 1_024
# What a cell of Excel can hold, and more than any field takes.
LONGEST_CELL = 32_767
MOST_COLUMNS = 16_384
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
# Numbers of built-in formats: days and times, and how long something took.
_MOMENTS = frozenset((*range(14, 23), 45, 47))
_SPANS = frozenset((46,))
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')
_SPAN = re.compile(r"\[(?:h+|m+|s+)\]", re.I)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_FIRST_DAY, _FIRST_DAY_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_LAST_DAY = 2_958_465  # 9999-12-31

Attributes = Mapping[str, str]


class Unreadable(Exception):
    """It is no workbook of Excel, or a damaged one."""


class CellTooLong(Exception):
    """A cell has more characters than one can have; `line` says where."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class Workbook:
    """The sheets of a workbook, in their order.

    Each time its rows are asked for the archive is to be open. Raises Unreadable.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        book = _target(archive, "", "/officeDocument")
        names = _relations(archive, book)
        self._strings = _Strings()
        self._formats: list[str] = []
        self.sheets: list[str] = []
        is_1904 = False
        for name, attributes in _elements(archive, book):
            if name == "workbookPr":
                is_1904 = attributes.get("date1904") in ("1", "true")
            elif name == "sheet":
                kind, target = names.get(attributes.get("id", ""), ("", ""))
                if kind.endswith("/worksheet"):
                    self.sheets.append(target)
        self._first_day = _FIRST_DAY_1904 if is_1904 else _FIRST_DAY
        for kind, target in names.values():
            if kind.endswith("/sharedStrings"):
                self._strings.load(archive, target)
            elif kind.endswith("/styles"):
                self._formats = _formats(archive, target)
        if not self.sheets:
            raise Unreadable

    def rows(
        self, archive: zipfile.ZipFile, sheet: str
    ) -> Iterator[tuple[int, list[Any]]]:
        """Yield the rows of a sheet with their line numbers, counted from 1.

        Between the cells of a row, empty ones are None. Raises Unreadable and
        CellTooLong.
        """
        reader = _SheetReader(self._value)
        with _opened(archive, sheet) as file:
            for _part in _parsed(file, reader.start, reader.end, reader.text):
                yield from reader.taken()

    def _value(self, kind: str, style: str, text: str) -> Any:
        """The value of a cell: a text, a number, a moment, or None."""
        if kind == "s":
            return self._strings[int(text)]
        if kind in ("str", "inlineStr"):
            return _unescaped(text)
        if kind == "b":
            return text == "1"
        if kind == "e" or not text:
            return None
        if kind == "d":
            return datetime.fromisoformat(text)
        number = float(text)
        place = int(style or 0)
        said = self._formats[place] if place < len(self._formats) else ""
        return _moment(number, self._first_day, said) if said else number


class _Strings:
    """The texts of a workbook in a file, and in another where each of them ends."""

    def __init__(self) -> None:
        self._texts = tempfile.TemporaryFile()  # noqa: SIM115
        self._ends = tempfile.TemporaryFile()  # noqa: SIM115
        self._count = 0
        self._taken = functools.lru_cache(STRINGS_KEPT)(self._read)

    def load(self, archive: zipfile.ZipFile, member: str) -> None:
        reader = _StringReader()
        end = 0
        self._ends.write(end.to_bytes(8, "little"))
        with _opened(archive, member) as file:
            for _part in _parsed(file, reader.start, reader.end, reader.text):
                for text in reader.taken():
                    end += self._texts.write(text.encode())
                    self._ends.write(end.to_bytes(8, "little"))
                    self._count += 1

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < self._count:
            raise Unreadable
        return self._taken(number)

    def _read(self, number: int) -> str:
        self._ends.seek(8 * number)
        both = self._ends.read(16)
        start, end = (int.from_bytes(both[i : i + 8], "little") for i in (0, 8))
        self._texts.seek(start)
        return self._texts.read(end - start).decode()


class _StringReader:
    """Collects the texts of the shared list, without how they are to be spoken."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._parts: list[str] = []
        self._room = LONGEST_CELL + 1
        self._is_text = self._is_phonetic = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "rPh":
            self._is_phonetic = True
        elif name == "t":
            self._is_text = not self._is_phonetic

    def text(self, text: str) -> None:
        # A longer one is found out where a cell takes it.
        if self._is_text and self._room > 0:
            self._parts.append(text[: self._room])
            self._room -= len(text)

    def end(self, name: str) -> None:
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "si":
            self._done.append(_unescaped("".join(self._parts)))
            self._parts, self._room = [], LONGEST_CELL + 1

    def taken(self) -> list[str]:
        done, self._done = self._done, []
        return done


@dataclass
class _SheetReader:
    """Collects the rows of a sheet."""

    value: Callable[[str, str, str], Any]
    _done: list[tuple[int, list[Any]]] = field(default_factory=list)
    _cells: list[Any] = field(default_factory=list)
    _line: int = 0
    _place: int = 0
    _cell: Attributes = field(default_factory=dict)
    _parts: list[str] = field(default_factory=list)
    _room: int = 0
    _is_text: bool = False
    _is_phonetic: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._cell, self._parts = attributes, []
            self._room = LONGEST_CELL + 1
            if found := _PLACE.fullmatch(attributes.get("r", "")):
                self._place = column_number(found[1]) - 1
        elif name in ("v", "t"):
            self._is_text = not self._is_phonetic
        elif name == "row":
            self._line = int(attributes.get("r", self._line + 1))
            self._cells, self._place = [], 0
        elif name == "rPh":
            self._is_phonetic = True

    def text(self, text: str) -> None:
        if self._is_text and self._room > 0:
            self._parts.append(text[: self._room])
            self._room -= len(text)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._is_text = False
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "c":
            self._take_cell()
        elif name == "row":
            self._done.append((self._line, self._cells))

    def taken(self) -> list[tuple[int, list[Any]]]:
        done, self._done = self._done, []
        return done

    def _take_cell(self) -> None:
        place = self._place
        self._place += 1
        if place >= MOST_COLUMNS:
            raise Unreadable
        kind, style = self._cell.get("t", ""), self._cell.get("s", "")
        value = self.value(kind, style, "".join(self._parts)) if self._parts else None
        if isinstance(value, str) and len(value) > LONGEST_CELL:
            raise CellTooLong(self._line)
        if value is not None:
            self._cells += [None] * (place + 1 - len(self._cells))
            self._cells[place] = value


def column_number(letters: str) -> int:
    """Return the number of a column by its letters: 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether it says of itself that it is a workbook of Excel, written as XML."""
    try:
        book = _target(archive, "", "/officeDocument")
    except Unreadable:
        return False
    return book.endswith(".xml") and posixpath.dirname(book) == "xl"


def _formats(archive: zipfile.ZipFile, member: str) -> list[str]:
    """Return by the number of a style whether it shows a "moment", a "span" or ""."""
    own: dict[str, str] = {}
    styles: list[str] = []
    is_of_cells = False
    for name, attributes in _elements(archive, member):
        if name == "numFmt":
            own[attributes.get("numFmtId", "")] = _shows(
                attributes.get("formatCode", "")
            )
        elif name in ("cellXfs", "cellStyleXfs", "dxfs", "cellStyles"):
            is_of_cells = name == "cellXfs"
        elif name == "xf" and is_of_cells:
            number = attributes.get("numFmtId", "0")
            usual = "moment" if int(number) in _MOMENTS else ""
            usual = "span" if int(number) in _SPANS else usual
            styles.append(own.get(number, usual))
    return styles


def _shows(format_code: str) -> str:
    """Say what a format of numbers makes of one, by its letters outside quotes."""
    positive = _QUOTED.sub("", format_code).partition(";")[0]
    if _SPAN.search(positive):
        return "span"
    letters = _BRACKETS.sub("", positive).casefold().replace("general", "")
    return "moment" if set(letters) & set("ymdhs") else ""


def _moment(number: float, first_day: datetime, said: str) -> Any:
    if said == "span":
        return timedelta(days=number)
    if not 0 <= number <= _LAST_DAY:
        return number
    if number < 1:
        return (first_day + timedelta(days=number)).time()
    # The calendar of Excel has a 29 February 1900, which never was.
    late = first_day == _FIRST_DAY and number < 60
    seconds = round((number + late) * 86_400, 3)
    return first_day + timedelta(seconds=seconds)


def _unescaped(text: str) -> str:
    """Give back the letters that XML cannot hold: `_x000D_` is a carriage return."""
    if "_x" not in text:
        return text

    def letter(found: re.Match[str]) -> str:
        code = int(found[1], 16)
        return found[0] if 0xD800 <= code < 0xE000 else chr(code)

    return _ESCAPED.sub(letter, text)


# --- XML in an archive ----------------------------------------


def _relations(archive: zipfile.ZipFile, member: str) -> dict[str, tuple[str, str]]:
    """Return by its id the kind and the name of what `member` refers to."""
    folder, name = posixpath.split(member)
    listed = posixpath.join(folder, "_rels", f"{name}.rels")
    return {
        attributes.get("Id", ""): (
            attributes.get("Type", ""),
            posixpath.normpath(
                posixpath.join("/", folder, attributes.get("Target", ""))
            ).lstrip("/"),
        )
        for element, attributes in _elements(archive, listed)
        if element == "Relationship"
    }


def _target(archive: zipfile.ZipFile, member: str, kind: str) -> str:
    for known, target in _relations(archive, member).values():
        if known.endswith(kind):
            return target
    raise Unreadable


def _elements(
    archive: zipfile.ZipFile, member: str
) -> Iterator[tuple[str, Attributes]]:
    found: list[tuple[str, Attributes]] = []

    def start(name: str, attributes: Attributes) -> None:
        found.append((name, {_local(key): said for key, said in attributes.items()}))

    with _opened(archive, member) as file:
        for _part in _parsed(file, start):
            yield from found
            found.clear()


def _opened(archive: zipfile.ZipFile, member: str) -> IO[bytes]:
    try:
        return archive.open(member)
    except KeyError as error:
        raise Unreadable from error


@functools.lru_cache(1_024)
def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _parsed(
    file: IO[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Parse a file and yield after each piece of it; names come without prefix."""

    def started(name: str, attributes: dict[str, str]) -> None:
        start(_local(name), attributes)

    def refuse(*_declared: Any) -> None:
        raise Unreadable

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = started
    if end and text:
        ended = end
        parser.EndElementHandler = lambda name: ended(_local(name))
        parser.CharacterDataHandler = text
    # No workbook has any, and entities can blow up a small file.
    parser.StartDoctypeDeclHandler = refuse
    try:
        while chunk := file.read(CHUNK):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
        yield
    except (expat.ExpatError, ValueError, OverflowError) as error:
        raise Unreadable from error
