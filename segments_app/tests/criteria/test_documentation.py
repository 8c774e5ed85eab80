"""docs/criteria.md says what the catalogue says: no more, no less, nothing else."""

import json
import re

import pytest
from django.conf import settings

from segments_app.criteria import OPERATOR_LABELS, RELATIONS, fields_of, validate
from segments_app.criteria.catalogue import (
    CODE,
    DATE,
    DAYS,
    EMPTINESS,
    LISTS,
    NUMBER,
    OPERATORS,
    RANGES,
    YES_NO,
)
from segments_app.criteria.catalogue import TEXT as TEXT_TYPE
from segments_app.services.change_contacts import ADD_OPTIONS

TEXT = (settings.BASE_DIR / "docs" / "criteria.md").read_text(encoding="utf-8")
TYPE_NAMES = {YES_NO: "yes or no"}


def table(*rows):
    head, *body = rows
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *body)]


def code(*texts):
    return " ".join(f"`{text}`" for text in texts)


def named(kind):
    return TYPE_NAMES.get(kind, kind)


def value_of(op):
    if op in EMPTINESS:
        return "none"
    if op in DAYS:
        return "a number of days"
    if op in LISTS:
        return "a list of values"
    return "a list of two, both included" if op in RANGES else "one value"


def operators():
    fitting = {
        op: [named(kind) for kind in OPERATORS if op in OPERATORS[kind]]
        for op in OPERATOR_LABELS
    }
    rows = [
        [code(op), str(label), value_of(op), ", ".join(fitting[op])]
        for op, label in OPERATOR_LABELS.items()
    ]
    return table(["op", "reads", "value", "for fields of type"], *rows)


def relations():
    rows = [
        [code(each.code), str(each.label), code(*each.fields)]
        for each in RELATIONS.values()
        if not each.nests
    ]
    nesting = [
        [code(each.code), str(each.label), "those of a contact"]
        for each in RELATIONS.values()
        if each.nests
    ]
    return table(["has", "related rows", "fields in `where`"], *rows, *nesting)


def fields(scope):
    rows = [
        [code(each.code), str(each.label), named(each.type), values(each)]
        for each in fields_of(scope).values()
    ]
    return table(["field", "meaning", "type", "values"], *rows)


VALUES = {
    TEXT_TYPE: "a text",
    CODE: "a code that is set up",
    YES_NO: "`true` `false`",
    NUMBER: "a whole number",
    DATE: "a date as `2026-12-24`",
}
STANDARDS = {"country": "ISO 3166, as `NO`", "language": "BCP 47, as `nb`"}


def values(field):
    if field.choices:
        return code(*field.choices.values)
    return STANDARDS.get(field.code) or VALUES[field.type]


def tables_in(text):
    """The tables of a text, each as its lines."""
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.M)
    return [block.splitlines() for block in blocks]


def test_its_tables_are_those_of_the_catalogue():
    scopes = [
        relation.code
        for relation in RELATIONS.values()
        if len(relation.fields) > 1 and not relation.nests
    ]
    assert tables_in(TEXT) == [
        operators(),
        relations(),
        fields("contact"),
        *(fields(scope) for scope in scopes),
    ]


@pytest.mark.parametrize(
    "example",
    [json.loads(each) for each in re.findall(r"```json\n(.*?)```", TEXT, re.S)],
)
def test_its_examples_are_criteria(example):
    validate(example.get("criteria", example))


def test_it_names_every_option():
    assert [option for option in ADD_OPTIONS if f"`{option}`" not in TEXT] == []
