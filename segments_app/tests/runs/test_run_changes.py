"""What changed since a run was prepared, counted and told field by field."""

import pytest

from contacts.models import Contact, MarketingSetup
from contacts.services.anonymise_contact import anonymise_contact
from contacts.tests.factories import make_company, make_person
from interactions.models import LetterSnapshot, MailText
from interactions.tests.factories import make_document, make_template
from segments_app.models import SegmentLine
from segments_app.services import add_by_hand, remove_by_hand
from segments_app.services.prepare_run import prepare_run
from segments_app.services.run_changes import (
    Changes,
    changed_lines,
    changes_since,
    in_words,
    joined_lines,
    left_items,
    unchanged,
)
from segments_app.tests.factories import NOW, make_segment, these

from .conftest import LATER

pytestmark = pytest.mark.django_db


def told(run, segment):
    return [
        (
            letter.sequence,
            letter.contact.name,
            [(str(field.label), field.before, field.now) for field in letter.fields],
        )
        for letter in in_words(changed_lines(run, segment), run)
    ]


def test_nothing_changed(segment, run):
    assert changes_since(run, segment) == Changes()
    assert not changes_since(run, segment)
    assert told(run, segment) == []


def test_a_value_of_a_contact(segment, run, people):
    Contact.objects.filter(pk=people[1].pk).update(city="Moss", phone="22")
    assert changes_since(run, segment) == Changes(changed=1)
    assert told(run, segment) == [
        (
            1,
            "Anna Dahl",
            [
                (
                    "Mail address (several lines)",
                    "Anna Dahl\nTorget 1\n0150 Oslo",
                    "Anna Dahl\nTorget 1\n0150 Moss",
                ),
                ("City of the contact", "Oslo", "Moss"),
                ("Phone of the contact", "", "22"),
            ],
        )
    ]


def test_a_document(segment, run, template):
    template.languages.update(document=make_document("Another", name="new.docx"))
    assert changes_since(run, segment) == Changes(changed=3)
    assert [fields for _number, _name, fields in told(run, segment)] == [
        [("Document", "letter.docx", "new.docx")]
    ] * 3


def test_a_personal_text(segment, run, people):
    SegmentLine.objects.filter(contact=people[2]).update(personal_text="Hej Bo!")
    assert told(run, segment) == [(3, "Bo Ek", [("Personal text", "", "Hej Bo!")])]


def test_somebody_came_and_somebody_left(segment, run, people):
    dag = make_person("Dag Næss")
    add_by_hand(segment=segment, contacts=these(dag), user=None, at=LATER)
    remove_by_hand(segment=segment, contacts=these(people[0]), user=None, at=LATER)
    assert changes_since(run, segment) == Changes(joined=1, left=1)
    assert [line.contact.name for line in joined_lines(run, segment)] == ["Dag Næss"]
    left = left_items(run, segment)
    assert [(each.sequence, each.contact.name) for each in left] == [(2, "Cecilie Moe")]


def test_who_had_no_letter_and_has_none_did_not_leave(segment, people):
    Contact.objects.filter(pk=people[0].pk).update(privacy_blocked=True)
    run = prepare_run(segment=segment, user=None, at=LATER)
    assert changes_since(run, segment) == Changes()
    assert not left_items(run, segment).exists()


def test_the_second_letter_of_two_who_were_merged_left(segment, run, people):
    run.items.filter(contact=people[0]).update(merged_number="C-9")
    left = left_items(run, segment)
    assert [(each.sequence, each.contact.name) for each in left] == [(2, "Cecilie Moe")]


def test_somebody_was_blocked(segment, run, people):
    Contact.objects.filter(pk=people[0].pk).update(privacy_blocked=True)
    assert changes_since(run, segment) == Changes(left=1)


def test_who_had_no_document_has_one_now(segment, people, template):
    SegmentLine.objects.filter(contact=people[0]).update(template=make_template("CALL"))
    run = prepare_run(segment=segment, user=None, at=LATER)
    assert not changes_since(run, segment)
    SegmentLine.objects.filter(contact=people[0]).update(template=None)
    assert changes_since(run, segment) == Changes(joined=1)


def test_our_own_name(segment, run):
    MarketingSetup.objects.update(company_name="Fjord Group")
    assert changes_since(run, segment) == Changes(own_company=True)


class TestTextsOfEmails:
    @pytest.fixture
    def run(self, segment, people):
        MailText.objects.create(
            language="en", text="Our letter.", unsubscribe="Enough?"
        )
        segment.lines.filter(contact=people[0]).update(correspondence_type="email")
        return prepare_run(segment=segment, user=None, at=NOW)

    @pytest.mark.parametrize("changed", ["text", "unsubscribe"])
    def test_another_text(self, segment, run, changed):
        MailText.objects.update(**{changed: "Here it is."})
        assert changes_since(run, segment) == Changes(mail_texts=True)
        assert not unchanged(run, segment)

    def test_one_in_a_language_of_no_letter(self, segment, run):
        MailText.objects.create(language="fi", text="Kirjeemme.")
        assert unchanged(run, segment)

    def test_of_letters_that_all_go_by_post(self, segment, run):
        segment.lines.update(correspondence_type="hard_copy")
        MailText.objects.all().delete()
        assert unchanged(run, segment)


def test_who_is_anonymised_goes_from_letters_alike_then_and_now():
    company = make_company("Bjørn & Sønn AS", city="Tromsø")
    make_person("Åse Vik", company=company)
    bo = make_person("Bo Ek", number="Ø-1", company=company)
    people = make_document("{% for p in people %}{{ p.name }} {% endfor %}")
    template = make_template(default_language="en", languages={"en": people})
    segment = make_segment(company, template=template)
    run = prepare_run(segment=segment, user=None, at=NOW)
    Contact.objects.filter(pk=company.pk).update(city="Narvik")
    assert changes_since(run, segment) == Changes(changed=1)
    Contact.objects.filter(pk=company.pk).update(city="Tromsø")
    assert not changes_since(run, segment)
    anonymise_contact(contact=bo, user=None, at=LATER, reason="Asked")
    (frozen,) = LetterSnapshot.objects.all()
    assert [row["name"] for row in frozen.inputs["lists"]["people"]] == ["Åse Vik"]
    assert not changes_since(run, segment)


def test_it_asks_as_much_of_many_as_of_few(
    segment, run, people, template, django_assert_num_queries
):
    Contact.objects.filter(pk=people[0].pk).update(city="Moss")
    for changed in (1, 3):
        with django_assert_num_queries(6):
            changes_since(run, segment)
        with django_assert_num_queries(4):
            assert len(told(run, segment)) == changed
        Contact.objects.update(city="Hamar")
