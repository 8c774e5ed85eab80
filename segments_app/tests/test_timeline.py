"""The timeline of a contact with everything that the applications tell."""

import datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contacts.card.timeline import merged, moment_from
from contacts.models import ContactComment, Salesperson
from contacts.registry import sources_for
from contacts.tests.factories import make_company, make_person
from contacts.tests.visitors import make_user
from interactions.models import Campaign, InteractionLogEntry
from interactions.tests.factories import make_entry, make_logged_segment
from segments_app.services import go_back
from segments_app.tests.factories import make_segment

pytestmark = pytest.mark.django_db
MADE = datetime.datetime(2026, 1, 5, 8, tzinfo=datetime.UTC)
EVERYTHING = (
    "contacts.view_contact",
    "contacts.view_contactchange",
    "contacts.view_contactcomment",
    "interactions.view_interactionlogentry",
    "segments_app.view_segment",
)


@pytest.fixture
def kaffe():
    return make_company("Kaffe AS", created_at=MADE)


@pytest.fixture
def anna(kaffe):
    return make_person("Anna Dahl", company=kaffe, created_at=MADE)


@pytest.fixture
def reader():
    return make_user("rune", *EVERYTHING)


def day(number):
    return datetime.date(2026, 3, number)


def told(contact, user, before=None, size=50):
    page = merged(sources_for(user), contact, before, size)
    return [event.title for event in page.events]


def test_interactions_segments_campaigns_and_changes_are_one_story(anna, reader):
    spring = Campaign.objects.create(number="CP-1", description="Spring")
    logged = make_logged_segment("SM-7")
    make_entry(
        anna,
        description="Letter",
        date=day(1),
        campaign=spring,
        logged_segment=logged,
        segment_number="SM-7",
        created_at=datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.UTC),
        salesperson=Salesperson.objects.create(code="JO", name="Jo Berg"),
    )
    make_entry(
        anna,
        description="Answer",
        date=day(3),
        campaign=spring,
        campaign_response=True,
        evaluation="positive",
        cancelled=True,
        created_at=datetime.datetime(2026, 3, 9, 9, tzinfo=datetime.UTC),
    )
    make_entry(anna, description="Draft", date=day(4), postponed=True)
    ContactComment.objects.create(
        contact=anna,
        text="Rings early",
        created_at=datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC),
    )
    segment = make_segment(anna, description="Christmas letter")
    events = merged(sources_for(reader), anna, None, 50).events
    assert [event.title for event in events] == [
        f"On the segment {segment}",
        "Answer",
        "Comment",
        "Letter",
        "Campaign CP-1 Spring",
        "Created",
    ]
    _segment, answer, _comment, letter, campaign, _made = events
    assert [badge.label for badge in answer.badges] == ["Cancelled", "Positive"]
    assert [(link.label, link.url) for link in letter.links] == [
        ("SM-7 Spring letter", logged.get_absolute_url()),
        ("CP-1 Spring", ""),
    ]
    assert (letter.by, letter.about) == ("Jo Berg", None)
    # The cancelled answer is none.
    assert (campaign.text, campaign.badges) == ("1 interaction", ())


def test_a_company_tells_what_was_said_with_its_people_and_with_whom(
    kaffe, anna, reader
):
    bo = make_person("Bo Lie")
    make_entry(anna, company=kaffe, description="To Anna", date=day(1))
    make_entry(kaffe, company=kaffe, description="To Kaffe", date=day(2))
    make_entry(bo, description="To Bo", date=day(3))
    segment = make_segment(anna, bo)
    events = merged(sources_for(reader), kaffe, None, 50).events
    assert [(event.title, event.about) for event in events] == [
        (f"On the segment {segment}", anna),
        ("To Kaffe", None),
        ("To Anna", anna),
        ("Created", None),
    ]


def test_who_left_the_segment_or_went_back_is_not_on_it(anna, reader):
    segment = make_segment(anna)
    go_back(segment=segment, user=reader)
    assert told(anna, reader) == ["Created"]


def test_what_one_may_not_see_is_not_told(anna):
    make_entry(anna)
    make_segment(anna)
    ContactComment.objects.create(contact=anna, text="x")
    assert told(anna, make_user("bo", "contacts.view_contact")) == []
    seller = make_user("kari", "interactions.view_interactionlogentry")
    assert told(anna, seller) == ["Spring letter"]


def fill(contact, company, count):
    for number in range(count):
        moment = timezone.now() - datetime.timedelta(days=number, minutes=number % 3)
        campaign = Campaign.objects.create(description=f"Campaign {number}")
        logged = make_logged_segment(f"SM-9{contact.pk}{number}")
        for _twice in range(2):
            make_entry(
                contact,
                company=company,
                date=moment.date(),
                created_at=moment if number % 2 else timezone.now(),
                campaign=campaign,
                logged_segment=logged,
                user=User.objects.create(username=f"u{contact.pk}{number}{_twice}"),
            )
        make_segment(contact)
        ContactComment.objects.create(contact=contact, text="x", created_at=moment)


@pytest.mark.parametrize("whose", ["person", "company"])
def test_paging_over_all_sources_tells_every_event_once(kaffe, anna, reader, whose):
    fill(anna, kaffe, 9)
    contact = anna if whose == "person" else kaffe
    whole = merged(sources_for(reader), contact, None, 200).events
    paged, before = [], None
    for _page in range(60):
        page = merged(sources_for(reader), contact, before, 4)
        paged += page.events
        if page.older is None:
            break
        before = moment_from(str(page.older))
    assert [event.moment for event in paged] == [event.moment for event in whole]
    assert len(whole) == (9 * 5 + 1 if whose == "person" else 9 * 4 + 1)


def test_what_was_written_down_long_before_its_day_hides_nothing(anna, reader):
    made = datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.UTC)
    make_entry(anna, description="Planned", date=day(10), created_at=made)
    ContactComment.objects.create(
        contact=anna, text="x", created_at=made + datetime.timedelta(days=4)
    )
    first = merged(sources_for(reader), anna, None, 1)
    assert [event.title for event in first.events] == ["Planned"]
    assert told(anna, reader, first.older) == ["Comment", "Created"]


def test_the_page_costs_the_same_however_long_the_story(kaffe, anna, client, reader):
    client.force_login(reader)
    asked = []
    for count in (1, 20):
        fill(anna, kaffe, count) if count == 1 else fill(kaffe, kaffe, count)
        for contact in (anna, kaffe):
            url = reverse("contacts:timeline", args=[contact.pk])
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            asked.append(len(queries))
    assert max(asked) <= 12
    assert InteractionLogEntry.objects.count() == 42


def test_kinds_older_and_back_are_links(anna, kaffe, client, reader):
    client.force_login(reader)
    fill(anna, kaffe, 12)
    card = client.get(anna.get_absolute_url()).content.decode()
    url = reverse("contacts:timeline", args=[anna.pk])
    assert f'href="{url}?kind=campaigns"' in card
    assert f'href="{url}?before=' in card
    only = client.get(url, {"kind": "comments"})
    titles = {event.title for event in only.context["timeline"].events}
    assert titles == {"Comment"}
    page = client.get(url)
    older = page.context["timeline"].older
    rest = client.get(url, {"before": str(older)}).content.decode()
    assert "Back to the latest" in rest


@pytest.mark.parametrize("value", ["\0", "9" * 30, "~~~~", "x' or 1=1", "%00"])
def test_any_address_is_answered(anna, client, reader, value):
    client.force_login(reader)
    url = reverse("contacts:timeline", args=[anna.pk])
    for sent in ({"kind": value}, {"before": value}, {"kind": [value, value]}):
        assert client.get(url, sent).status_code == 200
    moment = "2026-03-02~2026-03-02T12:00:00+00:00"
    for source in ("interactions", "campaigns", "segments", "zz", value):
        sent = {"before": f"{moment}~{source}~9223372036854775807"}
        assert client.get(url, sent).status_code == 200
    assert (
        client.get(reverse("contacts:timeline", args=[anna.pk + 1_000])).status_code
        == 404
    )
