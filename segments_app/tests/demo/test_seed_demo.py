"""The demo company: loaded once, told again, kept away from real data."""

import re

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact, ContactMailingGroup, MarketingSetup
from contacts.tests.factories import make_company
from interactions.models import (
    Campaign,
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateSetup,
    LetterSnapshot,
    LoggedSegment,
)
from segments_app.models import SavedCriteria, Segment
from segments_app.services import preflight

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def seed(capsys, **options) -> str:
    call_command("seed_demo", **options)
    return capsys.readouterr().out


def everything() -> dict:
    """Return the rows of every table that a demo could touch."""
    models = (Contact, ContactMailingGroup, InteractionLogEntry, LoggedSegment)
    models += (Segment, SavedCriteria, MarketingSetup, get_user_model())
    return {
        model: list(model._default_manager.order_by("pk").values()) for model in models
    }


def test_a_newcomer_finds_something_of_everything(capsys):
    said = seed(capsys)

    assert said.startswith("Demo company: 58 contacts, loaded.\n")
    assert Contact.objects.companies().count() == 18
    assert Contact.objects.ineligible().count() == 3
    assert Contact.objects.filter(phone_e164="").exclude(phone="").count() == 0
    assert MarketingSetup.load().company_name == "Skogheim Kontormøbler AS"
    logged = LoggedSegment.objects.annotate(letters=Count("interactions"))
    assert list(logged.order_by("pk").values_list("description", "letters")) == [
        ("Catalogue", 29),
        ("Spring chairs: a first look", 11),
        ("Spring chairs: order now", 29),
        ("Save the date: autumn fair", 10),
    ]
    assert LetterSnapshot.objects.count() == 79
    assert InteractionTemplateSetup.load().outgoing_calls.code == "CALL"
    segment = Segment.objects.get()
    steps = segment.steps.order_by("position").values_list("kind", "total")
    assert list(steps) == [("add", 20), ("add", 28), ("refine", 18), ("reduce", 15)]
    assert segment.lines.live().count() == 15
    found = [
        (each.kind, each.severity, each.lines)
        for each in preflight(segment=segment, deliver=False)
    ]
    assert found == [("other_language", "warning", 8)]
    assert segment.owner.username == "assistant"
    assert SavedCriteria.objects.get().code == "FAIR-PEOPLE"


def test_its_calls_and_visits_are_not_written_whatever_the_contact_prefers(capsys):
    seed(capsys)
    templates = InteractionTemplate.objects.filter(correspondence_type="")
    assert sorted(
        templates.values_list("code", "ignore_contact_correspondence_type")
    ) == [("CALL", True), ("CALLED", True), ("VISIT", True)]


def test_its_campaigns_were_answered_and_the_running_one_is_active(capsys):
    seed(capsys)
    fair, spring = Campaign.objects.order_by("number")
    figures = InteractionLogEntry.objects.by_campaign([fair, spring])
    assert [
        (each.interactions, each.contacted, each.responded, each.cost)
        for each in (figures[fair.pk], figures[spring.pk])
    ] == [(14, 10, 4, 180), (54, 34, 13, 720)]
    assert (fair.is_active, spring.is_active) == (True, False)
    assert fair.targets.count() == 10


def test_its_users_can_log_in_with_what_is_told(capsys):
    users = re.findall(r"^  (\w+) +(\w{14})   (.+)$", seed(capsys), re.M)

    assert [(name, role) for name, _password, role in users] == [
        ("assistant", "Marketing assistant"),
        ("manager", "Marketing manager"),
        ("reader", "Read-only"),
        ("administrator", "Set-up in Django admin"),
    ]
    *staff, administrator = users
    for name, password, role in staff:
        user = authenticate(username=name, password=password)
        assert [group.name for group in user.groups.all()] == [role]
        assert user.email == user.salesperson.email != ""
    assert user.has_perm("contacts.view_contact")
    assert not user.has_perm("contacts.change_contact")
    name, password, _role = administrator
    assert authenticate(username=name, password=password).is_superuser


def test_a_second_run_changes_nothing_and_tells_the_passwords_again(capsys):
    first = seed(capsys).splitlines()
    before = everything()

    second = seed(capsys).splitlines()

    assert everything() == before
    assert second[0] == "Demo company: 58 contacts, there already, nothing was changed."
    assert second[1:] == first[1:]


def test_a_changed_password_is_left_alone(capsys):
    seed(capsys)
    user = get_user_model().objects.get(username="reader")
    user.set_password("something of my own")
    user.save()

    assert "reader        (its password was changed)   Read-only" in seed(capsys)
    user.refresh_from_db()
    assert user.check_password("something of my own")


def test_a_database_with_contacts_of_others_is_refused():
    make_company("Kaffe AS")

    with pytest.raises(CommandError, match="that the demo did not make"):
        call_command("seed_demo")

    assert list(Contact.objects.values_list("name", flat=True)) == ["Kaffe AS"]
    assert not get_user_model().objects.exists()


@pytest.mark.parametrize("contacts", [-1, 1_000_001])
def test_an_impossible_number_is_refused(contacts):
    with pytest.raises(CommandError, match="from 0 to 1,000,000 are possible"):
        call_command("seed_demo", contacts=contacts)

    assert not Contact.objects.exists()


def test_contacts_by_the_thousand_are_like_the_others(capsys):
    said = seed(capsys, contacts=1_000)

    assert said.startswith("Demo company: 1,000 contacts, loaded.\n")
    made = Contact.objects.filter(number__startswith="D-")
    assert made.companies().count() == 189
    assert made.filter(company__isnull=False).count() == 565
    assert set(made.values_list("country", flat=True)) == {"NO", "DK", "SE", "FI", "NL"}
    first, second = made.order_by("number")[:2]
    assert (first.number, first.name, first.city, first.phone_e164) == (
        "D-0000001",
        "Møller Elektro ApS",
        "Aarhus C",
        "+4582000001",
    )
    assert (second.company, second.name, second.city, second.home_page) == (
        first,
        "Oda Korhonen",
        "Aarhus C",
        "https://firm1.example",
    )
    entries = InteractionLogEntry.objects.filter(contact__in=made)
    assert 2.5 < entries.count() / made.count() < 3.5
    assert not entries.exclude(company_id=None).exclude(
        company_id__in=Contact.objects.companies().values("pk")
    )


def test_more_contacts_are_added_to_those_that_are_there(capsys):
    seed(capsys, contacts=500)
    few = list(Contact.objects.order_by("pk").values())

    with CaptureQueriesContext(connection) as first:
        seed(capsys, contacts=600)
    with CaptureQueriesContext(connection) as second:
        seed(capsys, contacts=1_600)

    assert list(Contact.objects.order_by("pk").values()[:500]) == few
    assert Contact.objects.count() == 1_600
    assert len(first) == len(second)
