"""merge_segment: every letter in one file, or a clear refusal and no file at all."""

import io
import zipfile

import docx
import pytest
from django.core.management import CommandError, call_command

from contacts.tests.factories import make_company, make_person
from interactions.models import Run
from interactions.services.printing import output as printing_output
from interactions.tests.factories import make_document, make_template
from segments_app.models import Segment, SegmentDocument
from segments_app.tests.factories import make_segment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def segment():
    template = make_template(
        default_language="en",
        languages={"en": make_document("Dear {{ contact_name }}")},
    )
    kaffe = make_company("Kaffe AS")
    return make_segment(
        make_person("Anna Dahl", company=kaffe, number="C-1"),
        make_person("Bo Lie", number="C-2"),
        number="SM-7",
        template=template,
    )


@pytest.fixture
def target(tmp_path):
    """A folder of its own, where nothing may be left behind."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def merge(capsys):
    def run(*arguments):
        call_command("merge_segment", *map(str, arguments))
        return capsys.readouterr().out.strip()

    return run


def text_of(data):
    document = docx.Document(io.BytesIO(data))
    return [each.text for each in document.paragraphs if each.text]


def files_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_every_letter_in_one_document(segment, merge, target):
    path = target / "letters.docx"
    assert merge("sm-7", "--out", path) == (f"2 letters in {path}.")
    assert text_of(path.read_bytes()) == ["Dear Anna Dahl", "Dear Bo Lie"]
    assert files_in(target) == ["letters.docx"]


def test_one_file_for_each_contact(segment, merge, target):
    path = target / "letters.zip"
    assert merge("SM-7", "--out", path, "--each") == (f"2 letters in {path}.")
    with zipfile.ZipFile(path) as archive:
        letters = {name: text_of(archive.read(name)) for name in archive.namelist()}
    assert letters == {
        "1 Kaffe AS Anna Dahl.docx": ["Dear Anna Dahl"],
        "2 Bo Lie.docx": ["Dear Bo Lie"],
    }


@pytest.fixture
def two_languages(segment):
    SegmentDocument.objects.create(
        segment=segment,
        language="nb",
        document=make_document("Kjære {{ contact_name }}", name="brev.docx"),
    )
    segment.lines.filter(contact__name="Bo Lie").update(language="nb")


@pytest.mark.usefixtures("two_languages")
def test_letters_in_two_languages_are_two_documents(merge, target):
    path = target / "letters.zip"
    assert merge("SM-7", "--out", path) == (f"2 letters in {path}.")
    with zipfile.ZipFile(path) as archive:
        letters = {name: text_of(archive.read(name)) for name in archive.namelist()}
    assert letters == {
        "brev.docx": ["Kjære Bo Lie"],
        "letter.docx": ["Dear Anna Dahl"],
    }


def test_lines_without_a_document_are_counted(segment, merge, target):
    segment.lines.filter(contact__name="Bo Lie").update(template=make_template("CALL"))
    path = target / "letters.docx"
    assert merge("SM-7", "--out", path) == (
        f"1 letter in {path}, 1 line without a document."
    )


def test_a_file_of_that_name_is_replaced(segment, merge, target):
    path = target / "letters.docx"
    path.write_bytes(b"of last year")
    merge("SM-7", "--out", path)
    assert text_of(path.read_bytes()) == ["Dear Anna Dahl", "Dear Bo Lie"]


class TestWishes:
    def test_some_letters_by_their_numbers(self, segment, merge, target):
        path = target / "letters.docx"
        assert merge("SM-7", "--out", path, "--range", "2") == f"1 letter in {path}."
        assert text_of(path.read_bytes()) == ["Dear Bo Lie"]

    def test_in_another_order_and_under_other_names(self, segment, merge, target):
        path = target / "letters.zip"
        wishes = ("--order", "number", "--name-pattern", "{number} {name}")
        merge("SM-7", "--out", path, "--each", *wishes)
        with zipfile.ZipFile(path) as archive:
            assert archive.namelist() == ["C-1 Anna Dahl.docx", "C-2 Bo Lie.docx"]

    def test_many_letters_are_cut_or_stay_together(
        self, segment, merge, target, monkeypatch
    ):
        monkeypatch.setattr(printing_output, "LETTERS_IN_DOCUMENT", 1)
        path = target / "letters.zip"
        merge("SM-7", "--out", path)
        with zipfile.ZipFile(path) as archive:
            assert archive.namelist() == ["letter 1-1.docx", "letter 2-2.docx"]
        with pytest.raises(CommandError, match="several documents in a zip"):
            merge("SM-7", "--out", target / "letters.docx")
        whole = target / "whole.docx"
        merge("SM-7", "--out", whole, "--whole")
        assert text_of(whole.read_bytes()) == ["Dear Anna Dahl", "Dear Bo Lie"]

    def test_with_a_sheet_before_each_country(self, segment, merge, target):
        path = target / "letters.zip"
        merge("SM-7", "--out", path, "--bundle-by", "country")
        with zipfile.ZipFile(path) as archive:
            assert len(archive.namelist()) == 2

    def test_the_same_command_again_prints_the_same_run(self, segment, merge, target):
        for name in ("one.docx", "two.docx"):
            merge("SM-7", "--out", target / name)
        assert Run.objects.count() == 1
        one, two = ((target / name).read_bytes() for name in ("one.docx", "two.docx"))
        assert one == two


class TestRefused:
    """A file that is there stays as it was, and no half of one is left behind."""

    @pytest.fixture
    def path(self, target):
        path = target / "letters.docx"
        path.write_bytes(b"of last year")
        return path

    def assert_untouched(self, path):
        assert files_in(path.parent) == ["letters.docx"]
        assert path.read_bytes() == b"of last year"

    def test_there_is_no_such_segment(self, merge, path):
        with pytest.raises(CommandError, match="no open segment SM-99"):
            merge("SM-99", "--out", path)
        self.assert_untouched(path)

    @pytest.mark.parametrize(
        ("wish", "said"),
        [
            (("--range", "2-1"), "Did you mean 1-2?"),
            (("--range", "3"), "the last letter has number 2"),
            (("--range", "0"), "the first letter has number 1"),
            (("--each", "--name-pattern", "{nmae}"), "Did you mean {name}?"),
            (("--order", "name", "--bundle-by", "country"), "Prepare a run in that"),
        ],
    )
    def test_a_wish_that_cannot_be(self, segment, merge, path, wish, said):
        with pytest.raises(CommandError) as refusal:
            merge("SM-7", "--out", path, *wish)
        assert said in str(refusal.value)
        self.assert_untouched(path)

    def test_there_is_no_document(self, segment, merge, path):
        Segment.objects.update(template=make_template("CALL"))
        with pytest.raises(CommandError, match="There is no document"):
            merge("SM-7", "--out", path)
        self.assert_untouched(path)

    def test_the_document_is_lost(self, segment, merge, path):
        lost = make_document("Only here, and lost")
        lost.file.storage.delete(lost.file.name)
        segment.lines.update(document=lost)
        with pytest.raises(CommandError) as refusal:
            merge("SM-7", "--out", path)
        assert "letter.docx" in str(refusal.value)
        self.assert_untouched(path)

    def test_the_document_is_broken(self, segment, merge, path):
        broken = make_document("Only here, and broken")
        with broken.file.storage.open(broken.file.name, "wb") as file:
            file.write(b"no longer a document")
        segment.lines.update(document=broken)
        with pytest.raises(CommandError) as refusal:
            merge("SM-7", "--out", path)
        assert "letter.docx" in str(refusal.value)
        self.assert_untouched(path)

    @pytest.mark.usefixtures("two_languages")
    def test_a_zip_is_not_written_under_the_name_of_a_document(self, merge, path):
        with pytest.raises(CommandError) as refusal:
            merge("SM-7", "--out", path)
        assert str(refusal.value) == (
            "The letters use 2 documents, and come as one file for each of them in a "
            "zip. Call it letters.zip."
        )
        self.assert_untouched(path)

    @pytest.mark.parametrize(
        ("name", "options", "said"),
        [
            ("letters.docx", ["--each"], "Call it letters.zip."),
            ("letters.zip", [], "Call it letters.docx."),
            ("letters", [], "Call it letters.docx."),
            ("letters 2.0", ["--each"], "Call it letters 2.0.zip."),
        ],
    )
    def test_a_name_that_says_something_else_than_what_is_in_it(
        self, segment, merge, target, name, options, said
    ):
        with pytest.raises(CommandError, match=said):
            merge("SM-7", "--out", target / name, *options)
        assert files_in(target) == []

    def test_it_stops_in_the_middle(self, segment, merge, path, monkeypatch):
        def stop(*_arguments, **_options):
            raise KeyboardInterrupt

        monkeypatch.setattr(
            "segments_app.management.commands.merge_segment.print_runs", stop
        )
        with pytest.raises(KeyboardInterrupt):
            merge("SM-7", "--out", path)
        self.assert_untouched(path)

    @pytest.mark.parametrize(
        "place", ["nowhere/letters.docx", "a.txt/letters.docx", "", "."]
    )
    def test_the_place_cannot_be_written(self, segment, merge, target, place):
        (target / "a.txt").touch()
        with pytest.raises(CommandError) as refusal:
            merge("SM-7", "--out", target / place)
        assert str(target / place) in str(refusal.value)
        assert "cannot be written" in str(refusal.value)
        assert files_in(target) == ["a.txt"]
        assert files_in(target.parent) in (["media", "out"], ["out"])
