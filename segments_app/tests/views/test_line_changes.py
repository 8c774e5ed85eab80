"""Own values: in the row itself, of many lines at once, reset with one press."""

import pytest
from django.urls import reverse

from contacts.tests.factories import make_person
from contacts.tests.opened import opened
from interactions.tests.factories import make_template
from segments_app.services.change_line import change_line
from segments_app.tests.factories import NOW, make_segment
from segments_app.tests.views.users import ASSISTANT, READER, logged_in

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def client():
    return logged_in(ASSISTANT)


@pytest.fixture
def segment():
    """Anna has a subject of her own, Bo a blank one, Cecilie none."""
    segment = make_segment(
        *(make_person(name) for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe")),
        template=make_template(unit_cost=2),
    )
    segment.lines.filter(contact__first_name="Anna").update(subject="For Anna")
    segment.lines.filter(contact__first_name="Bo").update(subject="")
    return segment


def at(segment, name, *arguments):
    return reverse(f"segments:{name}", args=[segment.pk, *arguments])


def line_of(segment, first_name):
    return segment.lines.get(contact__first_name=first_name)


def subjects(segment):
    lines = segment.lines.order_by("position")
    return list(lines.values_list("subject", flat=True))


class TestManyLines:
    def ask(self, client, segment, query="all=on", **form):
        """Fill the page in; return what is said before anything happens."""
        url = f"{at(segment, 'lines_change')}?{query}"
        page = client.get(url)
        return url, client.post(url, opened(page) | form)

    def agree(self, client, url, page, **extra):
        return client.post(url, opened(page) | {"apply": "on"} | extra, follow=True)

    def test_it_says_how_many_lines_change_before_it_changes_them(
        self, client, segment
    ):
        url, asked = self.ask(client, segment, subject="News", how_cost="reset")
        text = asked.content.decode()
        assert "3 lines change, of 3 chosen." in text
        assert "2 lines lose an own value" in text
        assert subjects(segment) == ["For Anna", "", None]
        done = self.agree(client, url, asked)
        assert "3 lines are changed." in done.content.decode()
        assert subjects(segment) == ["News"] * 3

    def test_blank_on_purpose_and_reset(self, client, segment):
        url, asked = self.ask(client, segment, how_subject="blank")
        self.agree(client, url, asked)
        assert subjects(segment) == [""] * 3
        url, asked = self.ask(client, segment, how_subject="reset")
        self.agree(client, url, asked)
        assert subjects(segment) == [None] * 3

    def test_a_date_is_said_as_everywhere(self, client, segment):
        _url, asked = self.ask(client, segment, how_date="set", date="2026-11-20")
        said = [(name, value) for name, value, _lost in asked.context["said"]]
        assert said == [("date", "11/20/2026")]

    def test_what_cannot_be_filtered_by_changes_nobody(self, client, segment):
        good, asked = self.ask(client, segment, "all=on&language=", subject="News")
        url = good.replace("language=", "language=klingon")
        for answer in (client.get(url), client.post(url, opened(asked))):
            table = f"{segment.get_absolute_url()}?language=klingon"
            assert answer.url == table
        done = client.post(url, opened(asked) | {"apply": "on"}, follow=True)
        text = done.content.decode()
        assert "The lines cannot be filtered like this, so nothing was done." in text
        assert "“klingon” is no language." in text
        assert subjects(segment) == ["For Anna", "", None]

    def test_only_the_chosen_or_all_that_fit(self, client, segment):
        anna, bo = line_of(segment, "Anna"), line_of(segment, "Bo")
        url, asked = self.ask(client, segment, f"line={bo.pk}", subject="For you")
        assert "1 line changes, of 1 chosen." in asked.content.decode()
        self.agree(client, url, asked)
        assert subjects(segment) == ["For Anna", "For you", None]
        url, asked = self.ask(client, segment, "all=on&search=moe", subject="News")
        self.agree(client, url, asked)
        assert subjects(segment) == ["For Anna", "For you", "News"]
        assert anna.pk != bo.pk

    def test_nobody_chosen_is_said(self, client, segment):
        for query in ("", "line=x", "all=on&search=nobody"):
            url = f"{at(segment, 'lines_change')}?{query}"
            page = client.get(url, follow=True)
            assert "Choose the contacts whose values to change." in (
                page.content.decode()
            )

    @pytest.mark.parametrize(
        ("form", "errors"),
        [
            ({"how_subject": "set"}, {"subject"}),
            ({"how_subject": "reset", "subject": "News"}, {"subject"}),
            ({"how_cost": "blank"}, {"how_cost"}),
            ({"cost": "-1"}, {"cost"}),
            ({"date": "9999-12-31"}, {"date"}),
            ({"language": "klingonish"}, {"language"}),
            ({"subject": "x" * 201}, {"subject"}),
            ({}, {"__all__"}),
        ],
    )
    def test_what_cannot_be_is_said_at_its_field(self, client, segment, form, errors):
        _url, page = self.ask(client, segment, **form)
        assert set(page.context["form"].errors) == errors
        assert subjects(segment) == ["For Anna", "", None]

    def test_choosing_again_keeps_what_was_chosen(self, client, segment):
        url, asked = self.ask(client, segment, subject="News", how_cost="reset")
        again = client.post(url, opened(asked) | {"again": "on"})
        assert opened(again)["subject"] == ["News"]
        assert opened(again)["how_cost"] == ["reset"]

    def test_what_somebody_changed_meanwhile_is_shown_first(self, client, segment):
        url, asked = self.ask(client, segment, subject="News")
        change_line(
            line=line_of(segment, "Cecilie"),
            values={"subject": "Hers"},
            user=None,
            at=NOW,
        )
        refused = self.agree(client, url, asked)
        text = refused.content.decode()
        assert "Somebody else changed this segment" in text
        assert "3 lines lose an own value" in text
        assert subjects(segment) == ["For Anna", "", "Hers"]
        self.agree(client, url, refused)
        assert subjects(segment) == ["News"] * 3

    def test_who_may_only_read_changes_nothing(self, segment):
        reader = logged_in(READER, "reader")
        url = f"{at(segment, 'lines_change')}?all=on"
        assert reader.get(url).status_code == 403
        assert reader.post(url, {"subject": "News", "apply": "on"}).status_code == 403
        assert subjects(segment) == ["For Anna", "", None]


class TestInTheRow:
    def test_the_row_turns_into_its_editor_and_back(self, client, segment):
        anna = line_of(segment, "Anna")
        editor = client.get(at(segment, "line_edit", anna.pk), **HTMX)
        text = editor.content.decode()
        assert text.lstrip().startswith(f'<tr id="line-{anna.pk}"')
        assert 'value="For Anna"' in text
        row = client.get(at(segment, "line_row", anna.pk), **HTMX).content.decode()
        assert row.lstrip().startswith(f'<tr id="line-{anna.pk}"')
        assert "<form" not in row

    def test_saving_shows_the_row_as_it_is_now(self, client, segment):
        anna = line_of(segment, "Anna")
        url = at(segment, "line_edit", anna.pk)
        sent = opened(client.get(url, **HTMX), form="//form")
        row = client.post(url, sent | {"subject": "News", "cost": "7"}, **HTMX)
        anna.refresh_from_db()
        assert (anna.subject, anna.cost) == ("News", 7)
        assert "differs" in row.content.decode()

    def test_a_fault_stays_in_the_row(self, client, segment):
        anna = line_of(segment, "Anna")
        url = at(segment, "line_edit", anna.pk)
        sent = opened(client.get(url, **HTMX), form="//form")
        row = client.post(url, sent | {"date": "9999-12-31"}, **HTMX)
        assert "Choose a date from" in row.content.decode()
        assert row.content.decode().lstrip().startswith("<tr")

    def test_what_another_changed_is_not_written_over(self, client, segment):
        anna = line_of(segment, "Anna")
        url = at(segment, "line_edit", anna.pk)
        sent = opened(client.get(url, **HTMX), form="//form")
        change_line(line=anna, values={"subject": "Hers"}, user=None, at=NOW)
        row = client.post(url, sent | {"subject": "Mine"}, **HTMX)
        assert "Somebody else changed this to “Hers”" in row.content.decode()
        assert subjects(segment)[0] == "Hers"

    def test_values_that_the_row_does_not_show_stay(self, client, segment):
        anna = line_of(segment, "Anna")
        segment.lines.filter(pk=anna.pk).update(
            campaign_target=True, information_flow=""
        )
        url = at(segment, "line_edit", anna.pk)
        sent = opened(client.get(url, **HTMX), form="//form")
        client.post(url, sent | {"subject": ""}, **HTMX)
        anna.refresh_from_db()
        assert (anna.subject, anna.campaign_target, anna.information_flow) == (
            None,
            True,
            "",
        )

    def test_without_htmx_a_row_is_the_worksheet(self, client, segment):
        anna = line_of(segment, "Anna")
        page = client.get(at(segment, "line_row", anna.pk))
        assert page.url == segment.get_absolute_url()


class TestReset:
    def test_one_press_takes_one_own_value_away(self, client, segment):
        anna = line_of(segment, "Anna")
        segment.lines.filter(pk=anna.pk).update(cost=9)
        url = at(segment, "line_reset", anna.pk)
        page = client.post(url, {"name": "subject", "seen": "For Anna"}, follow=True)
        anna.refresh_from_db()
        assert (anna.subject, anna.cost) == (None, 9)
        assert "Own value taken away: subject." in page.content.decode()

    def test_every_own_value_has_its_press(self, client, segment):
        anna = line_of(segment, "Anna")
        segment.lines.filter(pk=anna.pk).update(
            cost=9, date="2026-12-01", personal_text="One\r\n\r\nTwo", campaign_target=0
        )
        url = at(segment, "line_edit", anna.pk)
        text = client.get(url).content.decode()
        assert text.count(at(segment, "line_reset", anna.pk)) == 5
        for _press in range(5):
            sent = opened(client.get(url), form="(//dl//form)[1]")
            client.post(at(segment, "line_reset", anna.pk), sent)
        anna.refresh_from_db()
        assert anna.own_values == []

    @pytest.mark.parametrize(
        "form",
        [
            {"name": "subject", "seen": "Old"},
            {"name": "subject"},
            {"name": "position", "seen": "1"},
            {},
        ],
    )
    def test_what_was_not_seen_stays(self, client, segment, form):
        anna = line_of(segment, "Anna")
        page = client.post(at(segment, "line_reset", anna.pk), form, follow=True)
        assert "Somebody changed this value meanwhile." in page.content.decode()
        assert subjects(segment)[0] == "For Anna"

    def test_who_may_only_read_resets_nothing(self, segment):
        anna = line_of(segment, "Anna")
        form = {"name": "subject", "seen": "For Anna"}
        url = at(segment, "line_reset", anna.pk)
        assert logged_in(READER, "reader").post(url, form).status_code == 403
        assert subjects(segment)[0] == "For Anna"
