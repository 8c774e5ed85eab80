"""Labels, envelopes and tables as they come out of the drawing."""

import io
import tracemalloc

import pikepdf
import pytest

from interactions.paper import (
    ENVELOPES,
    USUAL_SHEETS,
    Column,
    LabelSheet,
    Piece,
    SheetError,
    missing_letters,
    sheet_of_text,
    write_envelopes,
    write_labels,
    write_table,
)

from ..pdf.reading import text

L7160 = USUAL_SHEETS["Avery L7160"]


def pieces(count, *lines):
    return (Piece(key, (*lines, f"Number {key}")) for key in range(1, count + 1))


def labels(of, **options):
    out = io.BytesIO()
    printed = write_labels(of, out, sheet=L7160, title="Labels", **options)
    return out.getvalue(), printed


@pytest.mark.parametrize("sheet", USUAL_SHEETS.values(), ids=str)
def test_usual_sheets_fit_their_page(sheet):
    sheet.check()


@pytest.mark.parametrize(
    ("measures", "said"),
    [
        ({"left": 20.0}, "reach to 215.5 mm, and the page is only 210 mm wide"),
        ({"rows": 8}, "reach to 319.9 mm, and the page is only 297 mm high"),
        ({"height": 9.0}, "A label is at least 10 mm wide and high."),
    ],
)
def test_measures_that_do_not_fit_are_refused_with_the_figure(measures, said):
    usual = {name: getattr(L7160, name) for name in L7160.__dataclass_fields__}
    with pytest.raises(SheetError, match=said):
        LabelSheet(**{**usual, **measures}).check()


def test_the_first_sheet_begins_at_the_position_and_the_next_at_the_top():
    data, printed = labels(pieces(22), first=21)
    assert (printed.pieces, printed.pages) == (22, 2)
    first, second = text(data).split("\f")[:2]
    assert first.split() == ["Number", "1"]
    assert second.splitlines()[0].split()[:2] == ["Number", "2"]


def test_letters_of_the_north_of_greece_and_of_cyrillic_are_printed():
    said = ("Åse Ægir Øystein Þórður Łódź", "Ωμέγα Žižek Щука Їжак ß €")
    assert missing_letters("".join(said)) == ""
    data, _printed = labels(pieces(1, *said))
    assert [line.strip() for line in text(data).splitlines()[:2]] == list(said)


def test_letters_that_the_font_lacks_are_told():
    assert missing_letters("東京 and 東") == "東京"


def test_long_lines_get_smaller_type_until_it_is_too_small():
    of = [Piece(1, ("x" * 45, "Oslo")), Piece(2, ("x" * 70, "Oslo"))]
    _data, printed = labels(of)
    assert (printed.pieces, printed.left) == (1, [(2, "too_long")])


def test_the_same_labels_are_the_same_bytes_and_tell_no_time():
    data, _printed = labels(pieces(3))
    assert labels(pieces(3))[0] == data
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Labels"
        assert "2000" in str(pdf.docinfo["/CreationDate"])


def test_memory_hardly_grows_with_the_number_of_labels():
    labels(pieces(100))
    tracemalloc.start()
    _data, printed = labels(pieces(10_000, "Firma AS", "Lange gate 17"))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert printed.pieces == 10_000
    assert most < 12 * 2**20


def test_an_envelope_has_its_own_size():
    out = io.BytesIO()
    write_envelopes(
        pieces(2),
        out,
        envelope=ENVELOPES["C5"],
        sender=["We"],
        window=False,
        title="Envelopes",
    )
    with pikepdf.open(out) as pdf:
        sizes = [
            [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]]
            for page in pdf.pages
        ]
    assert sizes == [[229, 162]] * 2


def test_a_table_has_its_heading_on_every_page_and_the_sum_at_the_end():
    out = io.BytesIO()
    columns = [Column("Name", 2.0), Column("Cost", number=True)]
    rows = ((f"Person {number}", "25.00") for number in range(80))
    pages = write_table(
        rows,
        out,
        columns=columns,
        title="List",
        page_of="Page %s",
        closing=[("Sum", "2")],
    )
    shown = text(out.getvalue()).split("\f")[:-1]
    assert (pages, len(shown)) == (3, 3)
    for number, page in enumerate(shown, start=1):
        assert f"Page {number}" in page
        assert "Name" in page
    assert shown[-1].split()[-2:] == ["Sum", "2"]


def test_a_separator_sheet_says_what_follows():
    assert text(sheet_of_text("NO", ["3 letters"])).split() == ["NO", "3", "letters"]
