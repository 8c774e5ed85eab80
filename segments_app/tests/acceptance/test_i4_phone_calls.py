"""I4: telephone calls, as Business Central's own tests ask."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from contacts.models import Salesperson
from contacts.tests.factories import make_company, make_person
from interactions.choices import Evaluation
from interactions.models import (
    Campaign,
    InteractionLogEntry,
    InteractionTemplateSetup,
)
from interactions.tests.factories import make_template
from segments_app.models import Segment, SegmentLine
from segments_app.services import log_segment
from segments_app.services.log_interaction import InteractionRefused
from segments_app.services.phone_calls import NoCallTemplate, log_call, numbers_of
from segments_app.tests.factories import NOW, TODAY, make_segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def nina():
    return Salesperson.objects.create(code="NINA", name="Nina Holm")


@pytest.fixture
def calls():
    template = make_template("CALL", description="Telephone call", unit_duration=5)
    InteractionTemplateSetup.objects.create(outgoing_calls=template)
    return template


@pytest.fixture
def segment(nina, calls):
    anna = make_person("Anna Dahl", phone="22 34 56 78", salesperson=nina)
    berit = make_person("Berit Moe", phone="22 34 56 79", salesperson=nina)
    template = make_template(correspondence_type="")
    return make_segment(anna, berit, number="SM-7", template=template)


def line_of(segment, name):
    return segment.lines.select_related("segment", "contact").get(contact__name=name)


def call(line, **values):
    values = {"contact_via": "22 34 56 78", "date": TODAY} | values
    values["contact"] = line.contact
    return log_call(values=values, line=line, user=None, at=NOW)


def test_a_call_needs_a_description(admin_client, segment):
    """MCampSeg.MakePhoneCallDescriptionError"""
    line = line_of(segment, "Anna Dahl")
    page = admin_client.post(
        reverse("segments:line_call", args=[segment.pk, line.pk]),
        {"number": "22 34 56 78", "description": "", "date": "2026-11-20"},
    )
    assert page.context["form"].errors == {"description": ["This field is required."]}
    assert not InteractionLogEntry.objects.exists()


def test_a_failed_attempt_is_no_contact(segment):
    """MCampSeg.MakePhoneCallAttemptFailed"""
    line = line_of(segment, "Anna Dahl")
    entry = call(line, attempt_failed=True, evaluation=Evaluation.NEUTRAL)
    assert (entry.evaluation, entry.attempt_failed) == (Evaluation.NEUTRAL, True)
    figures = InteractionLogEntry.objects.of_contact(line.contact).statistics()
    assert (figures["number"], figures["last_contact"]) == (1, None)
    assert figures["last_attempt"] == TODAY


@pytest.mark.parametrize(("own", "counts"), [(None, True), (False, False)])
def test_who_is_called_is_a_target_of_the_campaign_as_on_the_segment(
    segment, own, counts
):
    fair = Campaign.objects.create(number="FAIR", description="Coffee fair")
    Segment.objects.update(campaign=fair, campaign_target=True)
    segment.lines.update(campaign_target=own)
    entry = call(line_of(segment, "Anna Dahl"), campaign=fair)
    assert (entry.campaign, entry.campaign_target) == (fair, counts)


def test_nobody_is_one_of_another_campaign_by_that(segment):
    fair = Campaign.objects.create(number="FAIR", description="Coffee fair")
    Segment.objects.update(campaign_target=True)
    entry = call(line_of(segment, "Anna Dahl"), campaign=fair)
    assert not entry.campaign_target


@pytest.mark.parametrize("attempt_failed", [False, True])
def test_a_call_that_was_made_is_on_no_day_to_come(segment, attempt_failed):
    line = line_of(segment, "Anna Dahl")
    tomorrow = TODAY + datetime.timedelta(days=1)
    with pytest.raises(InteractionRefused) as refusal:
        call(line, date=tomorrow, attempt_failed=attempt_failed)
    assert refusal.value.faults == {"date": "This day has not come yet."}
    assert not InteractionLogEntry.objects.exists()
    assert call(line, date=TODAY, attempt_failed=attempt_failed).date == TODAY


def test_which_day_it_is_is_told_by_the_clock_here(segment):
    line = line_of(segment, "Anna Dahl")
    past_midnight = datetime.datetime(2026, 11, 20, 23, 30, tzinfo=datetime.UTC)
    values = {"contact": line.contact, "contact_via": "22 34 56 78"}
    tomorrow = TODAY + datetime.timedelta(days=1)
    entry = log_call(values=values | {"date": tomorrow}, user=None, at=past_midnight)
    assert entry.date == tomorrow


def test_the_page_of_a_call_says_at_the_date_that_it_has_not_come(
    admin_client, segment
):
    line = line_of(segment, "Anna Dahl")
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    sent = {"number": "22 34 56 78", "description": "Call", "date": tomorrow}
    of_line = reverse("segments:line_call", args=[segment.pk, line.pk])
    alone = reverse("segments:phone_call") + f"?contact={line.contact.number}"
    for page in (of_line, alone):
        form = admin_client.post(page, sent).context["form"]
        assert form.errors == {"date": ["This day has not come yet."]}
    assert not InteractionLogEntry.objects.exists()


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("javascript:alert(1)", "A phone number has no letters."),
        ("12", "“12” is no phone number in Norway."),
    ],
)
def test_what_is_no_number_was_not_called(segment, number, why):
    line = line_of(segment, "Anna Dahl")
    with pytest.raises(InteractionRefused) as refusal:
        call(line, contact_via=number)
    assert [*refusal.value.faults] == ["contact_via"]
    assert refusal.value.faults["contact_via"].startswith(why)
    assert not InteractionLogEntry.objects.exists()


def test_nor_what_is_none_in_the_country_of_the_company(segment):
    line = line_of(segment, "Anna Dahl")
    line.contact.country = ""
    line.contact.company = make_company(country="NO")
    line.contact.save()
    with pytest.raises(InteractionRefused, match="is no phone number in Norway"):
        call(line, contact_via="55 12 34")


@pytest.mark.parametrize(
    ("own", "of_company", "number"),
    [
        ("NO", "SE", "22 00 00 00 ext. 12"),
        ("", "US", "(504) 621-8927"),
        ("", "", "22 00 00 00"),
        ("NO", "NO", "+46 8 123 456 78"),
        ("NO", "NO", "ask for Anna"),  # the company has it since before
    ],
)
def test_another_number_is_of_the_country_of_the_contact_or_its_company(
    segment, own, of_company, number
):
    line = line_of(segment, "Anna Dahl")
    line.contact.country = own
    line.contact.company = make_company(country=of_company, phone="ask for Anna")
    line.contact.save()
    assert call(line, contact_via=number).contact_via == number


def test_the_page_of_a_call_says_at_the_number_that_it_is_none(admin_client, segment):
    line = line_of(segment, "Anna Dahl")
    page = admin_client.post(
        reverse("segments:line_call", args=[segment.pk, line.pk]),
        {
            "number": "22 34 56 78",
            "other_number": "javascript:alert(1)",
            "description": "Call",
            "date": timezone.localdate() + datetime.timedelta(days=1),
        },
    )
    assert page.context["form"].errors == {
        "other_number": ["A phone number has no letters."],
        "date": ["This day has not come yet."],
    }


def test_a_call_for_a_campaign_was_very_positive(segment):
    """MCampSeg.MakePhonePositiveEvaluation, without the opportunity"""
    fair = Campaign.objects.create(number="FAIR", description="Coffee fair")
    line = line_of(segment, "Anna Dahl")
    entry = call(line, evaluation=Evaluation.VERY_POSITIVE, campaign=fair)
    assert (entry.evaluation, entry.attempt_failed, entry.campaign) == (
        Evaluation.VERY_POSITIVE,
        False,
        fair,
    )
    assert (entry.segment_number, entry.logged_segment) == ("SM-7", None)


def test_a_comment_is_kept_with_the_call(admin_client, nina, calls):
    """MInteraction.CommentsForMakePhoneCallPage"""
    anna = make_person("Anna Dahl", phone="22 34 56 78", salesperson=nina)
    admin_client.post(
        reverse("segments:phone_call") + f"?contact={anna.number}",
        {
            "number": "22 34 56 78",
            "description": "Telephone call",
            "date": "2026-11-20",
            "time": "12:34",
            "attempt_failed": "failed",
            "reason": "busy",
            "comment": "Her colleague answered.",
            "follow_up": "Thursday, about the grinder",
        },
    )
    (entry,) = InteractionLogEntry.objects.all()
    assert (entry.template, entry.contact_via, entry.duration) == (
        calls,
        "22 34 56 78",
        5,
    )
    assert [comment.text for comment in entry.comments.all()] == [
        "Busy\nHer colleague answered.\nFollow up: Thursday, about the grinder"
    ]


def test_the_numbers_are_those_of_the_contact_and_its_company(nina):
    """MIntUI.PhoneCallGetsPhoneNoByAssistEdit"""
    fjord = make_company("Fjord AS", phone="22 00 00 00", phone_e164="+4722000000")
    anna = make_person(
        "Anna Dahl",
        company=fjord,
        phone="22 34 56 78",
        mobile="98 76 54 32",
        phone_e164="+4722345678",
        mobile_e164="+4798765432",
    )
    found = [(each.typed, each.whose, each.dialled) for each in numbers_of(anna)]
    assert found == [
        ("22 34 56 78", "Phone", "+4722345678"),
        ("98 76 54 32", "Mobile", "+4798765432"),
        ("22 00 00 00", "Fjord AS", "+4722000000"),
    ]


def test_without_a_template_in_the_set_up_nobody_is_called(nina):
    anna = make_person("Anna Dahl", salesperson=nina)
    with pytest.raises(NoCallTemplate):
        log_call(values={"contact": anna, "contact_via": "1"}, user=None, at=NOW)


def test_nobody_is_called_who_must_not_be(segment):
    line = line_of(segment, "Anna Dahl")
    type(line.contact).objects.filter(pk=line.contact_id).update(privacy_blocked=True)
    with pytest.raises(InteractionRefused, match="Privacy blocked"):
        call(line)
    assert not InteractionLogEntry.objects.exists()


class TestWhoWasCalledFromASegment:
    def test_is_not_logged_again_with_it(self, segment):
        entry = call(line_of(segment, "Anna Dahl"))
        logged = log_segment(segment=segment, user=None, at=NOW)
        assert [each.contact.name for each in logged.interactions.all()] == [
            "Berit Moe"
        ]
        assert list(entry.contact.interactions.all()) == [entry]

    def test_is_shown_as_done(self, admin_client, segment):
        entry = call(line_of(segment, "Anna Dahl"))
        page = admin_client.get(segment.get_absolute_url()).content.decode()
        assert page.count(f'href="{entry.get_absolute_url()}"') == 1
        assert page.count("/call/") == 1

    def test_is_not_called_twice(self, segment):
        line = line_of(segment, "Anna Dahl")
        call(line)
        with pytest.raises(Exception, match="Somebody else changed this segment"):
            call(line)
        assert InteractionLogEntry.objects.count() == 1

    def test_stays_done_whoever_else_leaves(self, segment):
        entry = call(line_of(segment, "Anna Dahl"))
        done = SegmentLine.objects.filter(done_entry=entry)
        assert [line.contact.name for line in done] == ["Anna Dahl"]
