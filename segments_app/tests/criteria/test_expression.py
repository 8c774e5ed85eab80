"""The shape of criteria: what is refused, and which place the refusal names."""

import pytest

from segments_app.criteria import CriteriaError, parse, to_json, validate
from segments_app.criteria.expression import All, Any, Condition, Has, Not
from segments_app.tests.criteria.asking import has, where

IN_OSLO = where("city", "is", "Oslo")


def refusal(criteria):
    """Return the place and the message with which the criteria are refused."""
    with pytest.raises(CriteriaError) as refused:
        validate(criteria)
    return refused.value.path, refused.value.message


def test_the_nodes_of_a_criterion():
    recently = where("date", "within_days", 90)
    criteria = {
        "all": [
            IN_OSLO,
            {"not": has("interaction", recently, 2)},
            {"any": [where("city", "in", ["Oslo", "Moss"]), has("company")]},
            where("email", "is_empty"),
        ]
    }
    node = parse(criteria)
    assert node == All(
        (
            Condition("city", "is", "Oslo"),
            Not(Has("interaction", Condition("date", "within_days", 90), 2)),
            Any((Condition("city", "in", ("Oslo", "Moss")), Has("company"))),
            Condition("email", "is_empty"),
        )
    )
    assert to_json(node) == criteria


def test_what_says_nothing_is_left_out_of_the_json_form():
    spelled_out = {"has": "company", "where": {**IN_OSLO}, "at_least": 1}
    assert to_json(parse(spelled_out)) == has("company", IN_OSLO)
    empty = {"field": "email", "op": "is_empty", "value": None}
    assert to_json(parse(empty)) == where("email", "is_empty")


def nested(levels):
    criteria = IN_OSLO
    for _level in range(levels - 1):
        criteria = {"not": criteria}
    return criteria


class TestLimits:
    def test_ten_levels_are_read_and_eleven_refused(self):
        assert to_json(parse(nested(10))) == nested(10)
        assert refusal(nested(11)) == (
            ".".join(["not"] * 10),
            "Nested deeper than 10.",
        )

    def test_a_where_is_a_level_too(self):
        assert parse({"all": [has("company", nested(8))]})
        assert refusal({"all": [has("company", nested(9))]})[1] == (
            "Nested deeper than 10."
        )

    def test_however_deep_it_is_refused_and_not_followed(self):
        assert refusal(nested(100_000))[1] == "Nested deeper than 10."

    def test_200_nodes_are_read_and_201_refused(self):
        assert len(parse({"any": [IN_OSLO] * 199}).nodes) == 199
        assert refusal({"any": [IN_OSLO] * 200}) == (
            "any[200]",
            "More than 200 conditions.",
        )

    def test_groups_and_wheres_count_as_nodes(self):
        assert parse({"any": [has("company", IN_OSLO)] * 99})
        path, message = refusal({"any": [has("company", IN_OSLO)] * 100})
        assert (path, message) == (
            "any[100].has company.where",
            "More than 200 conditions.",
        )


KINDS = "Expected exactly one of: all, any, not, field, has."


@pytest.mark.parametrize(
    ("criteria", "path", "message"),
    [
        (None, "", "Expected a condition or a group."),
        ([], "", "Expected a condition or a group."),
        ("city", "", "Expected a condition or a group."),
        (7, "", "Expected a condition or a group."),
        ({}, "", KINDS),
        ({"or": [IN_OSLO]}, "", KINDS),
        ({"all": [IN_OSLO], "any": [IN_OSLO]}, "", KINDS),
        ({"has": "company", **IN_OSLO}, "", KINDS),
        ({"all": []}, "all", "An empty group."),
        ({"any": []}, "any", "An empty group."),
        ({"all": IN_OSLO}, "all", "An empty group."),
        ({"all": None}, "all", "An empty group."),
        ({"all": [IN_OSLO, {"any": []}]}, "all[2].any", "An empty group."),
        ({"all": [IN_OSLO, None]}, "all[2]", "Expected a condition or a group."),
        ({"not": None}, "not", "Expected a condition or a group."),
        ({"not": [IN_OSLO]}, "not", "Expected a condition or a group."),
        ({**IN_OSLO, "case": True}, "", "Unknown key: case."),
        ({"all": [IN_OSLO], "options": {}}, "", "Unknown key: options."),
        ({**IN_OSLO, 7: 1, "a": 1}, "", "Unknown key: 7, a."),
        ({"field": "city"}, "", "A condition needs a field and an op."),
        ({"field": 7, "op": "is"}, "", "A condition needs a field and an op."),
        ({"field": "city", "op": ["is"]}, "", "A condition needs a field and an op."),
        ({"has": 7}, "", "Expected the name of a relation."),
        ({"has": ["company"]}, "", "Expected the name of a relation."),
        (
            {"has": "company", "where": None},
            "has company.where",
            "Expected a condition or a group.",
        ),
        (
            {"has": "company", "where": {"all": []}},
            "has company.where.all",
            "An empty group.",
        ),
        (
            {"has": "company", "op": "is"},
            "",
            "Unknown key: op.",
        ),
    ],
)
def test_a_wrong_shape_is_refused_and_its_place_named(criteria, path, message):
    assert refusal(criteria) == (path, message)


def test_the_place_stands_before_the_message():
    error = CriteriaError("An empty group.", "all[2].any")
    assert str(error) == "all[2].any: An empty group."
    assert str(CriteriaError("An empty group.")) == "An empty group."
