"""The page of contact pressure: who, why, and what is done about it."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from contacts.tests.factories import make_person
from interactions.tests.factories import make_entry
from segments_app.services import go_back, remove_by_hand
from segments_app.tests.factories import NOW, make_segment, names_on, these, version_at
from segments_app.tests.views.log_side import text

pytestmark = pytest.mark.django_db


def written(contact, days):
    date = timezone.localdate() - datetime.timedelta(days=days)
    return make_entry(
        contact,
        date=date,
        information_flow="outbound",
        correspondence_type="email",
        segment_number="SM-3",
    )


@pytest.fixture
def segment():
    """Anna got a letter a week ago, Bo is on Mona's segment, Cecilie is free."""
    people = [make_person(name) for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe")]
    written(people[0], 7)
    make_segment(people[1], description="Summer letter", number="SM-9")
    return make_segment(*people)


def url(segment, query=""):
    return reverse("segments:pressure", args=[segment.pk]) + query


def listed(page):
    return [line.contact.name for line, _reasons in page.context["found"]]


def answer(segment, **values):
    return {
        "expected_version": version_at(segment, 1),
        "who": "all",
        "kind": "reduce",
    } | values


def key(segment, name):
    return segment.lines.get(contact__name=name).pk


class TestLooking:
    def test_it_opens_with_who_why_and_how_many(self, anne, segment):
        page = anne.get(url(segment))
        assert listed(page) == ["Anna Dahl", "Bo Lie"]
        assert page.context["counts"] == {"all": 2, "written": 1, "elsewhere": 1}
        shown = text(page)
        assert "Spring letter" in shown
        assert "SM-3" in shown
        assert "SM-9 Summer letter" in shown

    def test_what_counts_is_chosen_and_remembered(self, anne, segment):
        page = anne.get(url(segment, "?days=6&elsewhere=on"))
        assert listed(page) == ["Bo Lie"]
        page = anne.get(url(segment, "?days=7"))
        assert (listed(page), page.context["counts"]) == (
            *(["Anna Dahl"], {"all": 1, "written": 1}),
        )
        again = anne.get(url(segment))
        assert listed(again) == ["Anna Dahl"]
        assert again.context["asked"].data["days"] == "7"

    def test_the_search_narrows_the_list_and_not_the_counts(self, anne, segment):
        page = anne.get(url(segment, "?days=30&elsewhere=on&search=bo"))
        assert (listed(page), page.context["counts"]["all"]) == (["Bo Lie"], 2)
        assert "whatever is searched for" in text(page)
        page = anne.get(url(segment, "?days=30&search=nobody"))
        assert "Nobody found fits the search" in text(page)

    def test_nobody_an_empty_segment_and_a_question_without_sense(self, anne, segment):
        assert "Nobody is under pressure" in text(anne.get(url(segment, "?days=1")))
        assert "Nobody is on this segment" in text(anne.get(url(make_segment())))
        page = anne.get(url(segment, "?days="))
        assert "Say in how many days letters count" in text(page)
        page = anne.get(url(segment, "?days=-3&template=NOPE"))
        assert set(page.context["asked"].errors) == {"days", "template"}


class TestTheStep:
    def test_all_are_taken_off_by_criteria(self, anne, segment):
        page = anne.post(url(segment, "?days=30"), answer(segment), follow=True)
        assert [str(said) for said in page.context["messages"]] == [
            "1 contact taken off."
        ]
        assert names_on(segment) == ["Bo Lie", "Cecilie Moe"]
        assert page.context["steps"][-1].sentence == (
            "has interaction where (date within the last 30 days and correspondence "
            "type is not empty and information flow is not Inbound and attempt failed "
            "is no)"
        )

    def test_only_they_are_kept(self, anne, segment):
        anne.post(url(segment, "?days=30&elsewhere=on"), answer(segment, kind="refine"))
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]

    def test_those_ticked_are_taken_off_or_kept_by_hand(self, anne, segment):
        ticked = {"who": "chosen", "line": [key(segment, "Bo Lie")]}
        anne.post(url(segment), answer(segment, **ticked))
        assert names_on(segment) == ["Anna Dahl", "Cecilie Moe"]
        go_back(segment=segment, user=None)
        ticked |= {"kind": "refine", "drop_undone": "on"}
        anne.post(url(segment), answer(segment, **ticked))
        assert names_on(segment) == ["Bo Lie"]
        assert segment.steps.last().kind == "by_hand"

    def test_what_cannot_be_done_is_said_and_nothing_changes(self, anne, segment):
        page = anne.post(url(segment), answer(segment, who="chosen"))
        assert "Tick at least one contact" in text(page)
        page = anne.post(url(segment), answer(segment, kind="replace"))
        assert "kind" in page.context["form"].errors
        elsewhere = make_segment(make_person("Dag Ek"))
        stranger = {"who": "chosen", "line": [key(elsewhere, "Dag Ek")]}
        page = anne.post(url(segment), answer(segment, **stranger))
        assert "line" in page.context["form"].errors
        assert len(names_on(segment)) == 3

    def test_the_second_of_two_people_is_told_and_undone_steps_are_asked_for(
        self, anne, segment
    ):
        anna = these(segment.lines.get(contact__name="Anna Dahl").contact)
        remove_by_hand(segment=segment, contacts=anna, user=None, at=NOW)
        page = anne.post(url(segment), answer(segment))
        assert "Somebody else changed this segment" in text(page)
        go_back(segment=segment, user=None)
        page = anne.post(url(segment), answer(segment))
        assert "drop_undone" in page.context["form"].errors
        assert len(names_on(segment)) == 3


def test_only_who_may_see_the_log_sees_who_was_written_to(anne, segment):
    assert url(segment) in text(anne.get(segment.get_absolute_url()))
    Permission.objects.get(codename="view_interactionlogentry").group_set.clear()
    assert url(segment) not in text(anne.get(segment.get_absolute_url()))
    assert anne.get(url(segment)).status_code == 403
    assert anne.post(url(segment), answer(segment)).status_code == 403
    assert len(names_on(segment)) == 3


def test_only_who_may_change_segments_sees_it(stranger, rolf, segment):
    assert stranger.get(url(segment)).status_code == 302
    assert rolf.get(url(segment)).status_code == 403
    assert rolf.post(url(segment), answer(segment)).status_code == 403
    assert len(names_on(segment)) == 3
