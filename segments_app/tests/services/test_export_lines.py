"""Lines as files: everything a table shows, and nothing a spreadsheet would run."""

import csv
import datetime
import io
import tracemalloc
from decimal import Decimal

import openpyxl
import pytest
from django.utils import translation

from contacts import batches, spreadsheets
from contacts.models import Contact
from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_template
from segments_app.models.line_columns import known_columns
from segments_app.services import one_per_address
from segments_app.services.export_lines import TooManyRows, export_csv, export_xlsx
from segments_app.tests.factories import NOW, make_segment, these

pytestmark = pytest.mark.django_db

COLUMNS = known_columns(["company", "phone", "cost", "date", "campaign_target"])


@pytest.fixture
def segment():
    segment = make_segment(
        make_person("Anna Dahl", company=make_company("Kaffe; & “Te” AS")),
        make_person("Bo Lie", phone="+47 22 33 44 55"),
        template=make_template(unit_cost=Decimal("2.50"), campaign_target=True),
    )
    segment.lines.filter(contact__first_name="Bo").update(
        cost=Decimal("1234.5"), date=datetime.date(2026, 12, 1)
    )
    return segment


def in_order(segment):
    return segment.lines.order_by("position")


def as_csv(segment, columns=COLUMNS, delimiter=","):
    text = "".join(export_csv(lines=in_order(segment), columns=columns))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:]), delimiter=delimiter))


def as_sheet(segment, columns=COLUMNS):
    out = io.BytesIO()
    export_xlsx(lines=in_order(segment), columns=columns, count=2, out=out)
    return openpyxl.load_workbook(out).active


def test_csv_has_what_the_table_shows(segment):
    assert as_csv(segment) == [
        ["Name", "Company", "Phone", "Date", "Cost", "Campaign target"],
        ["Anna Dahl", "Kaffe; & “Te” AS", "", "2026-11-20", "2.50", "Yes"],
        ["Bo Lie", "", "'+47 22 33 44 55", "2026-12-01", "1234.50", "Yes"],
    ]


def test_both_files_say_who_is_by_copy_of_whom(django_assert_num_queries):
    """Anna gets the letter of Kaffe; Bo and the company itself are by copy of her."""
    kaffe = make_company("Kaffe AS")
    people = [make_person(f"{name} Li", company=kaffe) for name in ("Anna", "Bo")]
    segment = make_segment(people[0], people[1], kaffe, make_person("Dag Ek"))
    options = {"per": "company", "choose": "by_hand", "by_copy": True}
    rule = {"by_hand": these(people[0])}
    one_per_address(segment=segment, options=options, user=None, at=NOW, **rule)
    columns = known_columns(["number", "by_copy_of"])[1:]
    lines = in_order(segment).live()
    with django_assert_num_queries(2):
        text = "".join(export_csv(lines=lines, columns=columns))
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert rows == [
        ["Name", "By copy of"],
        ["Anna Li", ""],
        ["Bo Li", "Anna Li"],
        ["Kaffe AS", "Anna Li"],
        ["Dag Ek", ""],
    ]
    out = io.BytesIO()
    with django_assert_num_queries(2):
        export_xlsx(lines=lines, columns=columns, count=4, out=out)
    sheet = openpyxl.load_workbook(out).active
    assert [[cell.value or "" for cell in row] for row in sheet.iter_rows()] == rows


def test_csv_is_separated_as_excel_expects_it_in_the_readers_language(segment):
    with translation.override("nb"):
        rows = as_csv(segment, delimiter=";")
    assert (rows[1][1], rows[2][4]) == ("Kaffe; & “Te” AS", "1234,50")


def test_a_spreadsheet_has_numbers_dates_and_texts(segment):
    rows = [[cell.value for cell in row] for row in as_sheet(segment).iter_rows()]
    assert rows[1:] == [
        [
            *("Anna Dahl", "Kaffe; & “Te” AS", None),
            *(datetime.datetime(2026, 11, 20), 2.5, "Yes"),
        ],
        [
            *("Bo Lie", None, "+47 22 33 44 55"),
            *(datetime.datetime(2026, 12, 1), 1234.5, "Yes"),
        ],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        '=HYPERLINK("http://x.example")',
    ],
)
def test_nothing_is_taken_for_a_formula(text):
    person = make_person("Anna Dahl")
    Contact.objects.filter(pk=person.pk).update(phone=text[:30])
    segment, columns = make_segment(person), known_columns(["phone"])
    assert as_csv(segment, columns)[1][1] == f"'{text[:30]}"
    cell = as_sheet(segment, columns).cell(2, 2)
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert cell.value.replace("_x000D_", "\r") == text[:30]


def test_an_ordinary_text_is_left_as_it_is(segment):
    columns = known_columns(["name"])
    assert as_csv(segment, columns)[1:] == [["Anna Dahl"], ["Bo Lie"]]
    assert not as_sheet(segment, columns).cell(2, 1).quotePrefix


def test_lines_are_read_a_batch_at_a_time(
    segment, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(batches, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr(spreadsheets, "ROWS_AT_ONCE", 1)
    with django_assert_max_num_queries(3):
        pieces = export_csv(lines=in_order(segment), columns=known_columns(["name"]))
        assert "Anna" not in next(pieces)
        assert "Anna Dahl" in next(pieces)
    assert "Bo Lie" in next(pieces)


def test_memory_does_not_grow_with_the_lines(monkeypatch):
    monkeypatch.setattr(batches, "ROWS_AT_ONCE", 10)

    def peak(count):
        people = [make_person(f"Many No{number}") for number in range(count)]
        segment, columns = make_segment(*people), known_columns(["company"])
        tracemalloc.start()
        with open("/dev/null", "wb") as nowhere:
            for piece in export_csv(lines=in_order(segment), columns=columns):
                nowhere.write(piece.encode())
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(200) < 2 * peak(40)


def test_more_lines_than_a_spreadsheet_holds_are_refused(segment):
    with pytest.raises(TooManyRows):
        export_xlsx(
            lines=in_order(segment), columns=COLUMNS, count=2_000_000, out=io.BytesIO()
        )
