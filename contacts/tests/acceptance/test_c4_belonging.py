"""C4: groups, responsibilities and comments, as Business Central's tests ask."""

import pytest
from django.urls import reverse

from contacts.models import (
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactWebSource,
    JobResponsibility,
    MailingGroup,
)
from contacts.tests.factories import make_person
from contacts.tests.opened import opened

pytestmark = pytest.mark.django_db


class TestDescriptions:
    """MCampSeg.ContactMailingGroupDescription

    MContacts.ContactIndustryGroupDescription, MContacts.ContactWebSourceDescription,
    MContacts.ContactJobResponsibilityDescription. A link keeps no copy of the
    description, so it cannot be shorter.
    """

    @pytest.mark.parametrize(
        "link",
        [
            ContactMailingGroup,
            ContactIndustryGroup,
            ContactWebSource,
            ContactJobResponsibility,
        ],
    )
    def test_a_link_has_no_description_of_its_own(self, link):
        assert "description" not in {field.name for field in link._meta.get_fields()}


class TestMContactsMailingGroupForContact:
    """MContacts.MailingGroupForContact"""

    def test_a_group_that_is_assigned_is_the_one_it_has(self, editor):
        anna = make_person()
        group = MailingGroup.objects.create(code="NEWS")
        page = reverse("contacts:groups", args=[anna.pk])
        editor.post(page, {"mailing_groups": [group.pk]})
        assert list(anna.mailing_groups.all()) == [group]


class TestMContactsJobResponsibilityForContact:
    """MContacts.JobResponsibilityForContact"""

    def test_a_responsibility_that_is_assigned_is_the_one_it_has(self, editor):
        anna = make_person()
        buyer = JobResponsibility.objects.create(code="BUYER", description="Buyer")
        page = reverse("contacts:edit", args=[anna.pk])
        sent = opened(editor.get(page)) | {"job_responsibilities": [buyer.pk]}
        editor.post(page, sent)
        assert list(anna.job_responsibilities.all()) == [buyer]
        assert "Buyer" in editor.get(anna.get_absolute_url()).content.decode()


class TestMContactsCommentForContact:
    """MContacts.CommentForContact"""

    def test_a_comment_is_stored_with_the_contact(self, editor):
        anna = make_person()
        page = reverse("contacts:comment", args=[anna.pk])
        editor.post(page, {"text": "Rings in the morning"})
        assert [comment.text for comment in anna.comments.all()] == [
            "Rings in the morning"
        ]
