"""Many letters to PDF: documents of some hundred, several per start, several at once.

LibreOffice takes long to start and grows slower than its documents grow longer. A
letter that breaks it is found by halving the document that it is in, and named; the
others are made without it.
"""

import queue
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar

from django.utils.translation import gettext_lazy as _

from .office import Office, Reason
from .pages import first_pages

T = TypeVar("T")

LETTERS_IN_DOCUMENT = 100
DOCUMENTS_IN_START = 10
# Documents of one letter each are small.
SINGLE_IN_START = 100
TICK = 0.5
NO_PDF = _("LibreOffice made no PDF")


class OfficeBroken(Exception):
    """LibreOffice does not even convert a page of plain text, and why."""


@dataclass(frozen=True)
class Limits:
    """Seconds that one document may take: so many, and so many more per letter."""

    document: float = 60.0
    letter: float = 1.0

    def of(self, letters: int) -> float:
        return self.document + self.letter * letters


@dataclass(frozen=True)
class Converted(Generic[T]):
    """A PDF of several letters; `starts` is the page each begins on, from 0.

    The file is there until the next one is asked for.
    """

    letters: list[T]
    path: Path
    starts: list[int]


@dataclass(frozen=True)
class Unmade(Generic[T]):
    """A letter that breaks LibreOffice, and how."""

    letter: T
    reason: Reason


Result = Converted[T] | Unmade[T]
Make = Callable[[Sequence[T], BinaryIO], object]


def convert_letters(
    letters: Iterable[T],
    *,
    make: Make,
    office: Office,
    processes: int,
    expected: int | None = None,
    singly: bool = False,
    limits: Limits = Limits(),
    tick: Callable[[], None] | None = None,
) -> Iterator[Result]:
    """Yield the letters in their order as PDFs, and those that cannot be converted.

    `make(letters, out)` writes one .docx of these letters with a bookmark before each,
    `pages.MARK`; it is called in several threads. `expected` tells how many letters
    come, so that few are shared among the `processes` too. `singly`: every letter is a
    document of its own. `tick` is called about twice a second; what it raises stops
    everything. Raises OfficeBroken.
    """
    size = 1 if singly else LETTERS_IN_DOCUMENT
    at_once = _documents_in_start(expected, size, processes)
    with tempfile.TemporaryDirectory(prefix="letters-") as folder:
        pool = _Pool(Path(folder), office, make, limits, processes)
        try:
            yield from _in_order(letters, pool, size, at_once, tick)
        finally:
            pool.stop()


def _documents_in_start(expected: int | None, size: int, processes: int) -> int:
    most = SINGLE_IN_START if size == 1 else DOCUMENTS_IN_START
    if expected is None:
        return most
    documents = -(-expected // size)
    return max(1, min(most, -(-documents // processes)))


def _in_order(
    letters: Iterable[T],
    pool: "_Pool[T]",
    size: int,
    at_once: int,
    tick: Callable[[], None] | None,
) -> Iterator[Result]:
    waiting: deque[Future[list[Result]]] = deque()
    batches = _batches(letters, size, at_once)
    while True:
        for batch in islice(batches, pool.processes + 1 - len(waiting)):
            waiting.append(pool.submit(batch))
        if not waiting:
            return
        results = _result(waiting.popleft(), tick)
        for result in results:
            yield result
            if isinstance(result, Converted):
                result.path.unlink(missing_ok=True)


def _batches(letters: Iterable[T], size: int, at_once: int) -> Iterator[list[list[T]]]:
    """Documents of so many letters, so many at once."""
    source = iter(letters)
    while batch := list(islice(iter(lambda: list(islice(source, size)), []), at_once)):
        yield batch


def _result(
    future: "Future[list[Result]]", tick: Callable[[], None] | None
) -> list[Result]:
    while not wait((future,), timeout=TICK).done:
        if tick:
            tick()
    return future.result()


class _Pool(Generic[T]):
    """Starts of LibreOffice, at most `processes` at once, each with its profile."""

    def __init__(
        self, folder: Path, office: Office, make: Make, limits: Limits, processes: int
    ) -> None:
        self.processes = processes
        self._folder = folder
        self._office = office
        self._make = make
        self._limits = limits
        self._stopped = threading.Event()
        self._threads = ThreadPoolExecutor(processes)
        self._numbers = count()
        self._profiles: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for number in range(processes):
            self._profiles.put(folder / f"profile-{number}")
        self._probing = threading.Lock()
        self._probed = False

    def submit(self, documents: list[list[T]]) -> "Future[list[Result]]":
        return self._threads.submit(self._work, documents)

    def stop(self) -> None:
        """Kill what runs and wait until it is gone."""
        self._stopped.set()
        self._threads.shutdown(cancel_futures=True)

    def _work(self, documents: list[list[T]]) -> list[Result]:
        profile = self._profiles.get()
        try:
            return list(self._convert(documents, profile))
        finally:
            self._profiles.put(profile)

    def _convert(self, documents: list[list[T]], profile: Path) -> Iterator[Result]:
        """Convert in one start; then what it was that broke it, and what it left."""
        folder = self._folder / f"start-{next(self._numbers)}"
        folder.mkdir()
        sources = []
        for number, letters in enumerate(documents):
            sources.append(folder / f"{number:03}.docx")
            with sources[-1].open("wb") as out:
                self._make(letters, out)
        reason = self._office.convert(
            sources,
            folder=folder / "out",
            profile=profile,
            limit=self._limits.of(max(map(len, documents))),
            stopped=self._stopped,
        )
        for source in sources:
            source.unlink()
        for number, letters in enumerate(documents):
            path = folder / "out" / f"{number:03}.pdf"
            starts = first_pages(path, len(letters)) if path.exists() else None
            if starts is not None:
                yield Converted(letters, path, starts)
                continue
            self._probe(profile)
            path.unlink(missing_ok=True)
            yield from self._without(letters, reason or NO_PDF, profile)
            left = documents[number + 1 :]
            if left and max((folder / "out").glob("*.pdf"), default=path) <= path:
                # It ended the start: those after it were not tried.
                yield from self._convert(left, profile)
                return

    def _without(
        self, letters: list[T], reason: Reason, profile: Path
    ) -> Iterator[Result]:
        if len(letters) == 1:
            yield Unmade(letters[0], reason)
            return
        middle = len(letters) // 2
        yield from self._convert([letters[:middle], letters[middle:]], profile)

    def _probe(self, profile: Path) -> None:
        """Make sure, once, that it is not LibreOffice itself. Raises OfficeBroken."""
        with self._probing:
            if self._probed:
                return
            folder = self._folder / "probe"
            folder.mkdir(exist_ok=True)
            page = folder / "page.txt"
            page.write_text("A page.\n")
            reason = self._office.convert(
                [page],
                folder=folder / "out",
                profile=profile,
                limit=self._limits.of(1),
                stopped=self._stopped,
            )
            if not (folder / "out" / "page.pdf").exists():
                raise OfficeBroken(reason or NO_PDF)
            self._probed = True
