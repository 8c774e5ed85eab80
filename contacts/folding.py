"""Letters without their case and their marks, as both databases fold them."""

import unicodedata
from collections.abc import Iterator


def _without_marks() -> Iterator[tuple[str, str]]:
    """Yield the capitals of Latin alphabets, each with the letter below its marks."""
    yield from {"Æ": "A", "Ø": "O", "Đ": "D", "Ð": "D", "Ł": "L", "Ħ": "H"}.items()
    for code in range(0xC0, 0x250):
        letter = unicodedata.normalize("NFD", chr(code))[0]
        if "A" <= letter <= "Z":
            yield chr(code), letter


# One letter for one, then letters for several; both databases do it in this order.
WITHOUT_MARKS = dict(_without_marks())
SPELT_OUT = {"ß": "SS", "ẞ": "SS", "Œ": "OE", "Þ": "TH"}
# Æ is typed as AE and as A, so both are one.
AE = ("AE", "A")

_MARKS = str.maketrans(WITHOUT_MARKS | SPELT_OUT)


def capitals(text: str) -> str:
    """Each letter's capital, if that is one letter: ß stays, as on PostgreSQL."""
    folded = text.upper()
    if len(folded) == len(text):
        return folded
    both = ((letter, letter.upper()) for letter in text)
    return "".join(capital if len(capital) == 1 else letter for letter, capital in both)


def plainly(capitals: str) -> str:
    """Return capitals as somebody types them who has no such keys: ØRSTÆD is ORSTAD.

    Words stay as many as they are. `plainly_on_postgresql` says the same.
    """
    plain = capitals if capitals.isascii() else capitals.translate(_MARKS)
    return plain.replace(*AE)


def plainly_on_postgresql(capitals: str) -> str:
    """Return the expression of what `plainly` makes of the expression `capitals`."""
    marked, unmarked = "".join(WITHOUT_MARKS), "".join(WITHOUT_MARKS.values())
    plain = f"translate({capitals}, '{marked}', '{unmarked}')"
    for letter, several in SPELT_OUT.items():
        plain = f"replace({plain}, '{letter}', '{several}')"
    # Most texts have no such letter, and to look is cheaper than to translate.
    is_ascii = f"octet_length({capitals}) = length({capitals})"
    plain = f"CASE WHEN {is_ascii} THEN {capitals} ELSE {plain} END"
    return f"replace({plain}, '{AE[0]}', '{AE[1]}')"
