"""Letters read as text: whatever tables Word lets people make."""

import io

import docx
import pytest
from docx.oxml import OxmlElement

from interactions.services.reading import text_of


@pytest.fixture
def table():
    document = docx.Document()
    table = document.add_table(2, 2)
    for row, words in zip(
        table.rows, (("Ola", "Nordmann"), ("Kari", "Lie")), strict=True
    ):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word
    return table


def body(table):
    file = io.BytesIO()
    table.part.document.save(file)
    return text_of(file.getvalue()).body


def goes_on_from_above(cell):
    cell._tc.get_or_add_tcPr().append(OxmlElement("w:vMerge"))


def test_the_cells_of_a_row_share_a_line(table):
    assert body(table) == ["Ola\tNordmann", "Kari\tLie"]


def test_a_cell_over_two_columns_is_read_once(table):
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Ola Nordmann"
    assert body(table) == ["Ola Nordmann", "Kari\tLie"]


def test_a_cell_that_goes_on_from_no_row_above(table):
    goes_on_from_above(table.cell(0, 0))
    assert body(table) == ["Ola\tNordmann", "Kari\tLie"]


def test_a_cell_that_goes_on_from_a_row_that_is_shorter(table):
    goes_on_from_above(table.cell(1, 1))
    first = table.rows[0]._tr
    first.remove(first.tc_lst[1])
    assert body(table) == ["Ola", "Kari\tLie"]
