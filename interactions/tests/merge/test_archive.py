"""A zip of letters."""

import io
import os
import shutil
import subprocess
import tracemalloc
import zipfile

import pytest

from interactions.merge import LetterArchive, RenderError, compile_template
from interactions.merge.archive import Names
from interactions.merge.zipwriter import STORED, Member, ZipWriter
from interactions.tests.factories import letter

from .word import members, opened, paragraphs, record

TEMPLATE = compile_template(letter("Dear {{ contact_name }}"))


def archive_of(*names):
    out = io.BytesIO()
    pairs = [(name, record(contact_name=name)) for name in names]
    assert TEMPLATE.merge_letters(pairs, out) == len(names)
    return out.getvalue()


def test_every_contact_has_a_document():
    contents = members(archive_of("Kaffe AS - Åse - C-1", "Te AS - Bo - C-2"))
    assert {name: paragraphs(data) for name, data in contents.items()} == {
        "Kaffe AS - Åse - C-1.docx": ["Dear Kaffe AS - Åse - C-1"],
        "Te AS - Bo - C-2.docx": ["Dear Te AS - Bo - C-2"],
    }


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ('A/S "Fox" <b>: c|d?*\\e', "A S Fox b c d e"),
        ("../../etc/passwd", "etc passwd"),
        ("trailing dots...", "trailing dots"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("com1", "_com1"),
        ("Connie", "Connie"),
        ("line\nbreak\ttab\x00", "line break tab"),
        ("", "letter"),
        ("???", "letter"),
        ("letter.DOCX", "letter"),
        ("x" * 300, "x" * 120),
        ("漢" * 300, "漢" * 66),
        ("A\u030ase", "Åse"),
        ("bad \ud800 half", "bad  half"),
    ],
)
def test_names_are_safe_everywhere(name, file_name):
    out = io.BytesIO()
    TEMPLATE.merge_letters([(name, record())], out)
    assert list(members(out.getvalue())) == [f"{file_name}.docx"]


def test_names_that_some_system_takes_for_the_same_get_a_number():
    contents = members(archive_of("Åse", "ÅSE", "Åse?", "Åse (2)", "Bo"))
    assert list(contents) == [
        "Åse.docx",
        "ÅSE (2).docx",
        "Åse (3).docx",
        "Åse (2) (2).docx",
        "Bo.docx",
    ]


class CountedNames(Names):
    """Counts how often a name was looked up, and knows few last numbers."""

    LAST_NUMBERS = 2
    looked_up = 0

    def _is_new(self, key):
        self.looked_up += 1
        return super()._is_new(key)


def test_the_next_number_of_a_name_is_not_looked_for_from_2_again():
    names = CountedNames()
    taken = [names.take("Bergen") for _each in range(1_000)]
    assert taken == [
        "Bergen.docx",
        *(f"Bergen ({number}).docx" for number in range(2, 1_001)),
    ]
    assert names.looked_up == 1_999


def test_a_name_whose_last_number_is_forgotten_still_gets_a_free_one():
    names = CountedNames()
    cities = ("Oslo", "Umeå", "Turku")
    taken = [names.take(city) for _each in range(3) for city in cities]
    assert taken == [
        f"{city}{number}.docx" for number in ("", " (2)", " (3)") for city in cities
    ]


def test_an_archive_may_mix_letters_and_documents():
    out = io.BytesIO()
    people = [record(contact_name="Åse"), record(contact_name="Bo")]
    with LetterArchive(out) as archive:
        assert archive.add_document(TEMPLATE, iter(people), name="letter.docx") == 2
        assert archive.add_letters(TEMPLATE, [("letter", people[0])]) == 1
    contents = members(out.getvalue())
    assert {name: paragraphs(data) for name, data in contents.items()} == {
        "letter.docx": ["Dear Åse", "Dear Bo"],
        "letter (2).docx": ["Dear Åse"],
    }


def cut(letters, **choices):
    """The names of the documents, and how many letters are in each."""
    out = io.BytesIO()
    people = (record(contact_name=str(number)) for number in range(letters))
    with LetterArchive(out) as archive:
        count = archive.add_document(TEMPLATE, people, name="Easter.docx", **choices)
        assert count == letters
    return {
        name: [said.removeprefix("Dear ") for said in paragraphs(data)]
        for name, data in members(out.getvalue()).items()
    }


def numbers(start, end):
    return [str(number) for number in range(start, end)]


def test_a_document_of_many_letters_is_cut_into_documents_of_250():
    assert cut(501) == {
        "Easter 0001-0250.docx": numbers(0, 250),
        "Easter 0251-0500.docx": numbers(250, 500),
        "Easter 0501-0501.docx": numbers(500, 501),
    }
    assert cut(250) == {"Easter.docx": numbers(0, 250)}


def test_a_document_is_left_whole_or_cut_elsewhere_on_request():
    assert cut(251, per_document=None) == {"Easter.docx": numbers(0, 251)}
    assert cut(3, per_document=2, total=10_000) == {
        "Easter 00001-00002.docx": ["0", "1"],
        "Easter 00003-00003.docx": ["2"],
    }


def test_a_long_name_does_not_hide_which_letters_a_document_has():
    out = io.BytesIO()
    people = [record()] * 2
    with LetterArchive(out) as archive:
        archive.add_document(TEMPLATE, people, name="x" * 300, per_document=1)
    assert list(members(out.getvalue())) == [
        f"{'x' * 110} 0001-0001.docx",
        f"{'x' * 110} 0002-0002.docx",
    ]


def test_a_document_without_letters_is_refused():
    with pytest.raises(RenderError, match="no letters"):
        cut(0)


def test_an_archive_that_failed_is_no_archive():
    out = io.BytesIO()
    with pytest.raises(RenderError), LetterArchive(out) as archive:
        archive.add_letters(TEMPLATE, [("a", record()), ("b", {})])
    with zipfile.ZipFile(out) as read:  # all there is to find is the letter inside
        assert "a.docx" not in read.namelist()


def test_the_same_letters_are_the_same_bytes():
    assert archive_of("Åse", "Bo") == archive_of("Åse", "Bo")


@pytest.mark.skipif(not shutil.which("unzip"), reason="needs unzip")
def test_another_program_finds_nothing_wrong(tmp_path):
    path = tmp_path / "letters.zip"
    path.write_bytes(archive_of("Åse", "Bo"))
    (tmp_path / "one.docx").write_bytes(TEMPLATE.render_letter(record()))
    for name in ("letters.zip", "one.docx"):
        command = [shutil.which("unzip"), "-tq", name]
        result = subprocess.run(command, cwd=tmp_path, check=False)  # noqa: S603
        assert result.returncode == 0


def test_more_members_than_an_old_zip_can_count():
    out = io.BytesIO()
    archive = ZipWriter(out)
    for number in range(70_000):
        archive.add(Member(str(number).encode(), 0, 0, b"", STORED))
    archive.close()
    with zipfile.ZipFile(out) as read:
        assert len(read.namelist()) == 70_000
        assert read.namelist()[-1] == "69999"


def test_more_bytes_than_an_old_zip_can_hold(tmp_path):
    path = tmp_path / "large.zip"
    with path.open("wb") as out:
        archive = ZipWriter(out)
        archive.add(Member(b"first", 0, 0, b"", STORED))
        out.seek(5 * 2**30, os.SEEK_CUR)  # a hole: no letters are written
        archive.offset += 5 * 2**30
        archive.add(Member(b"last", 0x8587D865, 5, b"abcde", STORED))
        archive.close()
    with zipfile.ZipFile(path) as read:
        assert read.namelist() == ["first", "last"]
        assert read.read("last") == b"abcde"


def test_memory_does_not_grow_with_the_letters(tmp_path):
    def peak(letters):
        people = (
            (f"Person {number}", record(contact_name=str(number)))
            for number in range(letters)
        )
        with (tmp_path / "letters.zip").open("wb") as out:
            tracemalloc.start()
            TEMPLATE.merge_letters(people, out)
            _now, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return most

    few, many = peak(100), peak(5_000)
    assert many < few + 2_000_000


def test_a_letter_opens_whatever_is_merged_into_it():
    text = "x & y " * 30_000
    data = TEMPLATE.render_letter(record(contact_name=text))
    assert opened(data).paragraphs[0].text == f"Dear {text}"
