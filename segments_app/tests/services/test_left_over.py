"""What is kept for later when the rest of a segment is logged."""

import datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection

from contacts.models import Contact, Salesperson
from contacts.tests.factories import make_person
from interactions.models import Campaign
from interactions.tests.factories import make_document, make_template
from segments_app.models import Segment, SegmentDocument, SegmentLine
from segments_app.models.line import OWN_VALUES
from segments_app.models.segment import HEADER_VALUES
from segments_app.services import log_segment, refresh, remove_by_hand
from segments_app.tests.factories import NOW, make_segment, names_on, these

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def kari():
    return User.objects.create(username="kari")


@pytest.fixture
def segment():
    """Anna can be logged; Bo is blocked, Mia is a minor."""
    return make_segment(
        make_person("Anna Dahl"),
        make_person("Bo Lie", privacy_blocked=True),
        make_person("Mia Moe", minor=True),
        number="SM-7",
        template=make_template(),
        campaign=Campaign.objects.create(number="CP-1", description="Winter"),
        salesperson=Salesperson.objects.create(code="JON", name="Jon"),
        date=datetime.date(2026, 12, 1),
        language="nb",
        subject="God jul",
        correspondence_type="hard_copy",
        ignore_contact_correspondence_type=True,
        email_form="body",
        unit_cost=Decimal("1.50"),
        unit_duration=0,
        information_flow="outbound",
        initiated_by="",
        campaign_target=True,
        campaign_response=False,
        notes="Ask Jon first",
    )


def log(segment, user=None):
    return log_segment(segment=segment, skip_problem_lines=True, user=user, at=NOW)


def test_a_new_segment_with_the_same_header_and_documents(segment, kari):
    document = make_document("Hei")
    SegmentDocument.objects.create(
        segment=segment, language="nb", document=document, subject="Hei!"
    )
    header = {name: getattr(segment, name) for name in HEADER_VALUES}
    logged = log(segment, kari)
    rest = Segment.objects.get()
    assert {name: getattr(rest, name) for name in HEADER_VALUES} == header
    assert (rest.owner, rest.created_at, rest.left_over_of) == (kari, NOW, logged)
    assert rest.notes == "Left over when segment SM-7 was logged."
    assert list(rest.documents.values_list("language", "document", "subject")) == [
        ("nb", document.pk, "Hei!")
    ]


def test_every_column_of_the_header_is_copied_or_its_own():
    own = {"id", "number", "position", "notes", "owner", "created_at", "updated_at"}
    own |= {"follow_up_of", "left_over_of", "living"}
    own |= {"log_on", "released_at", "released_by", "released_as"}
    columns = {field.name for field in Segment._meta.concrete_fields}
    assert columns - own == set(HEADER_VALUES)


def test_the_lines_keep_their_order_and_own_values(segment):
    blocked = segment.lines.get(contact__name="Bo Lie")
    own = {
        "personal_text": "Dear Bo!",
        "subject": "",
        "cost": Decimal(9),
        "evaluation": "positive",
        "document": make_document("For Bo"),
    }
    SegmentLine.objects.filter(pk=blocked.pk).update(**own)
    log(segment)
    rest = Segment.objects.get()
    assert names_on(rest) == ["Bo Lie", "Mia Moe"]
    kept = rest.lines.get(pk=blocked.pk)
    expected = dict.fromkeys(OWN_VALUES) | own
    assert {name: getattr(kept, name) for name in OWN_VALUES} == expected


def test_its_only_step_names_the_contacts(segment, kari):
    log(segment, kari)
    rest = Segment.objects.get()
    step = rest.steps.get()
    assert (step.position, step.kind, step.entered, step.total, step.user) == (
        *(1, "by_hand", 2, 2),
        kari,
    )
    members = step.members.order_by("contact__name")
    assert list(members.values_list("contact__name", "removed")) == [
        ("Bo Lie", False),
        ("Mia Moe", False),
    ]
    assert rest.position == 1


def test_who_is_excluded_stays_when_it_is_refreshed(segment):
    """Bo is excluded from segments and was let in on purpose; his block is lifted."""
    Contact.objects.filter(name="Bo Lie").update(exclude_from_segment=True)
    log(segment)
    rest = Segment.objects.get()
    Contact.objects.filter(name="Bo Lie").update(privacy_blocked=False)
    assert names_on(rest) == ["Bo Lie", "Mia Moe"]
    assert rest.steps.get().options == {"ignore_exclusion": True}
    step = refresh(segment=rest, user=None, at=NOW)
    assert (names_on(rest), step.kept_out) == (["Bo Lie"], {"minor": 1})


def test_steps_before_and_after_do_not_matter(segment):
    """Bo entered first, Mia after a step that took somebody off."""
    anna = segment.lines.get(contact__name="Anna Dahl").contact
    eva = make_person("Eva Foss")
    segment.lines.create(contact=eva, added_step=1, position=9)
    remove_by_hand(segment=segment, contacts=these(eva), user=None, at=NOW)
    segment.lines.filter(contact__name="Mia Moe").update(added_step=2)
    logged = log(segment)
    assert [entry.contact for entry in logged.interactions.all()] == [anna]
    rest = Segment.objects.get()
    intervals = rest.lines.values_list("contact__name", "added_step", "removed_step")
    assert sorted(intervals) == [("Bo Lie", 1, None), ("Mia Moe", 1, None)]


def test_a_line_that_stood_for_another_no_longer_does(segment):
    """Bo's copy was Anna's letter, which is logged now; Mia is a copy of Bo's."""
    lines = {line.contact.name: line for line in segment.lines.all()}
    SegmentLine.objects.filter(pk=lines["Bo Lie"].pk).update(
        represented_by=lines["Anna Dahl"]
    )
    SegmentLine.objects.filter(pk=lines["Mia Moe"].pk).update(
        represented_by=lines["Bo Lie"]
    )
    log(segment)
    connection.check_constraints()
    rest = Segment.objects.get()
    assert dict(rest.lines.values_list("contact__name", "represented_by")) == {
        "Bo Lie": None,
        "Mia Moe": lines["Bo Lie"].pk,
    }


def test_it_can_be_logged_when_the_problems_are_mended(segment):
    first = log(segment)
    for line in SegmentLine.objects.select_related("contact"):
        line.contact.privacy_blocked = line.contact.minor = False
        line.contact.save()
    rest = Segment.objects.get()
    second = log_segment(segment=rest, user=None, at=NOW)
    assert [
        sorted(logged.interactions.values_list("contact__name", flat=True))
        for logged in (first, second)
    ] == [["Anna Dahl"], ["Bo Lie", "Mia Moe"]]
    assert Segment.objects.count() == 0
