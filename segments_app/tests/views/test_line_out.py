"""Lines as they leave the page: files of what is shown, and the contact list."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.tests.factories import make_person
from interactions.tests.factories import make_template
from segments_app.models import LineColumns
from segments_app.tests.factories import make_segment
from segments_app.tests.views.users import READER, logged_in
from segments_app.views import line_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return logged_in(READER)


@pytest.fixture
def segment():
    """Three e-mails of 2.50 and 3 minutes; Bo's is a letter of 10."""
    template = make_template(
        unit_cost=Decimal("2.50"), unit_duration=3, correspondence_type="email"
    )
    segment = make_segment(
        *(make_person(name) for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe")),
        template=template,
    )
    segment.lines.filter(contact__first_name="Bo").update(
        correspondence_type="hard_copy", cost=10
    )
    return segment


def at(segment, name, *arguments):
    return reverse(f"segments:{name}", args=[segment.pk, *arguments])


def test_a_file_has_the_chosen_columns_filter_and_order(client, segment):
    LineColumns.objects.create(user=client.user, columns=["cost"])
    url = at(segment, "lines_export", "csv")
    page = client.get(url, {"correspondence_type": "email", "ordering": "-name"})
    text = b"".join(page.streaming_content).decode("utf-8-sig")
    assert text.split() == ["Name,Cost", "Cecilie", "Moe,2.50", "Anna", "Dahl,2.50"]
    assert page["Content-Type"] == "text/csv; charset=utf-8"
    assert f"{segment.number}.csv" in page["Content-Disposition"]


def test_a_spreadsheet_comes_under_the_number_of_the_segment(client, segment):
    page = client.get(at(segment, "lines_export", "xlsx"))
    assert b"".join(page.streaming_content).startswith(b"PK")
    assert f"{segment.number}.xlsx" in page["Content-Disposition"]


def test_there_is_no_other_file(client, segment):
    assert client.get(at(segment, "lines_export", "pdf")).status_code == 404


def test_the_contact_list_has_each_contact_with_its_cost(client, segment):
    """MReports.SegmentContactsReport: the contact is listed with its cost."""
    page = client.get(at(segment, "contact_list"))
    rows = [
        {cell.column.code: cell.text for cell in shown.cells}
        for shown in page.context["lines"]
    ]
    assert [(row["name"], row["cost"], row["duration"]) for row in rows] == [
        ("Anna Dahl", "2.50", "3"),
        ("Bo Lie", "10.00", "3"),
        ("Cecilie Moe", "2.50", "3"),
    ]
    assert [
        (t.template, t.correspondence_type, t.contacts, t.cost, t.duration)
        for t in page.context["totals"]
    ] == [
        ("LETTER A letter", "E-mail", 2, Decimal("5.00"), 6),
        ("LETTER A letter", "Hard copy", 1, Decimal("10.00"), 3),
    ]
    sums = [page.context[name] for name in ("contacts", "cost", "duration")]
    assert sums == [3, Decimal("15.00"), 9]


def test_who_is_by_copy_costs_nothing(client, segment):
    lines = {line.contact.name: line for line in segment.lines.all()}
    lines["Bo Lie"].represented_by = lines["Anna Dahl"]
    lines["Bo Lie"].save()
    page = client.get(at(segment, "contact_list"))
    rows = [
        {cell.column.code: cell.text for cell in shown.cells}
        for shown in page.context["lines"]
    ]
    assert [(row["name"], row["cost"], row["duration"]) for row in rows] == [
        ("Anna Dahl", "2.50", "3"),
        ("Bo Lie", "", ""),
        ("Cecilie Moe", "2.50", "3"),
    ]
    totals = {
        total.correspondence_type: (total.contacts, total.cost, total.duration)
        for total in page.context["totals"]
    }
    assert totals["By copy"] == (1, Decimal(0), 0)
    sums = [page.context[name] for name in ("contacts", "cost", "duration")]
    assert sums == [3, Decimal("5.00"), 6]


def test_what_is_too_long_to_print_says_so_and_sums_up_all(
    client, segment, monkeypatch
):
    monkeypatch.setattr(line_out, "PRINTED_AT_MOST", 2)
    page = client.get(at(segment, "contact_list"))
    assert len(page.context["lines"]) == 2
    assert "Only the first 2 of 3 contacts are listed" in page.content.decode()
    assert page.context["contacts"] == 3


def test_an_empty_segment_has_an_empty_list(client):
    page = client.get(at(make_segment(), "contact_list"))
    assert "Nobody is on this segment" in page.content.decode()


def test_the_list_costs_the_same_whatever_the_size(client, segment):
    def queries(of):
        with CaptureQueriesContext(connection) as captured:
            client.get(at(of, "contact_list"))
        return len(captured)

    many = make_segment(
        *(make_person(f"Many No{number}") for number in range(10)),
        template=segment.template,
    )
    assert queries(many) == queries(segment)


def test_the_contact_list_of_a_filter_has_who_fits_and_what_they_cost(client, segment):
    query = {"correspondence_type": "email", "differs": "", "search": "a"}
    page = client.get(at(segment, "contact_list"), query)
    names = [shown.line.contact.name for shown in page.context["lines"]]
    assert names == ["Anna Dahl"]
    sums = [page.context[name] for name in ("contacts", "cost", "duration")]
    assert sums == [1, Decimal("2.50"), 3]
    assert "Only the contacts that fit the filter" in page.content.decode()
    page = client.get(at(segment, "contact_list"), {"search": "nobody"})
    assert "No contact of this segment fits" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("lines_export", ["csv"]), ("lines_export", ["xlsx"]), ("contact_list", [])],
)
def test_what_cannot_be_filtered_by_takes_nobody_out(client, segment, name, arguments):
    query = {"language": "klingon", "ordering": "-name"}
    page = client.get(at(segment, name, *arguments), query)
    assert page.url == f"{segment.get_absolute_url()}?language=klingon&ordering=-name"
    text = client.get(page.url).content.decode()
    assert "The lines cannot be filtered like this, so nothing was done." in text
    assert "“klingon” is no language." in text


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("lines_export", ["csv"]), ("lines_export", ["xlsx"]), ("contact_list", [])],
)
def test_a_stranger_gets_nothing_out(segment, name, arguments):
    stranger = logged_in((), "stranger")
    assert stranger.get(at(segment, name, *arguments)).status_code == 403
