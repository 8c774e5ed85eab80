"""How sure it is that two contacts are one, from 0 to 100, and why.

Only what both have counts (contacts_interactions.md, defect 7). Little that is alike
is little proof, so a score is never made of less than `ENOUGH` weight. Another name
weighs twice: colleagues share a switchboard, an address and info@.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from .facts import Facts

ENOUGH = 70
# Names less alike than this are different names.
UNLIKE = 0.6
SAME = 0.999


class How(StrEnum):
    SAME = "same"
    SIMILAR = "similar"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Reason:
    """What of both was compared, and how alike it is."""

    what: str
    how: How


@dataclass(frozen=True)
class Match:
    """The outcome of a comparison."""

    score: int
    reasons: tuple[Reason, ...]


def compare(one: Facts, other: Facts) -> Match:
    """Weigh what both contacts have; a person and a company have nothing in common."""
    if one.is_company != other.is_company:
        return Match(0, ())
    gained = weighed = 0.0
    reasons = []
    for what, weight, likeness in _compared(one, other):
        gained += weight * likeness
        weighed += weight
        reasons.append(Reason(what, _how(likeness)))
    score = round(100 * gained / max(weighed, ENOUGH))
    return Match(score, tuple(reasons))


def _compared(one: Facts, other: Facts) -> Iterator[tuple[str, int, float]]:
    """Yield what both have, its weight and how alike it is, from 0 to 1."""
    named = _names(one, other)
    yield "name", 40 if named else 80, named
    if one.mail and other.mail:
        yield (
            "email",
            30 if one.mail & other.mail else 20,
            _shared(one.mail, other.mail),
        )
    if one.numbers and other.numbers:
        shared = _shared(one.numbers, other.numbers)
        yield "phone", 20 if shared else 10, shared
    if one.street and other.street:
        yield "address", 15, _texts(one.street, other.street)
    if one.zip and other.zip:
        yield "postcode", 5, float(one.zip == other.zip)
    elif one.place and other.place:
        yield "city", 5, float(one.place == other.place)
    if one.is_company:
        if one.domains and other.domains:
            yield "domain", 15, _shared(one.domains, other.domains)
    elif one.company and other.company:
        yield "company", 15, float(one.company == other.company)


def _names(one: Facts, other: Facts) -> float:
    if not one.is_company and _initials_fit(one, other):
        return 0.85
    return _texts(one.core, other.core)


def _initials_fit(one: Facts, other: Facts) -> bool:
    """Whether "I. Solberg" may be "Ingrid Solberg"."""
    first, second = one.core.split(), other.core.split()
    if len(first) != len(second) or first == second:
        return False
    apart = set(first) ^ set(second)
    if len(apart) != 2 or len(set(first) & set(second)) != len(first) - 1:
        return False
    short, long = sorted(apart, key=len)
    return len(short) == 1 and long.startswith(short)


def _texts(one: str, other: str) -> float:
    """How alike two texts are; 0 below what is another text."""
    if one == other:
        return 1.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() <= UNLIKE or matcher.quick_ratio() <= UNLIKE:
        return 0.0
    return max(0.0, (matcher.ratio() - UNLIKE) / (1 - UNLIKE))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return float(bool(one & other))


def _how(likeness: float) -> How:
    if likeness >= SAME:
        return How.SAME
    return How.SIMILAR if likeness else How.DIFFERENT
