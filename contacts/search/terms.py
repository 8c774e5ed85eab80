"""What a contact is found by, and what somebody who types asks for.

A term is a word of the name or the city, the number, an e-mail address, or the digits
of a phone number, in capitals. A word with marks is a second term in plain letters, so
that Sørås is found by "soras". The database writes them as `terms_of` does; there is
one set of separators, of calling codes and of plain letters for both.
"""

import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from ..choices import TermKind
from ..folding import capitals, plainly

SEPARATORS = (
    " \t\n\r\v\f\N{NO-BREAK SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}"
    f"{string.punctuation}‐‑–—‘’‚“”„«»‹›…·•´"
)
# No calling code is the start of another one.
CALLING_CODE = (
    f"^({'|'.join(str(code) for code in sorted(COUNTRY_CODE_TO_REGION_CODE))})"
)
# The columns of a contact that have terms, in the order that `terms_of` takes them.
COLUMNS = (
    *("number", "name", "city", "email", "email_2"),
    *("phone", "phone_e164", "mobile", "mobile_e164"),
)

# More words than anybody types cost more than they tell.
MOST_WORDS = 8

_BLANKS = str.maketrans(SEPARATORS, " " * len(SEPARATORS))
_CALLING_CODE = re.compile(CALLING_CODE)
_NO_DIGITS = re.compile(r"[^0-9]")
_LIKE_A_PHONE = re.compile(r"[-+()./0-9]*[0-9][-+()./0-9]*")


def words_of(text: str) -> list[str]:
    """Return the words of a name in capitals: blanks and punctuation part them."""
    return capitals(text).translate(_BLANKS).split()


def terms_of(*values: str) -> list[tuple[int, str]]:
    """Return the kinds and terms of a contact with these values of COLUMNS, once each.

    Of a number also its digits are a term, so that 45 finds C-000045. The digits of a
    phone number are those of its E.164 form with and without the calling code, or as
    typed where it has none; leading zeros are left out.
    """
    number, name, city, email, email_2, phone, phone_e164, mobile, mobile_e164 = values
    terms = [
        (TermKind.NUMBER, capitals(number)),
        (TermKind.NUMBER, _digits(number)),
        *((TermKind.NAME, word) for word in words_of(name)),
        *((TermKind.CITY, word) for word in words_of(city)),
        (TermKind.EMAIL, capitals(email)),
        (TermKind.EMAIL, capitals(email_2)),
        *((TermKind.PLAIN_NAME, word) for word in _plain_words(name)),
        *((TermKind.PLAIN_CITY, word) for word in _plain_words(city)),
    ]
    for typed, e164 in ((phone, phone_e164), (mobile, mobile_e164)):
        digits = e164[1:] or _digits(typed)
        national = _CALLING_CODE.sub("", e164[1:]).lstrip("0")
        terms += [(TermKind.PHONE, digits), (TermKind.PHONE, national)]
    return [(int(kind), term) for kind, term in dict.fromkeys(terms) if term]


@dataclass(frozen=True)
class Word:
    """A word that was typed, or a phone number in groups.

    `whole` is how an e-mail starts, each of `parts` a word of the name or the city;
    `digits` is how a phone number or the digits of a number start, empty where it
    cannot be one, so that the number starts like `whole`.
    """

    whole: str
    parts: tuple[str, ...]
    digits: str = ""

    def starts(self, part: str) -> list[tuple[int, str]]:
        """Return of which kinds terms are, and how they start, to look for `part`.

        The better stand first, and what is spelt as it was typed before what is not:
        "møller" finds Møller, then Moller; "moller" finds them the other way round.
        """
        plain = plainly(part)
        # What is typed with marks may stand there without any.
        also = plain if not part.isascii() and plain != part else ""
        starts = [
            (TermKind.NUMBER, self.digits or self.whole),
            *((TermKind.NAME, part), (TermKind.NAME, also)),
            *((TermKind.PLAIN_NAME, plain), (TermKind.EMAIL, self.whole)),
            *((TermKind.PHONE, self.digits), (TermKind.CITY, part)),
            *((TermKind.CITY, also), (TermKind.PLAIN_CITY, plain)),
        ]
        return [(int(kind), prefix) for kind, prefix in starts if prefix]

    def prefixes(self, part: str) -> dict[str, list[int]]:
        """Return the kinds of `starts`, by what the terms start with."""
        wanted: dict[str, list[int]] = {}
        for kind, prefix in self.starts(part):
            wanted.setdefault(prefix, []).append(kind)
        return wanted


def typed_words(text: str) -> list[Word]:
    """Return what is looked for; groups of digits side by side are one number.

    The first eight words and parts of words count, each once.
    """
    groups: list[list[str]] = []
    for piece in text.split():
        is_number = _LIKE_A_PHONE.fullmatch(piece) is not None
        if is_number and groups and _LIKE_A_PHONE.fullmatch(groups[-1][-1]):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    words: dict[Word, None] = {}
    left = MOST_WORDS
    for group in groups:
        word = _word(group, left)
        if word.parts and word not in words:
            words[word] = None
            left -= len(word.parts)
    return list(words)


def _word(group: Sequence[str], most: int) -> Word:
    joined = "".join(group)
    is_number = _LIKE_A_PHONE.fullmatch(joined)
    return Word(
        whole=capitals(joined),
        parts=tuple(dict.fromkeys(words_of(" ".join(group))))[:most],
        digits=_digits(joined) if is_number else "",
    )


def _plain_words(text: str) -> Iterator[str]:
    """Yield the words that have other letters without their marks, in plain ones."""
    for word in words_of(text):
        plain = plainly(word)
        if plain != word:
            yield plain


def _digits(text: str) -> str:
    return _NO_DIGITS.sub("", text).lstrip("0")
