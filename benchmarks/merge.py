"""Merging letters, against what people use to do it and against the limit.

    pip install -r requirements.txt -r benchmarks/requirements.txt
    python benchmarks/merge.py

Processor time, medians of interleaved rounds, compiling the template included. Ours
merges more letters than the peers, and the rates are compared. The limit is what any
such program has to do: fill in the one part that changes with Jinja, and pack it.
"""

import argparse
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import jinja2
from django.conf import settings
from docxcompose.composer import Composer
from docxtpl import DocxTemplate
from mailmerge import MailMerge

settings.configure(USE_I18N=False)

from benchmarks.letter import letter, long_letter, records, records_with_lists
from interactions.merge import CompiledTemplate, compile_template

DOCUMENT, FILES = "one document", "one file per letter"
People = Iterable[dict[str, object]]


def ours(data: bytes, people: People, kind: str, out) -> None:
    """Merge with the project's engine."""
    write(compile_template(data), people, kind, out)


def write(template: CompiledTemplate, people: People, kind: str, out) -> None:
    """Merge with a template that is compiled."""
    if kind == DOCUMENT:
        template.merge_document(people, out)
    else:
        named = ((f"C-{number}", each) for number, each in enumerate(people))
        template.merge_letters(named, out)


def mailmerge(path: Path, people: list, folder: Path) -> None:
    """docx-mailmerge2: all letters in one document."""
    with MailMerge(path) as document:
        document.merge_templates(people, separator="page_break")
        document.write(folder / "all.docx")


def docxtpl_files(path: Path, people: list, folder: Path) -> None:
    """docxtpl: one file per letter."""
    for number, person in enumerate(people):
        document = DocxTemplate(path)
        document.render(person, autoescape=True)
        document.save(folder / f"{number}.docx")


def docxtpl_composed(path: Path, people: list, folder: Path) -> None:
    """docxtpl and docxcompose: all letters in one document."""
    composer = None
    for person in people:
        document = DocxTemplate(path)
        document.render(person, autoescape=True)
        if composer is None:
            composer = Composer(document.docx)
        else:
            composer.doc.add_page_break()
            composer.append(document.docx)
    composer.save(folder / "all.docx")


def limit(data: bytes, people: list, kind: str, out) -> None:
    """Fill in the part that changes and pack it: nothing else of a document."""
    document = DocxTemplate(io.BytesIO(data))
    document.init_docx()
    source = document.patch_xml(document.get_xml())
    template = jinja2.Environment(autoescape=True).from_string(source)
    if kind == DOCUMENT:
        deflate = zlib.compressobj(1, zlib.DEFLATED, -15)
        for person in people:
            out.write(deflate.compress(template.render(person).encode()))
        out.write(deflate.flush())
    else:
        for person in people:
            out.write(zlib.compress(template.render(person).encode(), 1))


@dataclass(frozen=True)
class Contest:
    """What is merged into what, who else does it, and the ratio asked for."""

    what: str
    kind: str
    data: bytes
    people: list
    name: str
    work: Callable[..., None]
    at_least: int


def contests(letters: int) -> list[Contest]:
    native, tags = letter(native=True), letter(native=False)
    header, long = letter(native=False, in_header=True), long_letter()
    few, many = list(records(letters)), list(records_with_lists(letters))
    composed = "docxtpl + docxcompose"
    single = "docxtpl, one file per letter"
    page, field, two = "one page", "a field in the header", "two pages"
    merged = "docx-mailmerge2 merge_templates"
    return [
        Contest(page, DOCUMENT, native, few, merged, mailmerge, 10),
        Contest(page, DOCUMENT, tags, few, composed, docxtpl_composed, 300),
        Contest(page, FILES, tags, few, single, docxtpl_files, 100),
        Contest(field, FILES, header, few, single, docxtpl_files, 60),
        Contest(field, DOCUMENT, header, few, single, docxtpl_files, 60),
        Contest(two, FILES, long, many, single, docxtpl_files, 60),
        Contest(two, DOCUMENT, long, many, single, docxtpl_files, 60),
    ]


def seconds(work: Callable[..., object], *arguments: object) -> float:
    """Processor time."""
    started = time.process_time()
    work(*arguments)
    return time.process_time() - started


def peers(arguments: argparse.Namespace, folder: Path) -> bool:
    """Print our rates beside those of the peers; whether all ratios are reached."""
    print("| letter | merged into | peer | ours, letters/s | peer | ratio | at least |")
    print("|---|---|---|---:|---:|---:|---:|")
    reached = True
    all_contests = contests(arguments.letters)
    rates = [([], []) for _each in all_contests]
    path = folder / "letter.docx"
    for _round in range(arguments.rounds):
        for (mine, theirs), each in zip(rates, all_contests, strict=True):
            path.write_bytes(each.data)
            few = each.people[: arguments.peer_letters]
            with tempfile.TemporaryFile(dir=folder) as out:
                took = seconds(ours, each.data, each.people, each.kind, out)
            mine.append(len(each.people) / took)
            theirs.append(len(few) / seconds(each.work, path, few, folder))
    for (mine, theirs), each in zip(rates, all_contests, strict=True):
        our_rate, their_rate = statistics.median(mine), statistics.median(theirs)
        reached &= our_rate >= each.at_least * their_rate
        print(
            f"| {each.what} | {each.kind} | {each.name} | {our_rate:,.0f} |"
            f" {their_rate:,.0f} | {our_rate / their_rate:,.0f} x | {each.at_least} x |"
        )
    return reached


def against_limit(arguments: argparse.Namespace) -> bool:
    """Print our time beside the limit's; whether it is near enough."""
    print("\n| letter | merged into | ours | limit | ratio | at most |")
    print("|---|---|---:|---:|---:|---:|")
    reached = True
    letters = {
        "one page": (letter(native=False), list(records(arguments.letters))),
        "two pages": (long_letter(), list(records_with_lists(arguments.letters))),
    }
    for what, (data, people) in letters.items():
        for kind in (DOCUMENT, FILES):
            times = ([], [])
            for _round in range(arguments.rounds):
                with Path(os.devnull).open("wb") as out:
                    for took, work in zip(times, (ours, limit), strict=True):
                        took.append(seconds(work, data, people, kind, out))
            mine, least = map(statistics.median, times)
            reached &= mine <= 1.5 * least
            each = 1e6 / len(people)
            print(
                f"| {what} | {kind} | {mine * each:.0f} us | {least * each:.0f} us |"
                f" {mine / least:.2f} | 1.5 |"
            )
    return reached


def peak(kind: str, letters: int) -> float:
    """Peak memory in MB of a process of its own that merges so many letters."""
    script = Path(__file__).with_name("merge_memory.py")
    command = [sys.executable, str(script), kind, str(letters)]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(result.stdout)


def growth(arguments: argparse.Namespace) -> bool:
    """Print what a letter among many takes beside one among few."""
    many, few = arguments.many, 1_000
    print(f"\n| {few:,} letters and {many:,} | few | many | ratio | at most |")
    print("|---|---:|---:|---:|---:|")
    template = compile_template(letter(native=False))
    people = list(records(few))
    reached = True
    for kind in (DOCUMENT, FILES):
        times = ([], [])
        for _round in range(arguments.rounds):
            for took, count in zip(times, (few, many), strict=True):
                took.append(a_letter(template, people, kind, count))
        short, long = map(statistics.median, times)
        reached &= long <= 1.1 * short
        print(f"| {kind} | {short:.1f} us | {long:.1f} us | {long / short:.2f} | 1.1 |")
        short, long = peak(kind, few), peak(kind, many)
        reached &= long <= 1.2 * short
        ratio = f"{long / short:.2f}"
        print(f"| {kind}, peak | {short:.0f} MB | {long:.0f} MB | {ratio} | 1.2 |")
    return reached


def a_letter(template: CompiledTemplate, people: list, kind: str, count: int) -> float:
    """Microseconds of one of so many letters, few being merged many times."""
    repeats = max(1, 20_000 // count)
    with Path(os.devnull).open("wb") as out:
        spent = sum(
            seconds(write, template, islice(cycle(people), count), kind, out)
            for _repeat in range(repeats)
        )
    return spent / repeats / count * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--peer-letters", type=int, default=500)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        reached = peers(arguments, Path(folder))
    reached &= against_limit(arguments)
    reached &= growth(arguments)
    sys.exit(not reached)


if __name__ == "__main__":
    main()
