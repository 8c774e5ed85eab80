"""A list of made-up recipients, to design a letter with in Word.

Word's “Select recipients, Use an existing list” takes a document with one table, or a
text file with separators: the first row names the fields, each further row is a
person.
"""

import csv
import io
import re

import docx
from docx.enum.section import WD_ORIENT
from docx.shared import Mm, Pt

from ..merge import FIELDS, MergeField

# What Word takes: columns of a table, and characters of a field's name.
MOST_COLUMNS = 63
LONGEST_NAME = 40
# Recipients that show what may go wrong: very long, and hardly anything known.
LONG = {
    "contact_name": "Anne-Margrethe Gyldenløve von Rosenkrantz-Bjørnstjerne",
    "contact_company_name": "Vestlandske Kunst- og Håndverksforening avdeling Sør AS",
    "contact_mail_address": (
        "Vestlandske Kunst- og Håndverksforening avdeling Sør AS\n"
        "Anne-Margrethe Gyldenløve von Rosenkrantz-Bjørnstjerne\n"
        "Professor Birkelands vei 1234 B\n2nd floor\n5003 Bergen\nNorway"
    ),
    "formal_salutation": (
        "Dear Ms. Anne-Margrethe Gyldenløve von Rosenkrantz-Bjørnstjerne,"
    ),
}
KNOWN = ("contact_no", "contact_name", "contact_mail_address", "formal_salutation")
OURS = ("company_", "document_", "salesperson_")


def data_source_document(*, captions: bool) -> bytes:
    """Return a Word document with a table of recipients.

    The columns are called by the codes of the fields or, with `captions`, by what
    they are called in the language in force.
    """
    rows = _rows(captions=captions)
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(420), Mm(297)
    document.styles["Normal"].font.size = Pt(6)
    columns = min(len(FIELDS), MOST_COLUMNS)
    table = document.add_table(len(rows), columns, style="Table Grid")
    for cells, values in zip(table.rows, rows, strict=True):
        for cell, value in zip(cells.cells, values[:columns], strict=True):
            cell.text = value
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def data_source_csv(*, captions: bool) -> bytes:
    """Return the recipients separated by commas, in UTF-8 with its mark for Word.

    A row is a line, so addresses have commas instead of line breaks.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for row in _rows(captions=captions):
        writer.writerow([value.replace("\n", ", ") for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def column_name(field: MergeField, *, captions: bool) -> str:
    """Return what the column of a field is called, as Word would write it."""
    if not captions:
        return field.code
    name = re.sub(r"\W+", "_", str(field.label)).strip("_")
    return name[:LONGEST_NAME].strip("_")


def _rows(*, captions: bool) -> list[list[str]]:
    return [
        [column_name(field, captions=captions) for field in FIELDS],
        [field.sample for field in FIELDS],
        [LONG.get(field.code, field.sample) for field in FIELDS],
        [field.sample if _is_known(field.code) else "" for field in FIELDS],
    ]


def _is_known(code: str) -> bool:
    return code in KNOWN or code.startswith(OURS)
