"""Letters of runs as files: which, in how many, called what, with which sheets."""

import io
import zipfile

import pytest

from contacts.models import Contact
from contacts.tests.factories import make_person
from interactions.printing import PatternError
from interactions.services.paper_runs import withdraw_run
from interactions.services.printing import (
    LettersGone,
    OutputRefused,
    output,
    plan,
    write,
)
from interactions.services.printing.output import Output
from interactions.tests.factories import make_document
from segments_app.models import SegmentDocument, SegmentLine
from segments_app.services import log_segment
from segments_app.services.prepare_run import prepare_run
from segments_app.services.print_letters import NothingToPrint
from segments_app.tests.factories import NOW, make_segment
from segments_app.tests.merged import merge_again

from .conftest import LATER, files_in, paragraphs, printed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ten(template):
    """A run of ten letters, 1 to 10, in documents of at most four."""
    people = [make_person(f"Person {number}") for number in range(1, 11)]
    return prepare_run(
        segment=make_segment(*people, number="SM-8", template=template),
        order="step",
        user=None,
        at=NOW,
    )


@pytest.fixture(autouse=True)
def _four_in_a_document(monkeypatch):
    monkeypatch.setattr(output, "LETTERS_IN_DOCUMENT", 4)


def said(*numbers):
    return [f"{number} Person {number}" for number in numbers]


def test_letters_are_cut_into_documents_that_sort(ten):
    data, figures = printed(ten)
    assert files_in(data) == {
        "letter 01-04.docx": said(1, 2, 3, 4),
        "letter 05-08.docx": said(5, 6, 7, 8),
        "letter 09-10.docx": said(9, 10),
    }
    assert (figures.letters, figures.files, figures.suffix) == (10, 3, ".zip")


def test_or_stay_together_on_request(ten):
    data, figures = printed(ten, whole=True)
    assert paragraphs(data) == said(*range(1, 11))
    assert (figures.letters, figures.files, figures.suffix) == (10, 1, ".docx")


def test_some_are_printed_again_with_the_numbers_they_have(ten):
    data, figures = printed(ten, numbers=((2, 3), (9, 9)))
    assert paragraphs(data) == said(2, 3, 9)
    assert (figures.letters, figures.suffix) == (3, ".docx")


def test_or_again_as_files_of_contacts(ten):
    data, _figures = printed(ten, each=True, numbers=((2, 2), (10, 10)))
    assert files_in(data) == {
        "02 Person 2.docx": said(2),
        "10 Person 10.docx": said(10),
    }


def test_files_are_called_by_the_pattern_and_never_alike(ten):
    data, figures = printed(ten, each=True, pattern="{segment}", numbers=((1, 3),))
    assert list(files_in(data)) == ["SM-8.docx", "SM-8 (2).docx", "SM-8 (3).docx"]
    assert figures.files == 3


def test_who_has_none_of_the_values_has_a_file_all_the_same(ten):
    data, _figures = printed(ten, each=True, pattern="{city}", numbers=((1, 2),))
    assert list(files_in(data)) == ["letter.docx", "letter (2).docx"]


def test_a_pattern_that_is_none_is_refused(ten):
    with pytest.raises(PatternError):
        printed(ten, each=True, pattern="{nobody}")


class TestSeveralDocuments:
    @pytest.fixture
    def run(self, segment, people):
        letter = make_document(
            "{{ sequence_no }} Hej {{ contact_name }}", name="hej.docx"
        )
        SegmentDocument.objects.create(segment=segment, language="sv", document=letter)
        SegmentLine.objects.filter(contact__in=people[::2]).update(language="sv")
        return prepare_run(segment=segment, user=None, at=NOW)

    def test_each_is_a_file_in_which_the_numbers_rise(self, run):
        data, figures = printed(run)
        assert files_in(data) == {
            "hej.docx": ["2 Hej Cecilie Moe", "3 Hej Bo Ek"],
            "letter.docx": ["1 Anna Dahl"],
        }
        assert figures.files == 2

    def test_files_of_contacts_are_in_the_order_of_the_numbers(self, run):
        data, _figures = printed(run, each=True)
        assert files_in(data) == {
            "1 Anna Dahl.docx": ["1 Anna Dahl"],
            "2 Kaffe AS Cecilie Moe.docx": ["2 Hej Cecilie Moe"],
            "3 Bo Ek.docx": ["3 Hej Bo Ek"],
        }


class TestSheets:
    def test_one_lies_before_every_country(self, run):
        data, figures = printed(run, bundle_by="country")
        assert files_in(data) == {
            "001-00 NO.docx": ["NO", "2 letters", "Numbers 1 to 2", "SM-7"],
            "001-01 NO letter 1-2.docx": ["1 Anna Dahl", "2 Cecilie Moe"],
            "002-00 SE.docx": ["SE", "1 letter", "Numbers 3 to 3", "SM-7"],
            "002-01 SE letter 3-3.docx": ["3 Bo Ek"],
        }
        assert (figures.letters, figures.files) == (3, 4)

    def test_or_before_every_region(self, run):
        data, _figures = printed(run, bundle_by="postcode")
        assert [name for name in files_in(data) if "-00 " in name] == [
            *("001-00 NO 01.docx", "002-00 NO 50.docx", "003-00 SE 00.docx")
        ]

    def test_or_after_so_many_letters(self, ten):
        data, _figures = printed(ten, bundle_by="number", every=6)
        assert {name: len(lines) for name, lines in files_in(data).items()} == {
            "001-00 1-6.docx": 4,
            "001-01 1-6 letter 01-04.docx": 4,
            "001-02 1-6 letter 05-06.docx": 2,
            "002-00 7-12.docx": 4,
            "002-01 7-12 letter 07-10.docx": 4,
        }

    def test_by_country_the_letters_must_lie_by_country(self, ten):
        with pytest.raises(OutputRefused):
            printed(ten, bundle_by="country")

    def test_they_do_not_lie_between_files_of_contacts(self, run):
        with pytest.raises(OutputRefused):
            printed(run, each=True, bundle_by="country")


class TestWhoMustNotBeWrittenTo:
    def test_is_left_out_of_every_later_printing_and_counted(self, run, people):
        Contact.objects.filter(pk=people[1].pk).update(privacy_blocked=True)
        data, figures = printed(run)
        assert paragraphs(data) == ["2 Cecilie Moe", "3 Bo Ek"]
        assert (figures.letters, figures.kept_out) == (2, 1)

    def test_nobody_is_left(self, run):
        Contact.objects.update(privacy_blocked=True)
        with pytest.raises(NothingToPrint):
            printed(run)

    def test_blocked_while_the_file_is_written_there_is_no_file(self, run, people):
        planned = plan(runs=[run], output=Output(each=True))
        Contact.objects.filter(pk=people[1].pk).update(privacy_blocked=True)
        with pytest.raises(LettersGone) as refusal:
            write(planned, io.BytesIO())
        assert str(refusal.value) == (
            "3 letters were to be written and 2 are there: contacts were blocked "
            "meanwhile. Make the file again."
        )


def test_a_withdrawn_run_is_not_printed(run):
    withdraw_run(run=run, user=None, at=LATER)
    with pytest.raises(OutputRefused, match="withdrawn"):
        printed(run)


class TestLogged:
    def test_letters_of_the_prepared_run_are_those_of_the_log(self, segment, run):
        before, _figures = printed(run)
        logged = log_segment(segment=segment, user=None, at=LATER)
        run.refresh_from_db()
        assert (run.logged_segment, logged.runs.count()) == (logged, 1)
        assert [item.entry.contact for item in run.items.all()] == [
            item.contact for item in run.items.all()
        ]
        out = io.BytesIO()
        merge_again(logged_segment=logged, out=out)
        assert out.getvalue() == before
        entry = logged.interactions.get(contact__name="Bo Ek")
        assert entry.run_item.sequence == 3

    def test_if_something_changed_they_are_frozen_anew(self, segment, run, people):
        Contact.objects.filter(pk=people[1].pk).update(name="Anna Berg")
        logged = log_segment(segment=segment, user=None, at=LATER)
        run.refresh_from_db()
        assert (run.logged_segment, logged.runs.count()) == (None, 1)
        out = io.BytesIO()
        merge_again(logged_segment=logged, out=out)
        assert paragraphs(out.getvalue()) == [
            *("1 Cecilie Moe", "2 Anna Berg", "3 Bo Ek")
        ]
        # Of the letters before the log tells nothing: nobody prints them any more.
        with pytest.raises(OutputRefused, match="withdrawn"):
            printed(run)

    def test_the_newest_run_is_taken_and_no_withdrawn_one(self, segment, run):
        newest = prepare_run(segment=segment, order="name", user=None, at=LATER)
        withdraw_run(run=newest, user=None, at=LATER)
        logged = log_segment(segment=segment, user=None, at=LATER)
        assert list(logged.runs.all()) == [run]


def test_it_asks_the_same_for_every_thousand_letters(
    ten, template, monkeypatch, django_assert_num_queries
):
    """A part is one query: eight more letters are two parts more."""
    people = [make_person(f"Other {number}") for number in range(18)]
    other = make_segment(*people, template=template)
    more = prepare_run(segment=other, order="step", user=None, at=NOW)
    for run, parts in ((ten, 3), (more, 5)):
        planned = plan(runs=[run], output=Output())
        with django_assert_num_queries(parts):
            write(planned, io.BytesIO())
    for run in (ten, more):
        with django_assert_num_queries(6):
            planned = plan(runs=[run], output=Output(each=True))
            write(planned, io.BytesIO())


def test_the_archive_is_sound(ten):
    data, _figures = printed(ten, each=True)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert (len(archive.namelist()), archive.testzip()) == (10, None)
