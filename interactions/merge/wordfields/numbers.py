r"""Numbers: what a text is worth, and pictures such as `\# "# ##0,00;(0,00);-"`."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MAX_DIGITS = 40
GAPS = " \u00a0\u202f'"
OTHER = {",": ".", ".": ","}
PLACES = "0#"


def number_of(text: str, decimal: str) -> Decimal | None:
    """Return the number that a whole text is, or None.

    `decimal` is the decimal sign of the document; the other of comma and point
    groups thousands, or is the decimal sign where it cannot group.
    """
    text = text.strip()
    if not text or len(text) > MAX_DIGITS:
        return None
    for sign in (decimal, OTHER[decimal]):
        number = (
            rf"([+-]?)(\d+|\d{{1,3}}(?:[{OTHER[sign]}{GAPS}]\d{{3}})+)"
            rf"(?:[{sign}](\d+))?"
        )
        match = re.fullmatch(number, text, re.ASCII)
        if match:
            whole = re.sub(r"\D", "", match[2])
            return Decimal(f"{match[1]}{whole}.{match[3] or 0}")
    return None


@dataclass(frozen=True)
class Picture:
    """A section of a picture: what stands before and after the digits, and these."""

    before: str
    digits: str
    after: str
    decimal: str

    def write(self, number: Decimal) -> str:
        """Return the number with its digits; without places for any, only the text."""
        if not self.digits:
            return self.before + self.after
        whole_places, _sign, part_places = self.digits.partition(self.decimal)
        places = sum(part_places.count(place) for place in PLACES)
        rounded = abs(number).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        whole, _point, part = f"{rounded:f}".partition(".")
        whole = whole.lstrip("0").rjust(whole_places.count("0"), "0")
        part = _without_zeros(part, part_places)
        text = self._grouped(whole, whole_places)
        return self.before + text + (self.decimal + part if part else "") + self.after

    def _grouped(self, whole: str, places: str) -> str:
        sign = re.search(f"[{OTHER[self.decimal]}{GAPS}]", places)
        if not sign:
            return whole
        start = len(whole) % 3 or 3
        groups = [whole[:start]]
        groups += [whole[at : at + 3] for at in range(start, len(whole), 3)]
        return sign[0].join(filter(None, groups))


def format_number(number: Decimal, picture: str, decimal: str) -> str:
    """Return the number as the picture asks, halves rounded up.

    Where Word puts spaces for the places of `#` that stay empty, nothing is put.
    """
    sections = _sections(picture)
    if number < 0 and len(sections) > 1:
        return _picture(sections[1], decimal).write(number)
    sign = "-" if number < 0 else "+"
    shown = _picture(_signed(sections[0], sign), decimal).write(number)
    if re.search("[1-9]", shown):
        return shown
    if len(sections) > 2:  # noqa: PLR2004
        return _picture(sections[2], decimal).write(number)
    return _picture(_signed(sections[0], "+"), decimal).write(number)


def is_readable(picture: str) -> bool:
    """Whether the picture neither drops digits (x) nor takes a number of Word's own."""
    outside = re.sub(r"'[^']*'", "", picture).lower()
    return "x" not in outside and "`" not in outside


def _without_zeros(part: str, places: str) -> str:
    """Take zeros away at the end, where the picture has # and no 0 any more."""
    needed = places.rfind("0") + 1
    kept = part.rstrip("0")
    return part[:needed] if len(kept) < needed else kept


def _sections(picture: str) -> list[str]:
    return re.split(r";(?=(?:[^']*'[^']*')*[^']*$)", picture)[:3]


def _signed(section: str, sign: str) -> str:
    """Put the sign where + or - asks for it, else a minus in front."""
    asked = re.search(r"[+-](?=[^']*(?:'[^']*'[^']*)*$)", section)
    if not asked:
        return f"'-'{section}" if sign == "-" else section
    shown = sign if sign == "-" or asked[0] == "+" else ""
    return section[: asked.start()] + f"'{shown}'" + section[asked.end() :]


def _picture(section: str, decimal: str) -> Picture:
    places = re.compile(rf"[0#](?:[0#.,{GAPS}]*[0#])?")
    pieces = re.split(r"'([^']*)'", section)
    for at in range(0, len(pieces), 2):
        found = places.search(pieces[at])
        if found:
            before = "".join(pieces[:at]) + pieces[at][: found.start()]
            after = pieces[at][found.end() :] + "".join(pieces[at + 1 :])
            return Picture(before, found[0], after, decimal)
    return Picture("".join(pieces), "", "", decimal)
