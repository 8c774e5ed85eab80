"""Somebody went back and took another step: the same number, but not what was seen."""

from functools import partial

import pytest

from contacts.models import MailingGroup
from contacts.tests.factories import make_company, make_person
from segments_app.models import SavedCriteria, Segment
from segments_app.services import (
    SegmentChanged,
    add_by_hand,
    add_contacts,
    apply_mailing_group,
    combine,
    copy_segment,
    edit_step,
    go_back,
    go_to_step,
    leave_out_step,
    one_per_address,
    redo,
    reduce_contacts,
    refine_contacts,
    refresh,
    remove_by_hand,
    reuse_criteria,
    save_criteria,
)
from segments_app.services.change_lines import change_lines
from segments_app.services.delete_segment import delete_segment
from segments_app.services.log_segment import log_segment
from segments_app.services.pressure import Pressure, relieve
from segments_app.services.sources import on_segment
from segments_app.tests.factories import NOW, make_segment, names_on, these

pytestmark = pytest.mark.django_db

BY = {"user": None, "at": NOW}


def named(name):
    return {"field": "first_name", "op": "is", "value": name}


@pytest.fixture
def segment():
    """Anna and Bo by criteria, then Bo is taken off."""
    kaffe = make_company("Kaffe AS")
    for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe"):
        make_person(name, company=kaffe)
    segment = make_segment()
    both = {"any": [named("Anna"), named("Bo")]}
    add_contacts(segment=segment, criteria=both, **BY)
    reduce_contacts(segment=segment, criteria=named("Bo"), **BY)
    return segment


def take_another_second_step(segment):
    """Somebody else keeps Bo instead of taking him off."""
    other = Segment.objects.get(pk=segment.pk)
    go_back(segment=other, user=None)
    reduce_contacts(segment=other, criteria=named("Anna"), **BY)


def lead(**common):
    """Each service that acts on what a page showed, ready to be called."""
    segment = common["segment"]
    anna, person = these(segment.lines.first().contact), named("Cecilie")
    saved = SavedCriteria.objects.first() or save_criteria(
        segment=segment, code="TWO", user=None, at=NOW
    )
    other = make_segment(make_person("Dag Ek"))
    group = MailingGroup.objects.create(code=f"G{other.pk}")
    cursor = {name: common[name] for name in common if name != "at"}
    per_company = {"per": "company", "choose": "by_hand"}
    lines, only = segment.lines.live(), {"lines": segment.lines.live()}
    return {
        "add": partial(add_contacts, criteria=person, **common),
        "reduce": partial(reduce_contacts, criteria=person, **common),
        "refine": partial(refine_contacts, criteria=person, **common),
        "add by hand": partial(add_by_hand, contacts=anna, **common),
        "remove by hand": partial(remove_by_hand, contacts=anna, **common),
        "combine": partial(
            combine, operation="union", source=on_segment(other), **common
        ),
        "one per company": partial(one_per_address, options=per_company, **common),
        "relieve": partial(
            relieve, kind="reduce", pressure=Pressure(), chosen=lines, **common
        ),
        "reuse": partial(reuse_criteria, saved=saved, **common),
        "reuse instead": partial(reuse_criteria, saved=saved, mode="replace", **common),
        "edit": partial(edit_step, position=1, criteria=person, **common),
        "leave out": partial(leave_out_step, position=1, **common),
        "refresh": partial(refresh, **common),
        "go back": partial(go_back, **cursor),
        "redo": partial(redo, **cursor),
        "go to": partial(go_to_step, position=1, **cursor),
        "mailing group": partial(apply_mailing_group, mailing_group=group, **common),
        "many lines": partial(change_lines, values={"cost": 3}, **only, **common),
        "copy": partial(copy_segment, description="Copy", **common),
        "delete": partial(
            delete_segment,
            segment=segment,
            expected_version=common["expected_version"],
        ),
        "log": partial(log_segment.__wrapped__, **common),
    }


NAMES = sorted(
    ["add", "reduce", "refine", "add by hand", "remove by hand", "combine", "redo"]
    + ["one per company", "relieve", "reuse", "reuse instead", "edit", "leave out"]
    + ["refresh", "go back", "go to", "mailing group", "many lines", "copy", "delete"]
    + ["log"]
)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_done_over_another_step_of_the_same_number(segment, name):
    seen = segment.steps_version
    act = lead(segment=segment, expected_version=seen, **BY)
    assert sorted(act) == NAMES
    take_another_second_step(segment)
    with pytest.raises(SegmentChanged):
        act[name]()
    assert names_on(segment) == ["Bo Lie"]
    assert [step.criteria for step in segment.steps.order_by("position")][1:] == [
        named("Anna")
    ]
    assert not segment.lines.differing().exists()


def test_who_went_back_does_not_redo_what_somebody_else_took_and_undid(segment):
    go_back(segment=segment, user=None)
    seen = segment.steps_version
    redo(segment=segment, user=None)
    take_another_second_step(segment)
    go_to_step(segment=segment, position=1, user=None)
    for move in (redo, partial(go_to_step, position=2)):
        with pytest.raises(SegmentChanged):
            move(segment=segment, user=None, expected_version=seen)
    assert names_on(segment) == ["Anna Dahl", "Bo Lie"]


def test_gone_back_and_redone_it_is_what_was_seen(segment):
    seen = segment.steps_version
    go_back(segment=segment, user=None)
    assert segment.steps_version != seen
    redo(segment=segment, user=None)
    refresh_nobody = named("Cecilie")
    step = add_contacts(
        segment=segment, criteria=refresh_nobody, expected_version=seen, **BY
    )
    assert (step.position, names_on(segment)) == (3, ["Anna Dahl", "Cecilie Moe"])


def test_before_the_first_step_and_with_none(segment):
    assert make_segment().steps_version == "0.0"
    last = segment.steps.get(position=2).pk
    go_to_step(segment=segment, position=0, user=None)
    assert segment.steps_version == f"0.{last}"
