"""Why a contact is on a segment, why not: what was then, and what is asked today."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact, ContactMailingGroup, MailingGroup
from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_entry
from segments_app.models import SegmentStep
from segments_app.services import (
    add_by_hand,
    add_contacts,
    combine,
    go_back,
    leave_out_step,
    one_per_address,
    reduce_contacts,
    refine_contacts,
    remove_by_hand,
)
from segments_app.services.sources import on_segment
from segments_app.services.why import why
from segments_app.tests.criteria.asking import has, where
from segments_app.tests.factories import NOW, TODAY, make_segment, these

pytestmark = pytest.mark.django_db

IN_OSLO = where("city", "is", "Oslo")
PERSONS = where("type", "is", "person")


def take(step, segment, criteria, **options):
    return step(segment=segment, criteria=criteria, options=options, user=None, at=NOW)


def ask(segment, contact):
    segment.refresh_from_db(fields=["position"])
    return why(segment=segment, contact_id=contact.pk, at=NOW)


def element(kind, criteria, step):
    return {"kind": kind, "criteria": criteria, "options": {}, "step": step}


def told(answer):
    """What each step did with the contact."""
    return [(each.was_on, each.is_on) for each in answer.steps]


@pytest.fixture
def anna():
    return make_person("Anna Dahl", company=make_company("Kaffe AS"), city="Oslo")


@pytest.fixture
def segment(anna):
    """Everybody in Oslo, persons only, Anna taken off by hand."""
    segment = make_segment()
    take(add_contacts, segment, IN_OSLO)
    take(refine_contacts, segment, PERSONS)
    remove_by_hand(segment=segment, contacts=these(anna), user=None, at=NOW)
    return segment


def test_the_steps_tell_who_came_and_who_went(segment, anna):
    answer = ask(segment, anna)
    assert told(answer) == [(False, True), (True, True), (True, False)]
    assert (answer.is_on, answer.ineligible) == (False, "")
    assert answer.put_on.step.position == 1
    assert (answer.taken_off.step.position, answer.taken_off.named) == (3, "removed")
    assert [each.asked.finds for each in answer.steps[:2]] == [True, True]


def test_undone_steps_are_apart(segment, anna):
    go_back(segment=segment, user=None)
    answer = ask(segment, anna)
    assert (answer.is_on, told(answer)) == (True, [(False, True), (True, True)])
    assert [each.step.position for each in answer.undone] == [3]


def test_who_changed_since_is_said(segment, anna):
    go_back(segment=segment, user=None)
    Contact.objects.filter(pk=anna.pk).update(city="Moss")
    first, second = ask(segment, anna).steps
    assert (first.is_on, first.asked.finds, first.changed_since) == (True, False, True)
    assert second.changed_since is False


def test_who_would_come_today_is_said(segment):
    bo = make_person("Bo Lie", city="Oslo")
    answer = ask(segment, bo)
    assert told(answer) == [(False, False)] * 3
    assert answer.finding_now.step.position == 1
    make_person("Cecilie Moe", city="Moss")
    moe = Contact.objects.get(name="Cecilie Moe")
    assert ask(segment, moe).finding_now is None


@pytest.mark.parametrize(
    ("card", "ineligible", "ignored"),
    [
        ({"privacy_blocked": True}, "privacy_blocked", "privacy_blocked"),
        ({"minor": True}, "minor", "minor"),
        ({"exclude_from_segment": True}, "excluded", ""),
    ],
)
def test_eligibility_is_part_of_the_answer(card, ineligible, ignored):
    even = make_person("Even Ek", city="Oslo", **card)
    segment = make_segment()
    take(add_contacts, segment, IN_OSLO)
    take(add_contacts, segment, IN_OSLO, ignore_exclusion=True)
    answer = ask(segment, even)
    assert answer.ineligible == ineligible
    assert [each.asked.kept_out for each in answer.steps] == [ineligible, ignored]
    assert [each.changed_since for each in answer.steps] == [False, False]
    assert answer.is_on is (ineligible == "excluded")


class TestBroughtAlong:
    @pytest.fixture
    def bo(self, anna):
        return make_person("Bo Lie", company=anna.company, city="Bergen")

    def brought_by(self, segment, contact):
        (step,) = ask(segment, contact).steps
        assert step.changed_since is False
        return step.is_on, [each.name for each in step.asked.brought_by]

    def test_by_a_colleague(self, anna, bo):
        segment = make_segment()
        take(add_contacts, segment, IN_OSLO, expand_companies=True)
        assert self.brought_by(segment, bo) == (True, ["Anna Dahl"])
        assert self.brought_by(segment, anna) == (True, [])

    def test_the_company_by_one_of_its_people(self, anna, bo):
        segment = make_segment()
        take(add_contacts, segment, IN_OSLO, include_related_companies=True)
        assert self.brought_by(segment, anna.company) == (True, ["Anna Dahl"])
        assert self.brought_by(segment, bo) == (False, [])

    def test_taken_off_because_of_a_colleague(self, anna, bo):
        segment = make_segment(anna, bo)
        take(reduce_contacts, segment, IN_OSLO, entire_companies=True)
        (_by_hand, step) = ask(segment, bo).steps
        assert (step.left, step.changed_since) == (True, False)
        assert [each.name for each in step.asked.brought_by] == ["Anna Dahl"]

    def test_independent_persons_bring_nobody(self):
        dag = make_person("Dag Ek", city="Moss")
        make_person("Eva Foss", city="Oslo")
        segment = make_segment()
        take(add_contacts, segment, IN_OSLO, expand_companies=True)
        assert self.brought_by(segment, dag) == (False, [])


def test_by_hand_names_the_contact_kept_out_or_not(anna):
    blocked = make_person("Blocked Berit", privacy_blocked=True)
    segment = make_segment()
    add_by_hand(segment=segment, contacts=these(anna, blocked), user=None, at=NOW)
    for contact, is_on in ((anna, True), (blocked, False)):
        (step,) = ask(segment, contact).steps
        assert (step.named, step.is_on, step.changed_since) == ("added", is_on, False)


def test_all_contacts_need_no_criteria(anna):
    segment = make_segment()
    take(add_contacts, segment, None, all_contacts=True)
    (step,) = ask(segment, anna).steps
    assert (step.entered, step.asked.finds, step.changed_since) == (True, True, False)


def test_criteria_that_cannot_be_read_any_more_say_so(segment, anna):
    segment.steps.filter(position=1).update(criteria={"field": "shoe"})
    first = ask(segment, anna).steps[0]
    assert (first.entered, first.asked.reason, first.changed_since) == (
        True,
        None,
        False,
    )
    assert "op" in first.asked.unreadable


class TestOtherKinds:
    """Whatever a step is, its lines say who came; the rest is shown as far as known."""

    def test_a_recipe_is_explained_part_by_part(self, anna):
        segment = make_segment(anna)
        recipe = [
            element("add", IN_OSLO, 1),
            element("refine", where("city", "is", "Moss"), 2),
        ]
        SegmentStep.objects.create(
            segment=segment, position=2, kind="replace", recipe=recipe, left=1
        )
        segment.lines.update(removed_step=2)
        type(segment).objects.update(position=2)
        step = ask(segment, anna).taken_off
        assert [part.finds for part in step.parts] == [True, False]
        assert step.changed_since is False
        Contact.objects.filter(pk=anna.pk).update(city="Moss")
        assert ask(segment, anna).taken_off.changed_since is False
        make_recipe_find_moss = [recipe[1] | {"kind": "add"}]
        segment.steps.filter(position=2).update(recipe=make_recipe_find_moss)
        assert ask(segment, anna).taken_off.changed_since is True

    def test_what_a_recipe_takes_over_by_hand_is_known(self, anna):
        segment = make_segment()
        add_by_hand(segment=segment, contacts=these(anna), user=None, at=NOW)
        take(add_contacts, segment, where("city", "is", "Moss"))
        leave_out_step(segment=segment, position=2, user=None, at=NOW)
        step = ask(segment, anna).steps[2]
        assert [part.named for part in step.parts] == ["added"]
        assert (step.is_on, step.changed_since) == (True, False)
        Contact.objects.filter(pk=anna.pk).update(privacy_blocked=True)
        assert ask(segment, anna).steps[2].changed_since is True

    @pytest.mark.parametrize(("by_copy", "is_on"), [(True, True), (False, False)])
    def test_somebody_else_gets_the_letter(self, anna, by_copy, is_on):
        bo = make_person("Bo Lie", company=anna.company)
        segment = make_segment(bo, anna)
        options = {"per": "company", "choose": "by_hand", "by_copy": by_copy}
        one_per_address(
            segment=segment, options=options, by_hand=these(bo), user=None, at=NOW
        )
        answer = ask(segment, anna)
        assert (answer.is_on, answer.steps[1].left) == (is_on, not is_on)
        addressee = bo if by_copy else None
        assert answer.by_copy_of == answer.steps[1].by_copy_of == addressee
        assert ask(segment, bo).by_copy_of is None

    @pytest.mark.parametrize(
        ("operation", "there", "not_there"),
        [
            ("union", (True, True), (False, True)),
            ("intersection", (False, True), (False, False)),
            ("difference", (False, False), (False, True)),
        ],
    )
    def test_combining_segments(self, anna, operation, there, not_there):
        """Anna is in the other segment, Bo is not; each is asked off and on this."""
        bo = make_person("Bo Lie")
        other = make_segment(anna, description="Other")
        for contact, expected in ((anna, there), (bo, not_there)):
            for start, is_on in zip(((), (contact,)), expected, strict=True):
                segment = make_segment(*start)
                combine(
                    segment=segment,
                    operation=operation,
                    source=on_segment(other),
                    user=None,
                    at=NOW,
                )
                answer = ask(segment, contact)
                assert answer.is_on is is_on
                assert answer.steps[-1].asked.is_known
                assert answer.steps[-1].changed_since is False


def test_nobody_with_that_key(segment):
    with pytest.raises(Contact.DoesNotExist):
        why(segment=segment, contact_id=0, at=NOW)


def test_the_number_of_queries_is_that_of_the_steps(anna):
    """Neither the contact's history nor its company's size costs another."""
    news = MailingGroup.objects.create(code="NEWS")
    segment = make_segment()
    in_news = has("mailing_group", where("code", "is", "NEWS"))
    lately = has("interaction", where("date", "within_days", 90))
    take(add_contacts, segment, {"any": [IN_OSLO, in_news]}, expand_companies=True)
    take(reduce_contacts, segment, {"all": [lately, {"not": in_news}]})
    take(refine_contacts, segment, {"any": [lately, PERSONS]})

    def queries():
        with CaptureQueriesContext(connection) as captured:
            ask(segment, anna)
        return len(captured)

    few = queries()
    ContactMailingGroup.objects.create(contact=anna, mailing_group=news)
    for number in range(20):
        make_entry(anna, date=TODAY)
        make_person(f"Many {number}", company=anna.company, city="Oslo")
    # cursor, contact, steps, lines, names, conditions, two relations, one company,
    # and what the mailing groups are called
    assert queries() == few == 10
