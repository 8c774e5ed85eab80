"""The panel of steps: names, folding, editing, leaving out and refreshing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Contact
from contacts.tests.factories import make_person
from segments_app.forms.criteria import from_json
from segments_app.services import (
    add_by_hand,
    add_contacts,
    edit_step,
    go_back,
    go_to_step,
    leave_out_step,
    name_step,
    reduce_contacts,
    refresh,
    reuse_criteria,
    save_criteria,
)
from segments_app.tests.factories import NOW, make_segment, names_on, these, version_at
from segments_app.tests.forms.test_criteria import posted
from segments_app.tests.views.users import ASSISTANT, READER, logged_in

pytestmark = pytest.mark.django_db


def where(field, value):
    return {"field": field, "op": "is", "value": value}


def by_rows(city, **others):
    """The form of the builder with one condition, the city."""
    return posted(from_json(where("city", city))) | others


@pytest.fixture
def client():
    return logged_in(ASSISTANT)


@pytest.fixture
def segment(client):
    """Oslo (1), without the Hansens (2), and Dag by hand (3)."""
    make_person("Anna Dahl", city="Oslo")
    make_person("Anders Hansen", city="Oslo")
    make_person("Mia Holm", city="Moss")
    dag = make_person("Dag Ek", city="Drammen")
    segment = make_segment()
    common = {"segment": segment, "user": client.user, "at": NOW}
    add_contacts(criteria=where("city", "Oslo"), **common)
    reduce_contacts(criteria=where("surname", "Hansen"), **common)
    add_by_hand(contacts=these(dag), **common)
    return segment


def at(segment, name="detail", *arguments):
    return reverse(f"segments:{name}", args=[segment.pk, *arguments])


def steps_on(client, segment):
    return client.get(at(segment)).context["steps"]


class TestPanel:
    def test_says_which_steps_an_edit_changed_and_which_count_no_more(
        self, client, segment
    ):
        common = {"segment": segment, "user": client.user, "at": NOW}
        edit_step(position=1, criteria=where("city", "Moss"), **common)
        leave_out_step(position=3, **common)
        make_person("Nils Ny", city="Moss")
        refresh(**common)
        steps = steps_on(client, segment)
        assert [(each.says, each.reads_now, each.is_replaced) for each in steps] == [
            ([], "Add contacts: city is “Moss”", False),
            ([], "", False),
            ([], "", True),
            (["Step 1 is edited: Add contacts: city is “Moss”"], "", False),
            (["Step 3 is left out"], "", False),
            (["The same steps, on the data of that day"], "", False),
        ]
        assert [(each.may_be_edited, each.may_be_left_out) for each in steps] == [
            *((True, True), (True, True), (False, False)),
            *[(False, False)] * 3,
        ]

    def test_what_is_by_hand_can_be_left_out_only(self, client, segment):
        by_hand = steps_on(client, segment)[2]
        assert (by_hand.may_be_edited, by_hand.may_be_left_out) == (False, True)

    def test_a_replacement_by_saved_criteria_begins_anew(self, client, segment):
        saved = save_criteria(segment=segment, code="OSLO", user=None, at=NOW)
        reuse_criteria(
            segment=segment, saved=saved, mode="replace", user=client.user, at=NOW
        )
        steps = steps_on(client, segment)
        assert [each.is_replaced for each in steps] == [True] * 3 + [False] * 4
        assert steps[3].says == ["All contacts leave"]

    def test_many_steps_fold_around_the_cursor(self, client, segment):
        for number in range(17):
            reduce_contacts(
                segment=segment,
                criteria=where("city", f"City {number}"),
                user=client.user,
                at=NOW,
            )
        folded = []
        for position in (0, 3, 12, 20):
            go_to_step(segment=segment, position=position, user=None)
            groups = client.get(at(segment)).context["step_groups"]
            folded.append([(each.first, each.last, each.is_folded) for each in groups])
        assert folded == [
            [(1, 8, False), (9, 20, True)],
            [(1, 8, False), (9, 20, True)],
            [(1, 5, True), (6, 13, False), (14, 20, True)],
            [(1, 12, True), (13, 20, False)],
        ]

    def test_costs_the_same_whatever_the_number_of_steps(self, client, segment):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                client.get(at(segment))
            return len(captured)

        few = queries()
        common = {"segment": segment, "user": client.user, "at": NOW}
        for number in range(12):
            reduce_contacts(criteria=where("city", f"City {number}"), **common)
            edit_step(position=1, criteria=where("city", f"{number}"), **common)
        assert queries() == few


class TestNames:
    def test_a_step_is_named_and_found_in_the_short_list(self, client, segment):
        seen = {"expected_step": segment.steps.get(position=2).pk}
        shown = client.get(at(segment)).content.decode()
        assert f'name="expected_step" value="{seen["expected_step"]}"' in shown
        page = client.post(
            at(segment, "step_name", 2), {"name": "Without Hansens"} | seen, follow=True
        )
        assert "Step 2 is called Without Hansens." in page.content.decode()
        named = page.context["checkpoints"]
        assert [(each.position, each.name) for each in named] == [
            (2, "Without Hansens")
        ]
        client.post(at(segment, "step_name", 2), {"name": ""} | seen)
        assert client.get(at(segment)).context["checkpoints"] == []

    def test_no_step_and_no_endless_name(self, client, segment):
        seen = {"expected_step": segment.steps.get(position=2).pk}
        url = at(segment, "step_name", 9)
        page = client.post(url, {"name": "x"} | seen, follow=True)
        assert "Step 9 does not exist." in page.content.decode()
        url = at(segment, "step_name", 2)
        for name, said in (
            ("x" * 101, "at most 100 characters"),
            ("x\x00", "Null characters are not allowed."),
        ):
            page = client.post(url, {"name": name} | seen, follow=True)
            assert said in page.content.decode()
        page = client.post(url, {"name": "x"}, follow=True)
        assert "Choose the step to name." in page.content.decode()

    def test_a_step_taken_in_its_place_meanwhile_is_not_named(self, client, segment):
        seen = {"expected_step": segment.steps.get(position=3).pk}
        go_to_step(segment=segment, position=2, user=None)
        reduce_contacts(
            segment=segment, criteria=where("city", "Oslo"), user=None, at=NOW
        )
        url = at(segment, "step_name", 3)
        page = client.post(url, {"name": "Dag too"} | seen, follow=True)
        assert "Somebody else changed this segment" in page.content.decode()
        assert segment.steps.get(position=3).name == ""
        assert not segment.steps.exclude(name="").exists()


class TestEdit:
    def test_starts_with_the_step_as_it_counts_now(self, client, segment):
        edit_step(
            segment=segment,
            position=1,
            criteria=where("city", "Moss"),
            options={"ignore_exclusion": True},
            user=None,
            at=NOW,
        )
        page = client.get(at(segment, "step_edit", 1))
        form = page.context["form"]
        assert page.context["now"] == "city is “Moss”"
        assert form["ignore_exclusion"].initial is True

    def test_shows_what_it_does_to_every_later_step_before(self, client, segment):
        page = client.post(at(segment, "step_edit_count", 1), by_rows("Moss"))
        change, later = page.context["change"], page.context["later"]
        assert [contact.name for contact in change.entering] == ["Mia Holm"]
        assert [contact.name for contact in change.leaving] == ["Anna Dahl"]
        assert (change.effect.total, names_on(segment)) == (2, ["Anna Dahl", "Dag Ek"])
        assert [(each.position, each.before, each.after) for each in later] == [
            *((1, 2, 1), (2, 1, 1)),
            (3, 2, 2),
        ]

    def test_is_taken_without_javascript(self, client, segment):
        url = at(segment, "step_edit", 1)
        counted = client.post(
            url,
            by_rows("Moss", edit="preview", expected_version=version_at(segment, 3)),
        )
        assert counted.context["change"].effect.total == 2
        page = client.post(
            url, by_rows("Moss", expected_version=version_at(segment, 3)), follow=True
        )
        said = page.content.decode()
        assert "1 contact entered. 1 contact taken off." in said
        assert names_on(segment) == ["Dag Ek", "Mia Holm"]

    def test_a_later_step_that_became_impossible_is_named(self, client, segment):
        segment.steps.filter(position=2).update(criteria=where("territory", "GONE"))
        counted = client.post(at(segment, "step_edit_count", 1), by_rows("Moss"))
        assert counted.context["missing"].startswith("Step 2 cannot be taken again: ")
        page = client.post(
            at(segment, "step_edit", 1),
            by_rows("Moss", expected_version=version_at(segment, 3)),
        )
        assert "There is no territory GONE." in page.content.decode()
        assert names_on(segment) == ["Anna Dahl", "Dag Ek"]

    def test_a_wrong_value_is_told_at_its_row(self, client, segment):
        page = client.post(
            at(segment, "step_edit", 1),
            by_rows("Moss", expected_version=version_at(segment, 3)) | {"q.value": ""},
        )
        assert page.status_code == 200
        assert 'role="alert"' in page.content.decode()
        assert segment.steps.count() == 3

    def test_over_somebody_elses_step_it_is_told(self, client, segment):
        page = client.post(
            at(segment, "step_edit", 1),
            by_rows("Moss", expected_version=version_at(segment, 2)),
        )
        assert "Somebody else changed this segment" in page.content.decode()
        assert segment.steps.count() == 3

    def test_undone_steps_are_asked_about(self, client, segment):
        go_back(segment=segment, user=None)
        url = at(segment, "step_edit", 1)
        page = client.post(
            url, by_rows("Moss", expected_version=version_at(segment, 2))
        )
        assert "Tick this to go on" in page.content.decode()
        assert segment.steps.count() == 3
        ticked = by_rows(
            "Moss", expected_version=version_at(segment, 2), drop_undone="on"
        )
        client.post(url, ticked)
        assert names_on(segment) == ["Mia Holm"]

    @pytest.mark.parametrize(
        ("position", "said"),
        [
            (3, "Step 3 names its contacts itself."),
            (9, "Step 9 does not exist."),
        ],
    )
    def test_what_cannot_be_edited_leads_back(self, client, segment, position, said):
        page = client.get(at(segment, "step_edit", position), follow=True)
        assert said in page.content.decode()
        counted = client.post(at(segment, "step_edit_count", position), {})
        assert said in counted.content.decode()


class TestLeaveOut:
    def test_is_shown_before_and_then_done(self, client, segment):
        page = client.get(at(segment, "step_leave_out", 2))
        later = page.context["later"]
        assert [(each.position, each.before, each.after) for each in later] == [
            (2, 1, None),
            (3, 2, 3),
        ]
        assert names_on(segment) == ["Anna Dahl", "Dag Ek"]
        done = client.post(
            at(segment, "step_leave_out", 2),
            {"expected_version": version_at(segment, 3)},
        )
        assert done.url == segment.get_absolute_url()
        assert names_on(segment) == ["Anna Dahl", "Dag Ek", "Anders Hansen"]

    def test_over_somebody_elses_step_it_is_told(self, client, segment):
        page = client.post(
            at(segment, "step_leave_out", 2),
            {"expected_version": version_at(segment, 1)},
        )
        assert "Somebody else changed this segment" in page.content.decode()
        assert segment.steps.count() == 3

    def test_a_step_that_counts_no_more_leads_back(self, client, segment):
        leave_out_step(segment=segment, position=2, user=None, at=NOW)
        page = client.get(at(segment, "step_leave_out", 2), follow=True)
        assert "Step 2 does not count any more" in page.content.decode()


class TestRefresh:
    def test_is_shown_before_and_then_done(self, client, segment):
        make_person("Nils Ny", city="Oslo")
        Contact.objects.filter(first_name="Anna").update(privacy_blocked=True)
        page = client.get(at(segment, "refresh"))
        change = page.context["change"]
        assert [contact.name for contact in change.entering] == ["Nils Ny"]
        assert [contact.name for contact in change.leaving] == ["Anna Dahl"]
        assert [(each.name, why) for each, why in change.kept_out] == [
            ("Anna Dahl", "Privacy blocked")
        ]
        assert names_on(segment) == ["Anna Dahl", "Dag Ek"]
        client.post(
            at(segment, "refresh"), {"expected_version": version_at(segment, 3)}
        )
        assert names_on(segment) == ["Dag Ek", "Nils Ny"]

    def test_up_to_date_no_step_is_taken(self, client, segment):
        assert "The segment is up to date." in (
            client.get(at(segment, "refresh")).content.decode()
        )
        page = client.post(
            at(segment, "refresh"),
            {"expected_version": version_at(segment, 3)},
            follow=True,
        )
        assert "nobody would enter or leave" in page.content.decode()
        assert segment.steps.count() == 3

    def test_an_impossible_step_is_named_with_the_way_to_it(self, client, segment):
        segment.steps.filter(position=2).update(criteria=where("territory", "GONE"))
        page = client.get(at(segment, "refresh")).content.decode()
        assert "Step 2 cannot be taken again: There is no territory GONE." in page
        assert at(segment, "step_edit", 2) in page

    def test_without_any_step_there_is_nothing_to_refresh(self, client):
        page = client.get(at(make_segment(), "refresh")).content.decode()
        assert "There is no step yet that could be taken again." in page

    def test_over_somebody_elses_step_it_is_told(self, client, segment):
        make_person("Nils Ny", city="Oslo")
        page = client.post(
            at(segment, "refresh"), {"expected_version": version_at(segment, 2)}
        )
        assert "Somebody else changed this segment" in page.content.decode()
        assert segment.steps.count() == 3

    def test_that_undone_steps_keep_a_living_one_as_it_is_is_said(
        self, client, segment
    ):
        def said():
            refresh = client.get(at(segment, "refresh")).content.decode()
            worksheet = client.get(segment.get_absolute_url()).content.decode()
            return (
                "Undone steps stand in the way" in refresh,
                "not refreshed while steps are undone" in worksheet,
            )

        client.post(at(segment, "living"), {"living": "on"})
        assert said() == (False, False)
        go_back(segment=segment, user=None)
        assert said() == (True, True)
        client.post(at(segment, "living"), {})
        assert said() == (False, False)

    def test_a_segment_is_made_living_and_not(self, client, segment):
        seen = []
        for values in ({"living": "on"}, {}):
            client.post(at(segment, "living"), values)
            segment.refresh_from_db()
            seen.append(segment.living)
        assert seen == [True, False]


def test_who_may_only_read_sees_the_names_and_changes_nothing(segment):
    name_step(segment=segment, position=1, name="All of Oslo", user=None)
    reader = logged_in(READER, "reader")
    page = reader.get(at(segment)).content.decode()
    assert "All of Oslo" in page
    assert ("Leave out" in page, "Go there" in page, "Refresh" in page) == (False,) * 3
    pages = [
        *(("step_name", 1), ("step_edit", 1), ("step_edit_count", 1)),
        *(("step_leave_out", 1), ("refresh",), ("living",)),
    ]
    assert [reader.post(at(segment, *page), {}).status_code for page in pages] == (
        [403] * 6
    )
