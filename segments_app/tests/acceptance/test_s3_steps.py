"""S3: add, reduce, refine and the recorded actions, as Business Central's tests ask.

BC's "number of criteria actions" is the number of steps up to where the segment
stands, which is its position.
"""

import pytest

from contacts.models import ContactMailingGroup, MailingGroup, Salesperson
from contacts.tests.factories import make_company, make_person
from segments_app.services import (
    add_by_hand,
    add_contacts,
    go_back,
    reduce_contacts,
    refine_contacts,
)
from segments_app.services.steps import total_at
from segments_app.tests.factories import NOW, make_segment, names_on, these

pytestmark = pytest.mark.django_db

RELATED = {"include_related_companies": True}


def take(step, segment, criteria, **options):
    return step(segment=segment, criteria=criteria, options=options, user=None, at=NOW)


def by_hand(segment, *contacts):
    for contact in contacts:
        add_by_hand(segment=segment, contacts=these(contact), user=None, at=NOW)


def number(contact):
    return {"field": "number", "op": "is", "value": contact.number}


def sold_by(code):
    return {"field": "salesperson", "op": "is", "value": code}


@pytest.fixture
def people():
    """Anna is sold to by S1, Bo by S2."""
    return [
        make_person(name, salesperson=Salesperson.objects.create(code=code, name=code))
        for name, code in (("Anna Dahl", "S1"), ("Bo Lie", "S2"))
    ]


@pytest.fixture
def segment(people):
    """Anna and Bo, entered by hand one after the other."""
    segment = make_segment()
    by_hand(segment, *people)
    return segment


def test_add_contacts_with_a_filter_on_the_number():
    """MSegment.SegmentAddContactWithReport"""
    company = make_company("Kaffe AS")
    make_company("Te AS")
    segment = make_segment()
    take(add_contacts, segment, number(company))
    assert names_on(segment) == ["Kaffe AS"]


def test_a_contact_entered_by_hand_is_an_action_of_its_own(people):
    """MSegment.SegmentLineNoOfCriteriaActions"""
    segment = make_segment()
    by_hand(segment, people[0])
    assert (segment.position, segment.steps.count()) == (1, 1)


def test_a_reduce_that_empties_the_segment_is_kept_as_a_step(people):
    """MSegment.ReduceSegmentLineWithConfirmation

    BC asks "Do you want to reset number of criteria actions?" and Yes deletes the
    criteria and the undo journal. Nothing is asked here and no step is thrown away:
    the segment is empty, has two steps, and can be gone back.
    """
    segment = make_segment()
    by_hand(segment, people[0])
    step = take(reduce_contacts, segment, sold_by("S1"))
    assert (names_on(segment), step.left, step.total) == ([], 1, 0)
    assert segment.position == 2
    go_back(segment=segment, user=None)
    assert names_on(segment) == ["Anna Dahl"]


def test_refine_keeps_those_of_one_salesperson(segment):
    """MSegment.RefineSegmentLine"""
    take(refine_contacts, segment, sold_by("S2"))
    assert names_on(segment) == ["Bo Lie"]


def test_a_refine_without_effect_is_an_action_too(segment):
    """MSegment.ReRefineSegmentLine"""
    take(refine_contacts, segment, sold_by("S2"))
    before = segment.position
    again = take(refine_contacts, segment, sold_by("S2"))
    assert (names_on(segment), again.left) == (["Bo Lie"], 0)
    assert segment.position == before + 1


def test_refine_of_a_segment_that_was_filled_by_criteria(people):
    """MCampSeg.RefiningContactsOnSegments"""
    segment = make_segment()
    take(add_contacts, segment, {"any": [sold_by("S1"), sold_by("S2")]})
    take(refine_contacts, segment, sold_by("S1"))
    assert names_on(segment) == ["Anna Dahl"]


def test_reduce_by_everybody_on_it_leaves_nobody(people):
    """MCampSeg.RemoveAllContactsFromSegments

    A reduce without any filter is not to be had: whom it means must be said. The
    reset question is not asked, see MSegment.ReduceSegmentLineWithConfirmation.
    """
    segment = make_segment()
    take(add_contacts, segment, {"any": [sold_by("S1"), sold_by("S2")]})
    numbers = sorted(person.number for person in people)
    take(
        reduce_contacts,
        segment,
        {"all": [{"field": "number", "op": "in", "value": numbers}]},
    )
    assert (names_on(segment), total_at(segment)) == ([], 0)


def test_reduce_by_one_contact(segment, people):
    """MCampSeg.ReduceContactFromSegment"""
    take(reduce_contacts, segment, number(people[0]))
    assert names_on(segment) == ["Bo Lie"]


def test_refine_by_one_contact(segment, people):
    """MCampSeg.RefineContactFromSegment"""
    take(refine_contacts, segment, number(people[0]))
    assert names_on(segment) == ["Anna Dahl"]


class TestMembersOfAMailingGroup:
    """Company A, independent person B, person C; who of them is in group M."""

    MEMBERS = {
        "has": "mailing_group",
        "where": {"field": "code", "op": "is", "value": "M"},
    }

    @staticmethod
    def members(*, employed, group):
        company = make_company("A")
        cast = {
            "A": company,
            "B": make_person("B"),
            "C": make_person("C", company=company if employed else None),
        }
        mailing_group = MailingGroup.objects.create(code="M")
        for name in group:
            ContactMailingGroup.objects.create(
                contact=cast[name], mailing_group=mailing_group
            )
        return make_segment()

    def test_all_are_members_and_companies_come_along(self):
        """MCampSeg.AddContactsAllContactsMailingGrouAllowRelatedCompaniesTrue"""
        segment = self.members(employed=True, group="ABC")
        take(add_contacts, segment, self.MEMBERS, **RELATED)
        assert sorted(names_on(segment)) == ["A", "B", "C"]

    def test_all_are_members_themselves(self):
        """MCampSeg.AddContactsAllContactsMailingGrouAllowRelatedCompaniesFalse"""
        segment = self.members(employed=True, group="ABC")
        take(add_contacts, segment, self.MEMBERS)
        assert sorted(names_on(segment)) == ["A", "B", "C"]

    def test_the_company_of_a_member_comes_along(self):
        """The company that a member represents is added with the option on.

        MCampSeg.AddContactsMailingGroupContactsWithRelatedCompaniesAllowRelatedCompaniesTRUE
        """
        segment = self.members(employed=True, group="BC")
        take(add_contacts, segment, self.MEMBERS, **RELATED)
        assert sorted(names_on(segment)) == ["A", "B", "C"]

    def test_a_company_of_nobody_does_not_come_along(self):
        """A company without a member among its people stays out.

        MCampSeg.AddContactsMailingGroupContactsOnlySkipsUnRelatedCompaniesAllowRelatedCompaniesTRUE
        """
        segment = self.members(employed=False, group="BC")
        take(add_contacts, segment, self.MEMBERS, **RELATED)
        assert sorted(names_on(segment)) == ["B", "C"]

    def test_without_the_option_no_company_comes_along(self):
        """The option off: members only.

        MCampSeg.AddContactsMailingGroupContactsOnlySkipsRelatedCompaniesAllowRelatedCompaniesFALSE
        """
        segment = self.members(employed=True, group="BC")
        take(add_contacts, segment, self.MEMBERS)
        assert sorted(names_on(segment)) == ["B", "C"]
