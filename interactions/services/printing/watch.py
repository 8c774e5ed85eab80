"""How far the printing is, and which letters it could not make."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .letters import Letter

# Called with the number of letters so far; what it raises stops the printing.
OnLetter = Callable[[int], None]
Tick = Callable[[], None]


@dataclass(frozen=True)
class Failure:
    """A letter that could not be made: its number, that of its contact, and why.

    No name: what a job tells is kept longer than a person may want.
    """

    sequence: int
    contact: str
    reason: str

    def __str__(self) -> str:
        return f"{self.sequence} ({self.contact}): {self.reason}"


class Watch:
    """Told by a writer what it does; tells who waits for it.

    `tick` is called now and then while nothing else can be told; `expected` is how
    many letters come next.
    """

    def __init__(
        self, progress: OnLetter | None = None, tick: Tick | None = None
    ) -> None:
        self.count = 0
        self.failures: list[Failure] = []
        self.tick = tick
        self.expected: int | None = None
        self._progress = progress

    @property
    def dealt_with(self) -> int:
        """Letters that were made, and that could not be."""
        return self.count + len(self.failures)

    def passing(self, letters: Iterable[Letter]) -> Iterator[Letter]:
        """Pass letters on, each made when the next is asked for."""
        for letter in letters:
            yield letter
            self.made()

    def made(self) -> None:
        """A letter is made."""
        self.count += 1
        if self._progress:
            self._progress(self.dealt_with)

    def failed(self, letter: Letter, reason: str) -> None:
        """A letter cannot be made."""
        contact = letter.record["contact_no"]
        self.failures.append(Failure(letter.sequence, contact, reason))
        if self._progress:
            self._progress(self.dealt_with)
