"""What a row makes of a contact: its values, its company, what it takes from others."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import DEFERRED
from django.utils.translation import gettext as _

from ...choices import ContactType
from ...importing import ContactRow
from ...importing.fields import CODE_FIELDS, FOR_PERSONS, NAME_PARTS
from ...importing.places import whole_postcode
from ...importing.rows import tidy
from ...models import Contact
from ...names import compose_name, split_name
from ...phones import e164
from ...privacy import PrivacyFlags, flags_of, settle
from ..inherit import (
    ADDRESS,
    E164,
    may_still_have,
    pass_on_to_person,
    take_from_company,
)
from .import_keys import name_key
from .import_links import Links
from .import_register import Register, RowRefused
from .import_setup import COLUMNS, ImportSetup

# What a row about a person also says about the company the person works for.
SHARED = (*ADDRESS, "country", "home_page")
COMPANY_ONLY_NEW = ("language", "salesperson", "territory")
# What a row says of its contact besides who it is.
OWN = [field for field in COLUMNS if field not in ("number", "name", *NAME_PARTS)]
OWN_OF_COMPANY = [field for field in OWN if field not in FOR_PERSONS]
# A contact without anything, column by column: by place they are taken in fastest.
EMPTY = {
    column.attname: DEFERRED if column.generated else column.get_default()
    for column in Contact._meta.concrete_fields
}
FIELD_OF = {column: field for field, column in COLUMNS.items()}
Values = dict[str, list[Any]]


class Changes:
    """The contacts a batch makes and changes, before anything is written.

    Everything that can refuse a row comes before the first change it makes.
    """

    def __init__(
        self, register: Register, setup: ImportSetup, links: Links, at: datetime
    ) -> None:
        self._register = register
        self.links = links
        self._setup = setup
        self._at = at
        self.companies: list[Contact] = []
        self.contacts: list[Contact] = []
        self.changed: dict[int, Contact] = {}
        self.columns: set[str] = set()
        self.inherited: set[int] = set()
        self._before: dict[int, dict[str, Any]] = {}
        self._first: dict[int, dict[str, Any]] = {}

    def create(self, row: ContactRow) -> Contact:
        """Make the contact of a row, and its company where that is new too."""
        kind = row.type or ContactType.COMPANY
        row = replace(row, type=kind)
        if not row.name:
            raise RowRefused(_("the name is missing"))
        values, fillers = self._said(row, kind)
        links = self._setup.links(row.values)
        contact = self._new(kind, number=row.number, name=row.name)
        if kind == ContactType.PERSON and _has_employer(row):
            contact.company = self._employer(row)
        _name_parts(contact, row)
        _assign(contact, values)
        _fill(contact, fillers)
        _settle_privacy(contact, PrivacyFlags())
        if contact.company:
            take_from_company(person=contact, previous=None, setup=self._setup.setup)
        self._finish(contact)
        self.links.add(contact, links)
        self.contacts.append(contact)
        return contact

    def update(self, contact: Contact, row: ContactRow) -> bool:
        """Give a contact what the row says; returns whether anything is different."""
        _check_stays(contact, row)
        row = replace(row, type=contact.type)
        values, fillers = self._said(row, contact.type)
        links = self._setup.links(row.values)
        before, flags = state_of(contact), flags_of(contact)
        also = False
        if contact.type == ContactType.PERSON and _has_employer(row):
            also = self._employ(contact, row)
        if row.name:
            _rename(contact, row)
        _assign(contact, values)
        _fill(contact, fillers)
        _settle_privacy(contact, flags)
        changed = self._note(contact, before)
        return self.links.add(contact, links) or changed or also

    def pass_on(self) -> None:
        """Give what changed on companies to the people who still had it from them."""
        companies = {
            contact.pk: contact
            for contact in self.changed.values()
            if contact.pk in self._before
        }
        changes = [(self._before[key], one) for key, one in companies.items()]
        having = may_still_have(changes, self._setup.setup)
        if having is None:
            return
        for person in self._register.people_of(companies, having):
            company = companies.get(person.company_id or 0)
            if company:
                before = state_of(person)
                pass_on_to_person(
                    before=self._before[company.pk],
                    company=company,
                    person=person,
                    setup=self._setup.setup,
                )
                if self._note(person, before):
                    self.inherited.add(id(person))

    def told(self) -> Iterator[tuple[Contact, Values]]:
        """Yield the stored contacts that became different, with what of them."""
        contacts = self.changed | self.links.touched
        for key, contact in contacts.items():
            if contact.pk is not None:
                before = self._first.get(key)
                values = self.differences(before, contact) if before else {}
                yield contact, values | self.links.told(contact)

    def differences(self, before: Mapping[str, Any], contact: Contact) -> Values:
        """Return what of the columns became different, as the audit trail keeps it."""
        after = state_of(contact)
        return {
            FIELD_OF[column]: [
                self._in_trail(column, before[column]),
                self._in_trail(column, after[column]),
            ]
            for column in after
            if after[column] != before[column]
        }

    def _in_trail(self, column: str, value: Any) -> Any:
        field = FIELD_OF[column]
        if field in CODE_FIELDS:
            return self._setup.code(field, value)
        if isinstance(value, Contact):
            return value.number or value.name
        return "" if value is None else value

    def _said(
        self, row: ContactRow, kind: str
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what the row gives and what it only fills in, as columns."""
        own = OWN_OF_COMPANY if kind == ContactType.COMPANY else OWN
        columns = self._setup.columns
        return columns(row.values, own), columns(row.fillers, own)

    def _employ(self, person: Contact, row: ContactRow) -> bool:
        """Set the employer the row names; returns whether its company changed.

        Who stays with a company of that name stays with that company, wherever the
        row says it is.
        """
        known = person.company
        if known and _is_same_employer(known, row):
            return self._share(known, row)
        person.company = self._employer(row)
        take_from_company(person=person, previous=known, setup=self._setup.setup)
        return True

    def _employer(self, row: ContactRow) -> Contact:
        """Return the company a person works for; made here if nobody knows it."""
        company = self._register.employer(row)
        if company:
            self._share(company, row)
            return company
        company = self._new(
            ContactType.COMPANY, name=row.company, number=row.company_number
        )
        for values in (row.values, row.fillers):
            shared = (*SHARED, *COMPANY_ONLY_NEW)
            _fill(company, self._setup.columns(values, shared))
        self._finish(company)
        self.companies.append(company)
        return company

    def _share(self, company: Contact, row: ContactRow) -> bool:
        """Fill what a company lacks; an address is only taken whole."""
        if company.anonymised_at:
            return False
        before = state_of(company)
        fields = set(SHARED)
        if any(getattr(company, field) for field in ADDRESS):
            fields -= set(ADDRESS)
        for values in (row.values, row.fillers):
            _fill(company, self._setup.columns(values, fields))
        return self._note(company, before)

    def _new(self, kind: str, **values: Any) -> Contact:
        moments = {"created_at": self._at, "updated_at": self._at}
        columns = EMPTY | {"type": kind, **moments, **values}
        return Contact(*columns.values())

    def _finish(self, contact: Contact) -> None:
        """A new contact has all its values: the rest comes from the set-up."""
        _fill(contact, self._setup.defaults(contact.type))
        _dial(contact)
        self._register.add(contact)

    def _note(self, contact: Contact, before: dict[str, Any]) -> bool:
        """Remember what became different, for those that are stored already."""
        if state_of(contact) == before:
            return False
        _dial(contact)
        contact.updated_at = self._at
        self._register.add(contact)
        if not self._register.is_new(contact):
            self.changed[id(contact)] = contact
            self._first.setdefault(id(contact), before)
            if contact.is_company:
                self._before.setdefault(contact.pk, before)
            after = state_of(contact)
            self.columns |= {c for c in after if after[c] != before[c]}
            self.columns |= {"updated_at", *E164.values()}
        return True


def state_of(contact: Contact) -> dict[str, Any]:
    """Return every column that a file can fill; the company as the contact it is."""
    held = contact.__dict__
    state = {column: held[column] for column in COLUMNS.values()}
    # A new employer has no key yet; who it is counts.
    state["company_id"] = contact.company
    return state


def _has_employer(row: ContactRow) -> bool:
    return bool(row.company or row.company_number)


def _is_same_employer(known: Contact, row: ContactRow) -> bool:
    if row.company_number:
        return known.number == row.company_number
    return name_key(known.name) == name_key(row.company)


def _check_stays(contact: Contact, row: ContactRow) -> None:
    """Refuse a row about somebody who asked to be forgotten."""
    if contact.anonymised_at:
        raise RowRefused(_("%s was anonymised") % contact.number)


def _assign(contact: Contact, columns: Mapping[str, Any]) -> None:
    for column, value in columns.items():
        known = getattr(contact, column)
        if known and _says_the_same(contact, column, known, value):
            continue
        setattr(contact, column, value)


def _settle_privacy(contact: Contact, before: PrivacyFlags) -> None:
    """Let the flags follow from each other; a file never lifts a block."""
    after, _said = settle(before, flags_of(contact))
    for name, value in after._asdict().items():
        setattr(contact, name, value)


def _says_the_same(contact: Contact, column: str, known: Any, value: Any) -> bool:
    """Whether a row cannot say otherwise what is stored: spaces, a lost zero."""
    if known == value or not isinstance(known, str):
        return bool(known == value)
    if column == "postcode":
        return whole_postcode(tidy(column, known), contact.country) == value
    if column in ("email", "email_2"):
        return known.casefold() == value.casefold()
    return tidy(column, known) == value


def _fill(contact: Contact, columns: Mapping[str, Any]) -> None:
    for column, value in columns.items():
        if value and not getattr(contact, column):
            setattr(contact, column, value)


def _name_parts(contact: Contact, row: ContactRow) -> None:
    """Give a person the parts of its name, taken from the whole name if need be."""
    if contact.type != ContactType.PERSON:
        return
    given = {part: row.values[part] for part in NAME_PARTS if part in row.values}
    _assign(contact, given or split_name(row.name)._asdict())


def _rename(contact: Contact, row: ContactRow) -> None:
    """Take over another name; a person's parts that the row leaves out stay."""
    told = row.values.get("name", "")
    parts = any(part in row.values for part in NAME_PARTS)
    if contact.type == ContactType.COMPANY:
        told = row.name
    if told and name_key(told) == name_key(contact.name):
        told = ""
    if told or parts:
        _name_parts(contact, row)
    if told:
        contact.name = told
    elif parts and "name" not in row.values:
        contact.name = compose_name(*(getattr(contact, part) for part in NAME_PARTS))


def _dial(contact: Contact) -> None:
    for phone, column in E164.items():
        setattr(contact, column, e164(getattr(contact, phone), contact.country))
