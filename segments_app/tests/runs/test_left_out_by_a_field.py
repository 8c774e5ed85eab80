"""SKIPIF in a letter: who is left out has no number, and everybody is told."""

import pytest

from contacts.models import Contact
from interactions.choices import LeftOut
from interactions.models import Attachment, Delivery, LetterSnapshot
from interactions.tests.factories import make_template
from interactions.tests.merge.word import skipping
from segments_app.models import Segment
from segments_app.services import log_segment
from segments_app.services.letters import AllSkipped
from segments_app.services.prepare_run import prepare_run, ready_run
from segments_app.services.run_changes import changes_since
from segments_app.tests.factories import NOW, make_segment

from .conftest import files_in, numbered, paragraphs, printed

pytestmark = pytest.mark.django_db


def template_skipping(city):
    stored = Attachment.objects.store(data=skipping(city), name="letter.docx")
    return make_template(
        default_language="en",
        correspondence_type="hard_copy",
        languages={"en": stored},
    )


@pytest.fixture
def run(people):
    segment = make_segment(*people, number="SM-7", template=template_skipping("Oslo"))
    return prepare_run(segment=segment, user=None, at=NOW)


def test_who_is_left_out_has_no_number_and_no_frozen_letter(run):
    assert numbered(run) == [(2, "Cecilie Moe"), (3, "Bo Ek")]
    left_out = run.items.get(sequence=None)
    assert (left_out.contact.name, left_out.left_out) == ("Anna Dahl", LeftOut.SKIPPED)
    assert LetterSnapshot.objects.filter(item__run=run).count() == 2


@pytest.mark.parametrize("each", [False, True])
def test_the_others_are_printed_and_the_figures_say_so(run, each):
    data, figures = printed(run, each=each)
    shown = sum(files_in(data).values(), []) if each else paragraphs(data)
    assert shown == ["Cecilie Moe", "Bo Ek"]
    assert (figures.letters, figures.skipped, figures.without_document) == (2, 1, 0)


def test_who_moves_away_is_in_the_next_run(run, people):
    segment = Segment.objects.get()
    Contact.objects.filter(pk=people[1].pk).update(city="Hamar")
    again = ready_run(segment=segment, user=None, at=NOW)
    assert again != run
    assert [name for _number, name in numbered(again)] == [
        *("Anna Dahl", "Cecilie Moe", "Bo Ek")
    ]


def test_nothing_goes_out_to_them_when_the_segment_is_logged(people):
    Contact.objects.update(email="x@example.com")
    template = template_skipping("Oslo")
    template.correspondence_type = "email"
    template.ignore_contact_correspondence_type = True
    template.save()
    segment = make_segment(*people, number="SM-7", template=template)
    logged = log_segment(segment=segment, deliver=True, user=None, at=NOW)
    sent = {
        entry.contact.name: (entry.delivery_status, entry.document_id is not None)
        for entry in logged.interactions.select_related("contact")
    }
    assert sent == {
        "Cecilie Moe": ("queued", True),
        "Anna Dahl": ("", False),
        "Bo Ek": ("queued", True),
    }
    names = Delivery.objects.values_list("entry__contact__name", flat=True)
    assert sorted(names) == ["Bo Ek", "Cecilie Moe"]


def test_it_is_no_change_that_they_have_no_letter(people):
    segment = make_segment(*people, number="SM-7", template=template_skipping("Oslo"))
    run = prepare_run(segment=segment, user=None, at=NOW)
    assert not changes_since(run, segment)


def test_a_letter_that_leaves_out_everybody_is_none(people):
    segment = make_segment(people[1], number="SM-7", template=template_skipping("Oslo"))
    with pytest.raises(AllSkipped) as caught:
        prepare_run(segment=segment, user=None, at=NOW)
    said = "The letter's own condition (SKIPIF) leaves out every contact."
    assert str(caught.value) == said
