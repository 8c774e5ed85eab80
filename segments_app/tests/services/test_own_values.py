"""Own values are no step: wherever the cursor goes, a contact has the same ones."""

import pytest

from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_document
from segments_app.models.line import OWN_VALUES
from segments_app.services import (
    add_by_hand,
    add_contacts,
    go_back,
    go_to_step,
    one_per_address,
    reduce_contacts,
    remove_by_hand,
)
from segments_app.services.change_line import change_line
from segments_app.services.change_lines import change_lines
from segments_app.services.steps import TailLoss, loss_of_tail
from segments_app.tests.factories import NOW, make_segment, names_on, these

pytestmark = pytest.mark.django_db

PER_COMPANY = {"per": "company", "choose": "by_hand", "by_copy": True}


def named(name):
    return {"field": "first_name", "op": "is", "value": name}


@pytest.fixture
def people():
    kaffe = make_company("Kaffe AS")
    return {
        name.split()[0]: make_person(name, company=kaffe)
        for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe")
    }


@pytest.fixture
def segment(people):
    """Anna gets the letter of the company, Bo and Cecilie are by copy since step 2."""
    segment = make_segment(*people.values())
    one_per_address(segment=segment, options=PER_COMPANY, user=None, at=NOW)
    return segment


def write(segment, name, **values):
    line = segment.lines.live().get(contact__first_name=name)
    return change_line(line=line, values=values, user=None, at=NOW)


def own(segment, *names):
    """The own values of each contact on the segment at its cursor."""
    segment.refresh_from_db(fields=["position"])
    lines = segment.lines.live().order_by("position")
    return list(lines.values_list("contact__first_name", *names))


def test_what_is_written_after_a_choice_by_copy_is_there_before_it_too(segment):
    document = make_document("Dear Bo")
    write(segment, "Bo", personal_text="Dear Bo!", document=document, subject="Bo")
    bo = ("Bo", "Dear Bo!", document.pk, "Bo")
    nobody = (None, None, None)
    for step in (2, 1, 2):
        go_to_step(segment=segment, position=step, user=None)
        assert own(segment, "personal_text", "document", "subject") == [
            ("Anna", *nobody),
            bo,
            ("Cecilie", *nobody),
        ]


def test_what_is_written_before_an_undone_step_is_there_when_it_is_redone(segment):
    go_back(segment=segment, user=None)
    write(segment, "Bo", personal_text="Dear Bo!")
    go_to_step(segment=segment, position=2, user=None)
    assert own(segment, "personal_text")[1] == ("Bo", "Dear Bo!")


def test_a_value_taken_away_does_not_come_back(segment):
    write(segment, "Bo", subject="For Bo")
    write(segment, "Bo", subject=None)
    go_back(segment=segment, user=None)
    assert own(segment, "subject") == [("Anna", None), ("Bo", None), ("Cecilie", None)]


def test_a_dropped_step_loses_no_text_of_who_was_there_before(segment):
    write(segment, "Bo", personal_text="Dear Bo!")
    go_back(segment=segment, user=None)
    assert loss_of_tail(segment) == TailLoss(steps=1)
    reduce_contacts(segment=segment, criteria=named("Anna"), user=None, at=NOW)
    assert own(segment, "personal_text") == [("Bo", "Dear Bo!"), ("Cecilie", None)]


def test_many_lines_at_once_are_changed_at_every_step(segment):
    lines = segment.lines.live().exclude(contact__first_name="Anna")
    values = {"subject": "By copy", "cost": 3}
    changed = change_lines(
        segment=segment, lines=lines, values=values, user=None, at=NOW
    )
    assert changed == 2
    for step in (2, 1):
        go_to_step(segment=segment, position=step, user=None)
        assert own(segment, "subject", "cost") == [
            ("Anna", None, None),
            ("Bo", "By copy", 3),
            ("Cecilie", "By copy", 3),
        ]


def test_lines_chosen_by_the_value_that_changes_change_at_every_step(segment):
    for name in ("Bo", "Cecilie"):
        write(segment, name, subject="Old")
    change_lines(
        segment=segment,
        lines=segment.lines.filter(subject="Old"),
        values={"subject": "New"},
        user=None,
        at=NOW,
    )
    go_back(segment=segment, user=None)
    assert own(segment, "subject") == [
        ("Anna", None),
        ("Bo", "New"),
        ("Cecilie", "New"),
    ]


def test_who_left_and_comes_again_has_what_was_written_last(segment, people):
    write(segment, "Bo", subject="For Bo")
    remove_by_hand(segment=segment, contacts=these(people["Bo"]), user=None, at=NOW)
    go_back(segment=segment, user=None)
    write(segment, "Bo", subject="Another")
    go_to_step(segment=segment, position=3, user=None)
    add_by_hand(segment=segment, contacts=these(people["Bo"]), user=None, at=NOW)
    write(segment, "Bo", personal_text="Welcome back")
    for step in (4, 2, 1):
        go_to_step(segment=segment, position=step, user=None)
        shown = own(segment, "subject", "personal_text")
        assert ("Bo", "Another", "Welcome back") in shown


def test_a_new_contact_of_a_dropped_step_loses_its_text_once(segment):
    """By copy since step 4, Dag has two lines; it is one text that is lost."""
    make_person("Dag Ek", company=segment.lines.first().contact.company)
    add_contacts(segment=segment, criteria=named("Dag"), user=None, at=NOW)
    one_per_address(segment=segment, options=PER_COMPANY, user=None, at=NOW)
    write(segment, "Dag", personal_text="Dear Dag!", document=make_document("Dag"))
    go_to_step(segment=segment, position=2, user=None)
    assert loss_of_tail(segment) == TailLoss(steps=2, texts=1, documents=1)
    go_back(segment=segment, user=None)
    add_contacts(segment=segment, criteria=named("Dag"), user=None, at=NOW)
    assert names_on(segment) == ["Anna Dahl", "Bo Lie", "Cecilie Moe", "Dag Ek"]
    assert own(segment, "personal_text")[-1] == ("Dag", None)


def test_other_segments_are_left_alone(segment, people):
    other = make_segment(*people.values(), description="Another letter")
    write(segment, "Bo", subject="For Bo")
    lines = segment.lines.live()
    change_lines(segment=segment, lines=lines, values={"cost": 3}, user=None, at=NOW)
    assert list(other.lines.differing()) == []


@pytest.mark.parametrize("many", [2, 60])
def test_a_fixed_number_of_queries(django_assert_num_queries, many):
    kaffe = make_company("Kaffe AS")
    segment = make_segment(
        *(make_person(f"Many No{number}", company=kaffe) for number in range(many))
    )
    one_per_address(segment=segment, options=PER_COMPANY, user=None, at=NOW)
    lines, line = segment.lines.live(), segment.lines.live().first()
    # Two savepoints, the claim, two updates of lines, the time of the last change.
    with django_assert_num_queries(6):
        change_lines(
            segment=segment, lines=lines, values={"cost": 3}, user=None, at=NOW
        )
    with django_assert_num_queries(6):
        change_line(line=line, values={"cost": 4}, user=None, at=NOW)


def test_all_own_values_are_the_same_on_every_line(segment):
    write(segment, "Cecilie", language="nb", evaluation="positive", duration=5)
    lines = segment.lines.filter(contact__first_name="Cecilie")
    assert lines.count() == 2
    assert len(set(lines.values_list(*OWN_VALUES))) == 1
