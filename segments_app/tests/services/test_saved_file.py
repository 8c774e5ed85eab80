"""Saved criteria as a file: what went out comes in the same, all else is refused."""

import json

import pytest

from contacts.models import IndustryGroup, MailingGroup, Salesperson
from segments_app.models import SavedCriteria
from segments_app.roles import MARKETING_ASSISTANT, MARKETING_MANAGER
from segments_app.services.edit_saved import saved_steps_of
from segments_app.services.recipe import MOST_STEPS
from segments_app.services.saved_file import (
    FORMAT,
    LARGEST,
    FileRefused,
    TooLargeForFile,
    export_criteria,
    import_criteria,
    read_criteria,
)
from segments_app.services.write_saved import CodeTaken, create_saved
from segments_app.tests.criteria.asking import has, where
from segments_app.tests.factories import NOW
from segments_app.tests.views.log_side import visitor

pytestmark = pytest.mark.django_db

STEP = {"kind": "add", "criteria": where("city", "is", "Ålesund"), "options": {}}
PARTS = [
    {"kind": "add", "criteria": None, "options": {"all_contacts": True}},
    {
        "kind": "reduce",
        "criteria": {"not": has("interaction", where("date", "within_days", 90))},
        "options": {"entire_companies": True},
    },
    STEP,
]


def make_saved(code="YEARLY", parts=PARTS, user=None, shared=True, description="Æ ø"):
    return create_saved(
        code=code,
        description=description,
        shared=shared,
        parts=parts,
        user=user,
        at=NOW,
    )


def file_with(**changes):
    content = {
        "format": FORMAT,
        "version": 1,
        "code": "YEARLY",
        "description": "",
        "steps": [STEP],
    }
    return json.dumps(content | changes).encode()


def bring_in(data, user=None, **how):
    return import_criteria(content=read_criteria(data), user=user, at=NOW, **how)


def user_called(name, role):
    return visitor(name, role).get("/").wsgi_request.user


def test_what_went_out_comes_in_the_same():
    saved = make_saved()
    data = export_criteria(saved)
    assert "Ålesund" in data.decode()
    saved.delete()
    again = bring_in(data)
    assert (again.code, again.description, again.shared) == ("YEARLY", "Æ ø", True)
    assert saved_steps_of(again) == PARTS
    assert export_criteria(again) == data


def naming(count):
    """A step that names so many contacts by their numbers."""
    numbers = [f"CT{number:06}" for number in range(count)]
    return STEP | {"criteria": where("number", "in", numbers)}


def test_a_long_list_stands_on_one_line_and_comes_in_again():
    parts = [STEP, naming(20_000)]
    data = export_criteria(make_saved(parts=parts))
    lines = data.decode().splitlines()
    assert (len(lines), lines[:4]) == (
        len(export_criteria(make_saved("FEW", parts=[STEP, naming(1)])).splitlines()),
        ["{", f'  "format": "{FORMAT}",', '  "version": 1,', '  "code": "YEARLY",'],
    )
    assert saved_steps_of(bring_in(data, code="AGAIN")) == parts


def test_what_could_not_be_read_again_does_not_go_out():
    # One more contact costs as many bytes as its number, two quotes and ", ".
    most = 1 + (LARGEST - len(export_criteria(make_saved("1", [naming(1)])))) // 12
    data = export_criteria(make_saved("2", [naming(most)]))
    assert len(data) <= LARGEST
    assert (
        len(saved_steps_of(bring_in(data, code="AGAIN"))[0]["criteria"]["value"])
        == most
    )
    with pytest.raises(TooLargeForFile, match="more than 1000 KB"):
        export_criteria(make_saved("3", [naming(most + 1)]))


@pytest.mark.parametrize("encoded", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_is_no_matter(encoded):
    data = export_criteria(make_saved()).decode().encode(encoded)
    assert bring_in(data, code="again").code == "AGAIN"


REFUSED = {
    "not json": (b"{", "The file is not JSON: line 1, column 2."),
    "not a number": (b'{"version": NaN}', "The file is not JSON that can be read."),
    "too deep": (b"[" * 200_000, "The file is not JSON that can be read."),
    "a huge number": (b"9" * 10_000, "The file is not JSON that can be read."),
    "not a text": (b"\xff\xfe\x00", "The file is not a text in UTF-8."),
    "too large": (b" " * (LARGEST + 1), "The file is larger than 1000 KB"),
    "something else": (b"[1]", "This is not a file of saved criteria of Segments."),
    "another format": (
        file_with(format="other"),
        "This is not a file of saved criteria of Segments.",
    ),
    "newer": (
        file_with(version=2, steps="unknown"),
        "The file was made by a newer version of Segments",
    ),
    "version": (file_with(version="1"), "version: Expected a whole number"),
    "key": (file_with(owner="me"), "Unknown key: owner."),
    "no steps": (file_with(steps=[]), "steps: Expected a list of steps"),
    "many steps": (file_with(steps=[STEP] * (MOST_STEPS + 1)), "steps: More than"),
    "no step": (file_with(steps=[STEP, 7]), "steps[2]: Expected a step."),
    "step key": (file_with(steps=[STEP | {"x": 1}]), "steps[1]: Unknown key: x."),
    "kind": (
        file_with(steps=[STEP | {"kind": "merge"}]),
        "steps[1]: Unknown kind of step: merge. Known are: add, reduce, refine.",
    ),
    "kind no text": (file_with(steps=[STEP | {"kind": ["add"]}]), "steps[1]: Unknown"),
    "option": (
        file_with(steps=[STEP | {"options": {"fast": True}}]),
        "steps[1]: Unknown option: fast",
    ),
    "options": (file_with(steps=[STEP | {"options": [1]}]), "steps[1]: The options"),
    "no criteria": (
        file_with(steps=[{"kind": "add"}]),
        "steps[1]: A step has either criteria, or the option all_contacts.",
    ),
    "field": (
        file_with(
            steps=[STEP, STEP | {"criteria": {"all": [where("sity", "is", "x")]}}]
        ),
        "steps[2].criteria.all[1].sity: Unknown: sity. Did you mean city?",
    ),
    "operator": (
        file_with(steps=[STEP | {"criteria": where("city", "near", "x")}]),
        "steps[1].criteria.city: near does not fit city",
    ),
    "criteria": (
        file_with(steps=[STEP | {"criteria": 5}]),
        "steps[1].criteria: Expect",
    ),
    "unreadable": (
        file_with(steps=[STEP | {"criteria": where("city", "is", "\0")}]),
        "steps[1].criteria.city: Expected a text of readable characters.",
    ),
    "long code": (file_with(code="X" * 21), "code: Ensure this value has at most 20"),
    "code no text": (file_with(code=7), "code: Expected a text"),
    "long description": (file_with(description="X" * 101), "description: Ensure"),
    "description": (file_with(description="\0"), "description: Expected a text"),
    "no code": (file_with(code=" "), "The file names no code. Fill one in."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_with_its_place(name):
    data, said = REFUSED[name]
    with pytest.raises(FileRefused) as refused:
        bring_in(data)
    assert str(refused.value).startswith(said)
    assert not SavedCriteria.objects.exists()


def test_codes_that_are_not_set_up_are_all_listed(django_assert_num_queries):
    Salesperson.objects.create(code="JON", name="Jon")
    IndustryGroup.objects.create(code="FOOD")
    groups = has("mailing_group", where("code", "in", ["NEWS", "VIP"]))
    steps = [
        STEP | {"criteria": where("salesperson", "is", "jon")},
        STEP | {"criteria": {"all": [groups, where("salesperson", "is", "ANNE")]}},
        STEP | {"criteria": has("industry_group", where("code", "is", "FOOD"))},
    ]
    MailingGroup.objects.create(code="NEWS")
    with pytest.raises(FileRefused) as refused, django_assert_num_queries(3):
        read_criteria(file_with(steps=steps))
    assert str(refused.value) == (
        "These codes are not set up here: "
        "VIP (steps[2].criteria.all[1].has mailing_group.where.code), "
        "ANNE (steps[2].criteria.all[2].salesperson). Set them up, then import again."
    )


class TestACodeThatExists:
    def test_is_refused_unless_another_is_chosen(self):
        make_saved()
        data = file_with(code="yearly")
        with pytest.raises(CodeTaken):
            bring_in(data)
        assert bring_in(data, code="other").code == "OTHER"
        assert SavedCriteria.objects.count() == 2

    def test_is_replaced_by_its_owner_or_a_manager(self):
        anne = user_called("anne", MARKETING_ASSISTANT)
        mona = user_called("mona", MARKETING_MANAGER)
        saved = make_saved(user=anne, shared=False)
        for user, description in ((anne, "Anne's"), (mona, "Mona's")):
            data = file_with(description=description)
            if user == mona:
                SavedCriteria.objects.update(shared=True)
            again = bring_in(data, user=user, replace=True)
            assert (again.pk, again.owner) == (saved.pk, anne)
            assert (again.description, saved_steps_of(again)) == (description, [STEP])

    def test_is_not_replaced_by_others(self):
        anne = user_called("anne", MARKETING_ASSISTANT)
        other = user_called("arne", MARKETING_ASSISTANT)
        mona = user_called("mona", MARKETING_MANAGER)
        shared = make_saved(user=anne)
        with pytest.raises(CodeTaken):
            bring_in(file_with(), user=other, replace=True)
        private = make_saved("PRIVATE", user=anne, shared=False)
        with pytest.raises(CodeTaken):
            bring_in(file_with(code="PRIVATE"), user=mona, replace=True)
        assert saved_steps_of(shared) == saved_steps_of(private) == PARTS
