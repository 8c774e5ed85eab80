"""Merging a one-page letter, against what people use to do it.

    pip install -r requirements.txt -r benchmarks/requirements.txt
    python benchmarks/merge.py

Processor time, medians of interleaved rounds, compiling the template included. Ours
merges more letters than the peers, and the rates are compared.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from django.conf import settings
from docxcompose.composer import Composer
from docxtpl import DocxTemplate
from mailmerge import MailMerge

settings.configure(USE_I18N=False)

from benchmarks.letter import letter, records
from interactions.merge import compile_template

DOCUMENT, FILES = "one document", "one file per letter"


def ours(data: bytes, people: list[dict[str, str]], kind: str, out) -> None:
    """Merge with the project's engine."""
    template = compile_template(data)
    if kind == DOCUMENT:
        template.merge_document(people, out)
    else:
        template.merge_letters(((each["contact_no"], each) for each in people), out)


def mailmerge(path: Path, people: list[dict[str, str]], folder: Path) -> None:
    """docx-mailmerge2: all letters in one document."""
    with MailMerge(path) as document:
        document.merge_templates(people, separator="page_break")
        document.write(folder / "all.docx")


def docxtpl_files(path: Path, people: list[dict[str, str]], folder: Path) -> None:
    """docxtpl: one file per letter."""
    for number, person in enumerate(people):
        document = DocxTemplate(path)
        document.render(person, autoescape=True)
        document.save(folder / f"{number}.docx")


def docxtpl_composed(path: Path, people: list[dict[str, str]], folder: Path) -> None:
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


def rate(count: int, work: Callable[..., None], *arguments: object) -> float:
    """Letters per second of processor time."""
    started = time.process_time()
    work(*arguments)
    return count / (time.process_time() - started)


def peak(kind: str, letters: int) -> float:
    """Peak memory in MB of a process of its own that merges so many letters."""
    script = Path(__file__).with_name("merge_memory.py")
    command = [sys.executable, str(script), kind, str(letters)]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(result.stdout)


def measure(folder: Path, arguments: argparse.Namespace) -> list[tuple]:
    """Return (what, peer, our rate, the peer's rate, the ratio asked for)."""
    native, tags = folder / "native.docx", folder / "tags.docx"
    native.write_bytes(letter(native=True))
    tags.write_bytes(letter(native=False))
    people = list(records(arguments.letters))
    few = people[: arguments.peer_letters]
    contests = [
        (DOCUMENT, native, "docx-mailmerge2 merge_templates", mailmerge, 8),
        (DOCUMENT, tags, "docxtpl + docxcompose", docxtpl_composed, 200),
        (FILES, tags, "DocxTemplate(path).render().save()", docxtpl_files, 60),
    ]
    rates = {name: ([], []) for _kind, _path, name, _work, _goal in contests}
    for _round in range(arguments.rounds):
        for kind, path, name, work, _goal in contests:
            with tempfile.TemporaryFile(dir=folder) as out:
                given = path.read_bytes(), people, kind, out
                rates[name][0].append(rate(len(people), ours, *given))
            rates[name][1].append(rate(len(few), work, path, few, folder))
    return [
        (kind, name, *map(statistics.median, rates[name]), goal)
        for kind, _path, name, _work, goal in contests
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--peer-letters", type=int, default=500)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    print("| merge | peer | ours, letters/s | peer, letters/s | ratio | at least |")
    print("|---|---|---:|---:|---:|---:|")
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        for kind, name, mine, theirs, goal in measure(Path(folder), arguments):
            ratio = mine / theirs
            missed |= ratio < goal
            print(
                f"| {kind} | {name} | {mine:,.0f} | {theirs:,.0f} | {ratio:,.0f} x |"
                f" {goal} x |"
            )
    print(
        f"\n| peak memory | 1,000 letters | {arguments.many:,} letters | ratio "
        "| at most |"
    )
    print("|---|---:|---:|---:|---:|")
    for kind in (DOCUMENT, FILES):
        few, many = peak(kind, 1_000), peak(kind, arguments.many)
        missed |= many > 1.3 * few
        print(f"| {kind} | {few:.0f} MB | {many:.0f} MB | {many / few:.2f} | 1.3 |")
    sys.exit(missed)


if __name__ == "__main__":
    main()
