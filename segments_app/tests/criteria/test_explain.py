"""Why is this contact in, why is it out: each node asked for that contact."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import ContactMailingGroup, MailingGroup
from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_entry
from segments_app.criteria import Reason, explain, parse
from segments_app.tests.criteria.asking import has, where
from segments_app.tests.factories import TODAY

pytestmark = pytest.mark.django_db

IN_OSLO = where("city", "is", "Oslo")
RECENTLY = has("interaction", where("date", "within_days", 90))
IN_NEWS = has("mailing_group", where("code", "is", "NEWS"))
CRITERIA = {
    "all": [
        where("country", "is", "NO"),
        {"any": [IN_OSLO, IN_NEWS]},
        {"not": RECENTLY},
    ]
}


@pytest.fixture
def anna():
    news = MailingGroup.objects.create(code="NEWS")
    anna = make_person("Anna Dahl", city="Bergen")
    ContactMailingGroup.objects.create(contact=anna, mailing_group=news)
    make_entry(anna, date=TODAY)
    return anna


def reasons(criteria, contact):
    return explain(parse(criteria), contact_id=contact.pk, today=TODAY)


def test_every_node_says_whether_it_holds(anna):
    assert reasons(CRITERIA, anna) == Reason(
        "country is Norway and (city is “Oslo” or has mailing group where code is NEWS)"
        " and has no interaction where date within the last 90 days",
        False,
        (
            Reason("country is Norway", True),
            Reason(
                "city is “Oslo” or has mailing group where code is NEWS",
                True,
                (
                    Reason("city is “Oslo”", False),
                    Reason("has mailing group where code is NEWS", True),
                ),
            ),
            Reason(
                "has no interaction where date within the last 90 days",
                False,
                (
                    Reason(
                        "has interaction where date within the last 90 days",
                        True,
                    ),
                ),
            ),
        ),
    )


def test_of_a_contact_who_is_in_every_needed_node_holds(anna):
    bo = make_person("Bo Lie", city="OSLO")
    reason = reasons(CRITERIA, bo)
    assert (reason.holds, [part.holds for part in reason.parts]) == (
        True,
        [True, True, True],
    )


def test_nothing_known_of_the_contact_is_an_answer_too():
    nobody = make_company("Kaffe AS", country="")
    reason = reasons(CRITERIA, nobody)
    assert (reason.holds, [part.holds for part in reason.parts]) == (
        False,
        [False, False, True],
    )


def test_there_is_no_reason_for_a_contact_that_is_gone():
    assert explain(parse(IN_OSLO), contact_id=0, today=TODAY) is None


def queries(criteria, contact):
    with CaptureQueriesContext(connection) as captured:
        reason = reasons(criteria, contact)
    return len(captured), reason


def test_one_query_however_many_nodes(anna):
    largest = IN_OSLO
    for _level in range(6):
        largest = {"all": [largest, *[{"any": [IN_OSLO, {"not": RECENTLY}]}] * 5]}
    assert queries(IN_OSLO, anna)[0] == 1
    count, reason = queries(largest, anna)
    assert (count, reason.holds) == (1, False)


def test_with_long_lists_in_many_nodes(anna):
    numbers = where("number", "in", [f"N-{number}" for number in range(1_500)])
    nearly = where("country", "in", [f"X{number}" for number in range(999)])
    count, reason = queries({"not": {"any": [numbers, nearly] * 50}}, anna)
    assert (count, reason.holds) == (1, True)
    assert len(reason.parts[0].parts) == 100


def test_what_nobody_can_be(anna):
    impossible = {
        "any": [
            has("interaction", at_least=10_000),
            {"not": has("logged_segment", where("id", "is", 10**30))},
        ]
    }
    reason = reasons(impossible, anna)
    assert [part.holds for part in reason.parts] == [False, True]
