"""A workbook of Excel says row by row what somebody sees in it."""

import datetime
import io
import zipfile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from contacts.importing import ImportProblem
from contacts.importing.read import read_table

from .files import xlsx, xlsx_of_excel

STRICT = [
    (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    ),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
]
SHEET = "xl/worksheets/sheet1.xml"
FORMATS = [
    (43000, '0.00"d"', "43000"),
    (43000.5, "d/m/yyyy", "2017-09-22T12:00:00"),
    (43000, "[$-414]d. mmmm yyyy;@", "2017-09-22"),
    (0.5, "[$-409]h:mm AM/PM", "12:00:00"),
    (1.5, "[h]:mm", "1 day, 12:00:00"),
    (59, "yyyy-mm-dd", "1900-02-28"),
    (61, "yyyy-mm-dd", "1900-03-01"),
    (-3, "yyyy-mm-dd", "1899-12-27"),
    (70116, "00000", "70116"),
    (0.25, "0 %", "0.25"),
    (43000, "[Red]General", "43000"),
]


def rewritten(data: bytes, member: str, old: str, new: str, must: bool = True) -> bytes:
    """Return the workbook with another text in one of its members."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as book, zipfile.ZipFile(out, "w") as other:
        for name in book.namelist():
            text = book.read(name)
            if name == member:
                assert old in text.decode() or not must
                text = text.decode().replace(old, new).encode()
            other.writestr(name, text)
    return out.getvalue()


def cells_of(data: bytes) -> list[str]:
    """Return the cells of the only row below the headings."""
    ((_line, cells),) = read_table(data).lines()
    return cells


def test_values_of_every_kind():
    values = {
        "whole": (70116, "70116"),
        "part": (1.5, "1.5"),
        "yes": (True, "True"),
        "day": (datetime.date(2024, 1, 2), "2024-01-02"),
        "moment": (datetime.datetime(2024, 1, 2, 3, 4, 5), "2024-01-02T03:04:05"),
        "time": (datetime.time(3, 4), "03:04:00"),
        "formula": ("=1+1", ""),
        "error": ("#N/A", ""),
        "lines": ("Storgata 1\nOppgang B", "Storgata 1\nOppgang B"),
        "escaped": ("a_x000A_b _xD800_", "a\nb \ufffd"),
        "nothing": (None, ""),
        "last": ("Åse", "Åse"),
    }
    data = xlsx(list(values), [value for value, _said in values.values()])
    said = dict(zip(values, cells_of(data), strict=True))
    assert said == {name: said for name, (_value, said) in values.items()}


@pytest.mark.parametrize(("value", "shown", "said"), FORMATS)
def test_a_number_is_a_day_where_its_format_shows_one(value, shown, said):
    book = openpyxl.Workbook()
    book.active.append(["value"])
    book.active["A2"] = value
    book.active["A2"].number_format = shown
    out = io.BytesIO()
    book.save(out)
    assert cells_of(out.getvalue()) == [said]


@pytest.mark.filterwarnings("ignore:Cell B2 is marked as a date")
def test_a_day_that_no_calendar_has_is_nothing_as_in_excel():
    book = openpyxl.Workbook()
    book.active.append(["name", "day"])
    book.active.append(["Jan", 3_000_000])
    book.active["B2"].number_format = "yyyy-mm-dd"
    out = io.BytesIO()
    book.save(out)
    assert cells_of(out.getvalue()) == ["Jan", ""]


def test_days_counted_from_1904():
    data = xlsx(["day"], [datetime.date(2024, 1, 2)])
    counted = rewritten(
        data, "xl/workbook.xml", "<workbookPr/>", '<workbookPr date1904="1"/>'
    )
    assert cells_of(counted) == ["2028-01-03"]


def test_texts_in_pieces_and_how_they_are_spoken():
    pieces = (
        "<si><r><t>To</t></r><r><t>kyo</t></r>"
        '<rPh sb="0" eb="2"><t>spoken</t></rPh></si>'
    )
    data = xlsx_of_excel(["city"], ["Kyoto"])
    data = rewritten(data, "xl/sharedStrings.xml", "<si><t>Kyoto</t></si>", pieces)
    assert cells_of(data) == ["Tokyo"]


def test_cells_that_do_not_say_where_they_are():
    data = xlsx(["name", "city"], ["Jan", "Oslo"])
    for place in ("A2", "B2"):
        data = rewritten(data, SHEET, f'<c r="{place}" ', "<c ")
    data = rewritten(data, SHEET, '<row r="2"', "<row")
    assert list(read_table(data).lines()) == [(2, ["Jan", "Oslo"])]


def test_the_first_sheet_with_anything_in_it():
    book = openpyxl.Workbook()
    book.create_chartsheet("Drawn", 0)
    book.create_sheet("Contacts").append(["Name"])
    book["Contacts"].append(["Åse"])
    out = io.BytesIO()
    book.save(out)
    assert read_table(out.getvalue()).header == ("Name",)
    assert cells_of(out.getvalue()) == ["Åse"]


def test_texts_that_stand_apart_from_the_cells():
    data = xlsx_of_excel(["Name", "City"], ["Åse", "Oslo"], ["Jan", "Oslo"])
    assert list(read_table(data).lines()) == [
        (2, ["Åse", "Oslo"]),
        (3, ["Jan", "Oslo"]),
    ]


def test_the_same_cells_as_another_reader_finds():
    data = xlsx(["Name", "Zip"], ["Åse", 70116.25], ["Jan", None], [None, "0150"])
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    theirs = [list(map(str, row)) for row in workbook.get_sheet_by_index(0).iter_rows()]
    table = read_table(data)
    ours = [list(table.header), *(cells for _line, cells in table.lines())]
    assert ours == theirs


def test_the_kind_called_strict_is_read_too():
    data = xlsx_of_excel(["Name"], ["Åse"])
    for member in zipfile.ZipFile(io.BytesIO(data)).namelist():
        for old, new in STRICT:
            data = rewritten(data, member, old, new, must=False)
    assert cells_of(data) == ["Åse"]


def test_how_large_a_sheet_says_it_is_does_not_count():
    data = xlsx(["Name", "City"], ["Jan", "Oslo"], first_line=3)
    data = rewritten(data, SHEET, '<dimension ref="A3:B4"', '<dimension ref="A1"')
    assert list(read_table(data).lines()) == [(4, ["Jan", "Oslo"])]


def test_the_second_reading_is_out_of_what_the_first_one_kept():
    data = xlsx(["Name"], ["Åse\nBerg"], [None], ["Jan"])
    opened = []

    def opener():
        opened.append(1)
        return io.BytesIO(data)

    table = read_table(opener)
    first = list(table.lines())
    asked = len(opened)
    both = zip(table.lines(), table.lines(), strict=True)
    assert first == [(2, ["Åse\nBerg"]), (4, ["Jan"])]
    assert list(both) == [(row, row) for row in first]
    assert len(opened) == asked


def test_a_reading_that_stops_early_is_not_taken_for_the_whole():
    table = read_table(xlsx(["Name"], ["Åse"], ["Jan"]))
    assert next(table.lines()) == (2, ["Åse"])
    assert list(table.lines()) == [(2, ["Åse"]), (3, ["Jan"])]


@pytest.mark.parametrize(
    ("member", "old", "new"),
    [
        ("xl/workbook.xml", "<workbook ", '<!DOCTYPE a [<!ENTITY b "c">]><workbook '),
        (SHEET, "<worksheet ", '<!DOCTYPE a [<!ENTITY b "c">]><worksheet '),
        ("xl/sharedStrings.xml", "</sst>", ""),
        (SHEET, "<v>1</v>", "<v>700</v>"),
        (SHEET, "<v>1</v>", "<v>one</v>"),
        (SHEET, 'r="A2"', 'r="ZZZ2"'),
        ("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "worksheets/9.xml"),
    ],
    ids=[
        "entity",
        "entity of a sheet",
        "torn",
        "no such text",
        "no number",
        "too far right",
        "no sheet",
    ],
)
def test_a_damaged_workbook_is_refused_in_our_own_words(member, old, new):
    data = rewritten(xlsx_of_excel(["Name"], ["Åse"]), member, old, new)
    with pytest.raises(ImportProblem, match="(Open it in a|at most 500 columns)"):
        list(read_table(data).lines())


def test_a_cell_that_is_too_long_is_told_with_its_line():
    data = xlsx_of_excel(["Name"], ["Åse"], ["Jan"])
    data = rewritten(data, "xl/sharedStrings.xml", "Jan", "x" * 40_000)
    with pytest.raises(ImportProblem, match="on line 3 .* more than 32,767 characters"):
        list(read_table(data).lines())
