"""Why an e-mail did not go is told in the language of its reader."""

import pytest
from django.utils.translation import override

from interactions import undelivered
from interactions.undelivered import SENTENCES, told

ANSWER = "Brukeren finnes ikke: 100 % sikker\nUser unknown"


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (undelivered.UNWELCOME, "Kontakten skal ikke motta noe gjennom denne kanalen."),
        (
            undelivered.REFUSED % {"code": 550, "answer": ANSWER},
            f"E-postserveren avviste brevet: 550 {ANSWER}",
        ),
        (undelivered.CAME_BACK % ANSWER, f"Kom i retur: {ANSWER}"),
        (undelivered.NOT_MADE % "", "Brevet kan ikke lages: "),
        ("E-postserveren sa verken ja eller nei.",) * 2,
        ("Kom i retur: 550",) * 2,
        ("The line is closed. So it is.",) * 2,
        ("",) * 2,
    ],
)
def test_our_sentences_are_translated_and_what_others_said_stays(stored, read):
    with override("nb"):
        assert told(stored) == read
    with override("en"):
        assert told(stored) == stored


def test_no_answer_however_long_or_like_ours_is_taken_apart():
    answer = "Came back: " * 10_000 + "100 %(code)s"
    with override("nb"):
        assert told(undelivered.CAME_BACK % answer) == f"Kom i retur: {answer}"


@pytest.mark.parametrize("language", ["nb", "da", "fi", "nl"])
def test_every_sentence_is_translated(language):
    with override(language):
        assert [each for each in SENTENCES if told(each) == each] == []
