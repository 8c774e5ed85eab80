"""Take the contacts of a file into the register."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..choices import ContactType
from ..importing import ContactFile, ContactRow, RefusedRow
from ..models import Contact, NumberSeries
from ..models.contact import NUMBER_PREFIX, NUMBER_SERIES
from ..models.upsert import insert_rows, update_rows
from .import_register import Memory, Register, RowRefused, name_key
from .import_values import Changes, ImportSetup

BATCH = 1_000


@dataclass
class Summary:
    """What became of the rows; `companies` were made for their people on the way."""

    total: int
    done: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    companies: int = 0
    unmapped: tuple[str, ...] = ()
    refused_rows: list[RefusedRow] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return len(self.refused_rows)

    @property
    def importable(self) -> int:
        """How many rows are left when those that were refused are taken away."""
        return self.total - self.refused


def import_contacts(
    *,
    file: ContactFile,
    at: datetime,
    use_setup: bool = True,
    dry_run: bool = False,
    skip: int = 0,
    batch: int = BATCH,
) -> Iterator[Summary]:
    """Create and update contacts from a file; yields the summary after each batch.

    The last summary yielded is the final one. Each batch is one transaction with a
    fixed number of queries; `skip` rows were taken by an earlier, interrupted run.
    A row updates the contact with its number, else with its e-mail; without either,
    the company of that name and place, or the person of that name and employer.
    Empty cells change nothing; constants only fill what is empty. A person's company
    is created when it is not known; address and home page go to both. New contacts
    inherit from their company and, with `use_setup`, take the defaults of the
    set-up, as those made by hand do, except for e-mail, which is how the next import
    will find them. Nothing is written in a `dry_run`, and the summary is the same.
    """
    setup = ImportSetup.load(gives_defaults=use_setup)
    run = _Run(file=file, at=at, setup=setup, memory=Memory() if dry_run else None)
    run.summary.done = skip
    rows = itertools.islice(file.rows(), skip, None)
    while taken := list(itertools.islice(rows, batch)):
        with transaction.atomic():
            run.take(taken)
        run.summary.done += len(taken)
        yield run.summary


class _Run:
    """One import: what holds for all its batches."""

    def __init__(
        self,
        *,
        file: ContactFile,
        at: datetime,
        setup: ImportSetup,
        memory: Memory | None,
    ) -> None:
        self._file = file
        self._at = at
        self._memory = memory
        self._setup = setup
        self._emails: dict[tuple[str, str], tuple[int, str]] = {}
        self.summary = Summary(total=file.total, unmapped=file.unmapped)

    def take(self, rows: list[ContactRow | RefusedRow]) -> None:
        good = [row for row in rows if isinstance(row, ContactRow)]
        register = Register(good, self._memory)
        changes = Changes(register, self._setup, self._at)
        for row in rows:
            if isinstance(row, RefusedRow):
                self.summary.refused_rows.append(row)
                continue
            try:
                outcome = self._take_row(row, register, changes)
            except RowRefused as refused:
                self.summary.refused_rows.append(RefusedRow(row.line, str(refused)))
                continue
            setattr(self.summary, outcome, getattr(self.summary, outcome) + 1)
        self.summary.companies += len(changes.companies)
        if self._memory:
            self._memory.keep(changes.companies)
            self._memory.keep([*changes.contacts, *changes.changed.values()])
        else:
            self._write(changes)

    def _take_row(self, row: ContactRow, register: Register, changes: Changes) -> str:
        """Take one row into `changes`; returns the counter it belongs to."""
        self._check_shared_email(row)
        found = register.find(row, self._file.numbers)
        if found is None:
            changes.create(row)
            outcome = "created"
        else:
            outcome = "updated" if changes.update(found, row) else "unchanged"
        if row.email and row.name:
            key = (row.type, row.email.upper())
            self._emails.setdefault(key, (row.line, row.name))
        return outcome

    def _check_shared_email(self, row: ContactRow) -> None:
        """Two people with one address in a file: neither may overwrite the other."""
        if row.number or not row.name:
            return
        line, name = self._emails.get((row.type, row.email.upper()), (0, row.name))
        if name_key(name) != name_key(row.name):
            raise RowRefused(
                _("%(name)s on line %(line)s has the same e-mail: give both a number")
                % {"name": name, "line": line}
            )

    def _write(self, changes: Changes) -> None:
        changes.pass_on()
        made = [*changes.companies, *changes.contacts]
        _give_numbers([c for c in made if not c.number], self._file.numbers)
        # Companies first: people point at their ids.
        companies = [c for c in made if c.type == ContactType.COMPANY]
        insert_rows(companies)
        numbers = [company.number for company in companies]
        ids = dict(
            Contact.objects.filter(number__in=numbers).values_list("number", "pk")
        )
        for company in companies:
            company.pk = ids[company.number]
        people = [c for c in made if c.type == ContactType.PERSON]
        changed = list(changes.changed.values())
        for person in (*people, *changed):
            person.company = person.company  # its key may be new
        insert_rows(people)
        update_rows(changed, key="number", columns=changes.columns)


def _give_numbers(contacts: list[Contact], typed: frozenset[str]) -> None:
    """Number new contacts from the series, past every number somebody typed."""
    waiting = list(reversed(contacts))
    while waiting:
        numbers = NumberSeries.reserve(
            NUMBER_SERIES, len(waiting), prefix=NUMBER_PREFIX
        )
        used = Contact.objects.filter(number__in=numbers).values_list(
            "number", flat=True
        )
        taken = typed | set(used)
        for number in numbers:
            if number not in taken:
                waiting.pop().number = number
