"""Not, any and all: every criterion and its opposite share the contacts out."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.models import (
    Contact,
    ContactIndustryGroup,
    ContactMailingGroup,
    IndustryGroup,
    MailingGroup,
    Salesperson,
    Territory,
)
from contacts.tests.factories import make_company, make_person
from interactions.models import Campaign
from interactions.tests.factories import make_entry, make_logged_segment
from segments_app.criteria import compile_criteria, describe, explain, parse, to_json
from segments_app.tests.criteria.asking import found, has, where
from segments_app.tests.factories import TODAY, make_segment

pytestmark = pytest.mark.django_db

IN_OSLO = where("city", "is", "Oslo")
NORTHERN = where("territory", "is", "NORTH")
JONS = where("salesperson", "is", "JON")


@pytest.fixture
def cast():
    """Everybody differs from the others in what is set and what is missing."""
    north = Territory.objects.create(code="NORTH")
    south = Territory.objects.create(code="SOUTH")
    jon = Salesperson.objects.create(code="JON", name="Jon")
    kaffe = make_company("Kaffe AS", city="Oslo", territory=north)
    te = make_company("Te AS", city="Bergen", salesperson=jon, language="nb-NO")
    anna = make_person(
        "Anna Dahl", company=kaffe, city="OSLO", email="a@b.no", territory=south
    )
    bo = make_person("Bo Lie", company=te, correspondence_type="email")
    make_person("Cecilie Moe", city="Oslo", salesperson=jon, minor=True)
    make_person("Dag Ek", country="")
    news = MailingGroup.objects.create(code="NEWS")
    ContactMailingGroup.objects.create(contact=anna, mailing_group=news)
    ContactMailingGroup.objects.create(contact=kaffe, mailing_group=news)
    coffee = IndustryGroup.objects.create(code="COFFEE")
    ContactIndustryGroup.objects.create(contact=kaffe, industry_group=coffee)
    campaign = Campaign.objects.create(number="CP-1", description="Spring")
    make_entry(anna, campaign=campaign, evaluation="positive")
    make_entry(anna, date=datetime.date(2026, 11, 19))
    make_entry(bo, logged_segment=make_logged_segment("SM-1"), salesperson=jon)
    make_entry(te, cancelled=True)
    make_segment(anna, bo, number="SM-2")


EVERYBODY = ["Anna Dahl", "Bo Lie", "Cecilie Moe", "Dag Ek", "Kaffe AS", "Te AS"]


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"all": [IN_OSLO]}, ["Anna Dahl", "Cecilie Moe", "Kaffe AS"]),
        ({"all": [IN_OSLO, JONS]}, ["Cecilie Moe"]),
        ({"any": [IN_OSLO, JONS]}, ["Anna Dahl", "Cecilie Moe", "Kaffe AS", "Te AS"]),
        ({"any": [JONS]}, ["Cecilie Moe", "Te AS"]),
        ({"not": IN_OSLO}, ["Bo Lie", "Dag Ek", "Te AS"]),
        ({"not": {"not": NORTHERN}}, ["Kaffe AS"]),
        ({"not": NORTHERN}, [name for name in EVERYBODY if name != "Kaffe AS"]),
        ({"not": {"any": [IN_OSLO, JONS]}}, ["Bo Lie", "Dag Ek"]),
        (
            {"not": {"all": [IN_OSLO, NORTHERN]}},
            [name for name in EVERYBODY if name != "Kaffe AS"],
        ),
        ({"all": [IN_OSLO, {"not": NORTHERN}]}, ["Anna Dahl", "Cecilie Moe"]),
        (
            {"any": [NORTHERN, {"not": JONS}]},
            ["Anna Dahl", "Bo Lie", "Dag Ek", "Kaffe AS"],
        ),
        ({"all": [{"any": [NORTHERN, JONS]}, {"not": IN_OSLO}]}, ["Te AS"]),
        (
            {"not": {"all": [{"not": NORTHERN}, {"not": JONS}]}},
            ["Cecilie Moe", "Kaffe AS", "Te AS"],
        ),
        ({"all": [NORTHERN, NORTHERN]}, ["Kaffe AS"]),
        ({"all": [NORTHERN, {"not": NORTHERN}]}, []),
        ({"any": [NORTHERN, {"not": NORTHERN}]}, EVERYBODY),
        ({"any": [NORTHERN, has("mailing_group")]}, ["Anna Dahl", "Kaffe AS"]),
    ],
)
def test_groups(cast, criteria, expected):
    assert found(criteria) == expected


LEAVES = [
    IN_OSLO,
    NORTHERN,
    JONS,
    where("territory", "is_not", "NORTH"),
    where("territory", "not_in", ["NORTH", "SOUTH"]),
    where("territory", "is_empty"),
    where("salesperson", "is_not_empty"),
    where("city", "in", ["oslo", "bergen"]),
    where("city", "not_in", ["oslo"]),
    where("country", "is_not", "NO"),
    where("language", "is", "NB-no"),
    where("type", "is", "person"),
    where("correspondence_type", "not_in", ["email"]),
    where("minor", "is", False),
    where("email", "is_empty"),
    where("name", "contains", "a"),
    where("created_at", "within_days", 3),
    has("mailing_group", where("code", "is", "NEWS")),
    has("mailing_group", where("code", "is_not", "NEWS")),
    has("industry_group"),
    has("company", where("territory", "is_not", "NORTH")),
    has("company", {"not": has("person", where("email", "is_empty"))}),
    has("person", at_least=1),
    has("interaction", where("campaign", "is_empty")),
    has("interaction", where("evaluation", "is_not", "positive")),
    has("interaction", where("date", "within_days", 90)),
    has("interaction", where("salesperson", "is_not", "JON")),
    has("interaction", at_least=2),
    has("interaction", where("cancelled", "is", True)),
    has("logged_segment", where("segment_number", "is", "SM-1")),
    has("segment", where("number", "is", "SM-2")),
]
CRITERIA = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.builds(lambda node: {"not": node}, inner),
        st.builds(
            lambda nodes: {"all": nodes}, st.lists(inner, min_size=1, max_size=4)
        ),
        st.builds(
            lambda nodes: {"any": nodes}, st.lists(inner, min_size=1, max_size=4)
        ),
    ),
    max_leaves=8,
)


def depth(criteria):
    match criteria:
        case {"not": inner}:
            return 1 + depth(inner)
        case {"all": nodes} | {"any": nodes}:
            return 1 + max(depth(each) for each in nodes)
        case {"where": inner}:
            return 1 + depth(inner)
    return 1


CRITERIA = CRITERIA.filter(lambda criteria: depth(criteria) < 10)
WITH_THE_SAME_CAST = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def holds(criteria, name):
    """What the criteria mean for one contact, leaf by leaf."""
    match criteria:
        case {"all": nodes}:
            return all(holds(each, name) for each in nodes)
        case {"any": nodes}:
            return any(holds(each, name) for each in nodes)
        case {"not": inner}:
            return not holds(inner, name)
    return name in found(criteria)


@WITH_THE_SAME_CAST
@given(criteria=CRITERIA)
def test_a_criterion_and_its_opposite_share_everybody_out(cast, criteria):
    hits, others = found(criteria), found({"not": criteria})
    assert sorted([*hits, *others]) == EVERYBODY


@WITH_THE_SAME_CAST
@given(criteria=CRITERIA)
def test_a_group_means_what_its_parts_mean(cast, criteria):
    expected = [name for name in EVERYBODY if holds(criteria, name)]
    assert found(criteria) == expected


@WITH_THE_SAME_CAST
@given(criteria=CRITERIA)
def test_the_reasons_agree_with_the_criteria(cast, criteria):
    node = parse(criteria)
    hits = found(criteria)
    for contact in Contact.objects.all():
        reason = explain(node, contact_id=contact.pk, today=TODAY)
        assert reason.holds == (contact.name in hits)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(criteria=CRITERIA)
def test_the_json_form_survives_a_round_trip(criteria):
    node = parse(criteria)
    assert to_json(node) == criteria
    assert parse(to_json(node)) == node


def test_criteria_can_be_asked_more_than_once(cast):
    node = parse({"any": [NORTHERN, has("interaction", at_least=2)]})
    condition = compile_criteria(node, today=TODAY)
    both = Contact.objects.filter(condition) | Contact.objects.filter(condition)
    assert sorted(both.values_list("name", flat=True)) == ["Anna Dahl", "Kaffe AS"]
    assert describe(node) == describe(to_json(node))
