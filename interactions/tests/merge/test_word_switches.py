"""Switches of merge fields: capitals, dates, numbers, texts around a value."""

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.merge import compile_template
from interactions.merge.wordfields.instruction import Instruction, Piece

from .word import complex_field, merged, opened, problems_of, record, saved, with_field

NAME = " MERGEFIELD contact_name "


@pytest.mark.parametrize(
    ("switches", "value", "said"),
    [
        ("\\* Upper", "åse vik", "ÅSE VIK"),
        ("\\*Upper", "åse vik", "ÅSE VIK"),
        ("\\* UPPER \\* MERGEFORMAT", "åse vik", "ÅSE VIK"),
        ("\\* Lower", "ÅSE Vik", "åse vik"),
        ("\\* FirstCap", "åse vik", "Åse vik"),
        ("\\* Caps", "åse vik", "Åse Vik"),
        ("\\* Caps", "åse VIK o'hara", "Åse VIK O'hara"),
        ("\\* Lower \\* Caps", "ÅSE VIK", "Åse Vik"),
        ("\\* MERGEFORMAT", "Åse Vik", "Åse Vik"),
        ("\\* CHARFORMAT", "Åse Vik", "Åse Vik"),
        ('\\b "Att: "', "Åse Vik", "Att: Åse Vik"),
        ('\\b "Att: "', "", ""),
        ('\\f ", "', "Åse Vik", "Åse Vik, "),
        ('\\f ", "', "", ""),
        ('\\b "(" \\f ")" \\* Upper', "Åse", "(ÅSE)"),
        ("\\b «", "Åse", "«Åse"),
        ("\\m", "Åse", "Åse"),
        ("\\v", "Åse", "Åse"),
        ('\\b "\\"" \\f "\\\\"', "Åse", '"Åse\\'),
        ("\\b “Att: ”", "Åse", "Att: Åse"),
        ("\\b „Att: “", "Åse", "Att: Åse"),
        ('\\b "Att “A”: "', "Åse", "Att “A”: Åse"),
    ],
)
def test_a_switch_changes_the_value(switches, value, said):
    assert merged(f"{NAME}{switches} ", contact_name=value) == said


@pytest.mark.parametrize(
    ("picture", "language", "said"),
    [
        ('"d MMMM yyyy"', "en-GB", "7 March 2026"),
        ('"d. MMMM yyyy"', "nb-NO", "7. mars 2026"),
        ('"d. MMMM yyyy"', "fi-FI", "7. maaliskuuta 2026"),
        ('"MMMM yyyy"', "fi-FI", "maaliskuu 2026"),
        ('"dddd d. MMMM"', "da", "lørdag 7. marts"),
        ('"ddd d MMM yy"', "nl", "za 7 mrt 26"),
        ("dd.MM.yyyy", "nb", "07.03.2026"),
        ('"d/M/yy"', "", "7/3/26"),
        ("\"'den' d. MMMM\"", "nb", "den 7. mars"),
        ('"dddd, DD MMMM YYYY"', "en-US", "Saturday, 07 March 2026"),
        ('"HH:mm h am/pm"', "en", "00:00 12 AM"),
    ],
)
def test_a_date_is_written_as_the_picture_asks_in_the_language(picture, language, said):
    values = {"document_date": "long ago", "_date": "2026-03-07"}
    values["_language"] = language
    field = f" MERGEFIELD document_date \\@ {picture} "
    assert merged(field, **values) == said


def test_a_date_in_a_text_is_written_as_asked_and_what_is_none_stays():
    field = ' MERGEFIELD personal_text \\@ "d MMMM yyyy" '
    assert merged(field, personal_text="2026-12-24") == "24 December 2026"
    assert merged(field, personal_text="before Christmas") == "before Christmas"
    assert merged(field, personal_text="") == ""


@pytest.mark.parametrize(
    ("picture", "value", "said"),
    [
        ("0", "12.5", "13"),
        ("0", "13.5", "14"),
        ("0.00", "1.005", "1.01"),
        ("0.00", "7", "7.00"),
        ("#,##0.00", "1234567.891", "1,234,567.89"),
        ("\"#,##0.00 'NOK'\"", "1234.5", "1,234.50 NOK"),
        ("$#,##0", "1,234", "$1,234"),
        ("000", "7", "007"),
        ("0.##", "1.50", "1.5"),
        ("0.##", "2", "2"),
        ('"0 %"', "25", "25 %"),
        ("0.0", "-2.25", "-2.3"),
        ("+0", "5", "+5"),
        ("+0", "-5", "-5"),
        ("-0", "5", "5"),
        ("0;(0)", "-5", "(5)"),
        ("0;(0);-", "0", "-"),
        ("0.0;(0.0);'none'", "0.04", "none"),
        ("0;(0);-", "5", "5"),
        ("0", "-0.2", "0"),
        ("0", "twelve", "twelve"),
        ("0", "", ""),
        ("0", "9" * 60, "9" * 60),
    ],
)
def test_a_number_is_written_as_the_picture_asks(picture, value, said):
    field = f" MERGEFIELD personal_text \\# {picture} "
    assert merged(field, personal_text=value) == said


@pytest.mark.parametrize(
    ("picture", "value", "said"),
    [
        ('"# ##0,00"', "1234567,891", "1 234 567,89"),
        ('"#.##0,00 kr"', "1.234,5", "1.234,50 kr"),
        ("0,0", "2,25", "2,3"),
        ("0,00", "12.5", "12,50"),
    ],
)
def test_the_decimal_sign_is_that_of_the_document(picture, value, said):
    field = f" MERGEFIELD personal_text \\# {picture} "
    assert merged(field, decimal=",", personal_text=value) == said


@pytest.mark.parametrize(
    ("switch", "named"),
    [
        ("\\* CardText", "\\* CardText"),
        ("\\* DollarText", "\\* DollarText"),
        ("\\* roman", "\\* roman"),
        ("\\# x##", "\\# x##"),
        ("\\z", "\\z"),
        ("\\*", "\\*"),
    ],
)
def test_a_switch_that_cannot_be_followed_is_refused(switch, named):
    field = f"MERGEFIELD contact_name {switch}"
    assert problems_of(with_field(f" {field} ")) == [
        f"Document, near “To: «x»”: The field {{ {field} }} cannot be merged: the "
        f"switch {named} is not supported. Use the field without this switch."
    ]


def test_a_missing_quotation_mark_is_refused():
    field = 'MERGEFIELD contact_name \\b "Att: '
    assert problems_of(with_field(f" {field} ")) == [
        f"Document, near “To: «x»”: The field {{ {field.strip()} }} cannot be merged: "
        "a quotation mark is missing. Delete the field and insert it again."
    ]


def test_charformat_takes_the_format_of_the_first_letter_and_mergeformat_the_results():
    document = docx.Document()
    for switch in ("CHARFORMAT", "MERGEFORMAT"):
        paragraph = document.add_paragraph()
        complex_field(paragraph, f"MERGEFIELD contact_name \\* {switch}").bold = True
        paragraph.runs[1].italic = True
    letter = compile_template(saved(document)).render_letter(record(contact_name="Å"))
    formats = [
        (run.text, run.bold, run.italic)
        for paragraph in opened(letter).paragraphs
        for run in paragraph.runs
    ]
    assert formats == [("Å", None, True), ("Å", True, None)]


def pieces(text):
    run = docx.Document().add_paragraph().add_run()._r
    return [Piece(letter, run) for letter in text]


@given(st.lists(st.text(), max_size=5))
def test_what_was_quoted_is_read_again(texts):
    escaped = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    written = " ".join(f'"{text}"' for text in escaped)
    reader = Instruction(pieces(f"MERGEFIELD {written}"))
    assert (reader.kind, [token.text for token in reader.rest()]) == (
        "MERGEFIELD",
        texts,
    )
