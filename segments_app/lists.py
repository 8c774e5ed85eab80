"""A list of contacts as people have it: text or a file in, what it names out.

Values only. Numbers and e-mail addresses may be mixed, on lines or separated by
commas, semicolons or tabs, and addresses may stand as “Name <address>”.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from contacts.importing import ImportProblem
from contacts.importing.headings import map_columns
from contacts.importing.read import Table, read_table

MAX_ENTRIES = 100_000
MAX_CHARACTERS = 10_000_000
MAX_NUMBER, MAX_EMAIL = 20, 254

_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+")
# A name may have a comma inside its quotation marks, or in front of its address.
_PIECE = re.compile(r'(?:"[^"\n]*"|[^",;\t\n]+|")+')
_IN_BRACKETS = re.compile(r"<\s*([^<>]*?)\s*>")


class ListRefused(Exception):
    """The list or file cannot be used; the text says why and what would do."""


@dataclass(frozen=True)
class Entry:
    """One name on the list: `key` is what is looked up, empty where it is neither."""

    text: str
    key: str
    is_email: bool


def read_list(text: str) -> list[Entry]:
    """Take a pasted list apart; raises ListRefused where it is too long or empty."""
    if len(text) > MAX_CHARACTERS:
        raise ListRefused(
            _("The list is too long. Put at most %s characters at once.")
            % f"{MAX_CHARACTERS:,}"
        )
    return _checked(_entry(piece) for piece in _pieces(_visible(text)))


def read_file(data: bytes) -> list[Entry]:
    """Take a CSV file or spreadsheet apart, by its column of numbers or e-mails.

    A file of one column or one line needs no heading. Raises ListRefused.
    """
    try:
        table = read_table(data)
        return _checked(_entry(_visible(cell)) for cell in _cells(table))
    except ImportProblem as problem:
        raise ListRefused(str(problem)) from problem


def _checked(entries: Iterable[Entry]) -> list[Entry]:
    found = []
    for entry in entries:
        if len(found) == MAX_ENTRIES:
            raise ListRefused(
                _("The list names more than %s contacts. Divide it and take a part.")
                % f"{MAX_ENTRIES:,}"
            )
        if entry.text:
            found.append(entry)
    if not found:
        raise ListRefused(_("The list is empty. Paste numbers or e-mail addresses."))
    return found


def _visible(text: str) -> str:
    """Without what nobody sees: control characters, marks of width and order."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    hidden = [
        letter
        for letter in set(lines) - {"\n", "\t"}
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs")
    ]
    return lines.translate(dict.fromkeys(map(ord, hidden)))


def _pieces(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        held: list[str] = []
        for piece in _PIECE.finditer(line):
            said = piece.group().strip()
            ends_with_comma = line[piece.end() : piece.end() + 1] == ","
            if _may_be_a_name(said) and ends_with_comma:
                held.append(said)  # “Solberg, Ingrid <ingrid@example.org>”
                continue
            if not _IN_BRACKETS.search(said):
                yield from held
                held = []
            yield ", ".join([*held, said])
            held = []
        yield from held


def _may_be_a_name(said: str) -> bool:
    return bool(said) and not any(letter.isdigit() or letter == "@" for letter in said)


def _entry(text: str) -> Entry:
    text = text.strip()
    inside = _IN_BRACKETS.search(text)
    key = (inside.group(1) if inside else text).strip().strip("\"'").strip()
    if key.lower().startswith("mailto:"):
        key = key[len("mailto:") :]
    is_email = "@" in key
    if is_email:
        fits = len(key) <= MAX_EMAIL and _EMAIL.fullmatch(key)
    else:
        fits = len(key) <= MAX_NUMBER
    shown = text if len(text) <= MAX_EMAIL else f"{text[:MAX_EMAIL]}…"
    # As the register keeps numbers; the database folds the rest of an address.
    folded = key.lower() if is_email else key.upper()
    return Entry(shown, folded if fits else "", is_email)


def _cells(table: Table) -> Iterator[str]:
    """The cell that names the contact in each row: its number, else its e-mail."""
    try:
        known = map_columns(table.header, {}).places
    except ImportProblem:
        known = {}
    places = [known[code] for code in ("number", "email") if code in known]
    rows = (cells for _line, cells in table.lines())
    if places:
        for cells in rows:
            yield _first(cells, places)
        return
    if len(table.header) == 1:
        yield table.header[0]
        for cells in rows:
            yield _first(cells, [0])
        return
    if next(rows, None) is None:
        yield from table.header
        return
    raise ListRefused(
        _(
            "No column is called number or e-mail: %(headings)s. Give one of them "
            "that heading, or leave the others out of the file."
        )
        % {"headings": ", ".join(filter(None, table.header))[:300]}
    )


def _first(cells: list[str], places: list[int]) -> str:
    filled = (cells[place] for place in places if place < len(cells) and cells[place])
    return next(filled, "")
