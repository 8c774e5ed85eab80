"""I1: interaction groups and templates, as Business Central's own tests tell."""

import pytest
from django.urls import reverse

from interactions.models import InteractionGroup, InteractionTemplate

pytestmark = pytest.mark.django_db


@pytest.fixture
def siv(client, admin_user):
    """Who sets things up."""
    client.force_login(admin_user)
    return client


class TestMInteractionCreationInteractionGroup:
    """MInteraction.CreationInteractionGroup"""

    def test_it_can_be_read_back(self, siv):
        page = reverse("admin:interactions_interactiongroup_add")
        siv.post(page, {"code": "letters", "description": "Letters and cards"})
        group = InteractionGroup.objects.get()
        assert (group.code, group.description) == ("LETTERS", "Letters and cards")


class TestMInteractionCreationInteractionTemplate:
    """MInteraction.CreationInteractionTemplate"""

    def test_its_group_is_the_one_it_was_given(self, siv):
        InteractionGroup.objects.create(code="CALLS")
        letters = InteractionGroup.objects.create(code="LETTERS")
        siv.post(
            reverse("interactions:template_create"),
            {
                "code": "spring",
                "description": "Spring letter",
                "group": letters.pk,
                "correspondence_type": "hard_copy",
                "email_form": "docx",
                "unit_cost": "1.20",
                "unit_duration": "2",
                "languages-TOTAL_FORMS": 0,
                "languages-INITIAL_FORMS": 0,
            },
        )
        template = InteractionTemplate.objects.get()
        assert (template.code, template.group) == ("SPRING", letters)
