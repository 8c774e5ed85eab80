"""What can be wrong with a template, and with a letter."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a template: where, what, and what to do about it."""

    kind: str
    place: str
    message: str
    fix: str = ""

    def __str__(self) -> str:
        start = f"{self.place}: " if self.place else ""
        return " ".join(filter(None, (start + self.message, self.fix)))


class TemplateError(Exception):
    """The template cannot be used; `problems` has everything that was found.

    `warnings` is what else was noticed, for who mends the template.
    """

    def __init__(
        self, problems: Iterable[Problem], warnings: Iterable[Problem] = ()
    ) -> None:
        self.problems = tuple(problems)
        self.warnings = tuple(warnings)
        super().__init__("\n".join(map(str, self.problems)))


class RenderError(Exception):
    """A letter cannot be made from this template and record."""


class LetterSkipped(RenderError):
    """The template leaves this contact out; the text says by which field."""
