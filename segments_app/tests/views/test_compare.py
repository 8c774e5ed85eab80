"""Two segments beside each other, and what can be done with a part."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.tests.factories import make_person
from segments_app.models import Segment
from segments_app.services import log_segment
from segments_app.services.compare import Comparison, Sizes
from segments_app.services.sources import Logged, on_segment
from segments_app.tests.factories import NOW, make_segment, names_on
from segments_app.tests.views.log_side import letter_segment

pytestmark = pytest.mark.django_db

COMPARE = "/segments/compare/"


@pytest.fixture
def anna():
    return make_person("Anna Dahl")


@pytest.fixture
def bo():
    return make_person("Bo Lie")


@pytest.fixture
def cecilie():
    return make_person("Cecilie Moe")


@pytest.fixture
def first(anna, bo):
    return make_segment(anna, bo, number="SM-A", description="Easter letter")


@pytest.fixture
def second(bo, cecilie):
    return make_segment(bo, cecilie, number="SM-B", description="Summer letter")


def shown(page):
    return [row.contact.name for row in page.context["page_obj"]]


def said(page):
    return " ".join(page.content.decode().split())


class TestComparing:
    def test_counts_and_names_each_part(self, rolf, first, second):
        pair = {"first": "SM-A", "second": "sm-b"}
        page = rolf.get(COMPARE, pair)
        sizes = [(name, size) for name, size, _url in page.context["parts"]]
        assert sizes == [("only_first", 1), ("both", 1), ("only_second", 1)]
        names = {
            part: shown(rolf.get(COMPARE, pair | {"part": part}))
            for part in ("only_first", "both", "only_second", "nonsense")
        }
        assert names == {
            "only_first": ["Anna Dahl"],
            "both": ["Bo Lie"],
            "only_second": ["Cecilie Moe"],
            "nonsense": ["Anna Dahl"],
        }

    def test_a_logged_segment_is_compared_too(self, anne, first):
        gone = letter_segment(2)
        contact = gone.lines.first().contact
        logged = log_segment.__wrapped__(segment=gone, user=None, at=NOW)
        again = make_segment(contact, number="SM-C")
        comparison = Comparison(
            first=Logged(logged_segment=logged), second=on_segment(again)
        )
        assert comparison.sizes() == Sizes(only_first=1, both=1, only_second=0)
        page = anne.get(
            COMPARE,
            {"first": logged.segment_number, "second": "SM-C", "part": "both"},
        )
        assert shown(page) == [contact.name]

    def test_is_found_by_words_of_the_description(self, rolf, first, second):
        page = rolf.get(COMPARE, {"first": "easter", "second": "summer"})
        assert shown(page) == ["Anna Dahl"]

    def test_names_are_searched(self, rolf, first, second):
        pair = {"first": "SM-A", "second": "SM-B"}
        assert shown(rolf.get(COMPARE, pair | {"search": "dahl"})) == ["Anna Dahl"]
        page = rolf.get(COMPARE, pair | {"search": "nobody"})
        assert "No contact of this part fits" in said(page)

    @pytest.mark.parametrize(
        ("names", "message"),
        [
            (("SM-A", "SM-A"), "These are the same segment"),
            (("SM-A", "SM-Z"), "No segment has the number or description"),
            (("SM-A", "letter"), "Several fit. Give the number of one: SM-B, SM-A."),
            (("SM-A", ""), "This field is required"),
            (("SM-A", "\x00"), "Null characters are not allowed"),
        ],
    )
    def test_what_cannot_be_compared_is_said(self, rolf, first, second, names, message):
        page = rolf.get(COMPARE, dict(zip(("first", "second"), names, strict=True)))
        assert (page.status_code, message in said(page)) == (200, True)

    def test_costs_the_same_whatever_the_size(self, rolf):
        costs = []
        for size in (3, 60):
            people = [make_person(f"Many {n}") for n in range(size)]
            one, two = make_segment(*people), make_segment(people[0])
            with CaptureQueriesContext(connection) as captured:
                page = rolf.get(COMPARE, {"first": one.number, "second": two.number})
            assert page.context["size"] == size - 1
            costs.append(len(captured))
        assert costs[0] == costs[1]

    def test_segments_are_suggested_while_typing(self, rolf, first, second):
        url = reverse("segments:compare_options")
        for name in ("first", "second", "target"):
            assert "SM-A" in said(rolf.get(url, {name: "easter"}))
        for typed in ("", "e", "\x00", "no such"):
            assert "option" not in said(rolf.get(url, {"first": typed}))


class TestUsingAPart:
    def test_becomes_a_new_segment(self, anne, first, second):
        pair = {"first": "SM-A", "second": "SM-B", "part": "only_second"}
        url = anne.get(COMPARE, pair).context["start_url"]
        page = anne.get(url)
        assert [one.name for one in page.context["change"].entering] == ["Cecilie Moe"]
        done = anne.post(url, {"description": "Rest"}, follow=True)
        assert names_on(Segment.objects.get(description="Rest")) == ["Cecilie Moe"]
        part = "the part of Summer letter (SM-B) that is not on Easter letter (SM-A)"
        assert part in said(done)

    @pytest.mark.parametrize(
        ("target", "operation", "names"),
        [
            ("SM-A", "difference", ["Anna Dahl"]),
            ("SM-T", "union", ["Dag Ek", "Bo Lie"]),
        ],
    )
    def test_is_put_on_or_taken_off_an_open_one(
        self, anne, first, second, target, operation, names
    ):
        make_segment(make_person("Dag Ek"), number="SM-T", description="Target")
        pair = {"first": "SM-A", "second": "SM-B", "part": "both"}
        led = anne.get(COMPARE, pair | {"target": target, "operation": operation})
        page = anne.get(led.url)
        assert page.context["wanted"].cleaned_data["operation"] == operation
        seen = Segment.objects.get(number=target).steps_version
        anne.post(led.url, {"operation": operation, "expected_version": seen})
        assert names_on(Segment.objects.get(number=target)) == names

    def test_a_target_that_is_none_is_said(self, anne, first, second):
        pair = {"first": "SM-A", "second": "SM-B"}
        page = anne.get(COMPARE, pair | {"target": "SM-Z", "operation": "union"})
        assert "No segment has the number" in said(page)
