"""S7: cover sheets that are logged, as Business Central's own tests ask."""

import pytest
from django.urls import reverse

from contacts.models import Contact, MarketingSetup
from contacts.tests.factories import make_person
from interactions.models import (
    Campaign,
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateSetup,
)
from interactions.tests.factories import make_logged_segment, make_template
from interactions.tests.pdf.reading import text
from jobs.models import Job
from segments_app.jobs.paper import paper_of_job
from segments_app.models import Segment
from segments_app.services.log_covers import log_covers
from segments_app.tests.factories import NOW, TODAY, make_segment

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


def counted(campaign):
    """The entries of the campaign with the contacts whose sheets are counted in it."""
    return [
        (entry.description, [each.contact.name for each in entry.interactions.all()])
        for entry in campaign.entries.order_by("pk")
    ]


def test_sheets_of_a_campaign_are_counted_in_the_entry_of_single_interactions(
    admin_client, segment, cover
):
    fair = Campaign.objects.create(number="FAIR", description="Coffee fair")
    InteractionTemplate.objects.update(campaign=fair)
    print_covers(admin_client, segment)
    assert counted(fair) == []
    print_covers(admin_client, segment, log="on")
    anna = Contact.objects.get(name="Anna Dahl")
    url = reverse("segments:contact_cover") + f"?contact={anna.number}"
    admin_client.post(url, {"log": "on"})
    names = ["Anna Dahl", "Berit Moe", "Anna Dahl"]
    assert counted(fair) == [("Interactions", names[::-1])]


def test_sheets_of_a_logged_segment_are_counted_in_its_entry_while_that_counts(cover):
    """What was cancelled gets no more."""
    fair = Campaign.objects.create(number="FAIR", description="Coffee fair")
    InteractionTemplate.objects.update(campaign=fair)
    cover.refresh_from_db()
    logged = make_logged_segment("SM-7")
    entry = fair.entries.create(description="Spring", date=TODAY, logged_segment=logged)

    def log(name):
        log_covers(
            contacts=[make_person(name).pk],
            segment_number="SM-7",
            logged_segment=logged,
            user=None,
            at=NOW,
        )

    log("Anna Dahl")
    entry.cancelled = True
    entry.save()
    log("Berit Moe")
    assert counted(fair) == [("Spring", ["Anna Dahl"]), ("Interactions", ["Berit Moe"])]


def test_the_sheet_of_one_contact_is_logged_from_the_card(admin_client, cover):
    """MContacts.ContactCoverSheetReportLog"""
    MarketingSetup.objects.create(company_name="Fjord & Co", phone="22 00 00 00")
    anna = make_person("Anna Dahl", address="Torget 1", postcode="0150", city="Oslo")
    url = reverse("segments:contact_cover") + f"?contact={anna.number}"
    assert f'href="{url}"' in admin_client.get(anna.get_absolute_url()).content.decode()
    page = admin_client.post(url, {"notes": "First\nSecond", "log": "on"})
    printed = text(page.content)
    assert [
        said
        for said in ("Fjord & Co", "Anna Dahl", "Torget 1", "First", "Second")
        if said in printed
    ] == ["Fjord & Co", "Anna Dahl", "Torget 1", "First", "Second"]
    (entry,) = InteractionLogEntry.objects.all()
    assert (entry.contact, entry.template, entry.segment_number) == (anna, cover, "")
    assert not Segment.objects.exists()


def test_a_sheet_without_an_address_is_refused_and_not_logged(admin_client, cover):
    berit = make_person("Berit Moe")
    url = reverse("segments:contact_cover") + f"?contact={berit.number}"
    page = admin_client.post(url, {"log": "on"})
    assert page.context["form"].non_field_errors() == [
        "There is no complete address to print. Mend the addresses first."
    ]
    assert names_logged() == []
