"""A workbook of Excel, read row by row: memory does not grow with the file.

openpyxl says what a cell holds. Its own read-only mode has the list of all texts and an
element for each row in memory; here the texts go into a temporary file and what is read
is forgotten.
"""

import functools
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from lxml import etree
from openpyxl.cell.text import Text
from openpyxl.reader.excel import SHARED_STRINGS, ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import CELL_TAG, DATA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS

STRINGS_KEPT = 1_024
# What a cell of Excel can hold, and more than any field takes.
LONGEST_CELL = 32_767
MOST_COLUMNS = 16_384
_BOOK = "xl/workbook.xml"
_STRICT = b"http://purl.oclc.org/ooxml/"
_STRING_TAG = f"{{{SHEET_MAIN_NS}}}si"
_XML = (".xml", ".rels")
_PROLOG = 1_024
# XML with no more than elements and texts.
_PLAIN: Any = {"resolve_entities": False, "remove_comments": True, "remove_pis": True}
# What openpyxl raises over a damaged file.
_DAMAGED = (
    *(etree.LxmlError, ValueError, TypeError, LookupError, AttributeError),
    *(OverflowError, OSError),
)


class Unreadable(Exception):
    """It is no workbook of Excel, or a damaged one."""


class CellTooLong(Exception):
    """A cell has more characters than one can have; `line` says where."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class Workbook:
    """The sheets of a workbook that hold cells, in their order, as members of `file`.

    Raises Unreadable.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._reader = _Reader(file, read_only=True, data_only=True, keep_links=False)
        try:
            self._reader.read()
        except _DAMAGED as error:
            raise Unreadable from error
        self.sheets = self._reader.sheets
        if not self.sheets:
            raise Unreadable

    def rows(
        self, archive: zipfile.ZipFile, sheet: str
    ) -> Iterator[tuple[int, list[Any]]]:
        """Yield the rows of a sheet with their line numbers, counted from 1.

        Between the cells of a row, empty ones are None. Raises Unreadable and
        CellTooLong.
        """
        book = self._reader.wb
        try:
            with archive.open(sheet) as source:
                yield from _SheetParser(
                    source,
                    self._reader.shared_strings,
                    data_only=True,
                    epoch=book.epoch,
                    date_formats=book._date_formats,
                    timedelta_formats=book._timedelta_formats,
                ).rows()
        except _DAMAGED as error:
            raise Unreadable from error


class _Reader(ExcelReader):  # type: ignore[misc]
    """Opens a workbook without what nobody asks for: its properties and its theme."""

    def read(self) -> None:
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)
        self.sheets = [
            relation.target
            for _sheet, relation in self.parser.find_sheets()
            if relation.Type.endswith("/worksheet")
            and relation.target in self.valid_files
        ]

    def read_strings(self) -> None:
        self.shared_strings = _Strings()
        if part := self.package.find(SHARED_STRINGS):
            with self.archive.open(part.PartName[1:]) as source:
                for text in _elements(source, _STRING_TAG):
                    said = _said(Text.from_tree(text).content)
                    self.shared_strings.add(said[: LONGEST_CELL + 1])


class _SheetParser(WorkSheetParser):  # type: ignore[misc]
    """Takes the cells of a row one by one, and then forgets them."""

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        cells: list[Any] = []
        for element in _elements(self.source, CELL_TAG, ROW_TAG, DATA_TAG):
            if element.tag == CELL_TAG:
                cell = self.parse_cell(element)
                place = cell["column"]
                if not 0 < place <= MOST_COLUMNS:
                    raise Unreadable
                if cell["value"] is not None and cell["data_type"] != "e":
                    cells += [None] * (place - len(cells))
                    cells[place - 1] = cell["value"]
            elif element.tag == ROW_TAG:
                line = self._line(element)
                yield line, [_checked(value, line) for value in cells]
                cells = []
            else:
                return

    def _line(self, row: etree._Element) -> int:
        """The line of a row whose cells are taken."""
        row[:] = []
        line, _cells = self.parse_row(row)
        self.row_dimensions.clear()
        return int(line)


class _Strings:
    """The texts of a workbook in a file, and in another where each of them ends."""

    def __init__(self) -> None:
        self._texts = tempfile.TemporaryFile()  # noqa: SIM115
        self._ends = tempfile.TemporaryFile()  # noqa: SIM115
        self._end = self._count = 0
        self._ends.write(self._end.to_bytes(8, "little"))
        self._taken = functools.lru_cache(STRINGS_KEPT)(self._read)

    def add(self, text: str) -> None:
        self._end += self._texts.write(text.encode())
        self._ends.write(self._end.to_bytes(8, "little"))
        self._count += 1

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < self._count:
            raise IndexError
        return self._taken(number)

    def _read(self, number: int) -> str:
        self._ends.seek(8 * number)
        both = self._ends.read(16)
        start, end = (int.from_bytes(both[i : i + 8], "little") for i in (0, 8))
        self._texts.seek(start)
        return self._texts.read(end - start).decode()


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether openpyxl can read it: not the binary kind, nor the one called strict."""
    if _BOOK not in archive.namelist():
        return False
    return _STRICT not in archive.read(_BOOK)


def check_xml(member: IO[bytes], name: str) -> None:
    """Raise Unreadable for XML with a document type, which no workbook has.

    Its entities could blow up a small file.
    """
    if not name.endswith(_XML):
        return
    parser = etree.XMLPullParser(("start",), **_PLAIN)
    try:
        while piece := member.read(_PROLOG):
            parser.feed(piece)
            for _event, element in parser.read_events():
                if element.getroottree().docinfo.doctype:
                    raise Unreadable
                return
    except etree.LxmlError as error:
        raise Unreadable from error


def _elements(source: IO[bytes], *tags: str) -> Iterator[etree._Element]:
    """Yield the elements of these names as they end; what came before is dropped."""
    for _event, element in etree.iterparse(source, tag=tags, **_PLAIN):
        yield element
        element.clear()
        parent = element.getparent()
        if parent is not None:
            del parent[: parent.index(element)]


def _checked(value: Any, line: int) -> Any:
    if not isinstance(value, str):
        return value
    said = _said(value)
    if len(said) > LONGEST_CELL:
        raise CellTooLong(line)
    return said


def _said(text: str) -> str:
    """Give back the letters that XML cannot hold: `_x000D_` is a carriage return.

    Half a letter of UTF-16 becomes a mark that something is missing.
    """
    if "_x" not in text:
        return text
    halves = unescape(text).encode("utf-16", "surrogatepass")
    return str(halves, "utf-16", "replace")
