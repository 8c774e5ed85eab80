r"""Dates as a picture asks for them: `\@ "d. MMMM yyyy"`."""

import datetime
import re

from babel import Locale, UnknownLocaleError

# A text in quotes, AM/PM, or a part of the date; any other letter stays.
PICTURE = re.compile(
    r"'(?P<text>[^']*)'|(?P<noon>[aA][mM]/[pP][mM])"
    r"|(?P<part>[dD]{1,4}|M{1,4}|[yY]{1,4}|[Hh]{1,2}|m{1,2}|s{1,2})"
)
DAY = re.compile(r"(?<![dD])[dD]{1,2}(?![dD])")


def format_date(date: datetime.datetime, picture: str, language: str) -> str:
    """Return the date as the picture asks, its names in the language (BCP 47)."""
    locale = locale_of(language)
    # Some languages say a month otherwise when the day stands with it.
    form = "format" if DAY.search(picture) else "stand-alone"
    names = {
        "MMMM": locale.months[form]["wide"][date.month],
        "MMM": locale.months[form]["abbreviated"][date.month],
        "dddd": locale.days[form]["wide"][date.weekday()],
        "ddd": locale.days[form]["abbreviated"][date.weekday()],
    }

    def said(match: re.Match[str]) -> str:
        if match["part"]:
            part = match["part"]
            part = part if part[0] in "MHhms" else part.lower()
            return names.get(part) or _digits(part, date)
        if match["noon"]:
            return "AM" if date.hour < 12 else "PM"  # noqa: PLR2004
        return match["text"]

    return PICTURE.sub(said, picture)


def _digits(part: str, date: datetime.datetime) -> str:
    number = {
        "d": date.day,
        "M": date.month,
        "y": date.year if len(part) > 2 else date.year % 100,  # noqa: PLR2004
        "H": date.hour,
        "h": date.hour % 12 or 12,
        "m": date.minute,
        "s": date.second,
    }[part[0]]
    return f"{number:02}" if len(part) > 1 or part == "y" else str(number)


def locale_of(tag: str) -> Locale:
    """Return the locale of a BCP 47 tag, else of its language, else English."""
    parts = tag.replace("_", "-").split("-")
    for length in range(len(parts), 0, -1):
        try:
            return Locale.parse("-".join(parts[:length]), sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en", "GB")
