"""Letters as PDF, by the LibreOffice that is installed."""

import io
import os
import time

import docx
import pikepdf
import pytest
from django.utils import translation

from interactions.merge import compile_template
from interactions.pdf import (
    Converted,
    Limits,
    OfficeBroken,
    Unmade,
    convert_letters,
    find_office,
    join,
    split,
)

from ..merge.word import record, saved, simple_field
from .office import fragile_office, needs_libreoffice
from .reading import text

pytestmark = needs_libreoffice
QUICK = Limits(document=12, letter=0.1)


@pytest.fixture(scope="module")
def template():
    document = docx.Document()
    document.add_table(rows=1, cols=1).cell(0, 0).text = "To {{ contact_name }}"
    document.add_paragraph("{{ personal_text }}")
    return compile_template(saved(document))


@pytest.fixture(scope="module")
def counting():
    """Its footer says page x of y."""
    document = docx.Document()
    footer = document.sections[0].footer.paragraphs[0]
    footer.text = "Page "
    simple_field(footer, " PAGE ", shown="1")
    footer.add_run(" of ")
    simple_field(footer, " NUMPAGES ", shown="1")
    document.add_paragraph("{{ contact_name }}")
    document.add_paragraph("{{ personal_text }}")
    return compile_template(saved(document))


def letters_to(*names, long=()):
    """Letters of one page, those in `long` of three."""
    return [
        record(
            contact_name=name,
            personal_text="line\n" * 100 if name in long else "short",
        )
        for name in names
    ]


def converting(template, letters, *, office=None, **options):
    singly = template.converts_singly

    def make(these, out):
        if singly:
            out.write(template.render_letter(*these))
        else:
            template.merge_document(these, out, marked=True)

    return convert_letters(
        letters,
        make=make,
        office=office or find_office(),
        processes=options.pop("processes", 2),
        singly=singly,
        expected=len(letters),
        **options,
    )


def said(results):
    """Each letter's name with its number of pages, or with what happened to it."""
    found = []
    for result in results:
        if isinstance(result, Unmade):
            found.append((result.letter["contact_name"], result.reason))
            continue
        parts = list(split(result.path, result.starts))
        for letter, part in zip(result.letters, parts, strict=True):
            assert f"To {letter['contact_name']}\n" in text(part)
            with pikepdf.open(io.BytesIO(part)) as pdf:
                found.append((letter["contact_name"], len(pdf.pages)))
    return found


def test_each_letter_is_found_in_the_pages_of_many(template):
    names = [f"Åse {number} Ωμέγα Жук" for number in range(230)]
    long = {names[0], names[99], names[100], names[229]}
    results = converting(template, letters_to(*names, long=long))
    assert said(results) == [(name, 3 if name in long else 1) for name in names]


def test_a_letter_that_kills_it_is_named_and_the_others_are_there(template, tmp_path):
    names = [f"Person {number}" for number in range(12)]
    names[7] = "Poison"
    office = fragile_office(tmp_path, dies="Poison")
    results = converting(template, letters_to(*names), office=office)
    expected = [(name, 1) for name in names]
    expected[7] = ("Poison", "LibreOffice ended with code -6")
    assert said(results) == expected


def test_a_letter_that_hangs_is_ended_with_all_it_started(template, tmp_path):
    office = fragile_office(tmp_path, hangs="Endless")
    letters = letters_to("Ann", "Endless", "Bea")
    results = converting(template, letters, office=office, limits=QUICK)
    assert said(results) == [
        ("Ann", 1),
        ("Endless", "LibreOffice took longer than 12 seconds"),
        ("Bea", 1),
    ]
    for pid in map(int, (tmp_path / "children").read_text().split()):
        assert is_gone(pid)


def test_why_a_letter_was_not_made_is_said_in_the_language_of_who_reads_it(
    template, tmp_path, monkeypatch
):
    office = fragile_office(tmp_path, dies="Poison")
    (unmade,) = converting(template, letters_to("Poison"), office=office)
    monkeypatch.setattr(translation._trans, "gettext", "«{}»".format)
    assert str(unmade.reason) == "«LibreOffice ended with code -6»"


def test_letters_that_say_how_many_pages_they_have_are_converted_one_by_one(counting):
    letters = letters_to("Ann", "Bea", "Cy", long={"Bea"})
    assert counting.converts_singly
    results = list(map(pages_of, converting(counting, letters)))
    assert results == [
        ["Page 1 of 1"],
        ["Page 1 of 3", "Page 2 of 3", "Page 3 of 3"],
        ["Page 1 of 1"],
    ]


def pages_of(result):
    shown = text(result.path.read_bytes())
    return [line.strip() for line in shown.splitlines() if "Page" in line]


def test_who_asks_to_stop_does_not_wait_for_the_letter(template, tmp_path):
    office = fragile_office(tmp_path, hangs="Endless")
    started = time.monotonic()

    def tick():
        if (tmp_path / "children").exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(converting(template, letters_to("Endless"), office=office, tick=tick))
    assert time.monotonic() - started < 30
    (pid,) = map(int, (tmp_path / "children").read_text().split())
    assert is_gone(pid)


def is_gone(pid):
    """Whether a process ends, the time that its death takes to be told allowed."""
    deadline = time.monotonic() + 10
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < deadline:
        time.sleep(0.05)
    return not os.path.exists(f"/proc/{pid}")


def test_an_office_that_converts_nothing_is_told_from_a_bad_letter(template, tmp_path):
    program = tmp_path / "office"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    letters = letters_to("Ann")
    with pytest.raises(OfficeBroken, match="ended with code 3"):
        list(converting(template, letters, office=find_office(str(program))))


def test_the_parts_make_one_document_that_tells_no_path(template, tmp_path):
    out = io.BytesIO()
    parts = tmp_path / "parts"
    parts.mkdir()
    for number, result in enumerate(converting(template, letters_to("Ann", "Bea"))):
        assert isinstance(result, Converted)
        (parts / f"{number}.pdf").write_bytes(result.path.read_bytes())
    assert join(sorted(parts.iterdir()), out) == 2
    said_in_it = text(out.getvalue())
    assert said_in_it.index("To Ann") < said_in_it.index("To Bea")
    with pikepdf.open(out) as pdf:
        assert not pdf.docinfo
        assert b"/tmp" not in b"".join(
            each.read_bytes()
            for each in pdf.objects
            if isinstance(each, pikepdf.Stream)
        )


def test_there_may_be_no_office():
    assert find_office("no-such-office") is None
