"""What preflight finds: kinds of problems, and the conditions that tell them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
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
class Check:
    """A condition on a line with its effective values, and what to say of it.

    Where taking off some of the contacts is enough, `leaving` are the lines that go.
    A condition that compares lines, or looks at more of a contact than the others, is
    not counted with them but by a question of its own, `count`.
    """

    kind: str
    severity: str
    condition: Q
    message: str | Promise
    fix: str | Promise
    leaving: Q | None = None
    count: Callable[[], int] | None = None
