"""The table of lines: what fits, in which order, which page, which columns."""

import pytest
from django.urls import reverse

from contacts.models import Salesperson
from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_document, make_template
from segments_app.models import LineColumns
from segments_app.tests.factories import make_segment
from segments_app.tests.views.users import ASSISTANT, READER, logged_in
from segments_app.views import line_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return logged_in(ASSISTANT)


@pytest.fixture
def segment():
    """Anna and Bo get an e-mail, Cecilie a letter, all in Norwegian but Bo."""
    template = make_template(
        languages={"nb": make_document(name="brev.docx")},
        default_language="nb",
        correspondence_type="email",
    )
    jon = Salesperson.objects.create(code="JON", name="Jon")
    kaffe = make_company("Kaffe AS")
    segment = make_segment(
        make_person("Anna Dahl", company=kaffe, email="anna@kaffe.example"),
        make_person("Bo Lie", city="Bergen", salesperson=jon),
        make_person("Cecilie Moe", city="Oslo", email="c@moe.example"),
        template=template,
    )
    of_cecilie = segment.lines.filter(contact__first_name="Cecilie")
    of_cecilie.update(correspondence_type="hard_copy", personal_text="Dear C")
    return segment


def page_of(client, segment, **query):
    page = client.get(segment.get_absolute_url(), query)
    assert page.status_code == 200
    return page


def shown(client, segment, **query):
    lines = page_of(client, segment, **query).context["lines"]
    return [line.line.contact.first_name for line in lines]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, "Anna Bo Cecilie"),
        ({"search": "kaffe as"}, "Anna"),
        ({"search": "@moe"}, "Cecilie"),
        ({"search": "nobody"}, ""),
        ({"search": "a\0b"}, ""),
        ({"differs": "on"}, "Cecilie"),
        ({"text": "on"}, "Cecilie"),
        ({"problem": "on"}, "Bo Cecilie"),
        ({"correspondence_type": "email"}, "Anna Bo"),
        ({"correspondence_type": "none"}, ""),
        ({"language": "nb"}, "Anna Bo Cecilie"),
        ({"language": "Danish"}, ""),
        ({"salesperson": "none"}, "Anna Cecilie"),
        ({"own": "personal_text"}, "Cecilie"),
        ({"own": "subject"}, ""),
        ({"search": "o", "correspondence_type": "email"}, "Bo"),
    ],
)
def test_lines_are_found_by_what_holds_for_them_in_the_end(
    client, segment, query, names
):
    assert shown(client, segment, **query) == names.split()


def test_a_filter_that_cannot_be_read_finds_nobody_and_says_so_at_the_field(
    client, segment
):
    page = page_of(client, segment, language="klingon")
    assert page.context["lines"] == []
    assert page.context["table"].filter.form.errors == {
        "language": ["“klingon” is no language. Write it as nb, da or pt-BR."]
    }
    text = page.content.decode()
    assert "“klingon” is no language. Write it as nb, da or pt-BR." in text
    assert "The lines cannot be filtered like this" in text
    assert "Change all" not in text


def test_the_template_and_the_salesperson_are_those_in_effect(client, segment):
    call = make_template("CALL")
    segment.lines.filter(contact__first_name="Anna").update(template=call)
    jon = Salesperson.objects.get()
    assert shown(client, segment, template=call.pk) == ["Anna"]
    assert shown(client, segment, template=segment.template_id) == ["Bo", "Cecilie"]
    assert shown(client, segment, salesperson=jon.pk) == ["Bo"]


def test_headings_sort_and_say_so(client, segment):
    page = page_of(client, segment, ordering="-name", search="i")
    assert [line.line.contact.first_name for line in page.context["lines"]] == [
        "Cecilie",
        "Bo",
    ]
    text = page.content.decode()
    assert 'aria-sort="descending"' in text
    assert "ordering=name" in text
    assert shown(client, segment, ordering="city") == ["Anna", "Bo", "Cecilie"]
    assert shown(client, segment, ordering="-city") == ["Cecilie", "Bo", "Anna"]


@pytest.mark.parametrize(
    "query",
    [
        {"ordering": "password"},
        {"ordering": "phone"},
        {"after": "x"},
        {"after": "9" * 30},
        {"before": "٣"},
        {"start": "-1"},
        {"start": "\0", "ordering": "name"},
        {"start": "5", "ordering": "cost"},
    ],
)
def test_what_is_asked_for_wrongly_is_not_asked_for(client, segment, query):
    assert shown(client, segment, **query) == ["Anna", "Bo", "Cecilie"]


class TestPages:
    @pytest.fixture(autouse=True)
    def two_a_page(self, monkeypatch):
        monkeypatch.setattr(line_table, "LINES_PER_PAGE", 2)

    def test_first_next_previous_and_last(self, client, segment):
        first = page_of(client, segment)
        last = first.context["lines"][-1].line.pk
        assert "Line 1 to 2" in first.content.decode()
        assert shown(client, segment, after=last) == ["Cecilie"]
        assert shown(client, segment, end=1) == ["Bo", "Cecilie"]
        assert shown(client, segment, before=last) == ["Anna", "Bo"]

    def test_a_line_is_gone_to_by_its_number_and_a_name_by_its_beginning(
        self, client, segment
    ):
        assert shown(client, segment, start="3") == ["Cecilie"]
        assert shown(client, segment, ordering="name", start="bo") == ["Bo", "Cecilie"]

    def test_a_page_keeps_filter_and_order(self, client, segment):
        text = page_of(
            client, segment, correspondence_type="email", ordering="name", end=1
        ).content.decode()
        assert 'name="correspondence_type" value="email"' not in text
        assert 'name="ordering" value="name"' in text

    def test_more_than_are_counted_is_said(self, client, segment, monkeypatch):
        monkeypatch.setattr(line_table, "COUNTED", 1)
        page = page_of(client, segment, correspondence_type="email")
        assert "More than 1 lines fit" in page.content.decode()
        page = page_of(client, segment, search="cecilie")
        assert "1 line fits" in page.content.decode()


class TestColumns:
    def choose(self, client, segment, **form):
        url = reverse("segments:line_columns", args=[segment.pk])
        return client.post(url, form)

    def headings(self, client, segment):
        page = page_of(client, segment)
        return [str(column.label) for column in page.context["table"].headings]

    def test_each_user_has_their_own_on_every_segment(self, client, segment):
        usual = self.headings(client, segment)
        self.choose(client, segment, columns=["city", "cost", "phone"])
        other = make_segment(make_person("Dag Li"))
        reader = logged_in(READER, "reader")
        assert self.headings(client, other) == ["Name", "City", "Phone", "Cost"]
        assert self.headings(reader, segment) == usual
        self.choose(client, segment, usual="on")
        assert self.headings(client, segment) == usual

    def test_the_filter_stays_and_leads_nowhere_else(self, client, segment):
        done = self.choose(client, segment, query="search=bo&ordering=-name")
        assert done.url == f"{segment.get_absolute_url()}?search=bo&ordering=-name"
        done = self.choose(client, segment, query="//evil.example/?x=1")
        assert done.url.startswith(f"{segment.get_absolute_url()}?")

    def test_what_is_no_column_is_none(self, client, segment):
        self.choose(client, segment, columns=["password", "city"])
        assert LineColumns.objects.get().columns == ["name", "city"]

    def test_a_stranger_chooses_nothing(self, segment):
        assert self.choose(logged_in((), "who"), segment).status_code == 403
        assert not LineColumns.objects.exists()

    def test_where_a_value_comes_from_is_said_beside_it(self, client, segment):
        text = page_of(client, segment, search="cecilie").content.decode()
        assert 'class="origin origin-line" title="Own value"' in text
        assert 'class="origin origin-template" title="From the template"' in text


def test_every_column_can_be_shown_and_sorted_by_in_a_fixed_number_of_queries(
    client, segment, django_assert_max_num_queries
):
    every = [c.code for c in line_table.COLUMNS]
    LineColumns.objects.create(user=client.user, columns=every)
    with django_assert_max_num_queries(20):
        page = page_of(client, segment, ordering="document")
    assert len(page.context["table"].headings) == len(every)
