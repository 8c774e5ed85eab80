"""How contacts are classified by set-up tables: what a link keeps, and renaming."""

from datetime import UTC, datetime

import pytest

from contacts.models import (
    BusinessRelation,
    Contact,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactWebSource,
)
from contacts.services.comment import add_comment
from contacts.tests.factories import make_company, make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "link",
    [
        ContactMailingGroup,
        ContactIndustryGroup,
        ContactWebSource,
        ContactJobResponsibility,
        ContactBusinessRelation,
    ],
)
def test_a_link_has_no_description_that_could_be_shorter(link):
    """MCampSeg.ContactMailingGroupDescription,
    MContacts.ContactIndustryGroupDescription, MContacts.ContactWebSourceDescription,
    MContacts.ContactJobResponsibilityDescription,
    MContacts.ContactBusinessRelationDescription: it is that of the set-up.
    """
    assert "description" not in {field.name for field in link._meta.fields}


def test_a_comment_is_kept_with_the_contact():
    """MContacts.CommentForContact"""
    ingrid = make_person()
    at = datetime(2026, 3, 2, tzinfo=UTC)
    add_comment(contact=ingrid, text="Likes oak", user=None, at=at)
    assert [comment.text for comment in ingrid.comments.all()] == ["Likes oak"]


def test_any_relation_is_given_by_code_and_its_renaming_changes_no_contact():
    """MContacts.ContactBusinessRelationIsCreatedWithoutValidationCheckWhenNonUIRun,
    MContacts.RenameBusinessRelationShouldNotUpdateContactBusinessRelation
    """
    customer = BusinessRelation.objects.create(code="CUSTOMER", description="Customer")
    company = make_company()
    company.business_relations.add(customer)
    customer.code = "CLIENT"
    customer.save()
    summarised = Contact.objects.with_relation_summary().get(pk=company.pk)
    assert (summarised.relations, summarised.relation) == (1, "Customer")
    assert customer.links.count() == 1
