"""Pages of PDFs: where each letter begins, letters apart, letters together."""

import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import pikepdf

# The bookmark of a letter, by its place among the letters of a document, from 1.
MARK = "letter{}"


def first_pages(path: Path, letters: int) -> list[int] | None:
    """The page, from 0, that each letter begins on; None where one is not found.

    A single letter begins with the document, marked or not.
    """
    try:
        with pikepdf.open(path) as pdf:
            if letters == 1:
                return [0] if len(pdf.pages) else None
            marked = _marked(pdf)
    except pikepdf.PdfError:
        return None
    starts = [marked.get(MARK.format(place), -1) for place in range(1, letters + 1)]
    rising = all(low < high for low, high in zip(starts, starts[1:], strict=False))
    return starts if starts[0] == 0 and rising else None


def _marked(pdf: pikepdf.Pdf) -> dict[str, int]:
    """The page of each named destination."""
    places = {page.objgen: place for place, page in enumerate(pdf.pages)}
    found: dict[str, int] = {}
    if "/Names" in pdf.Root and "/Dests" in pdf.Root.Names:
        for name, target in pikepdf.NameTree(pdf.Root.Names.Dests).items():
            found[name] = places.get(_page(target).objgen, -1)
    if "/Dests" in pdf.Root:
        for name, target in pdf.Root.Dests.items():
            found[name.removeprefix("/")] = places.get(_page(target).objgen, -1)
    return found


def _page(target: pikepdf.Object) -> pikepdf.Object:
    return (target.D if isinstance(target, pikepdf.Dictionary) else target)[0]


def split(path: Path, starts: Sequence[int]) -> Iterator[bytes]:
    """Yield the PDF of each letter of a document."""
    with pikepdf.open(path) as pdf:
        ends = [*starts[1:], len(pdf.pages)]
        for start, end in zip(starts, ends, strict=True):
            with pikepdf.new() as letter:
                letter.pages.extend(pdf.pages[start:end])
                out = io.BytesIO()
                _save(letter, out)
            yield out.getvalue()


def join(paths: Iterable[Path], out: BinaryIO) -> int:
    """Write the pages of all these PDFs as one and return how many."""
    with pikepdf.new() as whole:
        for path in paths:
            with pikepdf.open(path) as pdf:
                whole.pages.extend(pdf.pages)
        _save(whole, out)
        return len(whole.pages)


def _save(pdf: pikepdf.Pdf, out: BinaryIO) -> None:
    """Save without a time or a path; the id comes from the content."""
    pdf.save(
        out,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
