"""The worksheet: its history, its lines, and moving through its steps."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_document, make_template
from segments_app.services import add_contacts, go_to_step, reduce_contacts
from segments_app.tests.factories import NOW, make_segment, names_on, version_at
from segments_app.tests.views.users import ASSISTANT, READER, logged_in

pytestmark = pytest.mark.django_db


def named(first_name):
    return {"field": "first_name", "op": "is", "value": first_name}


@pytest.fixture
def client():
    return logged_in(ASSISTANT)


@pytest.fixture
def segment(client):
    """Anna and Bo, Cecilie kept out (step 1); without Bo (step 2)."""
    kaffe = make_company("Kaffe AS", language="nb")
    make_person("Anna Dahl", company=kaffe, language="nb", email="anna@kaffe.example")
    make_person("Bo Lie", language="da")
    make_person("Cecilie Moe", privacy_blocked=True)
    letter = make_document(name="brev.docx")
    template = make_template(
        languages={"nb": letter}, default_language="nb", correspondence_type="email"
    )
    segment = make_segment(template=template)
    common = {"segment": segment, "user": client.user, "at": NOW}
    persons = {"field": "type", "op": "is", "value": "person"}
    add_contacts(criteria=persons, options={"ignore_exclusion": True}, **common)
    reduce_contacts(criteria=named("Bo"), **common)
    return segment


def at(segment, name="detail", *arguments):
    return reverse(f"segments:{name}", args=[segment.pk, *arguments])


def shown(page):
    return [line.line.contact.name for line in page.context["lines"]]


def states(page):
    return [
        (step.position, "here" if step.is_current else "undone" * step.is_undone)
        for step in page.context["steps"]
    ]


class TestDetail:
    def test_tells_every_step_with_who_was_kept_out_and_why(self, client, segment):
        page = client.get(at(segment))
        add, reduce = page.context["steps"]
        assert (add.sentence, add.options) == (
            "type is Person",
            ["Also contacts excluded from segments"],
        )
        assert (add.entered, add.total) == (2, 2)
        assert add.kept_out == [("Privacy blocked", 1)]
        assert (reduce.sentence, reduce.left, reduce.total) == (
            "first name is “Bo”",
            1,
            1,
        )
        assert (reduce.kind, reduce.user) == ("Reduce contacts", "kari")
        assert states(page) == [(1, ""), (2, "here")]

    def test_shows_what_holds_for_each_line_in_the_end(self, client, segment):
        go_to_step(segment=segment, position=1, user=None)
        segment.lines.filter(contact__first_name="Bo").update(
            correspondence_type="hard_copy", personal_text="Dear Bo"
        )
        rows = client.get(at(segment)).context["lines"]
        assert [
            ([cell.text for cell in row.cells[1:]], row.own_values) for row in rows
        ] == [
            (["Bo Lie", "", "nb", "Hard copy", "brev.docx"], _own_of_bo()),
            (["Anna Dahl", "Kaffe AS", "nb", "E-mail", "brev.docx"], []),
        ]

    def test_lines_are_searched_and_those_that_differ_found(self, client, segment):
        go_to_step(segment=segment, position=1, user=None)
        segment.lines.filter(contact__first_name="Bo").update(subject="")
        asked = [
            {"search": "dahl"},
            {"search": "KAFFE as"},
            {"search": "@kaffe"},
            {"differs": "on"},
            {"search": "nobody"},
        ]
        assert [shown(client.get(at(segment), query)) for query in asked] == [
            ["Anna Dahl"],
            ["Anna Dahl"],
            ["Anna Dahl"],
            ["Bo Lie"],
            [],
        ]

    def test_costs_the_same_whatever_the_size(self, client, segment):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                client.get(at(segment))
            return len(captured)

        few = queries()
        for number in range(30):
            make_person(f"Many {number}")
        common = {"segment": segment, "user": client.user, "at": NOW}
        add_contacts(criteria=named("Many"), **common)
        for number in range(10):
            reduce_contacts(criteria=named(f"Nobody {number}"), **common)
        assert len(client.get(at(segment)).context["lines"]) == 31
        assert queries() == few

    def test_a_step_says_who_came_and_who_went(self, client, segment):
        came = client.get(at(segment, "step", 1)).context["came"]
        went = client.get(at(segment, "step", 2)).context["went"]
        assert [line.contact.name for line in came] == ["Bo Lie", "Anna Dahl"]
        assert [line.contact.name for line in went] == ["Bo Lie"]
        assert client.get(at(segment, "step", 3)).status_code == 404


class TestMoving:
    def test_goes_back_redoes_and_jumps(self, client, segment):
        seen = []
        for name, position, extra in (
            ("go_back", 2, {}),
            ("go_back", 1, {}),
            ("redo", 0, {}),
            ("go_to_step", 1, {"position": 2}),
            ("go_to_step", 2, {"position": 0}),
        ):
            moved = client.post(
                at(segment, name),
                {"expected_version": version_at(segment, position), **extra},
            )
            assert moved.url == segment.get_absolute_url()
            seen.append(names_on(segment))
        both = ["Bo Lie", "Anna Dahl"]
        assert seen == [both, [], both, ["Anna Dahl"], []]

    def test_undone_steps_stay_visible(self, client, segment):
        client.post(
            at(segment, "go_back"), {"expected_version": version_at(segment, 2)}
        )
        page = client.get(at(segment))
        assert states(page) == [(1, "here"), (2, "undone")]
        assert "step-undone" in page.content.decode()

    def test_says_that_somebody_else_was_faster(self, client, segment):
        go_to_step(segment=segment, position=1, user=None)
        page = client.post(
            at(segment, "go_back"),
            {"expected_version": version_at(segment, 2)},
            follow=True,
        )
        assert "Somebody else changed this segment" in page.content.decode()
        assert names_on(segment) == ["Bo Lie", "Anna Dahl"]

    def test_beyond_the_ends_says_so(self, client, segment):
        page = client.post(
            at(segment, "redo"),
            {"expected_version": version_at(segment, 2)},
            follow=True,
        )
        assert "There is no step to redo." in page.content.decode()
        page = client.post(at(segment, "go_to_step"), {"position": "x"}, follow=True)
        assert "Choose the step to go to." in page.content.decode()

    def test_who_may_only_read_sees_it_all_but_moves_nothing(self, segment):
        reader = logged_in(READER, "reader")
        page = reader.get(at(segment))
        assert (page.status_code, shown(page)) == (200, ["Anna Dahl"])
        assert "Go back" not in page.content.decode()
        for name in ("go_back", "redo", "go_to_step"):
            values = {"expected_version": version_at(segment, 2), "position": 1}
            assert reader.post(at(segment, name), values).status_code == 403
        assert names_on(segment) == ["Anna Dahl"]


def _own_of_bo():
    return ["correspondence type", "personal text"]


def test_nobody_is_taken_off_an_empty_segment():
    client, segment = logged_in(ASSISTANT, "eva"), make_segment()
    page = client.get(segment.get_absolute_url()).content.decode()
    offered = [kind for kind in ("add", "reduce", "refine") if f"/{kind}/" in page]
    assert (offered, "/merge/" in page) == (["add"], False)
    url = reverse("segments:criteria", args=[segment.pk, "refine"])
    page = client.get(url).content.decode()
    assert "disabled>Refine contacts</button>" in page
    assert "there is nobody to take off" in page
