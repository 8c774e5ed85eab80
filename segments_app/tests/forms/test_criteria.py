"""The rows of the builder: what goes in comes out, and errors find their row."""

import pytest
from django.http import QueryDict
from hypothesis import assume, given
from hypothesis import strategies as st

from contacts.models import MailingGroup, Salesperson
from segments_app.criteria import CriteriaError
from segments_app.criteria.expression import MAX_DEPTH
from segments_app.forms.criteria import (
    ShapeError,
    all_rows,
    edited,
    from_json,
    from_post,
    new_criteria,
    shape,
    to_json,
)
from segments_app.forms.criteria_check import checked
from segments_app.forms.criteria_inputs import dress

IN_OSLO = {"field": "city", "op": "is", "value": "Oslo"}
NOT_LATELY = {
    "not": {
        "has": "interaction",
        "where": {"field": "date", "op": "within_days", "value": 90},
    }
}
STORED = [
    IN_OSLO,
    NOT_LATELY,
    {"all": [IN_OSLO]},
    {"any": [{"all": [IN_OSLO, NOT_LATELY]}, {"not": {"not": IN_OSLO}}]},
    {"has": "mailing_group"},
    {"has": "mailing_group", "where": {"field": "code", "op": "in", "value": ["A"]}},
    {
        "has": "interaction",
        "at_least": 3,
        "where": {"all": [NOT_LATELY["not"]["where"]]},
    },
    {"has": "company", "where": {"has": "person", "where": IN_OSLO}},
    {"has": "logged_segment", "where": {"field": "id", "op": "is", "value": 7}},
    {"has": "logged_segment", "where": {"field": "id", "op": "lt", "value": 7.5}},
    {"field": "created_at", "op": "between", "value": ["2026-01-01", "2026-12-31"]},
    {"field": "minor", "op": "is", "value": False},
    {"field": "email", "op": "is_empty"},
    {"field": "name", "op": "not_in", "value": ["Anna, Dahl", " Bo"]},
]


def posted(root):
    """What a browser would send for these rows."""
    data = QueryDict(mutable=True)
    data["shape"] = shape(root)
    for row in all_rows(dress(root)):
        data[f"{row.name}.not"] = str(row.negations)
        data[f"{row.name}.mode"] = row.mode
        data[f"{row.name}.relation"] = row.relation
        data[f"{row.name}.at_least"] = row.at_least
        data[f"{row.name}.field"] = row.field
        data[f"{row.name}.op"] = row.op
        if row.input and row.input.type != "none":
            data.setlist(f"{row.name}.value", row.input.values)
    return data


@pytest.mark.django_db
class TestRoundTrip:
    @pytest.mark.parametrize("criteria", STORED)
    def test_what_was_stored_comes_back_the_same(self, criteria):
        assert to_json(from_json(criteria)) == criteria
        assert to_json(from_post(posted(from_json(criteria)))) == criteria

    def test_a_list_that_was_chosen_from_comes_back_the_same(self):
        for code in ("NEWS", "XMAS", "FAIR"):
            MailingGroup.objects.create(code=code)
        codes = {"field": "code", "op": "in", "value": ["XMAS", "NEWS", "gone"]}
        criteria = {"has": "mailing_group", "where": codes}
        root = dress(from_json(criteria))
        choice = root.rows[0].input
        assert choice.type == "choices"
        assert choice.choices == [(c, c) for c in ("gone", "FAIR", "NEWS", "XMAS")]
        assert to_json(from_post(posted(root))) == criteria


words = st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=8
).filter(lambda word: word.strip() and word.splitlines() == [word])
conditions = st.one_of(
    st.builds(
        lambda op, value: {"field": "name", "op": op, "value": value},
        st.sampled_from(["is", "contains", "ends_with"]),
        words,
    ),
    st.builds(
        lambda value: {"field": "city", "op": "in", "value": value},
        st.lists(words, min_size=1, max_size=4),
    ),
    st.builds(
        lambda days: {"field": "updated_at", "op": "older_than_days", "value": days},
        st.integers(0, 1000),
    ),
)
nodes = st.recursive(
    conditions,
    lambda inner: st.one_of(
        st.builds(lambda rows: {"all": rows}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda rows: {"any": rows}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda row: {"not": row}, inner),
        st.builds(lambda row: {"has": "person", "where": row, "at_least": 2}, inner),
    ),
    max_leaves=6,
)


@given(nodes)
def test_anything_that_can_be_stored_comes_back_the_same(criteria):
    assume(_depth(criteria) <= MAX_DEPTH)
    root = from_json(criteria)
    assert to_json(root) == criteria
    assert to_json(from_post(posted(root))) == criteria


def _depth(node):
    inner = [*node.get("all", []), *node.get("any", [])]
    inner += [node[key] for key in ("not", "where") if key in node]
    return 1 + max(map(_depth, inner), default=0)


class TestButtons:
    def test_rows_are_added_where_the_button_stands(self):
        root = edited(new_criteria(), "add-group:q")
        root = edited(root, "add-has:q.1")
        root = edited(root, "add-condition:q")
        assert shape(root) == (
            "q:group q.0:condition q.1:group q.1.0:condition q.1.1:has q.2:condition"
        )

    def test_a_second_condition_of_related_rows_makes_both_hold(self):
        code = {"field": "date", "op": "is_not_empty"}
        root = from_json({"has": "interaction", "where": code})
        root = edited(root, "add-condition:q")
        assert shape(root) == "q:has q.0:group q.0.0:condition q.0.1:condition"
        assert to_json(root)["where"]["all"][0] == code

    def test_removing_the_last_row_starts_anew(self):
        root = edited(from_json(NOT_LATELY), "remove:q.0")
        assert to_json(root) == {"not": {"has": "interaction"}}
        assert edited(from_json(IN_OSLO), "remove:q").is_blank
        assert edited(from_json({"all": [IN_OSLO]}), "remove:q.0").is_blank

    @pytest.mark.parametrize(
        ("action", "name"),
        [
            ("add-condition:q", "q.2"),
            ("add-group:q", "q.2.0"),
            ("add-has:q", "q.2"),
            ("remove:q.0", "q.0"),
            ("remove:q.1", "q.0"),
            ("remove:q.1.0", "q.1"),
            ("remove:q", "q.0"),
            ("refresh", None),
        ],
    )
    def test_one_goes_on_at_the_new_row_or_beside_the_removed_one(self, action, name):
        root = edited(from_json({"all": [IN_OSLO, NOT_LATELY]}), action)
        marked = [row.name for row in all_rows(root) if row.is_next]
        assert marked == ([name] if name else [])

    def test_what_does_not_fit_the_new_relation_is_forgotten(self):
        root = from_json(
            {"has": "interaction", "where": IN_OSLO | {"field": "subject"}}
        )
        seen = []
        for relation in ("profile_answer", "mailing_group"):
            root.relation = relation
            condition = edited(root, "refresh").rows[0]
            seen.append((condition.field, condition.op, condition.values))
        assert seen == [("", "", []), ("code", "is", [])]

    def test_an_operator_of_another_type_gives_way(self):
        root = from_json(IN_OSLO)
        root.field = "minor"
        root.op = "contains"
        row = edited(root, "refresh")
        assert (row.op, row.values) == ("is", [])


@pytest.mark.django_db
class TestErrors:
    @pytest.mark.parametrize(
        ("criteria", "name", "said"),
        [
            ({"any": [IN_OSLO, IN_OSLO | {"value": ""}]}, "q.1", "Fill in a value"),
            (
                {"all": [NOT_LATELY, {"not": {"has": "person", "where": {"all": [
                    {"field": "updated_at", "op": "within_days", "value": "x"}]}}}]},
                "q.1.0.0",
                "Expected a number of days.",
            ),
            (
                {"has": "mailing_group", "where": {
                    "field": "code", "op": "is", "value": "NEWS"}},
                "q.0",
                "There is no code NEWS.",
            ),
            ({"has": "interaction", "at_least": 0}, "q", "at_least is a whole"),
            ({"all": [IN_OSLO, {"field": "", "op": "", "value": ""}]}, "q.1", "Choose"),
            ({"all": [IN_OSLO, {"has": ""}]}, "q.1", "Choose what to ask about"),
            ({"all": [IN_OSLO, {"any": []}]}, "q.1", "Add a condition to this group"),
        ],
    )  # fmt: skip
    def test_stand_at_the_row_they_are_about(self, criteria, name, said):
        root = _unchecked(criteria)
        with pytest.raises(CriteriaError):
            checked(root)
        errors = {row.name: row.errors for row in all_rows(root) if row.errors}
        assert list(errors) == [name]
        assert errors[name][0].startswith(said)

    def test_what_no_page_sends_is_refused(self):
        for sent in (
            "",
            "x:group",
            "q:other",
            "q:group x.0:condition",
            "q:condition q.0:condition",
            "q:has q.0:group q.1:group",
        ):
            with pytest.raises(ShapeError):
                from_post(QueryDict(f"shape={sent}".replace(" ", "+")))


@pytest.mark.django_db
class TestInputs:
    def test_every_type_has_its_own(self):
        Salesperson.objects.create(code="KARI", name="Kari Moe")
        asked = {
            ("name", "is"): ("text", []),
            ("name", "in"): ("lines", []),
            ("name", "is_empty"): ("none", []),
            ("created_at", "between"): ("date", []),
            ("created_at", "within_days"): ("number", []),
            ("minor", "is"): ("choice", [("true", "Yes"), ("false", "No")]),
            ("type", "in"): ("choices", [("company", "Company"), ("person", "Person")]),
            ("salesperson", "is"): ("choice", [("KARI", "KARI Kari Moe")]),
            ("territory", "is"): ("text", []),
        }
        for (name, op), expected in asked.items():
            row = from_json({"field": name, "op": op})
            given_input = dress(row).input
            assert (given_input.type, given_input.choices) == expected

    def test_countries_are_chosen_by_name(self):
        row = dress(from_json({"field": "country", "op": "is", "value": "NO"}))
        assert ("NO", "Norway") in row.input.choices

    def test_a_list_of_codes_is_read_once(self, django_assert_num_queries):
        row = {"field": "salesperson", "op": "is", "value": "KARI"}
        root = from_json({"any": [row, row, row]})
        with django_assert_num_queries(1):
            dress(root)


def _unchecked(data):
    """Rows of data that `parse` would refuse."""
    sent = QueryDict(mutable=True)

    def write(node, name, negations=0):
        if "not" in node:
            return write(node["not"], name, negations + 1)
        sent[f"{name}.not"] = str(negations)
        if "has" in node:
            sent[f"{name}.relation"] = node["has"]
            sent[f"{name}.at_least"] = str(node.get("at_least", 1))
            inner = [node["where"]] if "where" in node else []
            kind = "has"
        elif "field" in node:
            sent[f"{name}.field"], sent[f"{name}.op"] = node["field"], node["op"]
            sent[f"{name}.value"] = str(node["value"])
            inner, kind = [], "condition"
        else:
            ((mode, inner),) = node.items()
            sent[f"{name}.mode"], kind = mode, "group"
        tokens = [f"{name}:{kind}"]
        for index, each in enumerate(inner):
            tokens += write(each, f"{name}.{index}")
        return tokens

    sent["shape"] = " ".join(write(data, "q"))
    return from_post(sent)
