"""The list of all segments: open and logged ones, whose they are, how far they are."""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from contacts.models import Contact, Salesperson
from contacts.tests.factories import make_person
from interactions.models import Campaign, CampaignEntry, InteractionTemplate
from interactions.tests.factories import (
    make_entry,
    make_logged_segment,
    make_template,
)
from segments_app.models import Segment
from segments_app.services import add_contacts, go_back, log_segment
from segments_app.tests.factories import NOW, TODAY, make_segment
from segments_app.tests.views.log_side import letter_segment
from segments_app.tests.views.users import READER, logged_in
from segments_app.views.segment_list import PER_PAGE

pytestmark = pytest.mark.django_db

LIST = reverse("segments:list")
EVERYBODY = {"all_contacts": True}


def listed(client, **query):
    """The rows of the page: number and the state in words."""
    page = client.get(LIST, query)
    return [(row.number, str(row.state.label)) for row in page.context["listed"]]


def numbers(client, **query):
    return [number for number, _state in listed(client, **query)]


def logged_for(campaign, logged):
    return CampaignEntry.objects.create(
        campaign=campaign,
        logged_segment=logged,
        segment_number=logged.segment_number,
        date=TODAY,
    )


def add_everybody(segment):
    add_contacts(segment=segment, criteria=None, options=EVERYBODY, user=None, at=NOW)


class TestRows:
    def test_say_whose_a_segment_is_and_what_is_on_it(self, rolf):
        kari = get_user_model().objects.create_user("kari", first_name="Kari")
        jon = Salesperson.objects.create(code="JON", name="Jon")
        fair = Campaign.objects.create(number="FAIR", description="Coffee fair")
        segment = make_segment(
            make_person("Anna Dahl"),
            make_person("Bo Lie"),
            number="SM-7",
            template=make_template("NEWS", description="Newsletter"),
            campaign=fair,
            salesperson=jon,
            owner=kari,
            living=True,
            updated_at=NOW,
        )
        (row,) = rolf.get(LIST).context["listed"]
        assert (row.segment, row.number, row.contacts) == (segment, "SM-7", 2)
        assert (row.template, row.campaign, row.salesperson, row.owner) == (
            *("NEWS Newsletter", "FAIR Coffee fair"),
            *("Jon", "Kari"),
        )
        assert (row.changed, row.marks) == (NOW, ["living"])

    def test_say_how_far_an_open_segment_has_come(self, rolf):
        anna = make_person("Anna Dahl")
        template = make_template()
        make_segment(number="EMPTY", template=template)
        make_segment(anna, number="BUILT")
        make_segment(anna, number="READY", template=template)
        undone = make_segment(anna, number="UNDONE", template=template)
        add_everybody(undone)
        go_back(segment=undone, user=None)
        partly = make_segment(anna, number="PARTLY", template=template)
        partly.lines.update(done_entry=make_entry(anna))
        states = dict(listed(rolf))
        assert states == {
            "EMPTY": "Empty",
            "BUILT": "No template yet",
            "READY": "Ready to check",
            "UNDONE": "Steps undone",
            "PARTLY": "Partly logged",
        }
        for state, number in [
            ("empty", "EMPTY"),
            ("no_template", "BUILT"),
            ("ready", "READY"),
            ("steps_undone", "UNDONE"),
            ("partly_logged", "PARTLY"),
        ]:
            assert numbers(rolf, state=state) == [number]

    def test_count_who_is_on_at_the_cursor_not_who_ever_was(self, rolf):
        segment = make_segment(make_person("Anna Dahl"))
        make_person("Bo Lie")
        add_everybody(segment)
        go_back(segment=segment, user=None)
        (row,) = rolf.get(LIST).context["listed"]
        assert row.contacts == 1

    def test_of_logged_segments_name_what_their_header_named(self, rolf):
        fair = Campaign.objects.create(number="FAIR", description="Coffee fair")
        segment = letter_segment(people=3, number="SM-7")
        InteractionTemplate.objects.update(campaign=fair)
        user = get_user_model().objects.create_user("kari")
        template = str(segment.template)
        log_segment(segment=segment, user=user, at=NOW)
        (row,) = rolf.get(LIST, {"show": "logged"}).context["listed"]
        assert (row.number, row.state, row.contacts) == ("SM-7", "logged", 3)
        assert (row.template, row.campaign, row.salesperson, row.owner) == (
            *(template, "FAIR Coffee fair"),
            *("Jon", "kari"),
        )
        assert (row.changed, row.marks, row.is_open) == (NOW, [], False)


class TestTabs:
    @pytest.fixture
    def rows(self, rolf):
        """Two open segments, one of them Rolf's, and two logged ones."""
        user = get_user_model().objects.get(username="rolf")
        hour = datetime.timedelta(hours=1)
        make_segment(number="SM-4", owner=user, updated_at=NOW)
        make_segment(number="SM-3", updated_at=NOW - 2 * hour)
        make_logged_segment("SM-2", created_at=NOW - hour)
        make_logged_segment("SM-1", created_at=NOW - 3 * hour, cancelled=True)

    def test_show_open_own_logged_or_all_segments(self, rolf, rows):
        assert listed(rolf) == [("SM-4", "Empty"), ("SM-3", "Empty")]
        assert listed(rolf, show="mine") == [("SM-4", "Empty")]
        assert listed(rolf, show="logged") == [
            *(("SM-2", "Logged"), ("SM-1", "Cancelled"))
        ]
        assert numbers(rolf, show="all") == ["SM-4", "SM-2", "SM-3", "SM-1"]
        assert numbers(rolf, show="nonsense") == ["SM-4", "SM-3"]

    def test_leave_logged_segments_to_those_who_may_see_them(self, rows):
        client = logged_in(READER)
        page = client.get(LIST, {"show": "all"})
        assert [key for key, _label in page.context["tabs"]] == ["open", "mine"]
        assert numbers(client, show="logged") == ["SM-4", "SM-3"]

    def test_lead_to_each_other_and_keep_the_search(self, rolf, rows):
        page = rolf.get(LIST, {"show": "mine", "search": "SM", "state": "empty"})
        tabs = html.fromstring(page.content.decode()).xpath("//nav[@class='tabs']/a")
        assert [(tab.get("href"), tab.get("aria-current")) for tab in tabs] == [
            ("?show=open&search=SM", None),
            ("?show=mine&search=SM", "true"),
            ("?show=logged&search=SM", None),
            ("?show=all&search=SM", None),
        ]


class TestFilters:
    @pytest.fixture
    def rows(self, rolf):
        """Open ones O-.. and logged ones L-.., each with one thing of its own."""
        kari = get_user_model().objects.create_user("kari")
        jon = Salesperson.objects.create(code="JON", name="Jon")
        fair = Campaign.objects.create(number="FAIR", description="Fair")
        template = make_template()
        make_segment(number="O-BARE", description="Bare")
        make_segment(number="O-KARI", owner=kari)
        make_segment(number="O-JON", salesperson=jon)
        make_segment(number="O-FAIR", campaign=fair)
        make_segment(number="O-LETTER", template=template)
        make_segment(number="O-LIVING", living=True)
        bare = make_logged_segment("L-BARE")
        make_segment(number="O-AGAIN", follow_up_of=bare)
        make_segment(number="O-REST", left_over_of=bare)
        make_logged_segment("L-KARI", user=kari)
        for number, name, code in [
            ("L-JON", "salesperson", "JON"),
            ("L-LETTER", "template", "LETTER"),
        ]:
            make_logged_segment(number, criteria={"header": {name: code}})
        of_fair = make_template("FAIR", campaign=fair)
        make_segment(number="O-BY-TEMPLATE", template=of_fair)
        logged_for(fair, make_logged_segment("L-FAIR"))
        return {
            "owner": kari,
            "salesperson": jon,
            "campaign": fair,
            "template": template,
        }

    @pytest.mark.parametrize(
        ("name", "found"),
        [
            ("owner", {"O-KARI", "L-KARI"}),
            ("salesperson", {"O-JON", "L-JON"}),
            ("campaign", {"O-FAIR", "O-BY-TEMPLATE", "L-FAIR"}),
            ("template", {"O-LETTER", "L-LETTER"}),
        ],
    )
    def test_ask_the_same_of_open_and_logged_segments(self, rolf, rows, name, found):
        assert set(numbers(rolf, show="all", **{name: rows[name].pk})) == found

    def test_find_a_text_in_number_and_description_whatever_its_case(self, rolf, rows):
        assert numbers(rolf, search="bare") == ["O-BARE"]
        assert numbers(rolf, show="logged", search="l-kA") == ["L-KARI"]
        assert set(numbers(rolf, show="all", search="-kari")) == {"O-KARI", "L-KARI"}

    def test_tell_apart_what_is_particular_about_open_segments(self, rolf, rows):
        found = {
            mark: numbers(rolf, show="all", mark=mark)
            for mark in ("living", "follow_up", "left_over")
        }
        assert found == {
            "living": ["O-LIVING"],
            "follow_up": ["O-AGAIN"],
            "left_over": ["O-REST"],
        }

    def test_keep_tab_and_order_when_something_is_searched(self, rolf, rows):
        page = rolf.get(LIST, {"show": "all", "ordering": "number"})
        form = html.fromstring(page.content.decode()).xpath("//form[@role='search']")[0]
        kept = dict(form.form_values())
        assert (kept["show"], kept["ordering"]) == ("all", "number")

    @pytest.mark.parametrize("show", ["open", "mine", "logged", "all"])
    def test_find_nothing_where_a_choice_does_not_exist(self, rolf, rows, show):
        page = rolf.get(LIST, {"owner": "99999", "search": "bare", "show": show})
        assert page.context["listed"] == []
        assert list(page.context["filter"].form.errors) == ["owner"]
        text = page.content.decode()
        assert "Segments cannot be filtered like this" in text
        assert "Select a valid choice." in text


COLUMNS = [
    *("number", "description", "state", "contacts", "template", "campaign"),
    *("salesperson", "owner", "changed"),
]


class TestOrder:
    @pytest.fixture
    def rows(self):
        """Two open segments and two logged ones: the B of each has more of all."""
        people = [make_person("Anna Dahl"), make_person("Bo Lie")]
        names = {"A": "anne", "B": "bert"}
        for size, letter in enumerate("AB"):
            user = get_user_model().objects.create_user(names[letter])
            values = {
                "template": make_template(letter),
                "campaign": Campaign.objects.create(number=letter),
                "salesperson": Salesperson.objects.create(code=letter, name=letter),
            }
            day = NOW + datetime.timedelta(days=size)
            make_segment(
                *people[:size],
                number=f"{letter}-OPEN",
                description=letter.lower() if size else letter,
                owner=user,
                updated_at=day,
                **values,
            )
            logged = make_logged_segment(
                f"{letter}-LOGGED",
                description=letter,
                user=user,
                created_at=day,
                cancelled=not size,
                criteria={"header": dict.fromkeys(values, letter)},
            )
            logged_for(values["campaign"], logged)
            for person in people[:size]:
                make_entry(person, logged_segment=logged, template=values["template"])

    @pytest.mark.parametrize("column", COLUMNS)
    def test_is_by_any_column_up_and_down(self, rolf, rows, column):
        up = [number[0] for number in numbers(rolf, show="all", ordering=column)]
        down = [
            number[0] for number in numbers(rolf, show="all", ordering=f"-{column}")
        ]
        if column == "state":
            kinds = [
                state for _number, state in listed(rolf, show="all", ordering=column)
            ]
            assert kinds == ["Cancelled", "Empty", "Logged", "Ready to check"]
        else:
            assert (up, down) == (["A", "A", "B", "B"], ["B", "B", "A", "A"])

    def test_is_told_by_the_heading_which_turns_it_round(self, rolf, rows):
        page = rolf.get(LIST, {"ordering": "-contacts", "page": 1})
        heads = html.fromstring(page.content.decode()).xpath("//th[@aria-sort]")
        assert [(head.get("aria-sort"), head[0].get("href")) for head in heads] == [
            ("descending", "?ordering=contacts")
        ]

    def test_that_is_none_is_what_was_changed_last_first(self, rolf, rows):
        assert numbers(rolf, ordering="secret") == ["B-OPEN", "A-OPEN"]


@pytest.mark.parametrize("show", ["open", "mine", "logged", "all"])
@pytest.mark.parametrize("ordering", ["changed", "contacts", "state"])
def test_costs_the_same_whatever_the_number_of_segments(rolf, show, ordering):
    owner = get_user_model().objects.get(username="rolf")

    def more(count):
        for _each in range(count):
            number = Segment.objects.count()
            template = make_template(f"T{number}")
            segment = make_segment(owner=owner, template=template)
            add_everybody(segment)
            header = {"header": {"template": template.code}}
            make_logged_segment(f"L-{number}", user=owner, criteria=header)

    make_person("Anna Dahl")
    costs = []
    for count in (1, 20):
        more(count)
        with CaptureQueriesContext(connection) as asked:
            page = rolf.get(LIST, {"show": show, "ordering": ordering})
        costs.append(len(asked))
        assert len(page.context["listed"]) == (Segment.objects.count()) * (
            2 if show == "all" else 1
        )
    assert costs[0] == costs[1]


def test_is_paged_across_open_and_logged_segments(rolf):
    Segment.objects.bulk_create(
        Segment(number=f"SM-{number:03}", description="Open", updated_at=NOW)
        for number in range(PER_PAGE)
    )
    make_logged_segment("L-1", created_at=NOW - datetime.timedelta(days=1))
    page = rolf.get(LIST, {"show": "all", "page": 2})
    assert [row.number for row in page.context["listed"]] == ["L-1"]
    assert page.context["page_obj"].paginator.count == PER_PAGE + 1


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ({}, "No open segment yet"),
        ({"show": "mine"}, "You have no open segment"),
        ({"show": "logged"}, "No segment was logged yet"),
        ({"show": "all", "search": "x"}, "No segment fits"),
    ],
)
def test_an_empty_list_says_why(anne, query, title):
    page = anne.get(LIST, query)
    assert title in page.content.decode()
    assert Contact.objects.count() == 0


def test_an_open_segment_can_be_copied_from_the_list_by_whoever_may_make_one(
    anne, rolf
):
    segment = make_segment()
    make_logged_segment()
    url = reverse("segments:copy", args=[segment.pk])
    shown = [page.get(LIST, {"show": "all"}).content.decode() for page in (anne, rolf)]
    assert [text.count("/copy/") for text in shown] == [1, 0]
    assert url in shown[0]
