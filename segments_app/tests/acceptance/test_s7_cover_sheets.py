"""S7: cover sheets that are logged, as Business Central's own tests ask."""

import pytest
from django.urls import reverse

from contacts.tests.factories import make_person
from interactions.models import InteractionLogEntry, InteractionTemplateSetup
from interactions.tests.factories import make_template
from jobs.models import Job
from segments_app.jobs.paper import paper_of_job
from segments_app.tests.factories import make_segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def cover():
    template = make_template("COVER", description="Cover sheet", unit_cost=3)
    InteractionTemplateSetup.objects.create(cover_sheets=template)
    return template


@pytest.fixture
def segment():
    homes = {"address": "Torget 1", "postcode": "0150", "city": "Oslo"}
    people = [
        make_person("Anna Dahl", **homes),
        make_person("Berit Moe", **homes),
        make_person("No Street"),
        make_person("Ødd Ʊpsilon Ԭ", **homes),
    ]
    return make_segment(*people, number="SM-7")


def print_covers(browser, segment, **choices):
    url = reverse("segments:paper", args=[segment.pk, "covers"])
    return browser.post(url, {"order": "name", **choices})


def names_logged():
    entries = InteractionLogEntry.objects.order_by("pk")
    return [entry.contact.name for entry in entries]


def test_one_entry_per_printed_sheet(admin_client, segment, cover):
    """MSegment.SegmentMultiLineCoverSheet"""
    print_covers(admin_client, segment, log="on")
    assert names_logged() == ["Anna Dahl", "Berit Moe"]
    entry = InteractionLogEntry.objects.first()
    assert (entry.template, entry.segment_number, entry.cost) == (cover, "SM-7", 3)
    assert (entry.logged_segment, entry.delivery_status) == (None, "")


def test_nothing_is_logged_without_the_tick(admin_client, segment, cover):
    """MSegment.SegmentCoverSheetNoLog"""
    print_covers(admin_client, segment)
    assert names_logged() == []
    assert Job.objects.get().has_result_file


def test_without_a_template_there_is_no_tick(admin_client, segment):
    page = admin_client.get(reverse("segments:paper", args=[segment.pk, "covers"]))
    assert "log" not in page.context["form"].fields
    print_covers(admin_client, segment, log="on")
    assert names_logged() == []


def test_looking_at_the_first_page_logs_nothing(admin_client, segment, cover):
    url = reverse("segments:paper_preview", args=[segment.pk, "covers"])
    assert admin_client.get(url, {"log": "on"}).status_code == 200
    assert names_logged() == []


def test_a_job_that_is_taken_up_again_logs_nobody_twice(admin_client, segment, cover):
    print_covers(admin_client, segment, log="on")
    for _progress in paper_of_job(Job.objects.get()):
        pass
    assert names_logged() == ["Anna Dahl", "Berit Moe"]
