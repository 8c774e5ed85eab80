"""What the contact has of what was asked for, the nearest first."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import ContactMailingGroup, MailingGroup
from contacts.tests.factories import make_company, make_person
from interactions.models import Campaign
from interactions.tests.factories import make_entry, make_template
from segments_app.criteria import Reason, Related, RelatedRow, explain_all, parse
from segments_app.criteria.explain import LOOKED_AT
from segments_app.tests.criteria.asking import has, where
from segments_app.tests.factories import TODAY

pytestmark = pytest.mark.django_db

LETTER = where("template", "is", "LETTER")
LATELY = where("date", "within_days", 90)
LETTER_LATELY = has("interaction", {"all": [LETTER, LATELY]})
LONG_AGO = datetime.date(2025, 3, 1)
IN_NEWS = has("mailing_group", where("code", "is", "NEWS"))


@pytest.fixture
def anna():
    return make_person("Anna Dahl", company=make_company("Kaffe AS"))


def related(criteria, contact):
    (reason,) = explain_all([parse(criteria)], contact_id=contact.pk, today=TODAY)
    return reason.related


def test_the_groups_the_contact_is_in(anna):
    for code in ("NEWS", "VIP"):
        group = MailingGroup.objects.create(code=code, description=f"{code} people")
        ContactMailingGroup.objects.create(contact=anna, mailing_group=group)
    in_news = "code is NEWS people (NEWS)"
    assert related(IN_NEWS, anna) == Related(
        count=2,
        fitting=1,
        nearest=(
            RelatedRow("NEWS NEWS people", True, Reason(in_news, True)),
            RelatedRow("VIP VIP people", False, Reason(in_news, False)),
        ),
    )


def test_nothing_at_all_is_said_too(anna):
    assert related(IN_NEWS, anna) == Related(count=0, fitting=0)


def test_the_nearest_interaction_shows_what_it_lacks(anna):
    """Neither is a letter of late: one is late, the other is a letter and older."""
    make_entry(anna, template=make_template("CALL", description="Call"), date=LONG_AGO)
    letter = make_template("LETTER", description="Letter")
    make_entry(anna, template=letter, date=LONG_AGO, description="Spring letter")
    found = related(LETTER_LATELY, anna)
    assert (found.count, found.fitting) == (2, 0)
    nearest = found.nearest[0]
    assert nearest.called == "March 1, 2025 LETTER Spring letter"
    assert [part.holds for part in nearest.reason.parts] == [True, False]
    assert found.nearest[1].called.startswith("March 1, 2025 CALL")


def test_one_that_fits_stands_before_newer_ones_that_do_not(anna):
    letter = make_template("LETTER")
    make_entry(anna, template=letter, date=TODAY - datetime.timedelta(days=9))
    make_entry(anna, template=make_template("CALL"), date=TODAY)
    found = related(LETTER_LATELY, anna)
    assert (found.count, found.fitting) == (2, 1)
    assert [row.holds for row in found.nearest] == [True, False]


def test_cancelled_entries_are_left_out_unless_asked_for(anna):
    make_entry(anna, date=TODAY, cancelled=True)
    assert related(has("interaction", LATELY), anna) == Related(count=0, fitting=0)
    cancelled = where("cancelled", "is", True)
    assert related(has("interaction", cancelled), anna).fitting == 1


def test_without_where_any_row_will_do(anna):
    make_entry(anna, date=TODAY)
    found = related(has("interaction"), anna)
    assert (found.count, found.fitting, found.nearest[0].reason) == (1, 1, None)


def test_what_is_asked_through_the_company(anna):
    found = related(has("company", where("name", "is", "Te AS")), anna)
    assert [(row.called, row.holds) for row in found.nearest] == [
        (f"{anna.company.number} Kaffe AS", False)
    ]


def test_contacts_may_be_asked_again_inside(anna):
    """A person of the company who got something lately."""
    make_entry(anna, date=TODAY)
    make_person("Bo Lie", company=anna.company)
    found = related(has("person", has("interaction", LATELY)), anna.company)
    assert [(row.called.split()[1], row.holds) for row in found.nearest] == [
        ("Anna", True),
        ("Bo", False),
    ]


def test_the_campaigns_that_are_aimed_at_the_company(anna):
    for number, description in (("FAIR", "Coffee fair"), ("TEA", "Tea fair")):
        campaign = Campaign.objects.create(number=number, description=description)
        campaign.targets.create(contact=anna.company)
    found = related(has("campaign_target", where("campaign", "is", "TEA")), anna)
    assert [(row.called, row.holds) for row in found.nearest] == [
        ("TEA Tea fair", True),
        ("FAIR Coffee fair", False),
    ]


@pytest.mark.parametrize(
    "asked",
    ["segment", "other_segment", "logged_segment", "profile_answer", "campaign_target"],
)
def test_every_relation_answers(anna, asked):
    assert related(has(asked), anna) == Related(count=0, fitting=0)


def test_only_the_newest_of_very_many_are_looked_at(anna):
    for _number in range(LOOKED_AT + 1):
        make_entry(anna, date=TODAY)
    found = related(has("interaction", LATELY), anna)
    assert (found.count, found.is_cut, len(found.nearest)) == (LOOKED_AT, True, 3)


def queries(criteria, contact):
    nodes = [parse(each) for each in criteria]
    with CaptureQueriesContext(connection) as captured:
        reasons = explain_all(nodes, contact_id=contact.pk, today=TODAY)
    return len(captured), reasons


def test_one_query_and_one_per_relation_whatever_is_asked(anna):
    make_entry(anna, date=TODAY)
    many = {
        "any": [has("interaction", where("date", "within_days", n)) for n in range(90)]
    }
    once, _reasons = queries([IN_NEWS, LETTER_LATELY], anna)
    again, reasons = queries([IN_NEWS, LETTER_LATELY, many], anna)
    # and one for what mailing groups are called, one for templates
    assert once == again == 5
    assert [part.related.fitting for part in reasons[2].parts] == [1] * 90


def test_very_many_conditions_are_asked_in_turns(anna):
    largest = {"any": [has("interaction", {"all": [LATELY] * 10})] * 10}
    wide = [
        has("interaction", {"all": [where("date", "within_days", n)] * 150})
        for n in range(5)
    ]
    make_entry(anna, date=TODAY)
    count, reasons = queries([largest, *wide], anna)
    assert count == 1 + 3
    assert [reason.related.fitting for reason in reasons[1:]] == [1] * 5
    assert reasons[0].parts[9].related.fitting == 1
    conditions = [{"any": [where("city", "is", "Oslo")] * 150}] * 3
    assert queries(conditions, anna)[0] == 2


def test_of_nobody_there_is_nothing_to_say():
    assert explain_all([parse(IN_NEWS)], contact_id=0, today=TODAY) is None
