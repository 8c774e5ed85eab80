"""Footnotes and endnotes of letters."""

import pytest

from interactions.merge import TemplateError, compile_template

from .merging import PEOPLE, merged, part, said, single, values
from .ooxml import w
from .word import changed
from .wordlike import (
    control,
    note,
    one_section,
    paragraph,
    text,
    wordlike,
)


def test_notes_are_those_of_the_letter_and_count_from_1_in_each():
    data = merged(wordlike())
    root = part(data)
    for kind, texts in (
        ("footnote", [" For Åse Vik", " Terms of our house"]),
        ("endnote", [" For Åse Vik"]),
    ):
        notes = {
            each.get(w("id")): said(each)
            for each in part(data, f"word/{kind}s.xml").iterchildren()
            if each.get(w("type")) is None
        }
        used = values(root, f"{kind}Reference", "id")
        names = ("Åse Vik", "Bo & co", "Cy <x>")
        assert [notes.pop(each) for each in used] == [
            said.replace("Åse Vik", name) for name in names for said in texts
        ]
        assert notes == {}
        restarts = [
            values(section, "numRestart") for section in root.iter(w(f"{kind}Pr"))
        ]
        assert restarts == [["eachSect"]] * 3
    settings = part(data, "word/settings.xml").find(w("endnotePr"))
    assert values(settings, "pos") == ["sectEnd"]
    # What the document says of endnotes a section has to repeat.
    assert values(root, "numFmt") == ["lowerRoman"] * 3
    held_back = [
        each.find(w("noEndnote")) is not None for each in root.iter(w("sectPr"))
    ]
    assert held_back == [True, False] * 3


def test_notes_that_a_condition_leaves_out_are_in_no_letter():
    data = one_section(
        paragraph(text("{%p if contact_city == 'Umeå' %}")),
        paragraph(note("footnote", 1)),
        paragraph(text("{%p endif %}")),
        paragraph(note("footnote", 2), note("endnote", 1)),
    )

    def notes(result):
        root = part(result, "word/footnotes.xml")
        return [said(each) for each in root if each.get(w("type")) is None]

    first, second = " For Bo & co", " Terms of our house"
    assert notes(single(data, PEOPLE[0])) == [second]
    assert notes(single(data, PEOPLE[1])) == [first, second]
    assert notes(merged(data)) == [second, first, second, second]


def test_a_note_that_is_chosen_may_itself_go_through_a_list():
    data = one_section(
        paragraph(text("{%p if contact_city == 'Umeå' %}")),
        paragraph(note("footnote", 1)),
        paragraph(text("{%p endif %}")),
        paragraph(note("footnote", 2)),
    )
    data = changed(
        data,
        "word/footnotes.xml",
        b" Terms of our house</w:t></w:r>",
        b" Terms for{% for person in people %}</w:t></w:r>"
        + control(7, text("{{ person.name }}")).encode()
        + text("{% endfor %}").encode(),
    )
    people = {"people": [{"name": " Siv"}, {"name": " Jon"}]}
    root = part(single(data, {**PEOPLE[0], **people}), "word/footnotes.xml")
    (own,) = [each for each in root if each.get(w("type")) is None]
    assert said(own) == " Terms for Siv Jon"
    assert [values(each, "id") for each in own.iter(w("sdtPr"))] == [["8"], ["9"]]


def test_a_note_in_a_loop_is_refused_with_its_place():
    data = one_section(
        paragraph(text("{%p for person in people %}")),
        paragraph(text("Dear all"), note("footnote", 1)),
        paragraph(text("{%p endfor %}")),
    )
    with pytest.raises(TemplateError) as raised:
        compile_template(data)
    (problem,) = raised.value.problems
    assert (problem.kind, problem.place) == (
        "unsupported_note",
        "Document, near “Dear all”",
    )
