"""A criterion as a sentence: complete, unambiguous, in the reader's language."""

import datetime

import pytest
from django.utils import translation
from hypothesis import given, settings

from segments_app.criteria import RELATIONS, describe, parse
from segments_app.criteria.catalogue import fields_of
from segments_app.tests.criteria.asking import has, where
from segments_app.tests.criteria.test_logic import CRITERIA

IN_OSLO = where("city", "is", "Oslo")
BO = where("first_name", "is", "Bo")
ADULT = where("minor", "is", False)


@pytest.mark.parametrize(
    ("criteria", "sentence"),
    [
        (IN_OSLO, "city is “Oslo”"),
        (where("city", "is_not", "Oslo"), "city is not “Oslo”"),
        (where("city", "in", ["Oslo", "Moss"]), "city is one of “Oslo”, “Moss”"),
        (where("city", "not_in", ["Oslo"]), "city is none of “Oslo”"),
        (where("city", "contains", "sl"), "city contains “sl”"),
        (where("city", "is_empty"), "city is empty"),
        (where("email", "is_not_empty"), "e-mail is not empty"),
        (where("type", "is", "person"), "type is Person"),
        (where("territory", "is", "NORTH"), "territory is NORTH"),
        (where("minor", "is", True), "minor is yes"),
        (ADULT, "minor is no"),
        (where("created_at", "is", "2026-12-24"), "created is Dec. 24, 2026"),
        (
            where("created_at", "between", ["2026-12-01", "2026-12-24"]),
            "created is between Dec. 1, 2026 and Dec. 24, 2026",
        ),
        (where("created_at", "within_days", 1), "created within the last day"),
        (where("created_at", "within_days", 90), "created within the last 90 days"),
        (where("created_at", "older_than_days", 1), "created more than one day ago"),
        (where("created_at", "older_than_days", 9), "created more than 9 days ago"),
        (
            has("logged_segment", where("id", "between", [3, 5])),
            "has logged segment where entry number is between 3 and 5",
        ),
        ({"not": IN_OSLO}, "not (city is “Oslo”)"),
        ({"all": [IN_OSLO, ADULT]}, "city is “Oslo” and minor is no"),
        ({"any": [IN_OSLO, ADULT]}, "city is “Oslo” or minor is no"),
        (
            {"all": [{"any": [IN_OSLO, BO]}, ADULT]},
            "(city is “Oslo” or first name is “Bo”) and minor is no",
        ),
        (
            {"any": [{"all": [IN_OSLO, BO]}, ADULT]},
            "(city is “Oslo” and first name is “Bo”) or minor is no",
        ),
        ({"all": [{"any": [IN_OSLO]}, ADULT]}, "city is “Oslo” and minor is no"),
        ({"not": {"any": [IN_OSLO, BO]}}, "not (city is “Oslo” or first name is “Bo”)"),
        (has("mailing_group"), "has mailing group"),
        (has("company", IN_OSLO), "has company where city is “Oslo”"),
        (
            {"not": has("interaction", where("date", "within_days", 90))},
            "has no interaction where date within the last 90 days",
        ),
        (
            {"not": has("campaign_target", where("campaign", "is", "FAIR"))},
            "has no active campaign aimed at it where campaign is FAIR",
        ),
        (has("person", at_least=2), "has at least 2 × person"),
        ({"not": has("person", at_least=2)}, "not (has at least 2 × person)"),
        (
            {"not": has("person", IN_OSLO, 2)},
            "not (has at least 2 × person where city is “Oslo”)",
        ),
        (
            {"all": [has("person", {"all": [IN_OSLO, BO]}), ADULT]},
            "has person where (city is “Oslo” and first name is “Bo”) and minor is no",
        ),
        (
            {"all": [has("person", IN_OSLO), BO]},
            "has person where city is “Oslo” and first name is “Bo”",
        ),
    ],
)
def test_sentences(criteria, sentence):
    assert describe(criteria) == sentence
    assert describe(parse(criteria)) == sentence


def test_a_long_list_is_shortened():
    numbers = [f"C-{number}" for number in range(1_500)]
    assert describe(where("number", "in", numbers)) == (
        "number is one of “C-0”, “C-1”, “C-2”, “C-3”, “C-4”, 1495 more"
    )


VALUES = {
    "text": "Oslo",
    "code": "NORTH",
    "yes_no": True,
    "number": 7,
    "date": "2026-12-24",
}


@pytest.mark.parametrize("scope", ["contact", *RELATIONS])
def test_every_field_and_operator_has_a_sentence_of_its_own(scope):
    sentences = []
    for field in fields_of(scope).values():
        for op in field.operators:
            value = field.choices.values[0] if field.choices else VALUES.get(field.type)
            if op in ("is_empty", "is_not_empty"):
                value = None
            elif op in ("in", "not_in"):
                value = [value]
            elif op == "between":
                value = [value, value]
            elif op in ("within_days", "older_than_days"):
                value = 90
            condition = where(field.code, op, value)
            sentences.append(
                describe(condition if scope == "contact" else has(scope, condition))
            )
    assert len(set(sentences)) == len(sentences)


def without_groups_of_one(criteria):
    match criteria:
        case {"all": [only]} | {"any": [only]}:
            return without_groups_of_one(only)
        case {"not": inner}:
            return {"not": without_groups_of_one(inner)}
        case {"all": nodes} | {"any": nodes}:
            kind = "all" if "all" in criteria else "any"
            flat = []
            for each in map(without_groups_of_one, nodes):
                flat += each.get(kind, [each])
            return {kind: flat}
    return criteria


SAID = {}


@settings(max_examples=300, deadline=None, derandomize=True)
@given(criteria=CRITERIA)
def test_different_criteria_are_told_apart(criteria):
    plain = without_groups_of_one(criteria)
    assert SAID.setdefault(describe(criteria), plain) == plain


def test_the_readers_language():
    created = where("created_at", "after", "2026-12-24")
    with translation.override("nb"):
        date = datetime.date(2026, 12, 24)
        assert str(date.day) in describe(created)
        assert "desember" in describe(created)
