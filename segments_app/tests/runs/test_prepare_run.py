"""A prepared run: who, with which values, document and number, whatever comes after."""

import pytest

from contacts.models import AlternativeAddress, Contact, MarketingSetup
from contacts.services.anonymise_contact import anonymise_contact
from contacts.tests.factories import make_person
from interactions.models import LetterSnapshot, Run, RunItem
from interactions.services.paper_runs import withdraw_run
from interactions.tests.factories import make_document, make_template
from segments_app.models import SegmentLine
from segments_app.services import add_by_hand
from segments_app.services.delete_segment import delete_segment
from segments_app.services.letters import NoDocument
from segments_app.services.prepare_run import prepare_run, ready_run
from segments_app.tests.factories import NOW, make_segment, these

from .conftest import LATER, numbered, paragraphs, printed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("postal", ["Anna Dahl", "Cecilie Moe", "Bo Ek"]),
        ("name", ["Anna Dahl", "Bo Ek", "Cecilie Moe"]),
        ("number", ["Bo Ek", "Anna Dahl", "Cecilie Moe"]),
        ("step", ["Cecilie Moe", "Anna Dahl", "Bo Ek"]),
    ],
)
def test_the_letters_are_numbered_in_the_order_that_is_asked_for(segment, order, names):
    run = prepare_run(segment=segment, order=order, user=None, at=NOW)
    assert numbered(run) == list(enumerate(names, start=1))
    data, _figures = printed(run)
    assert paragraphs(data) == [f"{n} {name}" for n, name in enumerate(names, 1)]


def test_the_post_goes_by_the_address_that_is_used(segment, people):
    anna = people[1]
    abroad = AlternativeAddress.objects.create(
        contact=anna,
        code="DK",
        address="Vej 1",
        postcode="1000",
        city="KBH",
        country="DK",
    )
    SegmentLine.objects.filter(contact=anna).update(alternative_address=abroad)
    run = prepare_run(segment=segment, user=None, at=NOW)
    assert [name for _number, name in numbered(run)] == [
        *("Anna Dahl", "Cecilie Moe", "Bo Ek")
    ]
    Contact.objects.filter(pk=people[0].pk).update(country="AT")
    run = prepare_run(segment=segment, user=None, at=NOW)
    assert [name for _number, name in numbered(run)] == [
        *("Cecilie Moe", "Anna Dahl", "Bo Ek")
    ]


def test_what_changes_afterwards_changes_no_letter(segment, run, people, template):
    before, _figures = printed(run)
    Contact.objects.filter(pk=people[1].pk).update(name="Anna Berg", postcode="9999")
    MarketingSetup.objects.update(company_name="Fjord Group")
    template.languages.update(document=make_document("Another letter"))
    SegmentLine.objects.update(personal_text="Hello")
    after, figures = printed(run)
    assert (after, figures.letters) == (before, 3)
    assert run.own_company["name"] == "Fjord & Co"


def test_who_has_no_letter_is_kept_by_name_with_the_reason(segment, people, template):
    cecilie, anna, bo = people
    SegmentLine.objects.filter(contact=cecilie).update(template=make_template("CALL"))
    Contact.objects.filter(pk=anna.pk).update(privacy_blocked=True)
    run = prepare_run(segment=segment, user=None, at=NOW)
    assert numbered(run) == [(1, "Bo Ek")]
    left_out = run.items.filter(sequence=None).values_list("contact__name", "left_out")
    assert set(left_out) == {
        ("Cecilie Moe", "no_document"),
        ("Anna Dahl", "blocked"),
    }
    assert LetterSnapshot.objects.count() == 1
    _data, figures = printed(run)
    assert (figures.letters, figures.without_document, figures.kept_out) == (1, 1, 1)


def test_without_any_letter_there_is_no_run(people):
    segment = make_segment(*people, template=make_template("CALL"))
    with pytest.raises(NoDocument):
        prepare_run(segment=segment, user=None, at=NOW)
    assert (Run.objects.count(), RunItem.objects.count()) == (0, 0)


def test_who_asks_again_gets_the_run_that_is_ready(segment, run):
    same = ready_run(segment=segment, user=None, at=LATER)
    assert same == run
    other = ready_run(segment=segment, order="name", user=None, at=LATER)
    assert other != run
    assert numbered(other) != numbered(run)


def test_after_a_change_it_is_another_one(segment, run):
    add_by_hand(
        segment=segment, contacts=these(make_person("Dag Næss")), user=None, at=LATER
    )
    other = ready_run(segment=segment, user=None, at=LATER)
    assert [len(numbered(run)), len(numbered(other))] == [3, 4]


def test_nobody_takes_a_run_that_was_withdrawn(segment, run):
    withdraw_run(run=run, user=None, at=LATER)
    assert ready_run(segment=segment, user=None, at=LATER) != run


def test_a_segment_that_is_deleted_takes_its_runs_along(segment, run):
    delete_segment(segment=segment)
    assert (Run.objects.count(), LetterSnapshot.objects.count()) == (0, 0)


def test_it_asks_as_much_for_many_letters_as_for_few(
    template, django_assert_num_queries
):
    for people in (1, 40):
        contacts = [make_person(f"Person {number}") for number in range(people)]
        segment = make_segment(*contacts, template=template)
        with django_assert_num_queries(10):
            prepare_run(segment=segment, user=None, at=NOW)


def test_a_person_who_is_forgotten_has_no_letter_any_more(segment, run, people):
    anna = people[1]
    anonymise_contact(contact=anna, reason="asked", user=None, at=LATER)
    assert LetterSnapshot.objects.filter(item__contact=anna).count() == 0
    data, figures = printed(run)
    assert paragraphs(data) == ["2 Cecilie Moe", "3 Bo Ek"]
    assert figures.letters == 2
