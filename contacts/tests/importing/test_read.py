"""Whatever program wrote the file, the same cells come out."""

import io

import docx
import pytest

from contacts.importing import ImportProblem, read
from contacts.importing.read import read_table

from .files import csv, xlsx

CELLS = [["Åse Ødegård", "Færder; Kaffe, AS"], ["Jan de Wit", "Bakkerij"]]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"], ids=["crlf", "lf", "cr"])
@pytest.mark.parametrize(
    "mark", [",", ";", "\t", "|"], ids=["comma", "semi", "tab", "bar"]
)
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252"],
)
def test_text_of_every_encoding_delimiter_and_line_end(encoding, mark, end):
    lines = [["Name", "Company"], *CELLS]
    quoted = [mark.join(f'"{cell}"' for cell in line) for line in lines]

    table = read_table(csv(*quoted, encoding=encoding, end=end))

    assert table.header == ("Name", "Company")
    assert list(table.lines()) == [(2, CELLS[0]), (3, CELLS[1])]


def test_a_cell_of_several_lines_counts_as_its_lines():
    data = csv("name,address", '"Åse","Storgata 1\nOppgang B"', "", "Jan,Gracht 2")

    assert list(read_table(data).lines()) == [
        (2, ["Åse", "Storgata 1\nOppgang B"]),
        (5, ["Jan", "Gracht 2"]),
    ]


def test_a_spreadsheet_reads_as_somebody_sees_it():
    data = xlsx(["Name", "Zip"], ["Åse", 70116], [], ["Jan", "0150"], first_line=3)

    table = read_table(data)

    assert table.header == ("Name", "Zip")
    assert list(table.lines()) == [(4, ["Åse", "70116"]), (6, ["Jan", "0150"])]


def _word() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "empty"),
        (b"\r\n\r\n , ,\r\n", "empty"),
        (xlsx(), "empty"),
        (
            b"PK\x03\x04 and nothing behind it",
            "cannot be read as a spreadsheet: it is damaged",
        ),
        (_word(), "cannot be read as a spreadsheet: it is damaged"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "cannot be read as a spread",
        ),
        (b"%PDF-1.7\n\x01\x02\x00", "neither a CSV file nor a spreadsheet"),
        (b"name\n\x81\x8d", "not text in UTF-8"),
        (csv("name", '"Jan', "Ole"), "opened on line 2 is never closed"),
        (xlsx(["Name"], [None] * 600 + ["x"]), "column WC; at most 500"),
        (csv(",".join("abc" for _column in range(501))), "more than 500 columns"),
    ],
)
def test_what_is_no_table_is_said_clearly(data, said):
    with pytest.raises(ImportProblem, match=said):
        list(read_table(data).lines())


def test_a_spreadsheet_that_would_fill_the_machine_is_refused(monkeypatch):
    monkeypatch.setattr(read, "MAX_UNPACKED_BYTES", 1024 * 1024)
    blown_up = xlsx(["Name"], *(["x" * 30_000] for _row in range(40)))

    assert len(blown_up) < 100_000
    with pytest.raises(ImportProblem, match="larger than 1 MB when unpacked"):
        read_table(blown_up)
