"""The rows of the builder: what goes in comes out, and errors find their row."""

import datetime

import pytest
from django.http import QueryDict
from hypothesis import assume, given
from hypothesis import strategies as st

from contacts.models import MailingGroup, Salesperson
from segments_app.criteria import CriteriaError, validate
from segments_app.criteria.expression import MAX_DEPTH
from segments_app.forms.criteria import (
    ShapeError,
    all_rows,
    from_json,
    from_post,
    new_criteria,
    shape,
    to_json,
)
from segments_app.forms.criteria_check import checked, parts
from segments_app.forms.criteria_choices import MOST_CODES, name_codes
from segments_app.forms.criteria_edits import edited as edited_on
from segments_app.forms.criteria_inputs import dress as dress_on
from segments_app.forms.criteria_inputs import find
from segments_app.forms.criteria_starts import STARTS

TODAY = datetime.date(2026, 11, 21)


def edited(root, action):
    return edited_on(root, action, today=TODAY)


def dress(root):
    return dress_on(root, today=TODAY).root


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
    {"field": "name", "op": "not_in", "value": ["Anna, Dahl", "Bo  Lie"]},
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
        assert choice.type == "checks"
        assert choice.choices == [(c, c) for c in ("gone", "FAIR", "NEWS", "XMAS")]
        assert to_json(from_post(posted(root))) == criteria


words = st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=8
).filter(lambda word: word == word.strip() and word.splitlines() == [word])
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


class TestSpaces:
    """A value pasted from a sheet brings spaces along; those around it go."""

    @pytest.mark.parametrize(
        ("field", "op", "typed", "value"),
        [
            ("number", "is", ["C-000005 "], "C-000005"),
            ("name", "contains", ["\tKaffe  AS\xa0"], "Kaffe  AS"),
            ("city", "in", [" Oslo \r\n\r\n  \r\nMo i Rana\t"], ["Oslo", "Mo i Rana"]),
            (
                "created_at",
                "between",
                [" 2026-01-01", "2026-12-31 "],
                ["2026-01-01", "2026-12-31"],
            ),
            ("updated_at", "within_days", [" 7 "], 7),
        ],
    )
    def test_around_a_value_go_and_inside_stay(self, field, op, typed, value):
        sent = QueryDict("shape=q:condition", mutable=True)
        sent.update({"q.field": field, "q.op": op})
        sent.setlist("q.value", typed)
        asked = {"field": field, "op": op, "value": value}
        assert checked(from_post(sent)) == asked

    @pytest.mark.parametrize("op", ["is", "in"])
    def test_alone_are_no_value(self, op):
        row = from_json(IN_OSLO | {"op": op})
        row.values = [" \t\xa0\r\n "]
        with pytest.raises(CriteriaError) as refused:
            checked(row)
        assert refused.value.message == "Fill in a value, or remove this row."
        assert row.errors == ["Fill in a value, or remove this row."]


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
            condition = edited(root, "refresh:q").rows[0]
            seen.append((condition.field, condition.op, condition.values))
        assert seen == [("", "", []), ("code", "in", [])]

    def test_an_operator_of_another_type_gives_way(self):
        root = from_json(IN_OSLO)
        root.field = "minor"
        root.op = "contains"
        row = edited(root, "refresh:q")
        assert (row.op, row.values) == ("is", ["true"])


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
            (
                {"all": [IN_OSLO, {"not": {"has": "interaction", "at_least": -3}}]},
                "q.1",
                "at least: a whole number from 1 to 10,000.",
            ),
            ({"has": "interaction", "at_least": "2.5"}, "q", "at least: a whole"),
            ({"has": "interaction", "at_least": "many"}, "q", "at least: a whole"),
            ({"has": "interaction", "at_least": "9" * 5_000}, "q", "at least: a whole"),
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
            ("created_at", "within_days"): ("days", []),
            ("minor", "is"): ("yes_no", [("true", "Yes"), ("false", "No")]),
            ("type", "in"): ("checks", [("company", "Company"), ("person", "Person")]),
            ("salesperson", "is"): ("choice", [("KARI", "KARI Kari Moe")]),
            ("territory", "is"): ("text", []),
        }
        for (name, op), expected in asked.items():
            row = from_json({"field": name, "op": op})
            given_input = dress(row).input
            assert (given_input.type, given_input.choices) == expected

    def test_countries_are_chosen_by_name(self):
        row = from_json({"field": "country", "op": "is", "value": "NO"})
        dressed = dress_on(row, today=TODAY)
        assert row.input.type == "search"
        assert row.input.chosen == [("NO", "Norway", True)]
        assert ("NO", "Norway") in dressed.lists[row.input.list_id]

    def test_a_list_of_codes_is_read_once(self, django_assert_num_queries):
        row = {"field": "salesperson", "op": "is", "value": "KARI"}
        root = from_json({"any": [row, row, row]})
        with django_assert_num_queries(1):
            dress(root)


class TestDates:
    @pytest.mark.parametrize(
        ("before", "op", "values"),
        [
            ({"op": "before", "value": "2026-08-23"}, "older_than_days", ["90"]),
            ({"op": "older_than_days", "value": 90}, "before", ["2026-08-23"]),
            ({"op": "within_days", "value": 90}, "after", ["2026-08-23"]),
            ({"op": "within_days", "value": 90}, "older_than_days", ["90"]),
            ({"op": "is_empty"}, "within_days", []),
        ],
    )
    def test_a_day_and_a_number_of_days_become_each_other(self, before, op, values):
        row = from_json({"field": "created_at"} | before)
        row.op = op
        assert edited(row, "refresh:q").values == values

    def test_the_day_a_number_of_days_reaches_is_said(self):
        since = dress(
            from_json({"field": "created_at", "op": "within_days", "value": 7})
        )
        assert since.input.hint == "since Nov. 14, 2026"
        for days in ("x", "99999999999"):
            since.values = [days]
            assert dress(since).input.hint == ""


class TestStarts:
    @pytest.mark.parametrize("code", STARTS)
    def test_every_usual_question_can_be_asked_once_it_is_filled_in(self, code):
        root = edited(new_criteria(), f"start:{code}")
        (gone_on_with,) = (row for row in all_rows(root) if row.is_next)
        assert gone_on_with.kind == "condition"
        for row in all_rows(root):
            if row.op == "in":
                row.values = ["X"]
        validate(to_json(root))

    def test_it_is_added_to_what_was_asked_already(self):
        root = edited(from_json({"any": [IN_OSLO, IN_OSLO]}), "start:not-written-to")
        asked = to_json(root)["all"]
        assert asked[0] == {"any": [IN_OSLO, IN_OSLO]}
        assert asked[1] == {
            "not": {
                "has": "interaction",
                "where": {
                    "all": [
                        {"field": "date", "op": "within_days", "value": 90},
                        {"field": "information_flow", "op": "is", "value": "outbound"},
                    ]
                },
            }
        }

    def test_who_has_not_is_asked_with_one_button(self):
        root = edited(new_criteria(), "add-has-not:q")
        root.rows[1].relation = "mailing_group"
        asked = to_json(edited(root, "refresh:q.1"))["all"][1]
        assert asked["not"]["where"]["field"] == "code"


class TestKeys:
    def test_a_row_keeps_its_key_when_its_place_changes(self):
        root = from_json({"all": [IN_OSLO, NOT_LATELY]})
        key = root.rows[1].key
        assert edited(root, "remove:q.0").rows[0].key == key

    def test_new_rows_get_one_that_nobody_has(self):
        root = edited(from_json({"all": [IN_OSLO, IN_OSLO]}), "remove:q.0")
        root = edited(edited(root, "add-condition:q"), "add-group:q")
        keys = [row.key for row in all_rows(root)]
        assert len(set(keys)) == len(keys)

    def test_a_key_that_no_page_made_is_replaced(self):
        sent = QueryDict("shape=q:group+q.0:condition&q.key=%3Cb%3E&q.0.key=k7")
        assert [row.key for row in all_rows(from_post(sent))] == ["k1", "k7"]


@pytest.mark.django_db
class TestCodes:
    @pytest.fixture
    def many(self):
        MailingGroup.objects.bulk_create(
            MailingGroup(code=f"G{number:03}", description=f"Club of {number}")
            for number in range(MOST_CODES + 1)
        )

    def row(self, op, value):
        code = {"field": "code", "op": op, "value": value}
        return from_json({"has": "mailing_group", "where": code})

    def test_a_list_too_long_for_the_page_is_searched(self, many):
        row = dress(self.row("in", ["G007"])).rows[0]
        assert (row.input.type, row.input.list_id) == ("searches", "")
        assert row.input.chosen == [("G007", "G007 Club of 7", True)]
        root = self.row("in", ["G007", "club of 29"])
        found = dress(find(root, "q.0")).rows[0].input
        labels = [label for _value, label in found.choices]
        assert found.type == "checks"
        assert labels[:2] == ["G007 Club of 7", "G029 Club of 29"]
        assert len(labels) == 14
        assert root.rows[0].values == ["G007"]

    def test_a_search_that_finds_nothing_says_so(self, many):
        root = find(self.row("is", "poker"), "q.0")
        assert root.rows[0].errors == ["Nothing found for “poker”."]
        assert dress(root).rows[0].input.type == "search"

    @pytest.mark.parametrize("written", ["G007", "g007", "Club of 7", "G007 club OF 7"])
    def test_a_code_goes_by_its_name(self, many, written):
        root = name_codes(self.row("in", [written, "Nothing"]))
        assert [each.upper() for each in root.rows[0].values] == ["G007", "NOTHING"]

    def test_a_code_goes_by_a_name_with_a_sharp_s(self, many):
        MailingGroup.objects.create(code="OAK", description="Eichenstraße")
        root = name_codes(self.row("in", ["eichenstraße"]))
        assert root.rows[0].values == ["OAK"]

    @pytest.mark.parametrize("written", ["NO", "no", "Norway", " norway "])
    def test_a_country_does_too(self, written):
        row = name_codes(from_json({"field": "country", "op": "is", "value": written}))
        assert row.values[0].upper() == "NO"

    def test_a_code_that_was_deleted_is_pointed_out(self):
        MailingGroup.objects.create(code="NEWS")
        row = dress(self.row("in", ["NEWS", "GONE"])).rows[0]
        assert row.warnings == ["GONE does not exist any more and fits nobody."]

    def test_names_cost_no_more_queries_for_more_of_them(
        self, many, django_assert_num_queries
    ):
        for names in (["Club of 7"], [f"Club of {number}" for number in range(200)]):
            with django_assert_num_queries(3):
                root = name_codes(self.row("in", names))
            assert root.rows[0].values[0] in ("G007", "G000")


class TestParts:
    def asked(self, criteria):
        root = from_json(criteria)
        names = {row.key: row.name for row in all_rows(root)}
        return [(names[part.key], part.is_alone, part.criteria) for part in parts(root)]

    def test_each_row_is_asked_alone_and_with_those_above_it(self):
        both = {"all": [IN_OSLO, NOT_LATELY]}
        inner = NOT_LATELY["not"]["where"]
        assert self.asked(both) == [
            ("q", True, both),
            ("q.0", True, IN_OSLO),
            ("q.1", True, NOT_LATELY),
            ("q.1.0", True, {"has": "interaction", "where": inner}),
            ("q.1", False, both),
        ]

    def test_any_of_them_counts_nothing_down(self):
        either = {"any": [IN_OSLO, NOT_LATELY]}
        assert all(is_alone for _name, is_alone, _criteria in self.asked(either))

    def test_a_condition_of_the_company_is_asked_of_its_people(self):
        code = {"has": "mailing_group", "where": {"field": "code", "op": "is_empty"}}
        asked = self.asked({"has": "company", "where": code})
        assert asked[-1] == (
            "q.0.0",
            True,
            {"has": "company", "where": code},
        )

    def test_rows_that_are_not_filled_in_are_left_out(self):
        root = from_json({"all": [IN_OSLO, IN_OSLO, NOT_LATELY]})
        root.rows[0].values = [""]
        assert [part.key for part in parts(root)] == [
            root.rows[1].key,
            root.rows[2].key,
            root.rows[2].rows[0].key,
            root.rows[2].key,
        ]


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
