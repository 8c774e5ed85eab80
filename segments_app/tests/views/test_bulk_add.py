"""Contacts chosen in their list are put on a segment, an open one or a new one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Contact
from contacts.tests.factories import make_person
from contacts.tests.opened import opened
from contacts.tests.visitors import make_user
from jobs.models import Job
from jobs.services import run_job
from segments_app.models import Segment
from segments_app.services import go_back
from segments_app.tests.factories import make_segment

pytestmark = pytest.mark.django_db
ADD = reverse("segments:bulk_add")
MAY = ("contacts.view_contact", "segments_app.view_segment")
MAY_CHANGE = (*MAY, "segments_app.change_segment")


@pytest.fixture
def astrid(client):
    user = make_user("astrid", *MAY_CHANGE, "segments_app.add_segment")
    client.force_login(user)
    return client


@pytest.fixture
def people():
    """Anna and Bo may be written to, Cecilie and Dag not."""
    return [
        make_person("Anna Lie"),
        make_person("Bo Lie"),
        make_person("Cecilie Lie", privacy_blocked=True),
        make_person("Dag Lie", exclude_from_segment=True),
    ]


def live(segment):
    lines = segment.lines.live().order_by("position")
    return [line.contact.first_name for line in lines.select_related("contact")]


def test_all_that_are_found_come_on_a_new_segment_and_who_is_kept_out_is_said(
    astrid, people
):
    page = astrid.get(ADD, {"all": "on", "query": "search=lie"})
    said = page.content.decode()
    assert "Privacy blocked: 1" in said
    assert "Excluded from segments: 1" in said
    form = opened(page) | {"description": "Autumn"}
    response = astrid.post(ADD, form, follow=True)
    segment = Segment.objects.get()
    assert response.redirect_chain[-1][0] == segment.get_absolute_url()
    assert (segment.description, live(segment)) == ("Autumn", ["Anna", "Bo"])
    assert segment.steps.get().kept_out == {"privacy_blocked": 1, "excluded": 1}


def test_the_chosen_come_on_an_open_segment(astrid, people):
    segment = make_segment(people[0])
    form = opened(astrid.get(ADD, {"contact": [people[0].pk, people[1].pk]}))
    astrid.post(ADD, form | {"segment": segment.number.lower()})
    segment.refresh_from_db()
    assert live(segment) == ["Anna", "Bo"]


def test_open_segments_can_be_chosen_by_what_they_are_called(astrid, people):
    segment = make_segment(people[0], description="Autumn letters")
    page = astrid.get(ADD, {"contact": [people[0].pk]}).content.decode()
    shown = f'<option value="{segment.number}">{segment.number} Autumn letters</option>'
    assert shown in page
    assert 'data-combo="one"' in page


@pytest.mark.parametrize("fate", ["done", "merged away", "closed meanwhile"])
def test_so_many_come_by_a_job(astrid, people, monkeypatch, fate):
    monkeypatch.setattr("segments_app.jobs.adding.AT_ONCE", 3)
    monkeypatch.setattr("segments_app.views.bulk_add.AT_ONCE", 3)
    segment = make_segment(people[0])
    page = astrid.get(ADD, {"all": "on", "query": "search=lie"})
    assert "So many take a while." in page.content.decode()
    response = astrid.post(ADD, opened(page) | {"segment": segment.number})
    job = Job.objects.get()
    assert response.url == job.get_absolute_url()
    assert live(segment) == ["Anna"]
    if fate == "closed meanwhile":
        segment.delete()
    if fate == "merged away":
        Contact.objects.filter(pk=people[1].pk).delete()
    run_job(job=job)
    if fate == "closed meanwhile":
        assert (job.state, job.error) == ("failed", "The segment is not open any more.")
        return
    came = {"done": ["Anna", "Bo"], "merged away": ["Anna"]}[fate]
    segment.refresh_from_db()
    assert live(segment) == came
    assert job.result == {
        "segment": segment.number,
        "entered": len(came) - 1,
        # Anna is on it already, Cecilie and Dag may not come.
        "kept_out": 3,
    }
    assert segment.number in astrid.get(job.get_absolute_url()).content.decode()


def test_the_contacts_are_counted_once(astrid, people):
    with CaptureQueriesContext(connection) as asked:
        astrid.get(ADD, {"all": "on", "query": "search=lie"})
    counts = [each["sql"] for each in asked if "COUNT(" in each["sql"]]
    assert len(counts) == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Name one segment"),
        ({"segment": "SM-NONE"}, "There is no open segment SM-NONE"),
        ({"segment": "SM-NONE", "description": "Autumn"}, "no open segment"),
        ({"segment": "\0"}, "Null characters are not allowed"),
    ],
)
def test_which_segment_is_meant_must_be_clear(astrid, people, sent, said):
    form = opened(astrid.get(ADD, {"all": "on"}))
    assert said in astrid.post(ADD, form | sent).content.decode()
    assert not Segment.objects.exists()


def test_undone_steps_are_not_dropped_unasked(astrid, people):
    segment = make_segment(people[0])
    go_back(segment=segment, user=None)
    form = opened(astrid.get(ADD, {"contact": [people[1].pk]}))
    page = astrid.post(ADD, form | {"segment": segment.number})
    assert "has undone steps" in page.content.decode()


def test_nobody_chosen_is_said(astrid, people):
    response = astrid.get(ADD, {"contact": ["x"]}, follow=True)
    assert "Choose the contacts first." in response.content.decode()


def test_who_may_not_make_segments_names_an_open_one(client, people):
    client.force_login(make_user("eva", *MAY_CHANGE))
    form = opened(client.get(ADD, {"all": "on"}))
    assert "description" not in form
    client.post(ADD, form | {"description": "Mine"})
    assert not Segment.objects.exists()
    client.force_login(make_user("rune", *MAY))
    assert client.get(ADD, {"all": "on"}).status_code == 403


def test_the_list_of_contacts_offers_it(astrid, people):
    page = astrid.get(reverse("contacts:list")).content.decode()
    assert f'formaction="{ADD}">Add to segment</button>' in page
    assert Contact.objects.count() == 4
