"""Every field of the catalogue, in every scope, with every operator it has.

Each case stores contacts whose field is "one", "other" and, where it may be, empty,
and one contact without any related row. What each operator finds is told in full.
"""

import datetime

import pytest

from contacts.models import Contact
from contacts.tests.factories import make_person
from segments_app.criteria import CONTACT_FIELDS, RELATIONS, compile_criteria, validate
from segments_app.criteria.catalogue import fields_of
from segments_app.tests.criteria.asking import has, where
from segments_app.tests.criteria.planting import PERSONS_ONLY, plant
from segments_app.tests.factories import TODAY

pytestmark = pytest.mark.django_db

TEXT = {
    "one": "Ærø Ås 1",
    "other": "Vik 2",
    "finds": [
        ("is", "ÆRØ ås 1", ["one"]),
        ("is", "Ærø Ås", []),
        ("is_not", "ærø åS 1", ["other", "empty"]),
        ("in", ["ÆRØ ÅS 1", "nobody"], ["one"]),
        ("in", ["ærø ås 1", "vik 2"], ["one", "other"]),
        ("not_in", ["ærø ås 1", "nobody"], ["other", "empty"]),
        ("contains", "RØ å", ["one"]),
        ("contains", "i", ["other"]),
        ("contains", "x", []),
        ("starts_with", "æR", ["one"]),
        ("starts_with", "rø", []),
        ("ends_with", "åS 1", ["one"]),
        ("ends_with", "ås", []),
        ("is_empty", None, ["empty"]),
        ("is_not_empty", None, ["one", "other"]),
    ],
}


def chosen_from(one, other, one_differently):
    """The cases of choices and codes, whose operators are the same."""
    return {
        "one": one,
        "other": other,
        "finds": [
            ("is", one_differently, ["one"]),
            ("is_not", one_differently, ["other", "empty"]),
            ("in", [one_differently], ["one"]),
            ("in", [one_differently, other], ["one", "other"]),
            ("not_in", [one_differently], ["other", "empty"]),
            ("not_in", [one, other], ["empty"]),
            ("is_empty", None, ["empty"]),
            ("is_not_empty", None, ["one", "other"]),
        ],
    }


CODE = chosen_from("ÅS-1", "VIK", " ås-1 ")
YES_NO = {
    "one": True,
    "other": False,
    "finds": [("is", True, ["one"]), ("is", False, ["other"])],
}
NUMBER = {
    "one": 71,
    "other": 72,
    "finds": [
        ("is", 71, ["one"]),
        ("is_not", 71, ["other"]),
        ("lt", 72, ["one"]),
        ("lt", 71, []),
        ("lte", 71, ["one"]),
        ("lte", 72, ["one", "other"]),
        ("gt", 71, ["other"]),
        ("gt", 72, []),
        ("gte", 72, ["other"]),
        ("gte", 71, ["one", "other"]),
        ("between", [71, 71], ["one"]),
        ("between", [71, 72], ["one", "other"]),
        ("between", [73, 99], []),
    ],
}
SPRING, AUTUMN = datetime.date(2026, 3, 2), datetime.date(2026, 11, 18)
DATE = {
    "one": SPRING,
    "other": AUTUMN,
    "finds": [
        ("is", "2026-03-02", ["one"]),
        ("is", "2026-03-03", []),
        ("before", "2026-11-18", ["one"]),
        ("before", "2026-03-02", []),
        ("after", "2026-03-02", ["other"]),
        ("after", "2026-11-18", []),
        ("between", ["2026-03-02", "2026-11-18"], ["one", "other"]),
        ("between", ["2026-03-03", "2026-11-17"], []),
        ("within_days", 2, ["other"]),
        ("within_days", 1, []),
        ("older_than_days", 2, ["one"]),
        ("older_than_days", 1, ["one", "other"]),
        ("is_empty", None, ["empty"]),
        ("is_not_empty", None, ["one", "other"]),
    ],
}
NOON = datetime.time(12, tzinfo=datetime.UTC)
MOMENT = DATE | {
    "one": datetime.datetime.combine(SPRING, NOON),
    "other": datetime.datetime.combine(AUTUMN, NOON),
}
BY_TYPE = {
    "text": TEXT,
    "code": CODE,
    "yes_no": YES_NO,
    "number": NUMBER,
    "date": DATE,
}
SPECIAL = {
    "type": chosen_from("person", "company", "person"),
    "correspondence_type": chosen_from("email", "hard_copy", "email"),
    "evaluation": chosen_from("very_positive", "negative", "very_positive"),
    "information_flow": chosen_from("inbound", "outbound", "inbound"),
    "initiated_by": chosen_from("them", "us", "them"),
    "country": chosen_from("NO", "SE", "no"),
    "language": chosen_from("nb-NO", "sv", "NB-no"),
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
FILLED = {
    "contact": {"number", "name", "type", "created_at", "updated_at"},
    "interaction": {"date", "template", "description"},
}
FILLED |= {"company": FILLED["contact"], "person": FILLED["contact"]}
NULLS = {"territory", "salesperson", "organizational_level", "salutation"}
NULLS |= {"group", "campaign"}
MAY_BE_EMPTY = ("contact", "company", "person", "interaction")


def values_of(scope, field):
    """The values of "one", "other" and "empty" as far as a row can have them."""
    case = SPECIAL.get(field.code) or BY_TYPE[field.type]
    values = {"one": case["one"], "other": case["other"]}
    empty = field.type not in ("yes_no", "number", "date")
    if empty and scope in MAY_BE_EMPTY and field.code not in FILLED[scope]:
        values["empty"] = None if field.code in NULLS else ""
    if scope == "company" and field.code in PERSONS_ONLY:
        values = {"empty": values["empty"]}
    if (scope, field.code) == ("company", "type"):
        values = {"other": "company"}
    if (scope, field.code) == ("person", "type"):
        values = {"one": "person"}
    return case, values


CASES = [
    pytest.param(scope, field, id=f"{scope}-{field.code}")
    for scope in ("contact", *RELATIONS)
    for field in fields_of(scope).values()
]


@pytest.mark.parametrize(("scope", "field"), CASES)
def test_every_operator_finds_exactly_its_contacts(scope, field):
    case, values = values_of(scope, field)
    contacts = {}
    for key, value in values.items():
        contacts |= plant(scope, field.code, key, value)
    if scope != "contact":
        contacts["nothing related"] = make_person("Nils Ek")
    keys = {contact.pk: key for key, contact in contacts.items()}
    assert len(keys) == Contact.objects.count()

    def found(op, value):
        condition = where(field.code, op, value)
        asked = condition if scope == "contact" else has(scope, condition)
        node = validate(asked)
        hits = Contact.objects.filter(compile_criteria(node, today=TODAY))
        return sorted(keys[pk] for pk in hits.values_list("pk", flat=True))

    def expected(hits):
        both = {f"{key}, itself" for key in hits} | set(hits)
        return sorted(both & contacts.keys())

    told = {(op, str(value)): expected(hits) for op, value, hits in case["finds"]}
    asked = {(op, str(value)): found(op, value) for op, value, _hits in case["finds"]}
    assert asked == told
    assert {op for op, _value, _hits in case["finds"]} == set(field.operators)


def test_the_matrix_has_every_field_of_the_contact():
    assert sum(case.values[0] == "contact" for case in CASES) == len(CONTACT_FIELDS)
