"""What preflight finds: kinds of problems, and the conditions that tell them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.constants import LOOKUP_SEP
from django.utils.functional import Promise

PROBLEM = "problem"
WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """A kind of problem: how grave, on how many lines, and how to mend it."""

    kind: str
    severity: str
    lines: int
    message: str | Promise
    fix: str | Promise

    @property
    def refuses(self) -> bool:
        """Whether the segment cannot be logged as it is."""
        return self.severity == PROBLEM


@dataclass(frozen=True)
class Shared:
    """What several lines may have the same of, as an address; NULL is nobody's.

    Of letters through the channel. `in_effect` tells it of lines with their effective
    values. `usual` tells the same of nearly all lines, from their correspondence type
    alone: of those that nobody stands for, and that go where their contact is.
    """

    channel: Q
    in_effect: Any
    usual: Any


@dataclass(frozen=True)
class Check:
    """A condition on a line with its effective values, and what to say of it.

    Where taking off some of the contacts is enough, `leaving` are the lines that go.
    Lines that have the problem because they share something with another are counted
    by what is `shared`; those for which more of a contact is looked up than the
    others ask by a question of its own, `count`.
    """

    kind: str
    severity: str
    condition: Q
    message: str | Promise
    fix: str | Promise
    leaving: Q | None = None
    shared: Shared | None = None
    count: Callable[[], int] | None = None


def names_in(conditions: Iterable[Q]) -> set[str]:
    """The columns and relations of a line that conditions begin to name."""
    return {
        name.partition(LOOKUP_SEP)[0] for each in conditions for name in _named(each)
    }


def _named(condition: Q) -> Iterator[str]:
    for part in condition.children:
        if isinstance(part, Q):
            yield from _named(part)
        elif isinstance(part, tuple):
            name, value = part
            yield name
            if isinstance(value, F):
                yield value.name  # type: ignore[attr-defined]
