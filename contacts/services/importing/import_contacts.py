"""Take the contacts of a file into the register."""

import itertools
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ...choices import ChangeKind, ContactType
from ...importing import ContactFile, ContactRow, RefusedRow
from ...models import Contact, ContactChange, NumberSeries
from ...models.contact import NUMBER_PREFIX, NUMBER_SERIES
from ...models.upsert import insert_rows, update_rows
from ..changes import record_changes
from .import_keys import name_key
from .import_links import Links
from .import_memory import Memory, SeenEmails
from .import_register import Register, RowRefused
from .import_setup import ImportSetup
from .import_values import Changes, Values, state_of

BATCH = 1_000
MOST_REFUSED = 10_000
NOTE = 250


@dataclass(frozen=True)
class Foretold:
    """What becomes of one row: `outcome` is the name of a counter of the summary.

    `changes` has what differs, by field: what was there and what will be.
    """

    line: int
    name: str
    outcome: str
    changes: Mapping[str, list[Any]]


@dataclass
class Summary:
    """What became of the rows; `companies` were made for their people on the way.

    Of the refused rows the first 10,000 are kept, and of a dry run the first ones as
    they would become. `ignored` are fields that the user may not fill.
    """

    total: int
    done: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    companies: int = 0
    refused: int = 0
    unmapped: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    refused_rows: list[RefusedRow] = field(default_factory=list)
    foretold: list[Foretold] = field(default_factory=list)

    @property
    def importable(self) -> int:
        """How many rows are left when those that were refused are taken away."""
        return self.total - self.refused

    def refuse(self, row: RefusedRow) -> None:
        self.refused += 1
        if len(self.refused_rows) < MOST_REFUSED:
            self.refused_rows.append(row)


def import_contacts(
    *,
    file: ContactFile,
    at: datetime,
    user: Any = None,
    name: str = "",
    use_setup: bool = True,
    may_change_privacy: bool = True,
    dry_run: bool = False,
    tell: int = 0,
    skip: int = 0,
    batch: int = BATCH,
) -> Iterator[Summary]:
    """Create and update contacts from a file; yields the summary after each batch.

    The last summary yielded is the final one. Each batch is one transaction with a
    fixed number of queries, and two imports take turns batch by batch, so that neither
    makes a company that the other has just made; `skip` rows were taken by an earlier,
    interrupted run. A row updates the contact with its number, else with its e-mail;
    without either, the company of that name and place, or the person of that name and
    employer. Empty cells change nothing; constants only fill what is empty; groups are
    added to. A person's company is created when it is not known; address and home page
    go to both. New contacts inherit from their company and, with `use_setup`, take the
    defaults of the set-up, as those made by hand do, except for e-mail, which is how
    the next import will find them. The audit trail says `user` and the `name` of the
    file. Nothing is written in a `dry_run`, and the summary is the same; it has the
    first `tell` rows as they would become.
    """
    setup = ImportSetup.load(
        gives_defaults=use_setup, may_change_privacy=may_change_privacy
    )
    run = _Run(file, setup, at, Memory() if dry_run else None, tell)
    run.signed = {"user": user, "note": name[:NOTE]}
    run.summary.done = skip
    rows = itertools.islice(file.rows(), skip, None)
    while taken := list(itertools.islice(rows, batch)):
        with transaction.atomic():
            run.take(taken)
        run.summary.done += len(taken)
        yield run.summary


class _Run:
    """One import: what holds for all its batches."""

    signed: Mapping[str, Any]

    def __init__(
        self,
        file: ContactFile,
        setup: ImportSetup,
        at: datetime,
        memory: Memory | None,
        tell: int,
    ) -> None:
        self._file = file
        self._at = at
        self._memory = memory
        self._setup = setup
        self._tell = tell
        self._emails = SeenEmails()
        ignored = setup.ignored.intersection(file.columns.places)
        self.summary = Summary(
            total=file.total, unmapped=file.unmapped, ignored=tuple(sorted(ignored))
        )

    def take(self, rows: list[ContactRow | RefusedRow]) -> None:
        if not self._memory:
            NumberSeries.lock(NUMBER_SERIES, prefix=NUMBER_PREFIX)
        good = [row for row in rows if isinstance(row, ContactRow)]
        self._emails.load(good)
        register = Register(good, self._memory)
        links = Links(
            self._file.columns.places,
            register.keys,
            self._memory.links_of(register.keys) if self._memory else {},
            self._setup.codes,
        )
        changes = Changes(register, self._setup, links, self._at)
        for row in rows:
            if isinstance(row, RefusedRow):
                self.summary.refuse(row)
                continue
            try:
                outcome = self._take_row(row, register, changes)
            except RowRefused as refused:
                self.summary.refuse(RefusedRow(row.line, str(refused)))
                continue
            setattr(self.summary, outcome, getattr(self.summary, outcome) + 1)
        self.summary.companies += len(changes.companies)
        if self._memory:
            made = [*changes.companies, *changes.contacts]
            self._memory.number(made)
            self._memory.keep([*made, *changes.changed.values()], links.remember())
        else:
            self._write(changes)

    def _take_row(self, row: ContactRow, register: Register, changes: Changes) -> str:
        """Take one row into `changes`; returns the counter it belongs to."""
        self._check_shared_email(row)
        found = register.find(row, self._file.numbers)
        before = found and state_of(found)
        if found is None:
            contact, outcome = changes.create(row), "created"
        else:
            contact = found
            outcome = "updated" if changes.update(found, row) else "unchanged"
        if len(self.summary.foretold) < self._tell:
            told: Values = {}
            if outcome != "unchanged":
                told = changes.differences(before or state_of(Contact()), contact)
                told |= changes.links.told(contact)
            name = contact.name
            self.summary.foretold.append(Foretold(row.line, name, outcome, told))
        self._emails.keep(row)
        return outcome

    def _check_shared_email(self, row: ContactRow) -> None:
        """Two people with one address in a file: neither may overwrite the other."""
        if row.number or not row.name:
            return
        line, name = self._emails.of(row) or (0, row.name)
        if name_key(name) != name_key(row.name):
            raise RowRefused(
                _("%(name)s on line %(line)s has the same e-mail: give both a number")
                % {"name": name, "line": line}
            )

    def _write(self, changes: Changes) -> None:
        changes.pass_on()
        made = [*changes.companies, *changes.contacts]
        _give_numbers([c for c in made if not c.number], self._file.reserved)
        # Companies first: people point at their ids.
        companies = [c for c in made if c.type == ContactType.COMPANY]
        insert_rows(companies, key="number")
        people = [c for c in made if c.type == ContactType.PERSON]
        changed = list(changes.changed.values())
        for person in (*people, *changed):
            person.company = person.company  # its key may be new
        told = list(changes.told())
        insert_rows(people, key="number")
        update_rows(changed, key="number", columns=changes.columns)
        changes.links.write()
        self._sign(made, told, changes.inherited)

    def _sign(
        self,
        made: list[Contact],
        changed: list[tuple[Contact, Values]],
        inherited: set[int],
    ) -> None:
        """Write into the audit trail what the batch did."""
        if made:
            record_changes(
                contacts=Contact.objects.filter(pk__in=[c.pk for c in made]),
                kind=ChangeKind.IMPORTED,
                values={},
                at=self._at,
                **self.signed,
            )
        insert_rows(
            [
                ContactChange(
                    contact=contact,
                    number=contact.number,
                    kind=ChangeKind.INHERITED
                    if id(contact) in inherited
                    else ChangeKind.IMPORTED,
                    values=values,
                    at=self._at,
                    **self.signed,
                )
                for contact, values in changed
                if values
            ]
        )


def _give_numbers(contacts: list[Contact], typed: Container[str]) -> None:
    """Number new contacts from the series, past every number somebody typed."""
    waiting = list(reversed(contacts))
    while waiting:
        numbers = NumberSeries.reserve(
            NUMBER_SERIES, len(waiting), prefix=NUMBER_PREFIX
        )
        used = Contact.objects.filter(number__in=numbers).values_list(
            "number", flat=True
        )
        taken = set(used)
        for number in numbers:
            if number not in taken and number not in typed:
                waiting.pop().number = number
