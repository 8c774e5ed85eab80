"""Text in criteria: whatever its case, its characters and the length of the list."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact, ContactMailingGroup, MailingGroup, Territory
from contacts.tests.factories import make_company, make_person
from segments_app.tests.criteria.asking import chosen, found, has, where

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("letter", ["æ", "ø", "å", "ä", "ö", "é", "ž", "ð"])
@pytest.mark.parametrize(
    ("op", "form"),
    [
        ("is", "{}rland as"),
        ("in", ["{}rland as", "nobody"]),
        ("contains", "{}rl"),
        ("starts_with", "{}r"),
        ("is_not", "nobody but {}"),
    ],
)
def test_case_is_ignored_for_every_letter(letter, op, form):
    make_company(f"{letter.upper()}rland AS")
    make_company(f"X{letter}rlan{letter} as")

    def asked(change):
        value = form if isinstance(form, list) else [form]
        value = [change(each.format(letter)) for each in value]
        return found(where("name", op, value if op == "in" else value[0]))

    assert asked(str.upper) == asked(str.lower)
    assert f"{letter.upper()}rland AS" in asked(str.lower)


def test_a_letter_whose_capital_is_two_letters_is_found_by_every_operator():
    make_company("Straße GmbH")
    make_company("Gasse GmbH")
    hits = {
        op: found(where("name", op, value))
        for op, value in {
            "is": "Straße GmbH",
            "in": ["Straße GmbH"],
            "contains": "aße",
            "starts_with": "straße",
            "is_not": "Gasse GmbH",
            "not_in": ["Gasse GmbH"],
        }.items()
    }
    assert hits == dict.fromkeys(hits, ["Straße GmbH"])


@pytest.mark.parametrize("sign", ["%", "_", "\\", "'", '"', "*", "?", "["])
def test_signs_stand_for_themselves(sign):
    make_company(f"Kaffe 50{sign} AS")
    make_company("Kaffe 500 AS")
    expected = [f"Kaffe 50{sign} AS"]
    assert found(where("name", "is", f"kaffe 50{sign} as")) == expected
    assert found(where("name", "in", [f"kaffe 50{sign} as"])) == expected
    assert found(where("name", "contains", f"50{sign}")) == expected
    assert found(where("name", "starts_with", f"kaffe 50{sign}")) == expected
    assert found(where("name", "ends_with", f"{sign} as")) == expected


def test_a_text_with_a_line_break_is_matched_as_a_whole():
    make_company("Kaffe AS", address="Kaia 1\nBakgården")
    assert found(where("address", "ends_with", "BAKGÅRDEN")) == ["Kaffe AS"]
    assert found(where("address", "is", "Bakgården")) == []


class TestLongLists:
    """1,500 values travel as one parameter."""

    MANY = [f"NOBODY-{number}" for number in range(1_500)]

    def asked(self, field, value, **scope):
        def put(condition):
            return has(scope["relation"], condition) if scope else condition

        hits = chosen(put(where(field, "in", [*self.MANY, value])))
        with CaptureQueriesContext(connection) as captured:
            names = sorted(hits.values_list("name", flat=True))
        assert captured[0]["sql"].count("NOBODY-1499") == 1
        others = found(put(where(field, "not_in", [*self.MANY, value])))
        return names, others

    def test_of_texts(self):
        make_person("Åse Vik", city="Ålesund")
        make_person("Bo Lie", city="Bergen")
        make_person("Cecilie Moe")
        assert self.asked("city", "ålesund") == (
            ["Åse Vik"],
            ["Bo Lie", "Cecilie Moe"],
        )

    def test_of_numbers_of_contacts(self):
        make_person("Åse Vik", number="C-17")
        make_person("Bo Lie", number="C-18")
        assert self.asked("number", "c-17") == (["Åse Vik"], ["Bo Lie"])

    def test_of_languages(self):
        make_person("Åse Vik", language="nb-NO")
        make_person("Bo Lie")
        assert self.asked("language", "NB-no") == (["Åse Vik"], ["Bo Lie"])

    def test_of_countries(self):
        make_person("Åse Vik", country="NO")
        make_person("Bo Lie", country="")
        assert self.asked("country", "no") == (["Åse Vik"], ["Bo Lie"])

    def test_of_codes_that_may_be_missing(self):
        Territory.objects.bulk_create(Territory(code=code) for code in self.MANY)
        north = Territory.objects.create(code="NORTH")
        make_person("Åse Vik", territory=north)
        make_person("Bo Lie")
        assert self.asked("territory", "north") == (["Åse Vik"], ["Bo Lie"])

    def test_of_codes_beside_another_question_of_the_same_table(self):
        Territory.objects.bulk_create(Territory(code=code) for code in self.MANY)
        north = Territory.objects.create(code="NORTH")
        south = Territory.objects.create(code="SOUTH")
        make_person("Åse Vik", territory=north)
        make_person("Bo Lie", territory=south)
        make_person("Cecilie Moe")
        many = where("territory", "in", [*self.MANY, "NORTH"])
        is_south = where("territory", "is", "SOUTH")
        assert found({"any": [many, is_south]}) == ["Bo Lie", "Åse Vik"]
        assert found({"all": [many, is_south]}) == []
        assert found({"not": {"any": [many, is_south]}}) == ["Cecilie Moe"]
        assert found({"any": [{"not": many}, is_south]}) == ["Bo Lie", "Cecilie Moe"]

    def test_of_codes_of_related_rows(self):
        MailingGroup.objects.bulk_create(MailingGroup(code=code) for code in self.MANY)
        for name, code in (("Åse Vik", "NEWS"), ("Bo Lie", "XMAS")):
            group = MailingGroup.objects.create(code=code)
            ContactMailingGroup.objects.create(
                contact=make_person(name), mailing_group=group
            )
        make_person("Cecilie Moe")
        assert self.asked("code", "news", relation="mailing_group") == (
            ["Åse Vik"],
            ["Bo Lie"],
        )

    def test_of_which_all_match(self):
        Contact.objects.bulk_create(
            Contact(number=f"N{number}", name=f"N{number}", type="company")
            for number in range(1_500)
        )
        numbers = [f"n{number}" for number in range(1_500)]
        assert chosen(where("number", "in", numbers)).count() == 1_500
        assert found(where("number", "not_in", numbers)) == []
