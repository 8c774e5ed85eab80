"""I3: one interaction with one contact, as Business Central's own tests ask."""

import datetime
from decimal import Decimal

import pytest

from contacts.models import Salesperson
from contacts.tests.factories import make_company, make_person
from interactions.models import InteractionLogEntry
from interactions.tests.factories import make_template
from segments_app.forms.interactions import next_minute
from segments_app.models import Segment
from segments_app.services.log_interaction import InteractionRefused, log_interaction
from segments_app.tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def nina():
    return Salesperson.objects.create(code="NINA", name="Nina Holm")


@pytest.fixture
def visit():
    return make_template(
        "VISIT", description="A visit", unit_cost=Decimal(120), unit_duration=45
    )


@pytest.fixture
def anna(nina):
    return make_person("Anna Dahl", salesperson=nina)


def refusal(**values):
    """What is said at which value; nothing is logged."""
    with pytest.raises(InteractionRefused) as refused:
        log_interaction(values=values, user=None, at=NOW)
    assert not InteractionLogEntry.objects.exists()
    assert not Segment.objects.exists()
    return refused.value.faults


def test_an_interaction_needs_a_template(anna):
    """MInteraction.InteractionWithoutTemplate"""
    assert refusal(contact=anna) == {
        "template": "You must fill in the interaction template."
    }


def test_the_template_gives_cost_and_duration(anna, visit):
    """MInteraction.InteractionForContact"""
    entry = log_interaction(
        values={"contact": anna, "template": visit}, user=None, at=NOW
    )
    assert (entry.contact, entry.group, entry.template) == (anna, visit.group, visit)
    assert (entry.cost, entry.duration) == (Decimal(120), 45)
    assert not entry.postponed
    assert not Segment.objects.exists()


def test_cost_and_duration_are_overwritten(anna, visit):
    """MInteraction.InteractionForNewCostAndAmount"""
    values = {"contact": anna, "template": visit, "cost": Decimal(200), "duration": 60}
    entry = log_interaction(values=values, user=None, at=NOW)
    assert (entry.cost, entry.duration) == (Decimal(200), 60)


def test_an_interaction_needs_a_contact(visit):
    """MInteraction.SegmentLine_FinishWizard_ContactIsMandatory"""
    assert refusal(template=visit) == {
        "contact": "You must select a contact to interact with."
    }


def test_an_interaction_needs_a_salesperson(visit):
    """MInteraction.SegmentLine_FinishWizard_SalesPersonIsMandatory"""
    assert refusal(template=visit, contact=make_person("Berit Moe")) == {
        "salesperson": "You must fill in the salesperson."
    }


def test_an_interaction_needs_a_description(anna):
    """MInteraction.SegmentLine_FinishWizard_DescriptionIsMandatory"""
    silent = make_template("SILENT", description="")
    assert refusal(template=silent, contact=anna) == {
        "description": "You must fill in the description."
    }


@pytest.mark.parametrize("make", [make_person, make_company])
def test_the_form_names_the_contact_whose_card_it_came_from(admin_client, make):
    """MInteraction.ContactInteractionSubformCreateInteractionPersonContact,
    MInteraction.ContactInteractionSubformCreateInteractionCompanyContact,
    MIntUI.InteractionContactNameNotEditableIfCalledFromContact
    """
    contact = make("Fjord Moe")
    page = admin_client.get(
        "/segments/interactions/create/", {"contact": contact.number}
    )
    form = page.context["form"]
    assert form["contact"].value() == contact.number
    assert form.fields["contact"].disabled
    assert form.fields["contact"].help_text == "Fjord Moe"


def test_a_name_that_nobody_has_is_no_contact(admin_client, anna, nina):
    """MIntUI.InteractionContactBlankIfNameNotExists"""
    make_person("Berit Moe", salesperson=nina)
    page = admin_client.post(
        "/segments/interactions/create/",
        {"contact": "Nobody Known", "salesperson": nina.pk, "log": "1"},
    )
    assert page.context["form"].errors["contact"] == [
        "There is no contact with the number or name “Nobody Known”."
    ]
    assert page.context["form"].instance.contact_id is None


@pytest.mark.parametrize(
    ("now", "expected"),
    [("12:33:59", "12:34"), ("12:33:00", "12:34"), ("23:59:59", "00:00")],
)
def test_the_time_is_the_next_full_minute(now, expected):
    """MIntUI.SegmentLineDefaultTimeShouldBeNOWRoundedUpToNextMinute"""
    clock = datetime.datetime.combine(NOW.date(), datetime.time.fromisoformat(now))
    assert next_minute(clock) == datetime.time.fromisoformat(expected)
