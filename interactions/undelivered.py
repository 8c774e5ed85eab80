"""Why a letter by e-mail did not go: stored in English, told in the reader's language.

Who sends is a process of its own and knows no reader. What a mail server or a program
said in the middle of a sentence stays as it was said. Values only.
"""

import re
from functools import cache

from django.utils.translation import gettext, gettext_noop

NO_LETTER = gettext_noop("There is no letter to send.")
NOT_MADE = gettext_noop("The letter cannot be made: %s")
NOT_LIKE_THIS = gettext_noop("The letter cannot be sent like this: %s")
UNWELCOME = gettext_noop("The contact must not receive anything through this channel.")
REFUSED = gettext_noop("The mail server refused the letter: %(code)s %(answer)s")
BROKE_BEFORE = gettext_noop(
    "The line to the mail server broke before the letter was sent: %s"
)
BROKE_UNANSWERED = gettext_noop(
    "The line to the mail server broke before it answered: %s"
)
NEITHER = gettext_noop("The mail server said neither yes nor no.")
STOPPED = gettext_noop(
    "The sender stopped before it knew whether the letter was taken."
)
CAME_BACK = gettext_noop("Came back: %s")
EARLIER_CAME_BACK = gettext_noop("Not sent: an earlier sending came back: %s")

SENTENCES = (
    *(NO_LETTER, NOT_MADE, NOT_LIKE_THIS, UNWELCOME, REFUSED, BROKE_BEFORE),
    *(BROKE_UNANSWERED, NEITHER, STOPPED, CAME_BACK, EARLIER_CAME_BACK),
)
FILLED_IN = re.compile(r"%(?:\((?P<name>\w+)\))?s")


def told(error: str) -> str:
    """The stored words as their reader reads them; those that are not ours stay."""
    for sentence, pattern in _patterns():
        if found := pattern.fullmatch(error):
            return gettext(sentence) % (found.groupdict() or found.groups())
    return error


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each sentence with a pattern of it filled in."""
    return tuple((sentence, _pattern(sentence)) for sentence in SENTENCES)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts, end = [], 0
    for place in FILLED_IN.finditer(sentence):
        name = place["name"]
        parts += [
            re.escape(sentence[end : place.start()]),
            f"(?P<{name}>.*?)" if name else "(.*?)",
        ]
        end = place.end()
    return re.compile("".join([*parts, re.escape(sentence[end:])]), re.DOTALL)
