"""Subjects: the fields of letters, in plain text and one line."""

import pytest

from interactions.merge import build_record, check_subject, sample_record
from interactions.merge.subjects import fill_subject

from .test_record import inputs


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("Merry Christmas", "Merry Christmas"),
        ("Hello {{ first_name }}", "Hello Åse"),
        ("{{ contact_first_name|upper }} & <b>", "ÅSE & <b>"),
        ("{% if contact_city == 'Nowhere' %}a{% else %}b{% endif %}", "b"),
        ("20 % off {sic}", "20 % off {sic}"),
    ],
)
def test_what_is_filled_in(subject, said):
    assert check_subject(subject) == []
    assert fill_subject(subject, sample_record()) == said


def test_several_lines_become_one():
    record = {**sample_record(), "contact_mail_address": "Åse Berg\nBakken 1"}
    assert fill_subject("{{ contact_mail_address }}", record) == "Åse Berg Bakken 1"


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("Hello {{ first_nam }}", "contact_first_name"),
        ("Hello {{ first_name", "The tags cannot be read"),
        ("{{ subject }}", "A subject cannot hold itself."),
        ("{% for a in answers %}{{ a.answer }}{% endfor %}", "A subject has no lists"),
        ("{{ ''.__class__ }}", "Subject:"),
        ("{% set a = 1 %}", "Subject:"),
    ],
)
def test_what_is_refused_and_left_as_it_is(subject, said):
    problems = check_subject(subject)
    assert problems
    assert any(said in str(problem) for problem in problems)
    assert fill_subject(subject, sample_record()) == subject


def test_a_letter_prints_its_subject_filled_in():
    given = inputs(line__subject="Hello {{ contact_name }}", contact__name="Bo Lie")
    assert build_record(given)["subject"] == "Hello Bo Lie"
