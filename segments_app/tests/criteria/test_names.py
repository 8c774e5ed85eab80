"""A sentence says what codes mean, whatever table knows it."""

import pytest
from django.utils import translation

from contacts.models import (
    BusinessRelation,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    OrganizationalLevel,
    ProfileAnswer,
    ProfileQuestion,
    ProfileQuestionnaire,
    Salesperson,
    Salutation,
    Territory,
)
from contacts.tests.factories import make_person
from interactions.models import Campaign, InteractionGroup
from interactions.tests.factories import make_logged_segment, make_template
from segments_app.criteria import Names, describe, explain, validate
from segments_app.tests.criteria.asking import has, where
from segments_app.tests.factories import TODAY, make_segment

pytestmark = pytest.mark.django_db

SAID = {
    "organizational_level": "organizational level is The boss (CODE)",
    "territory": "territory is The boss (CODE)",
    "salutation": "salutation is The boss (CODE)",
    "salesperson": "salesperson is The boss (CODE)",
}
SETUP = {
    "organizational_level": OrganizationalLevel,
    "territory": Territory,
    "salutation": Salutation,
    "mailing_group": MailingGroup,
    "industry_group": IndustryGroup,
    "business_relation": BusinessRelation,
    "job_responsibility": JobResponsibility,
}


def said(criteria):
    return describe(criteria, names=Names([criteria]))


@pytest.mark.parametrize("field", SAID)
def test_codes_of_a_contact(field):
    if field == "salesperson":
        Salesperson.objects.create(code="CODE", name="The boss")
    else:
        SETUP[field].objects.create(code="CODE", description="The boss")
    assert said(where(field, "is", "code")) == SAID[field]


@pytest.mark.parametrize(
    "relation",
    ["mailing_group", "industry_group", "business_relation", "job_responsibility"],
)
def test_codes_of_related_rows(relation):
    SETUP[relation].objects.create(code="CODE", description="The best")
    sentence = said(has(relation, where("code", "is_not", "CODE")))
    assert sentence.endswith("where code is not The best (CODE)")


def test_codes_of_interactions():
    make_template("LETTER", description="Letter to all")
    InteractionGroup.objects.create(code="MAIL", description="Everything written")
    Campaign.objects.create(number="CP-1", description="Spring")
    make_logged_segment("SM-3", description="Easter letter")
    conditions = [
        where("template", "is", "LETTER"),
        where("group", "is", "MAIL"),
        where("campaign", "is", "CP-1"),
        where("segment_number", "is", "SM-3"),
        where("segment_number", "starts_with", "SM-3"),
    ]
    assert said(has("interaction", {"all": conditions})) == (
        "has interaction where (interaction template is Letter to all (LETTER) and "
        "interaction group is Everything written (MAIL) and campaign is Spring (CP-1) "
        "and segment is Easter letter (SM-3) and segment starts with “SM-3”)"
    )


def test_segments_open_and_logged():
    make_segment(number="SM-7", description="Summer letter")
    logged = make_logged_segment("SM-3", description="Easter letter")
    assert said(has("segment", where("number", "is", "SM-7"))) == (
        "has open segment where number is Summer letter (SM-7)"
    )
    asked = [
        where("id", "is", logged.pk),
        where("id", "is", 10**30),
        where("id", "between", [1, logged.pk]),
        where("segment_number", "in", ["SM-3", "SM-4"]),
    ]
    assert [said(has("logged_segment", each)) for each in asked] == [
        f"has logged segment where entry number is Easter letter ({logged.pk})",
        f"has logged segment where entry number is {10**30}",
        f"has logged segment where entry number is between 1 and {logged.pk}",
        "has logged segment where segment is one of Easter letter (SM-3), “SM-4”",
    ]


def test_countries_and_languages_in_the_readers_language():
    countries = where("country", "in", ["KP", "se", "XX"])
    language = where("language", "is", "da")
    assert said(countries) == "country is one of North Korea, Sweden, XX"
    assert said(language) == "language is Danish"
    with translation.override("nb"):
        assert said(countries).endswith("Nord-Korea, Sverige, XX")
        assert said(language).endswith("dansk")
    assert said(where("language", "is", "no language")) == "language is no language"


def test_what_is_not_set_up_any_more_or_has_no_description_stays_a_code():
    OrganizationalLevel.objects.create(code="MGR", description="Manager")
    OrganizationalLevel.objects.create(code="STAFF", description="")
    levels = where("organizational_level", "in", ["MGR", "GONE", "STAFF"])
    assert said(levels) == ("organizational level is one of Manager (MGR), GONE, STAFF")


def make_answer(questionnaire, question, description):
    questionnaire, _new = ProfileQuestionnaire.objects.get_or_create(code=questionnaire)
    question, _new = ProfileQuestion.objects.get_or_create(
        questionnaire=questionnaire, code=question, description="How large?"
    )
    ProfileAnswer.objects.create(question=question, code="1", description=description)


def test_answers_of_the_same_code_are_told_apart_by_their_question():
    """Codes of answers are unique in their question only."""
    make_answer("CUSTOMERS", "SIZE", "Small")
    make_answer("CUSTOMERS", "AGE", "Young")
    first = where("answer", "is", "1")
    size = {"all": [where("question", "is", "size"), first]}
    assert said(has("profile_answer", size)) == (
        "has profile answer where (question is How large? (SIZE) and answer is "
        "Small (1))"
    )
    assert said(has("profile_answer", first)) == "has profile answer where answer is 1"
    reason = explain(
        validate(has("profile_answer", size)),
        contact_id=make_person().pk,
        today=TODAY,
    )
    assert reason.sentence == said(has("profile_answer", size))


def test_criteria_that_make_no_sense_have_no_names(django_assert_num_queries):
    with django_assert_num_queries(0):
        names = Names([{"field": "moon", "op": "is", "value": "full"}])
        assert describe(where("city", "is", "Oslo"), names=names) == "city is “Oslo”"


@pytest.mark.parametrize("count", [2, 20])
def test_each_kind_of_code_is_looked_up_once(count, django_assert_num_queries):
    """A long list costs no more, and only what is said of it is looked for."""
    codes = [f"L{number:02}" for number in range(count)]
    for code in codes:
        OrganizationalLevel.objects.create(code=code, description=f"Level {code}")
        MailingGroup.objects.create(code=code, description=f"Group {code}")
    criteria = [
        {
            "all": [
                where("organizational_level", "is", code),
                has("mailing_group", where("code", "in", codes)),
                has("person", where("organizational_level", "is_not", code)),
            ]
        }
        for code in codes
    ]
    names = Names(criteria)
    with django_assert_num_queries(2):
        sentences = [describe(each, names=names) for each in criteria]
    more = f", {count - 5} more" if count > 5 else ""
    groups = ", ".join(f"Group {code} ({code})" for code in codes[:5]) + more
    assert sentences == [
        f"organizational level is Level {code} ({code}) and has mailing group where "
        f"code is one of {groups} and has person where organizational level is not "
        f"Level {code} ({code})"
        for code in codes
    ]
