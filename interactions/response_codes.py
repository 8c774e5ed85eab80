"""The short code of a letter, by which an answer or returned mail is entered.

It is worked out from the run and the number of the letter in it, so that nothing is
stored and letters that were frozen long ago have theirs. Written in Crockford's 32
characters, without I, L, O and U: how many characters the number has, the number, the
run, and a character to check by. One character that is wrong, and two that changed
places, are always noticed.
"""

from django.utils.translation import gettext as _

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUES = {character: value for value, character in enumerate(ALPHABET)}
# What is typed or read for another character.
MEANT = str.maketrans("ILO", "110")
# What stands in letters that are only looked at.
SAMPLE = "SAMPLE"
# Longer ones are no numbers that the database has.
LONGEST_NUMBER = 6
LONGEST_RUN = 12
BITS = 5
# x**5 + x**2 + 1: with it the 32 characters are a field, in which 2 is a generator.
FIELD = 0b100101


class BadCode(Exception):
    """What was entered is not the code of a letter; the message says why."""


def encode(run: int, sequence: int) -> str:
    """Return the code of a letter: `run` is the key of its run, both from 1 on."""
    number = _digits(sequence)
    body = ALPHABET[len(number)] + number + _digits(run)
    return body + _check(body)


def decode(text: str) -> tuple[int, int]:
    """Return the key of the run and the number of the letter. Raises BadCode.

    Capitals, blanks and hyphens do not matter; I and L are 1, O is 0.
    """
    code = "".join(text.replace("-", "").split()).upper().translate(MEANT)
    if code == SAMPLE.translate(MEANT):
        raise BadCode(_("This is the sample of a preview, not the code of a letter."))
    strange = sorted(set(code) - set(VALUES))
    if strange:
        said = _("“%(code)s” is not the code of a letter: no code has a “%(strange)s”.")
        raise BadCode(said % {"code": text.strip(), "strange": strange[0]})
    body = code[:-1]
    length = VALUES[body[0]] if body else 0
    number, run = body[1 : length + 1], body[length + 1 :]
    if not (number and run) or number[0] == "0" or run[0] == "0":
        said = _("“%s” is not the code of a letter: it is too short or incomplete.")
        raise BadCode(said % text.strip())
    if len(number) > LONGEST_NUMBER or len(run) > LONGEST_RUN:
        raise BadCode(_("“%s” is too long for the code of a letter.") % text.strip())
    if code[-1] != _check(body):
        said = _("“%s” is mistyped: the last character does not fit the others.")
        raise BadCode(said % text.strip())
    return _number(run), _number(number)


def _digits(number: int) -> str:
    if number < 1:
        raise ValueError(f"{number} is not counted from 1 on")
    digits = ""
    while number:
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def _number(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * len(ALPHABET) + VALUES[digit]
    return number


def _check(body: str) -> str:
    """The character that makes the weighted sum nought; weights are powers of 2."""
    total = 0
    for character in body:
        total = (total ^ VALUES[character]) << 1
        if total >> BITS:
            total ^= FIELD
    return ALPHABET[total]
