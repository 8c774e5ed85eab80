"""Preflight: who would get the same twice, another language, an unknown field."""

import datetime

import pytest

from contacts.models import (
    MarketingSetup,
    ProfileQuestion,
    ProfileQuestionnaire,
    Salesperson,
)
from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_document, make_entry, make_template
from segments_app.models import Segment
from segments_app.services import (
    ProblemsFound,
    WarningsFound,
    lines_with_problem,
    log_segment,
    preflight,
)
from segments_app.services.preflight import checks_for
from segments_app.tests.factories import NOW, make_segment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def segment_of(*contacts, document=None):
    jon = Salesperson.objects.create(code="JON", name="Jon")
    document = document or make_document("Dear {{ contact_name }}")
    template = make_template(default_language="en", languages={"en": document})
    return make_segment(*contacts, salesperson=jon, template=template)


def by_email(name, email, **values):
    return make_person(name, correspondence_type="email", email=email, **values)


def by_post(name, address, **values):
    values = {"address": address, "postcode": "5700", "city": "Voss"} | values
    return make_person(name, correspondence_type="hard_copy", **values)


def found(segment, *, deliver=True):
    """Each kind with the names of its lines, in the order of the segment."""
    return {
        problem.kind: [
            line.contact.name
            for line in lines_with_problem(
                segment, deliver=deliver, kind=problem.kind
            ).order_by("position")
        ]
        for problem in preflight(segment=segment, deliver=deliver)
    }


def leaving(segment, kind):
    (check,) = (each for each in checks_for(segment, deliver=True) if each.kind == kind)
    lines = lines_with_problem(segment, deliver=True, kind=kind).filter(check.leaving)
    return [line.contact.name for line in lines.order_by("position")]


def test_several_at_one_email_address_are_told_of_and_the_first_may_stay():
    segment = segment_of(
        by_email("Anna Dahl", "post@kaffe.no"),
        by_email("Bo Lie", "Post@Kaffe.no"),
        by_email("Cecilie Moe", "cecilie@kaffe.no"),
        by_post("Dag Dahl", "Bakken 1", email="post@kaffe.no"),
    )
    assert found(segment) == {"same_email": ["Anna Dahl", "Bo Lie"]}
    assert leaving(segment, "same_email") == ["Bo Lie"]


def test_several_at_one_postal_address_are_told_of_however_it_is_written():
    segment = segment_of(
        by_post("Anna Dahl", "Storgata 1"),
        by_post("Bo Lie", "STORGATA  1"),
        by_post("Cecilie Moe", "Storgata 2"),
        by_email("Dag Dahl", "dag@kaffe.no", address="Storgata 1", city="Voss"),
    )
    assert found(segment) == {"same_address": ["Anna Dahl", "Bo Lie"]}
    assert leaving(segment, "same_address") == ["Bo Lie"]


def test_who_is_by_copy_gets_nothing_twice():
    segment = segment_of(
        by_post("Anna Dahl", "Storgata 1"), by_post("Bo Lie", "Storgata 1")
    )
    anna = segment.lines.get(contact__name="Anna Dahl")
    segment.lines.filter(contact__name="Bo Lie").update(represented_by=anna)
    assert found(segment) == {}


def test_without_an_address_nobody_is_at_the_same_one():
    nowhere = {"postcode": "", "city": ""}
    segment = segment_of(by_post("Anna", "", **nowhere), by_post("Bo", "", **nowhere))
    assert found(segment) == {"address_missing": ["Anna", "Bo"]}


@pytest.mark.parametrize(
    ("days", "ago", "lately"), [(30, 30, True), (30, 31, False), (0, 1, False)]
)
def test_who_was_written_to_within_the_days_of_the_set_up(days, ago, lately):
    MarketingSetup.objects.create(written_to_days=days)
    anna, bo = by_post("Anna Dahl", "Bakken 1"), by_post("Bo Lie", "Bakken 2")
    segment = segment_of(anna, bo)
    day = datetime.date.today() - datetime.timedelta(days=ago)
    make_entry(anna, date=day, correspondence_type="hard_copy")
    make_entry(bo, date=day, correspondence_type="")
    assert found(segment) == ({"written_lately": ["Anna Dahl"]} if lately else {})


def test_whose_language_the_template_lacks():
    segment = segment_of(
        by_post("Anna Dahl", "Bakken 1", language="da"),
        by_post("Bo Lie", "Bakken 2", language="en-GB"),
        by_post("Cecilie Moe", "Bakken 3"),
        by_post("Dag Dahl", "Bakken 4", language="da"),
    )
    segment.lines.filter(contact__name="Dag Dahl").update(language="en")
    assert found(segment) == {"other_language": ["Anna Dahl"]}


def test_a_document_with_a_field_that_is_gone():
    about = ProfileQuestionnaire.objects.create(code="TASTE", description="Taste")
    question = ProfileQuestion.objects.create(
        questionnaire=about, code="ROAST", description="Roast"
    )
    document = make_document("You like {{ answers_of.ROAST }}")
    segment = segment_of(by_post("Anna Dahl", "Bakken 1"), document=document)
    assert found(segment) == {}
    question.delete()
    assert found(segment) == {"unknown_field": ["Anna Dahl"]}
    with pytest.raises(ProblemsFound):
        log_segment(segment=segment, user=None, at=NOW)


def test_a_document_whose_field_never_was():
    document = make_document("Dear {{ contact_nam }}")
    segment = segment_of(by_post("Anna Dahl", "Bakken 1"), document=document)
    assert found(segment) == {"unknown_field": ["Anna Dahl"]}


def test_warnings_ask_and_only_what_was_seen_is_confirmed():
    segment = segment_of(
        by_email("Anna Dahl", "post@kaffe.no"), by_email("Bo Lie", "post@kaffe.no")
    )
    for confirmed in ([], ["same_address"]):
        with pytest.raises(WarningsFound) as refusal:
            log_segment(segment=segment, confirmed=confirmed, user=None, at=NOW)
        assert [each.kind for each in refusal.value.problems] == ["same_email"]
    assert Segment.objects.count() == 1
    logged = log_segment(segment=segment, confirmed=["same_email"], user=None, at=NOW)
    assert logged.interactions.count() == 2


def test_people_of_one_company_with_its_address_are_told_of():
    kaffe = make_company("Kaffe AS")
    segment = segment_of(
        by_post("Anna Dahl", "Storgata 1", company=kaffe),
        by_post("Bo Lie", "Storgata 1", company=kaffe),
    )
    assert found(segment) == {"same_address": ["Anna Dahl", "Bo Lie"]}
