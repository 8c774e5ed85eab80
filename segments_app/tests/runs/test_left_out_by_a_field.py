"""SKIPIF in a letter: who is left out has no number, and everybody is told."""

import docx
import pytest

from interactions.choices import LeftOut
from interactions.models import Attachment, LetterSnapshot
from interactions.tests.factories import make_template
from interactions.tests.merge.word import complex_field, saved
from segments_app.services.letters import NoDocument
from segments_app.services.prepare_run import prepare_run
from segments_app.services.run_changes import changes_since
from segments_app.tests.factories import NOW, make_segment

from .conftest import files_in, numbered, paragraphs, printed

pytestmark = pytest.mark.django_db


def skipping(city):
    """A template whose letter leaves out who lives in this city."""
    document = docx.Document()
    paragraph = document.add_paragraph()
    field = [" MERGEFIELD contact_city "]
    complex_field(paragraph, " SKIPIF ", field, f' = "{city}" ')
    complex_field(paragraph, " MERGEFIELD contact_name ")
    stored = Attachment.objects.store(data=saved(document), name="letter.docx")
    return make_template(
        default_language="en",
        correspondence_type="hard_copy",
        languages={"en": stored},
    )


@pytest.fixture
def run(people):
    segment = make_segment(*people, number="SM-7", template=skipping("Oslo"))
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


def test_it_is_no_change_that_they_have_no_letter(people):
    segment = make_segment(*people, number="SM-7", template=skipping("Oslo"))
    run = prepare_run(segment=segment, user=None, at=NOW)
    assert not changes_since(run, segment)


def test_a_letter_that_leaves_out_everybody_is_none(people):
    segment = make_segment(people[1], number="SM-7", template=skipping("Oslo"))
    with pytest.raises(NoDocument):
        prepare_run(segment=segment, user=None, at=NOW)
