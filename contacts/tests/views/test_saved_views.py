"""Views of the list that a user keeps under a name, for nobody else."""

import datetime

import pytest
from django.http import QueryDict
from django.urls import reverse

from contacts.models import SavedView
from contacts.tests.factories import make_company, make_person
from contacts.tests.visitors import make_user

pytestmark = pytest.mark.django_db
LIST = reverse("contacts:list")
SAVE = reverse("contacts:view_save")
NOW = datetime.datetime(2026, 11, 20, 9, tzinfo=datetime.UTC)


def own_view(client, name="People", query="type=person&ordering=-name"):
    client.post(SAVE, {"name": name, "query": query})
    return SavedView.objects.exclude(owner__username="tor").get(name=name)


def shown(client, view):
    response = client.get(view.get_absolute_url())
    return [contact.name for contact in response.context["table"].contacts]


@pytest.fixture
def foreign():
    """A view of Tor."""
    tor = make_user("tor", "contacts.view_contact")
    return SavedView.objects.create(
        owner=tor, name="Of Tor", query="type=company", created_at=NOW
    )


def test_a_view_is_saved_and_opened_as_it_was(reader):
    make_company("Fjordheim AS")
    make_person("Anna Dahl")
    make_person("Bo Lie")
    sent = "type=person&ordering=-name&country=&after=12&view=9&page=3&csrf=x"
    response = reader.post(SAVE, {"name": " People ", "query": sent}, follow=True)
    view = SavedView.objects.get()
    assert (view.name, view.owner.username) == ("People", "rune")
    assert QueryDict(view.query).dict() == {"type": "person", "ordering": "-name"}
    assert "The view “People” is saved." in response.content.decode()
    assert shown(reader, view) == ["Bo Lie", "Anna Dahl"]
    assert 'aria-current="page">People</a>' in response.content.decode()


def test_nobody_sees_or_touches_the_view_of_another(reader, foreign):
    assert "Of Tor" not in reader.get(LIST, {"view": foreign.pk}).content.decode()
    for page in ("contacts:view_rename", "contacts:view_delete"):
        url = reverse(page, args=[foreign.pk])
        assert reader.get(url).status_code == 404
        assert reader.post(url, {"name": "Mine"}).status_code == 404
    assert SavedView.objects.get().name == "Of Tor"


def test_a_name_is_given_once_per_user(reader, foreign):
    own_view(reader, name="Of Tor")
    response = reader.post(SAVE, {"name": "Of Tor", "query": ""}, follow=True)
    assert "You have a view of this name already." in response.content.decode()
    assert SavedView.objects.count() == 2


def test_a_view_is_renamed_and_deleted(reader):
    view = own_view(reader)
    own_view(reader, name="Others")
    rename = reverse("contacts:view_rename", args=[view.pk])
    refused = reader.post(rename, {"name": "Others"}).content.decode()
    assert "You have a view of this name already." in refused
    reader.post(rename, {"name": "Persons"})
    view.refresh_from_db()
    assert view.name == "Persons"
    delete = reverse("contacts:view_delete", args=[view.pk])
    assert "Delete the view “Persons”?" in reader.get(delete).content.decode()
    assert reader.post(delete).url == LIST
    assert [each.name for each in SavedView.objects.all()] == ["Others"]


def test_a_view_of_old_says_what_is_no_more(reader):
    view = own_view(reader, query="type=person")
    SavedView.objects.update(query="type=person&shoe_size=44")
    page = reader.get(SavedView.objects.get().get_absolute_url()).content.decode()
    assert "asks for something that there is no more: shoe_size" in page
    SavedView.objects.update(query="salesperson=999")
    page = reader.get(reverse("contacts:list") + f"?salesperson=999&view={view.pk}")
    assert "See at the field what it is." in page.content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"name": ""},
        {"name": "x" * 61},
        {"name": "a\0b", "query": "type=\0"},
        {"name": "Much", "query": "search=" + "x" * 2_001},
        {"name": "Odd", "query": "%%%&&=&search=%00"},
    ],
)
def test_what_cannot_be_kept_is_said(reader, sent):
    assert reader.post(SAVE, sent).status_code == 302
    assert reader.get(LIST, {"view": "9" * 30}).status_code == 200
    for view in SavedView.objects.all():
        assert reader.get(view.get_absolute_url()).status_code == 200


def test_only_who_may_look_at_contacts_has_views(client):
    client.force_login(make_user("nobody"))
    assert client.post(SAVE, {"name": "Mine", "query": ""}).status_code == 403
    assert client.get(SAVE).status_code == 403
