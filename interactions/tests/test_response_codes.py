"""The code of a letter: short, read by people and machines, and never another's."""

import pytest

from interactions.response_codes import ALPHABET, SAMPLE, BadCode, decode, encode

LETTERS = [(1, 1), (1, 31), (1, 32), (500, 5_000), (31, 1), (40_000, 1_000_000)]


@pytest.mark.parametrize(("run", "sequence"), LETTERS)
def test_a_code_leads_back_to_its_letter(run, sequence):
    assert decode(encode(run, sequence)) == (run, sequence)


def test_codes_are_short_and_say_nothing_that_sounds_alike():
    assert encode(1, 1) == "111E"
    assert [len(encode(*letter)) for letter in LETTERS] == [4, 4, 5, 7, 4, 10]
    assert not set("ILOU") & set("".join(encode(*each) for each in LETTERS))


def test_no_two_letters_have_the_same_code():
    letters = [(run, number) for run in range(1, 70) for number in range(1, 70)]
    assert len({encode(*letter) for letter in letters}) == len(letters)


@pytest.mark.parametrize("typed", ["iil e", "11-1E", " 111e ", "lI1e", "1 1 1 E"])
def test_capitals_blanks_hyphens_and_letters_like_figures_do_not_matter(typed):
    assert decode(typed) == (1, 1)


def test_an_o_is_a_nought():
    code = encode(32, 1)
    assert "0" in code
    assert decode(code.replace("0", "o")) == (32, 1)


def _refused(code):
    try:
        decode(code)
    except BadCode:
        return True
    return False


@pytest.mark.parametrize(("run", "sequence"), LETTERS)
def test_every_single_wrong_character_is_noticed(run, sequence):
    code = encode(run, sequence)
    wrong = [
        code[:place] + other + code[place + 1 :]
        for place, right in enumerate(code)
        for other in ALPHABET
        if other != right
    ]
    assert [each for each in wrong if not _refused(each)] == []


@pytest.mark.parametrize(("run", "sequence"), LETTERS)
def test_two_neighbours_that_changed_places_are_noticed(run, sequence):
    code = encode(run, sequence)
    swapped = [
        code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        for place in range(len(code) - 1)
        if code[place] != code[place + 1]
    ]
    assert swapped
    assert [each for each in swapped if not _refused(each)] == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "too short or incomplete"),
        ("   -", "too short or incomplete"),
        ("1", "too short or incomplete"),
        ("11", "too short or incomplete"),
        ("Z11E", "too short or incomplete"),
        ("011E", "too short or incomplete"),
        ("101E", "too short or incomplete"),
        ("111F", "“111F” is mistyped: the last character does not fit the others."),
        ("11*E", "no code has a “\\*”"),
        ("11uE", "no code has a “U”"),
        ("ÅÅÅÅ", "no code has a “Å”"),
        ("7" + "1" * 9, "is too long"),
        ("1" * 20, "is too long"),
        ("sample", "the sample of a preview"),
        (SAMPLE, "the sample of a preview"),
    ],
)
def test_what_is_no_code_is_refused_with_the_reason(typed, said):
    with pytest.raises(BadCode, match=said):
        decode(typed)


@pytest.mark.parametrize(("run", "sequence"), [(0, 1), (1, 0), (-1, 5)])
def test_letters_are_counted_from_one(run, sequence):
    with pytest.raises(ValueError, match="from 1 on"):
        encode(run, sequence)
