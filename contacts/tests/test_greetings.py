"""How a contact is greeted: the formula of a language, and what stands in for it."""

import pytest
from django.core.exceptions import ValidationError

from contacts.card.facts import greetings_of
from contacts.models import MarketingSetup, Salutation, SalutationFormula
from contacts.tests.factories import make_company, make_person

pytestmark = pytest.mark.django_db
LONGEST = {
    "nb-NO": "Kjære (nb-NO) %1",
    "nb": "Kjære %1",
    "da": "Kære %1",
    "": "Hello %1",
}


@pytest.fixture
def salutation():
    return Salutation.objects.create(code="F")


def formulas(salutation, texts, kind="formal"):
    for language, text in texts.items():
        SalutationFormula.objects.create(
            salutation=salutation,
            language=language,
            type=kind,
            text=text,
            name_1="first_name",
        )


def greeted(salutation, language):
    anna = make_person("Anna Dahl", salutation=salutation, language=language)
    return dict(greetings_of(anna)).get("Formal")


@pytest.mark.parametrize(
    ("language", "default", "without", "expected"),
    [
        ("nb-NO", "da", (), "Kjære (nb-NO) Anna"),
        ("nb-NO", "da", ("nb-NO",), "Kjære Anna"),
        ("nb", "da", (), "Kjære Anna"),
        ("nb-NO", "da", ("nb-NO", "nb"), "Kære Anna"),
        ("nbx", "da", (), "Kære Anna"),
        ("fi", "da-DK", (), "Kære Anna"),
        ("fi", "sv", (), "Hello Anna"),
        ("fi", "", (), "Hello Anna"),
        ("", "da", (), "Kære Anna"),
        ("", "", (), "Hello Anna"),
        ("fi", "sv", ("",), None),
    ],
)
def test_what_stands_in_for_a_language(
    salutation, language, default, without, expected
):
    MarketingSetup.objects.create(default_language=default)
    texts = {tag: text for tag, text in LONGEST.items() if tag not in without}
    formulas(salutation, texts)
    assert greeted(salutation, language) == expected


def test_without_a_set_up_the_generic_one_stands_in(salutation):
    formulas(salutation, LONGEST)
    assert greeted(salutation, "fi") == "Hello Anna"


def test_formal_and_informal_fall_back_by_themselves(salutation):
    formulas(salutation, {"nb": "Kjære %1", "": "Dear %1"})
    formulas(salutation, {"": "Hi %1"}, kind="informal")
    anna = make_person("Anna Dahl", salutation=salutation, language="nb")
    assert greetings_of(anna) == [("Formal", "Kjære Anna"), ("Informal", "Hi Anna")]


def test_every_part_is_known_and_none_leaves_a_gap(salutation):
    SalutationFormula.objects.create(
        salutation=salutation,
        language="",
        type="formal",
        text="Dear %1 %2 %3 %4, %5",
        name_1="job_title",
        name_2="first_name",
        name_3="middle_name",
        name_4="surname",
        name_5="company_name",
    )
    kaffe = make_company("Kaffe AS")
    anna = make_person("Anna Dahl", company=kaffe, salutation=salutation)
    assert greetings_of(anna) == [("Formal", "Dear Anna Dahl, Kaffe AS")]
    kaffe.salutation = salutation
    assert greetings_of(kaffe) == [("Formal", "Dear, Kaffe AS")]


def test_without_a_salutation_nobody_is_greeted():
    assert greetings_of(make_person("Anna Dahl")) == []


@pytest.mark.parametrize("count", [1, 20])
def test_two_queries_however_many_formulas(
    salutation, count, django_assert_num_queries
):
    formulas(salutation, {f"l{number}": "Hi %1" for number in range(count)})
    anna = make_person("Anna Dahl", salutation=salutation, language="l0")
    with django_assert_num_queries(2):
        assert greetings_of(anna) == [("Formal", "Hi Anna")]


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"text": "Dear %1,"}, {"name_1": ["Say what %1 stands for."]}),
        (
            {"text": "Dear %1 %3", "name_1": "surname"},
            {"name_3": ["Say what %3 stands for."]},
        ),
        (
            {"text": "Hello", "name_2": "surname"},
            {"name_2": ["The text has no %2."]},
        ),
        (
            {"text": "Dear %6", "name_1": "surname"},
            {"text": ["There is no %6: a formula has %1 to %5."]},
        ),
        ({"text": "%0"}, {"text": ["There is no %0: a formula has %1 to %5."]}),
        (
            {"text": "Dear %12", "name_1": "surname"},
            {"text": ["There is no %12: a formula has %1 to %5."]},
        ),
    ],
)
def test_a_formula_that_cannot_be_right_is_refused(salutation, values, errors):
    formula = SalutationFormula(salutation=salutation, type="formal", **values)
    with pytest.raises(ValidationError) as refusal:
        formula.full_clean()
    assert refusal.value.message_dict == errors


@pytest.mark.parametrize(
    "values",
    [{"text": "Dear %1", "name_1": "surname"}, {"text": "All the best, 100 % yours"}],
)
def test_a_formula_that_is_right_is_taken(salutation, values):
    SalutationFormula(salutation=salutation, type="formal", **values).full_clean()


def test_the_admin_says_it_at_the_field(admin_client, salutation):
    page = admin_client.post(
        "/admin/contacts/salutationformula/add/",
        {"salutation": salutation.pk, "type": "formal", "text": "Dear %1 %6"},
    )
    assert page.context["adminform"].errors == {
        "text": ["There is no %6: a formula has %1 to %5."]
    }
    page = admin_client.post(
        "/admin/contacts/salutationformula/add/",
        {"salutation": salutation.pk, "type": "formal", "text": "Dear %1"},
    )
    assert page.context["adminform"].errors == {"name_1": ["Say what %1 stands for."]}
