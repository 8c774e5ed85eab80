r"""Switches of a field: `\* Upper \@ "d MMM" \b "before"`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .instruction import Token
from .numbers import is_readable
from .refusals import Refused
from .values import Around, Cased, Dated, Numeral, Value

CASES = ("UPPER", "LOWER", "FIRSTCAP", "CAPS")
# What a number is written in already.
PLAIN = ("ARABIC",)
KEEPING = ("MERGEFORMAT", "CHARFORMAT")
# \m says that the name is one of Word's own, which ours know anyway; \v is about
# letters from top to bottom, and the paragraph says that too.
IGNORED = ("\\m", "\\v")


@dataclass(frozen=True)
class Switches:
    """What the switches of a field ask for; `keeps` is where the format comes from."""

    cases: tuple[str, ...] = ()
    keeps: str = ""
    date: str = ""
    number: str = ""
    before: str = ""
    after: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether the value stands as it is."""
        return self == Switches(keeps=self.keeps)

    def apply(self, value: Value, decimal: str) -> Value:
        """Return the value as the switches ask for it."""
        if self.date:
            value = Dated(value, self.date)
        if self.number:
            value = Numeral(value, self.number, decimal)
        for case in self.cases:
            value = Cased(value, case)
        if self.before or self.after:
            value = Around(value, self.before, self.after)
        return value


def read_switches(tokens: Iterable[Token], *, allowed: str) -> Switches:
    """Return what the tokens ask for; `allowed` are the letters of switches.

    Raises Refused for another, and for what is no switch.
    """
    found = Switches()
    waiting = iter(tokens)
    for token in waiting:
        name = token.text.lower()
        if token.is_switch and name in IGNORED:
            continue
        if not token.is_switch or name[1:] not in allowed:
            raise Refused.switch(token.text)
        found = _with(found, name, argument(name, next(waiting, None)))
    return found


def argument(switch: str, token: Token | None) -> str:
    """Return the text that belongs to a switch. Raises Refused if it is none."""
    if token is None or token.is_switch or token.fields:
        raise Refused.switch(switch)
    return token.text


def _with(found: Switches, name: str, text: str) -> Switches:
    if name == "\\b":
        return replace(found, before=text)
    if name == "\\f":
        return replace(found, after=text)
    if name == "\\@":
        return replace(found, date=text)
    if name == "\\#":
        if not is_readable(text):
            raise Refused.switch(f"\\# {text}")
        return replace(found, number=text)
    word = text.upper()
    if word in CASES:
        return replace(found, cases=(*found.cases, word))
    if word in KEEPING:
        return replace(found, keeps=word)
    if word in PLAIN:
        return found
    raise Refused.switch(f"\\* {text}")
