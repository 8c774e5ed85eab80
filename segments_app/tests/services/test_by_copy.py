"""By copy of a letter: before it is merged, when it is logged, and what is left."""

import io
from decimal import Decimal

import pytest

from contacts.models import Contact, Salesperson
from contacts.tests.factories import make_company, make_person
from interactions.models import (
    Campaign,
    CampaignEntry,
    Delivery,
    InteractionLogEntry,
    LetterSnapshot,
)
from interactions.tests.factories import make_document, make_template
from segments_app.models import Segment
from segments_app.services import (
    ProblemsFound,
    create_follow_up,
    lines_with_problem,
    log_segment,
    one_per_address,
    preflight,
    remove_by_hand,
)
from segments_app.services.letters import documents_of
from segments_app.services.preflight import lines_with_letter, loggable_lines
from segments_app.tests.factories import NOW, make_segment, names_on, these
from segments_app.tests.merged import merge_segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def segment():
    """Anna gets the letter; Bo, without an address, is by copy; Cecilie is alone."""
    kaffe = make_company("Kaffe AS")
    template = make_template(
        default_language="en",
        description="Christmas letter",
        correspondence_type="hard_copy",
        unit_cost=Decimal("1.20"),
        languages={"en": make_document("Dear {{ contact_name }}")},
    )
    jon = Salesperson.objects.create(code="JON", name="Jon")
    there = {"address": "Storgata 1", "city": "Oslo"}
    segment = make_segment(
        make_person("Anna Dahl", company=kaffe, **there),
        make_person("Bo Lie", company=kaffe),
        make_person("Cecilie Moe", **there | {"address": "Bakken 1"}),
        template=template,
        salesperson=jon,
        number="SM-7",
    )
    options = {"per": "company", "choose": "by_hand", "by_copy": True}
    one_per_address(segment=segment, options=options, user=None, at=NOW)
    return segment


def log(segment, **options):
    return log_segment(segment=segment, user=None, at=NOW, **options)


def kinds(segment):
    return [problem.kind for problem in preflight(segment=segment, deliver=True)]


def change(name, **values):
    Contact.objects.filter(name=name).update(**values)


def test_nothing_is_asked_of_who_gets_no_letter(segment):
    segment.lines.live().filter(contact__name="Bo Lie").update(description="")
    assert kinds(segment) == []
    anna = these(Contact.objects.get(name="Anna Dahl"))
    remove_by_hand(segment=segment, contacts=anna, user=None, at=NOW)
    assert kinds(segment) == ["no_description", "address_missing"]


def test_who_may_not_be_on_a_segment_may_not_be_by_copy_either(segment):
    change("Bo Lie", privacy_blocked=True)
    assert kinds(segment) == ["privacy_blocked"]
    lines = lines_with_problem(segment, deliver=True, kind="privacy_blocked")
    assert [line.contact.name for line in lines] == ["Bo Lie"]


def test_there_is_no_letter_to_merge(segment):
    assert [count for _document, count in documents_of(segment)] == [2]
    merged = merge_segment(segment=segment, out=io.BytesIO(), user=None, at=NOW)
    assert (merged.letters, merged.without_document) == (2, 0)
    assert (lines_with_letter(segment).count(), loggable_lines(segment).count()) == (
        *(2, 3),
    )


def test_logging_writes_an_entry_like_the_letters_with_nothing_sent(segment):
    segment.campaign = Campaign.objects.create(number="CP-1", description="Spring")
    segment.save()
    lines = segment.lines.live()
    lines.filter(contact__name="Anna Dahl").update(description="For Kaffe")
    lines.filter(contact__name="Bo Lie").update(evaluation="positive", cost=9)
    logged = log(segment, deliver=True)
    anna, bo, cecilie = (
        logged.interactions.get(contact__name=name)
        for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe")
    )
    assert (anna.by_copy_of, cecilie.by_copy_of, bo.by_copy_of) == (None, None, anna)
    same = ("template", "group", "description", "subject", "date", "language")
    same += ("information_flow", "initiated_by", "campaign", "campaign_entry")
    same += ("campaign_target", "salesperson", "segment_number", "company")
    assert [getattr(bo, name) for name in same] == [
        getattr(anna, name) for name in same
    ]
    assert (bo.description, bo.evaluation, bo.cost) == ("For Kaffe", "positive", 0)
    assert (bo.document, bo.correspondence_type, bo.contact_via) == (None, "", "")
    assert (bo.delivery_status, anna.delivery_status) == ("", "queued")
    letters = LetterSnapshot.objects.values_list("item__contact__name", flat=True)
    assert sorted(letters) == ["Anna Dahl", "Cecilie Moe"]
    assert Delivery.objects.count() == 2
    assert CampaignEntry.objects.get().interactions.count() == 3


def test_when_the_letter_is_left_over_the_copy_is_too(segment):
    change("Anna Dahl", address="")
    log(segment, deliver=True, skip_problem_lines=True)
    rest = Segment.objects.get()
    assert names_on(rest) == ["Anna Dahl", "Bo Lie"]
    lines = rest.lines.live().with_by_copy()
    assert set(lines.values_list("contact__name", "by_copy_of_name")) == {
        ("Anna Dahl", None),
        ("Bo Lie", "Anna Dahl"),
    }
    entries = InteractionLogEntry.objects.values_list("contact__name", flat=True)
    assert list(entries) == ["Cecilie Moe"]


def test_a_copy_that_is_left_over_alone_has_a_letter_of_its_own(segment):
    change("Bo Lie", privacy_blocked=True)
    log(segment, skip_problem_lines=True)
    rest = Segment.objects.get()
    assert list(rest.lines.values_list("contact__name", "represented_by")) == [
        ("Bo Lie", None)
    ]


def test_copies_alone_are_not_logged(segment):
    change("Anna Dahl", address="")
    change("Cecilie Moe", address="")
    with pytest.raises(ProblemsFound):
        log(segment, deliver=True, skip_problem_lines=True)
    assert (len(names_on(segment)), InteractionLogEntry.objects.count()) == (3, 0)


def test_the_follow_up_has_those_by_copy_too(segment):
    logged = log(segment)
    follow_up = create_follow_up(logged_segment=logged, user=None, at=NOW)
    assert sorted(names_on(follow_up)) == ["Anna Dahl", "Bo Lie", "Cecilie Moe"]


def test_a_copy_has_the_subject_that_the_letter_went_out_with(segment):
    segment.subject = "News for {{ contact_name }}"
    segment.save()
    logged = log_segment(segment=segment, user=None, at=NOW)
    subjects = dict(logged.interactions.values_list("contact__name", "subject"))
    assert subjects == {
        "Anna Dahl": "News for Anna Dahl",
        "Bo Lie": "News for Anna Dahl",
        "Cecilie Moe": "News for Cecilie Moe",
    }
