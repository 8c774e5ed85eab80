"""Refreshing: the same steps on today's data, as a step that can be gone back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact, MailingGroup
from contacts.tests.factories import make_person
from segments_app.choices import StepKind
from segments_app.services import (
    SegmentChanged,
    add_by_hand,
    add_contacts,
    edit_step,
    go_back,
    log_segment,
    reduce_contacts,
    refine_contacts,
    refresh,
    reuse_criteria,
    save_criteria,
)
from segments_app.services.recipe import MOST_STEPS
from segments_app.services.refresh import NothingToRefresh, refreshing
from segments_app.services.replay import StepImpossible
from segments_app.tests.factories import NOW, make_segment, names_on, these

pytestmark = pytest.mark.django_db


def where(field, value):
    return {"field": field, "op": "is", "value": value}


def common(segment):
    return {"segment": segment, "user": None, "at": NOW}


@pytest.fixture
def segment():
    """Anna, who lives in Oslo (1), not the Hansens (2), and Dag by hand (3)."""
    make_person("Anna Dahl", city="Oslo")
    make_person("Anders Hansen", city="Oslo")
    dag = make_person("Dag Ek", city="Drammen")
    segment = make_segment()
    add_contacts(criteria=where("city", "Oslo"), **common(segment))
    reduce_contacts(criteria=where("surname", "Hansen"), **common(segment))
    add_by_hand(contacts=these(dag), **common(segment))
    return segment


def test_who_fits_now_enters_and_who_does_not_leaves(segment):
    make_person("Nils Ny", city="Oslo")
    Contact.objects.filter(first_name="Anna").update(city="Bergen")
    Contact.objects.filter(first_name="Anders").update(surname="Hamsun")
    step = refresh(**common(segment))
    assert names_on(segment) == ["Dag Ek", "Anders Hansen", "Nils Ny"]
    assert (step.kind, step.entered, step.left, step.total) == (
        *(StepKind.REFRESH, 2, 1),
        3,
    )
    assert [each["step"] for each in step.recipe] == [1, 2, 3]
    go_back(segment=segment, user=None)
    assert names_on(segment) == ["Anna Dahl", "Dag Ek"]


def test_where_nothing_changes_no_step_is_taken(segment):
    with pytest.raises(NothingToRefresh, match="up to date"):
        refresh(**common(segment))
    assert segment.steps.count() == 3
    with pytest.raises(NothingToRefresh, match="There is no step yet"):
        refresh(**common(make_segment()))


def test_who_is_blocked_meanwhile_leaves_and_is_told(segment):
    Contact.objects.filter(first_name="Dag").update(exclude_from_segment=True)
    step = refresh(**common(segment))
    assert (names_on(segment), step.kept_out) == (["Anna Dahl"], {"excluded": 1})


def test_who_was_excluded_and_asked_for_all_the_same_stays():
    make_person("Eva Ekskludert", city="Oslo", exclude_from_segment=True)
    make_person("Per Blokkert", city="Oslo", privacy_blocked=True)
    segment = make_segment()
    ignoring = {"ignore_exclusion": True}
    criteria = where("city", "Oslo")
    add_contacts(criteria=criteria, options=ignoring, **common(segment))
    add_contacts(criteria=criteria, **common(segment))
    change = refreshing(segment=segment, at=NOW)
    assert (change.effect().left, dict(change.effect().kept_out)) == (
        0,
        {"privacy_blocked": 1},
    )


def test_own_values_come_back_with_the_contact(segment):
    segment.lines.filter(contact__first_name="Anna").update(personal_text="Dear!")
    Contact.objects.filter(first_name="Anna").update(city="Bergen")
    refresh(**common(segment))
    Contact.objects.filter(first_name="Anna").update(city="Oslo")
    refresh(**common(segment))
    line = segment.lines.live().get(contact__first_name="Anna")
    assert line.personal_text == "Dear!"


def test_an_edited_step_is_refreshed_as_edited(segment):
    edit_step(position=2, criteria=where("surname", "Dahl"), **common(segment))
    make_person("Nils Dahl", city="Oslo")
    make_person("Nina Hansen", city="Oslo")
    refresh(**common(segment))
    assert names_on(segment) == ["Dag Ek", "Anders Hansen", "Nina Hansen"]


def test_a_code_deleted_meanwhile_is_named_and_nothing_changes(segment):
    news = MailingGroup.objects.create(code="NEWS", description="News")
    has_news = {"has": "mailing_group", "where": where("code", "NEWS")}
    refine_contacts(criteria={"not": has_news}, **common(segment))
    news.delete()
    make_person("Nils Ny", city="Oslo")
    with pytest.raises(StepImpossible, match="Step 4"):
        refresh(**common(segment))
    assert (segment.steps.count(), names_on(segment)) == (4, ["Anna Dahl", "Dag Ek"])


def test_saved_after_an_edit_and_a_refresh_it_gives_the_same_set(segment):
    edit_step(position=2, criteria=where("surname", "Dahl"), **common(segment))
    make_person("Nina Hansen", city="Oslo")
    refresh(**common(segment))
    on_it = ["Dag Ek", "Anders Hansen", "Nina Hansen"]
    assert names_on(segment) == on_it
    saved = save_criteria(segment=segment, code="OSLO", user=None, at=NOW)
    again = make_segment()
    steps = reuse_criteria(saved=saved, **common(again))
    assert sorted(names_on(again)) == sorted(on_it)
    assert [step.kind for step in steps] == ["add", "reduce", "add"]


def test_not_between_preflight_and_log(segment):
    """Who saw the problems at step 3 does not log what a refresh made of it."""
    seen = segment.steps_version
    make_person("Nils Ny", city="Oslo")
    refresh(**common(segment))
    with pytest.raises(SegmentChanged):
        log_segment(expected_version=seen, **common(segment))


def test_it_costs_the_same_whatever_the_size(segment):
    def queries():
        make_person("Nils Ny", city="Oslo")
        with CaptureQueriesContext(connection) as captured:
            refresh(**common(segment))
        return len(captured)

    few = queries()
    for number in range(40):
        make_person(f"Many {number}", city="Oslo")
        if number % 4 == 0:
            nobody = where("city", f"City {number}")
            reduce_contacts(criteria=nobody, **common(segment))
    assert queries() == few
    assert len(names_on(segment)) == 44


def test_as_many_steps_by_turns_as_there_may_be(segment):
    for number in range((MOST_STEPS - 3) // 2):
        make_person(f"Nr {number}", city=f"City {number}")
        add_contacts(criteria=where("city", f"City {number}"), **common(segment))
        reduce_contacts(criteria=where("city", f"City {number + 1}"), **common(segment))
    add_contacts(criteria=where("city", "Moss"), **common(segment))
    assert segment.position == MOST_STEPS
    make_person("Mia Holm", city="Moss")
    change = refreshing(segment=segment, at=NOW)
    assert (change.effect().entered, change.effect().left) == (1, 0)
    refresh(**common(segment))
    assert names_on(segment)[-1] == "Mia Holm"
