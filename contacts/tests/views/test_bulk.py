"""Many contacts of the list changed at once: counted, asked, done, told."""

import pytest
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact, ContactChange, MailingGroup
from contacts.services.anonymise_contact import anonymise_contact
from contacts.services.bulk_changes import BULK_CHANGES
from contacts.tests.factories import make_company, make_person
from contacts.tests.opened import opened
from contacts.tests.visitors import make_user
from jobs.models import Job
from jobs.services import run_job

pytestmark = pytest.mark.django_db
LIST = reverse("contacts:list")
CHANGE = ("contacts.view_contact", "contacts.change_contact")
GROUP = ("contacts.add_contactmailinggroup", "contacts.delete_contactmailinggroup")


def url(code):
    return reverse("contacts:bulk", args=[code])


@pytest.fixture
def maja(client):
    client.force_login(make_user("maja", *CHANGE, *GROUP))
    return client


@pytest.fixture
def group():
    return MailingGroup.objects.create(code="NEWS", description="Newsletter")


@pytest.fixture
def people():
    """Anna, Bo and Cecilie of Oslo, Dag of Bergen."""
    return [
        make_person(f"{name} Lie", city=city)
        for name, city in (
            *(("Anna", "Oslo"), ("Bo", "Oslo"), ("Cecilie", "Oslo")),
            ("Dag", "Bergen"),
        )
    ]


def members(group):
    return sorted(group.contacts.values_list("first_name", flat=True))


def taken(client, code, **sent):
    """What is answered when the page that asks is sent as it was opened."""
    page = client.get(url(code), sent)
    return client.post(url(code), opened(page) | sent, follow=True)


def test_the_chosen_come_into_a_mailing_group(maja, people, group):
    anna, bo, *_others = people
    group.contacts.add(bo)
    sent = {"contact": [anna.pk, bo.pk], "mailing_group": group.pk}
    page = maja.get(url("add_to_group"), {"contact": [anna.pk, bo.pk]})
    assert "2 contacts" in page.content.decode()
    response = taken(maja, "add_to_group", **sent)
    assert "1 contact is changed. 1 was so already." in response.content.decode()
    assert members(group) == ["Anna", "Bo"]
    change = ContactChange.objects.get()
    assert (change.contact, change.values) == (anna, {"mailing_groups": [[], ["NEWS"]]})
    assert change.user.username == "maja"
    anna.refresh_from_db()
    assert anna.updated_at == change.at


def test_all_that_a_filter_finds_leave_it(maja, people, group):
    group.contacts.add(*people)
    sent = {"all": "on", "query": "search=oslo&ordering=-name"}
    response = taken(maja, "remove_from_group", mailing_group=group.pk, **sent)
    assert response.redirect_chain[-1][0] == f"{LIST}?search=oslo&ordering=-name"
    assert members(group) == ["Dag"]
    assert ContactChange.objects.count() == 3


def test_contacts_are_excluded_and_let_in_again(maja, people):
    dag = people[3]
    # Those who are excluded do not fit the filter any more.
    taken(maja, "exclude", all="on", query="eligible=yes&search=lie")
    assert Contact.objects.eligible().count() == 0
    taken(maja, "include", contact=[dag.pk])
    assert [each.first_name for each in Contact.objects.eligible()] == ["Dag"]
    values = ContactChange.objects.filter(contact=dag).order_by("pk")
    assert [each.values for each in values] == [
        {"exclude_from_segment": [False, True]},
        {"exclude_from_segment": [True, False]},
    ]


@pytest.mark.parametrize("code", ["add_to_group", "remove_from_group", "include"])
def test_who_was_anonymised_stays_as_it_is_and_is_counted(maja, people, group, code):
    anna, bo, *_others = people
    Contact.objects.update(exclude_from_segment=True)
    anonymise_contact(contact=bo, user=None, at=timezone.now(), reason="Asked")
    if code == "remove_from_group":
        group.contacts.add(anna, bo)
    before = Contact.objects.values().get(pk=bo.pk)
    sent = {"contact": [anna.pk, bo.pk], "mailing_group": group.pk}
    response = taken(maja, code, **sent)
    page = response.content.decode()
    assert "1 contact is changed. Anonymised: 1" in page
    assert "so already" not in page
    assert Contact.objects.values().get(pk=bo.pk) == before
    assert group.contacts.filter(pk=bo.pk).exists() == (code == "remove_from_group")
    assert bo.changes.values_list("kind").get() == ("anonymised",)


def test_who_came_meanwhile_is_shown_before_anything_is_done(maja, people):
    sent = {"all": "on", "query": "search=oslo"}
    form = opened(maja.get(url("exclude"), sent))
    make_person("Eva Lie", city="Oslo")
    page = maja.post(url("exclude"), form)
    assert "There are 4 contacts now." in page.content.decode()
    assert Contact.objects.eligible().count() == 5
    maja.post(url("exclude"), opened(page))
    assert Contact.objects.eligible().count() == 1


def test_so_many_are_changed_by_a_job_in_batches(maja, people, group, monkeypatch):
    monkeypatch.setattr("contacts.services.bulk_changes.MOST_WITHOUT_JOB", 2)
    monkeypatch.setattr("contacts.views.bulk.MOST_WITHOUT_JOB", 2)
    monkeypatch.setattr("contacts.jobs.bulk_changes.BATCH", 2)
    response = taken(maja, "add_to_group", all="on", query="", mailing_group=group.pk)
    job = Job.objects.get()
    assert response.redirect_chain[-1][0] == job.get_absolute_url()
    assert members(group) == []
    run_job(job=job)
    job.refresh_from_db()
    assert (job.done, job.total) == (4, 4)
    assert job.result == {"changed": 4, "already": 0, "anonymised": 0}
    assert members(group) == ["Anna", "Bo", "Cecilie", "Dag"]


@pytest.mark.parametrize("code", list(BULK_CHANGES))
@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"contact": ["x", "9" * 30, "-1"]},
        {"all": "on", "query": "country=XX"},
        {"all": "on", "query": "search=%00"},
    ],
)
def test_nobody_chosen_is_said(maja, people, code, sent):
    response = maja.get(url(code), sent, follow=True)
    assert "Choose the contacts first." in response.content.decode()


@pytest.mark.parametrize("group", ["", "x", "9" * 30])
def test_a_group_that_is_none_is_said_at_its_field(maja, people, group):
    response = taken(maja, "add_to_group", all="on", query="", mailing_group=group)
    assert response.status_code == 200
    assert response.context["form"].errors["mailing_group"]


def test_who_may_not_neither_sees_nor_does(client, people):
    client.force_login(make_user("rune", "contacts.view_contact"))
    assert 'form="chosen"' not in client.get(LIST).content.decode()
    for code in BULK_CHANGES:
        assert client.get(url(code), {"all": "on"}).status_code == 403
        assert client.post(url(code), {"all": "on"}).status_code == 403
    assert client.get(url("nothing")).status_code == 404


def test_the_list_offers_what_one_may(maja, people):
    page = maja.get(LIST, {"search": "oslo"}).content.decode()
    assert f'formaction="{url("exclude")}"' in page
    assert "All 3 that are found, not only the chosen" in page
    assert f'name="contact" value="{people[0].pk}"' in page
    assert "Add to segment" not in page


@pytest.mark.parametrize("people_count", [2, 30])
def test_the_cost_does_not_grow(
    maja, group, people_count, django_assert_max_num_queries
):
    for number in range(people_count):
        make_company(f"Firma {number}")
    page = opened(maja.get(url("add_to_group"), {"all": "on"}))
    with django_assert_max_num_queries(45):
        maja.post(url("add_to_group"), page | {"mailing_group": group.pk})
    assert group.contacts.count() == people_count
