"""Whether field, operator and value fit each other; DESIGN section 4, its tables."""

import datetime

import pytest

from contacts.models import (
    ContactMailingGroup,
    MailingGroup,
    ProfileAnswer,
    ProfileQuestion,
    ProfileQuestionnaire,
    Salesperson,
    Territory,
)
from contacts.tests.factories import make_person
from interactions.models import Campaign, InteractionGroup
from interactions.tests.factories import make_template
from segments_app.criteria import (
    CONTACT_FIELDS,
    RELATIONS,
    CriteriaError,
    compile_criteria,
    existing_codes,
    missing_codes,
    parse,
    validate,
)
from segments_app.criteria.catalogue import OPERATOR_LABELS, OPERATORS
from segments_app.tests.criteria.asking import found, has, where
from segments_app.tests.criteria.test_expression import refusal
from segments_app.tests.factories import make_segment


class TestCatalogue:
    """The screen, the commands and others rely on these names."""

    def test_the_fields_of_each_scope(self):
        contact = (
            "number type name first_name surname job_title address postcode city county"
            " country territory language salesperson organizational_level salutation"
            " correspondence_type phone mobile email home_page exclude_from_segment"
            " minor created_at updated_at"
        )
        assert " ".join(CONTACT_FIELDS) == contact
        assert {code: " ".join(each.fields) for code, each in RELATIONS.items()} == {
            "mailing_group": "code",
            "industry_group": "code",
            "business_relation": "code",
            "job_responsibility": "code",
            "profile_answer": "questionnaire question answer last_updated",
            "interaction": (
                "date template group campaign segment_number evaluation salesperson"
                " correspondence_type information_flow initiated_by attempt_failed"
                " campaign_response language description subject cancelled postponed"
            ),
            "segment": "number",
            "other_segment": "number",
            "logged_segment": "id segment_number",
            "campaign_target": "campaign",
            "company": contact,
            "person": contact,
        }

    def test_the_operators_of_each_type(self):
        chosen = "is is_not in not_in is_empty is_not_empty"
        assert {type: " ".join(operators) for type, operators in OPERATORS.items()} == {
            "text": (
                "is is_not in not_in contains starts_with ends_with"
                " is_empty is_not_empty"
            ),
            "choice": chosen,
            "code": chosen,
            "yes_no": "is",
            "number": "is is_not lt lte gt gte between",
            "date": (
                "is before after between within_days older_than_days"
                " is_empty is_not_empty"
            ),
        }

    def test_every_operator_has_a_label(self):
        used = {operator for operators in OPERATORS.values() for operator in operators}
        assert used == set(OPERATOR_LABELS)


@pytest.mark.parametrize(
    ("criteria", "path", "message"),
    [
        (
            where("shoe_size", "is", "42"),
            "shoe_size",
            f"Unknown: shoe_size. Known are: {', '.join(CONTACT_FIELDS)}.",
        ),
        (
            {"all": [where("city", "is", "Oslo"), where("cityy", "is", "Oslo")]},
            "all[2].cityy",
            "Unknown: cityy. Did you mean city?",
        ),
        (
            has("intraction"),
            "has intraction",
            "Unknown: intraction. Did you mean interaction?",
        ),
        (
            {"any": [{"not": has("intraction", where("nonsense", "is", 1))}]},
            "any[1].not.has intraction",
            "Unknown: intraction. Did you mean interaction?",
        ),
        (
            has("mailing_group", where("city", "is", "Oslo")),
            "has mailing_group.where.city",
            "Unknown: city. Known are: code.",
        ),
        (
            where("\ud800ity", "is", "Oslo"),
            "?ity",
            "Unknown: ?ity. Did you mean city?",
        ),
        (
            where("city", "before", "2026-12-24"),
            "city",
            "before does not fit city; use one of: is, is_not, in, not_in, contains,"
            " starts_with, ends_with, is_empty, is_not_empty.",
        ),
        (
            where("minor", "is_not", True),
            "minor",
            "is_not does not fit minor; use one of: is.",
        ),
        (
            has("interaction", where("template", "contains", "A")),
            "has interaction.where.template",
            "contains does not fit template; use one of: is, is_not, in, not_in,"
            " is_empty, is_not_empty.",
        ),
        (
            has("interaction", has("company")),
            "has interaction.where.has company",
            "Related rows can be asked inside company and person only.",
        ),
        (
            has("company", has("segment", {"not": has("person")})),
            "has company.where.has segment.where.not.has person",
            "Related rows can be asked inside company and person only.",
        ),
        (
            where("type", "is", "firm"),
            "type",
            "Unknown: firm. Known are: company, person.",
        ),
        (
            where("type", "in", ["company", "persn"]),
            "type",
            "Unknown: persn. Did you mean person?",
        ),
    ],
)
def test_what_does_not_exist_is_refused_and_its_place_named(criteria, path, message):
    assert refusal(criteria) == (path, message)


TEXT = "Expected a text."
TRUTH = "Expected true or false."
WHOLE = "Expected a whole number."
DATE = "Expected a date as 2026-12-24."
DAYS = "Expected a number of days."
LIST = "Expected a list of values."
RANGE = "Expected a first and a last value."
UNREADABLE = "Expected a text of readable characters."


@pytest.mark.parametrize(
    ("field", "op", "value", "message"),
    [
        *(("city", "is", value, TEXT) for value in (None, 7, True, "", "  ", {}, [])),
        ("city", "contains", ["Oslo"], TEXT),
        ("city", "is", "Os\x00lo", UNREADABLE),
        ("city", "in", ["Oslo", "\ud800"], UNREADABLE),
        ("country", "is", "N\x00", UNREADABLE),
        *(("city", "in", value, LIST) for value in (None, "Oslo", [], {}, 7)),
        ("city", "in", ["Oslo", ""], TEXT),
        ("city", "in", ["Oslo", None], TEXT),
        ("city", "not_in", [["Oslo"]], TEXT),
        ("city", "is_empty", "", "is_empty takes no value."),
        ("city", "is_not_empty", False, "is_not_empty takes no value."),
        ("type", "is", 1, TEXT),
        ("type", "is", ["person"], TEXT),
        ("territory", "is", 7, TEXT),
        ("territory", "is", " ", TEXT),
        *(
            ("minor", "is", value, TRUTH)
            for value in (None, 0, 1, "true", "no", [True])
        ),
        *(
            ("created_at", "is", value, DATE)
            for value in (
                None,
                "",
                7,
                "24.12.2026",
                "20261224",
                "2026-W52-4",
                "2026-13-01",
                "2026-02-30",
                "2026-12-24T12:00",
                "today",
                ["2026-12-24"],
                datetime.date(2026, 12, 24),
            )
        ),
        *(
            ("created_at", "within_days", value, DAYS)
            for value in (None, -1, 1.5, "90", True, 100_001, [90])
        ),
        ("created_at", "older_than_days", 10**30, DAYS),
        *(
            ("created_at", "between", value, RANGE)
            for value in (None, "2026-12-24", ["2026-12-24"], ["2026-12-24"] * 3, {})
        ),
        ("created_at", "between", ["2026-12-24", None], DATE),
        (
            "created_at",
            "between",
            ["2026-12-25", "2026-12-24"],
            "The first value is after the last.",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(field, op, value, message):
    criteria = {"not": {"field": field, "op": op, "value": value}}
    assert refusal(criteria) == (f"not.{field}", message)


@pytest.mark.parametrize(
    ("op", "value", "message"),
    [
        *(("is", value, WHOLE) for value in (None, "1", True, 1.5, float("nan"))),
        ("between", [1], RANGE),
        ("between", [1, "2"], WHOLE),
        ("between", [2, 1], "The first value is after the last."),
    ],
)
def test_a_number_of_the_wrong_kind_is_refused(op, value, message):
    criteria = has("logged_segment", {"field": "id", "op": op, "value": value})
    assert refusal(criteria) == ("has logged_segment.where.id", message)


@pytest.mark.parametrize(
    "at_least", [0, -3, 1.5, "2", "many", True, None, [2], 10_001, 10**20]
)
def test_how_many_related_rows_is_a_whole_number_from_1_to_10000(at_least):
    assert validate(has("interaction", at_least=10_000))
    criteria = {"not": {"has": "interaction", "at_least": at_least}}
    assert refusal(criteria) == (
        "not.has interaction.at_least",
        "at least: a whole number from 1 to 10,000.",
    )


def test_the_days_of_a_range_are_compared_as_days():
    assert validate(where("created_at", "between", ["0999-12-31", "1000-01-01"]))


@pytest.mark.django_db
class TestCodes:
    @pytest.fixture(autouse=True)
    def setup_tables(self):
        Territory.objects.create(code="NORTH")
        Salesperson.objects.create(code="JON", name="Jon")
        MailingGroup.objects.create(code="NEWS")
        InteractionGroup.objects.create(code="CALLS")
        Campaign.objects.create(number="CP-1", description="Spring")
        make_template("MAIL")
        make_segment(number="SM-1")
        questionnaire = ProfileQuestionnaire.objects.create(code="CUSTOMERS")
        question = ProfileQuestion.objects.create(
            questionnaire=questionnaire, code="SIZE"
        )
        ProfileAnswer.objects.create(question=question, code="BIG")

    CODES = [
        (None, "territory", "NORTH"),
        (None, "salesperson", "JON"),
        ("mailing_group", "code", "NEWS"),
        ("profile_answer", "questionnaire", "CUSTOMERS"),
        ("profile_answer", "question", "SIZE"),
        ("profile_answer", "answer", "BIG"),
        ("interaction", "template", "MAIL"),
        ("interaction", "group", "CALLS"),
        ("interaction", "campaign", "CP-1"),
        ("interaction", "salesperson", "JON"),
        ("segment", "number", "SM-1"),
        ("company", "territory", "NORTH"),
        ("person", "salesperson", "JON"),
    ]

    @pytest.mark.parametrize(("relation", "field", "code"), CODES)
    def test_a_known_one_is_taken_and_an_unknown_one_refused(
        self, relation, field, code
    ):
        def asked(op, value):
            condition = where(field, op, value)
            return has(relation, condition) if relation else condition

        place = f"has {relation}.where.{field}" if relation else field
        assert validate(asked("is", code.lower()), known_codes=existing_codes)
        assert validate(asked("in", [f" {code} "]), known_codes=existing_codes)
        for op, value in (("is", "GONE"), ("is_not", "GONE"), ("in", [code, "GONE"])):
            with pytest.raises(CriteriaError) as refused:
                validate(asked(op, value), known_codes=existing_codes)
            assert refused.value.path == place
            assert "GONE" in refused.value.message

    def test_the_refusal_is_a_sentence(self):
        with pytest.raises(CriteriaError) as refused:
            validate(where("territory", "is", "gone"), known_codes=existing_codes)
        assert str(refused.value) == "territory: There is no territory gone."

    def test_countries_and_languages_have_no_table(self):
        for field, value in (("country", "ZZ"), ("language", "tlh")):
            assert validate(where(field, "is", value), known_codes=existing_codes)

    def test_one_deleted_later_matches_nobody_and_is_named(self):
        anna = make_person("Anna Dahl")
        gone = MailingGroup.objects.create(code="GONE")
        link = ContactMailingGroup.objects.create(contact=anna, mailing_group=gone)
        criteria = {
            "any": [
                has("mailing_group", where("code", "is", "news")),
                has("mailing_group", where("code", "in", ["gone", "NEWS"])),
            ]
        }
        assert found(criteria) == ["Anna Dahl"]
        node = parse(criteria)
        assert missing_codes(node, known_codes=existing_codes) == []
        link.delete()
        gone.delete()
        assert missing_codes(node, known_codes=existing_codes) == [
            ("any[2].has mailing_group.where.code", "gone")
        ]
        condition = compile_criteria(node, today=datetime.date(2026, 11, 20))
        assert not type(anna).objects.filter(condition).exists()

    def test_a_code_too_long_for_the_table_is_only_unknown(self):
        with pytest.raises(CriteriaError):
            validate(where("territory", "is", "N" * 5_000), known_codes=existing_codes)
