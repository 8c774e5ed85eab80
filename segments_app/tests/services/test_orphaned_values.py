"""What a change of the header leaves behind is listed before it is saved."""

import pytest
from django.urls import reverse

from contacts.tests.factories import make_person
from contacts.tests.opened import opened
from interactions.tests.factories import make_document, make_template
from segments_app.models import SegmentDocument
from segments_app.services.orphaned_values import orphaned_by
from segments_app.tests.factories import make_segment
from segments_app.tests.views.users import ASSISTANT, logged_in

pytestmark = pytest.mark.django_db

TEXT = "Hello {{ contact_name }}. {{ personal_text }}"


@pytest.fixture
def card():
    """A template with a letter in Norwegian that prints personal texts."""
    return make_template("CARD", languages={"nb": make_document(TEXT)})


@pytest.fixture
def segment():
    """Anna has a subject, Bo a text and a document, Cecilie writes Danish, Dag
    has a template of his own."""
    template = make_template(
        languages={"nb": make_document(TEXT, "nb"), "da": make_document(TEXT, "da")},
        default_language="nb",
    )
    names = ("Anna Dahl", "Bo Lie", "Cecilie Moe", "Dag Ås")
    segment = make_segment(*(make_person(name) for name in names), template=template)
    for first_name, values in {
        "Anna": {"subject": "For Anna"},
        "Bo": {"personal_text": "Dear Bo", "document": make_document("Own")},
        "Cecilie": {"language": "da"},
        "Dag": {"template": make_template("CALL"), "subject": "A call", "cost": 3},
    }.items():
        segment.lines.filter(contact__first_name=first_name).update(**values)
    return segment


def listed(segment, **values):
    return {
        each.value: (each.lines, each.names)
        for each in orphaned_by(segment=segment, values=values)
    }


def test_another_template_leaves_behind_what_was_written_for_the_old(segment, card):
    assert listed(segment, template=card) == {
        "language": (1, ["Cecilie Moe"]),
        "document": (1, ["Bo Lie"]),
        "subject": (1, ["Anna Dahl"]),
        "personal_text": (1, ["Bo Lie"]),
    }


def test_no_template_at_all_does_so_too(segment):
    assert set(listed(segment, template=None)) == {
        "language",
        "document",
        "subject",
        "personal_text",
    }


def test_a_language_that_is_served_still_is_not_lost(segment, card):
    SegmentDocument.objects.create(
        segment=segment, language="da", document=make_document("ours")
    )
    assert "language" not in listed(segment, template=card)


def test_a_letter_without_a_place_for_personal_texts_is_told(segment, card):
    def reason(template):
        found = orphaned_by(segment=segment, values={"template": template})
        return next(each.reason for each in found if each.value == "personal_text")

    bare = make_template("BARE", languages={"nb": make_document("Hello")})
    assert reason(card) == "Written for the letter of LETTER A letter."
    assert reason(bare) == "No letter of the new template has a place for it."


def test_another_language_leaves_behind_the_texts_of_those_who_follow_it(segment):
    segment.lines.filter(contact__first_name="Cecilie").update(subject="På dansk")
    assert listed(segment, language="da") == {
        "document": (1, ["Bo Lie"]),
        "subject": (1, ["Anna Dahl"]),
        "personal_text": (1, ["Bo Lie"]),
    }
    assert listed(segment, language="nb") == {}


@pytest.mark.parametrize("values", [{}, {"subject": "Other"}, {"unit_cost": 3}])
def test_other_changes_leave_nothing_behind(segment, values):
    assert listed(segment, **values) == {}


def test_it_costs_the_same_whatever_the_lines(
    segment, card, django_assert_max_num_queries
):
    many = make_segment(
        *(make_person(f"Many No{number}") for number in range(15)),
        template=segment.template,
    )
    many.lines.update(subject="Hi", language="da", personal_text="Dear")
    with django_assert_max_num_queries(25):
        found = orphaned_by(segment=many, values={"template": card})
    assert {(each.value, each.lines, each.unnamed) for each in found} == {
        ("subject", 15, 5),
        ("language", 15, 5),
        ("personal_text", 15, 5),
    }


class TestTheHeaderPage:
    def test_it_lists_them_and_asks_before_it_saves(self, segment, card):
        client, url = logged_in(ASSISTANT), reverse("segments:edit", args=[segment.pk])
        asked = client.post(url, opened(client.get(url)) | {"template": card.pk})
        text = asked.content.decode()
        assert "Nothing is saved yet." in text
        assert "Written for the letter of LETTER A letter." in text
        segment.refresh_from_db()
        assert segment.template.code == "LETTER"
        done = client.post(url, opened(asked))
        assert done.url == segment.get_absolute_url()
        segment.refresh_from_db()
        assert segment.template == card
        anna = segment.lines.get(contact__first_name="Anna")
        assert anna.subject == "For Anna"

    def test_what_came_to_it_meanwhile_is_asked_again(self, segment, card):
        client, url = logged_in(ASSISTANT), reverse("segments:edit", args=[segment.pk])
        asked = client.post(url, opened(client.get(url)) | {"template": card.pk})
        segment.lines.filter(contact__first_name="Bo").update(subject="For Bo")
        again = client.post(url, opened(asked))
        assert "Nothing is saved yet." in again.content.decode()
        assert client.post(url, opened(again)).status_code == 302
