"""What preflight finds: kinds of problems, and the conditions that tell them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise

from ...models.querysets import SegmentLineQuerySet

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

    `asks` are annotations that the condition names, where it looks into other tables,
    as a count cannot; no kind may be called like them. Where taking off some of the
    contacts is enough, `leaving` are the lines that go. `alone` are the lines as a
    question of its own, which is quicker to count than the condition among others.
    """

    kind: str
    severity: str
    condition: Q
    message: str | Promise
    fix: str | Promise
    asks: Mapping[str, Any] = field(default_factory=dict)
    leaving: Q | None = None
    alone: SegmentLineQuerySet | None = None
