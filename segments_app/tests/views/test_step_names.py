"""Steps say what codes mean; a page looks each kind of code up once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import JobResponsibility, MailingGroup, OrganizationalLevel
from contacts.tests.factories import make_person
from segments_app.models import SavedCriteria, SavedCriteriaStep, SegmentStep
from segments_app.services import add_contacts
from segments_app.tests.criteria.asking import has, where
from segments_app.tests.factories import NOW, make_segment
from segments_app.views.shown_steps import recipe_in_words, shown_steps

pytestmark = pytest.mark.django_db


def make_codes(count):
    """So many levels and mailing groups; return criteria that name each."""
    codes = [f"C{number:02}" for number in range(count)]
    for code in codes:
        OrganizationalLevel.objects.create(code=code, description=f"Level {code}")
        MailingGroup.objects.create(code=code, description=f"Group {code}")
    return [
        {
            "any": [
                where("organizational_level", "is", code),
                has("mailing_group", where("code", "is", code)),
            ]
        }
        for code in codes
    ]


def sentences(count):
    return [
        f"organizational level is Level C{number:02} (C{number:02}) or has mailing "
        f"group where code is Group C{number:02} (C{number:02})"
        for number in range(count)
    ]


def forget(*models):
    for model in models:
        model.objects.all().delete()


def add(segment, criteria):
    add_contacts(segment=segment, criteria=criteria, user=None, at=NOW)


@pytest.mark.parametrize("size", [2, 20])
def test_the_steps_of_a_segment(size, django_assert_num_queries):
    segment = make_segment()
    for criteria in make_codes(size):
        add(segment, criteria)
    # the steps, the levels, the mailing groups
    with django_assert_num_queries(3):
        shown = shown_steps(segment)
    assert [step.sentence for step in shown] == sentences(size)


@pytest.mark.parametrize("size", [2, 20])
def test_a_recipe(size, django_assert_num_queries):
    recipe = [
        {"kind": "add", "criteria": criteria, "options": {}, "step": step}
        for step, criteria in enumerate(make_codes(size), start=1)
    ]
    with django_assert_num_queries(2):
        shown = recipe_in_words(recipe)
    assert [said for _step, _kind, said, _options in shown] == sentences(size)


def test_an_edited_step_says_what_it_reads_now():
    """The criteria in the recipe of a later step are named too."""
    segment = make_segment()
    before, after = make_codes(2)
    add(segment, before)
    edited = {"kind": "add", "criteria": after, "options": {}, "step": 1}
    SegmentStep.objects.create(
        segment=segment, position=2, kind="replace", recipe=[edited], total=0
    )
    segment.position = 2
    segment.save()
    first, second = shown_steps(segment)
    assert (first.sentence, second.says) == (
        sentences(1)[0],
        [f"Step 1 is edited: Add contacts: {sentences(2)[1]}"],
    )
    assert first.reads_now == f"Add contacts: {sentences(2)[1]}"


def test_levels_responsibilities_and_sources_are_named_while_they_are_there():
    OrganizationalLevel.objects.create(code="CEO", description="Chief executive")
    JobResponsibility.objects.create(code="PURCHASE", description="Purchasing")
    MailingGroup.objects.create(code="NEWS", description="Newsletter")
    make_segment(number="SM-8", description="Summer")
    segment = make_segment(make_person())
    options = [
        {"per": "company", "choose": "level", "levels": ["CEO", "GONE"]},
        {"per": "company", "choose": "responsibility", "responsibility": "PURCHASE"},
        {"operation": "union", "source_kind": "mailing_group", "source": "NEWS"},
        {"operation": "union", "source_kind": "only_on", "source": ["SM-8", "SM-9"]},
        {"operation": "union", "source_kind": "list", "source": ""},
    ]
    for position, chosen in enumerate(options, start=2):
        kind = "combine" if "operation" in chosen else "one_per_address"
        SegmentStep.objects.create(
            segment=segment, position=position, kind=kind, options=chosen, total=1
        )

    def said():
        return [each.sentence or each.options for each in shown_steps(segment)[1:]]

    assert said() == [
        ["The highest organizational level: Chief executive (CEO), GONE"],
        ["Who has a job responsibility: Purchasing (PURCHASE)"],
        "Together with mailing group Newsletter (NEWS)",
        "Together with the part of Summer (SM-8) that is not on SM-9",
        "Together with a pasted list",
    ]
    forget(OrganizationalLevel, JobResponsibility, MailingGroup)
    assert said()[:3] == [
        ["The highest organizational level: CEO, GONE"],
        ["Who has a job responsibility: PURCHASE"],
        "Together with mailing group NEWS",
    ]


def test_a_list_of_saved_criteria_costs_the_same_however_long(rolf):
    def cost(size):
        forget(SavedCriteria, OrganizationalLevel, MailingGroup)
        for number, criteria in enumerate(make_codes(size)):
            saved = SavedCriteria.objects.create(code=f"S-{number:02}")
            SavedCriteriaStep.objects.create(
                saved=saved, position=1, kind="add", criteria=criteria
            )
        with CaptureQueriesContext(connection) as captured:
            page = rolf.get(reverse("segments:saved_criteria"))
        shown = [step for each in page.context["shown"] for step in each.steps]
        assert [said for _kind, said, _options in shown] == sentences(size)
        return len(captured)

    assert cost(2) == cost(20)
