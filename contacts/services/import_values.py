"""What a row makes of a contact: its values, its company, what it takes from others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ..choices import ContactType
from ..importing import ContactRow
from ..importing.fields import CODE_FIELDS, FIELDS, NAME_PARTS, PERSON_FIELDS
from ..models import Contact, MarketingSetup
from ..names import compose_name, split_name
from ..phones import e164
from .import_register import Register, RowRefused, name_key
from .inherit import ADDRESS, E164, pass_on_to_person, take_from_company

# What a row about a person also says about the company the person works for.
SHARED = (*ADDRESS, "country", "home_page")
COMPANY_ONLY_NEW = ("language", "salesperson", "territory")
_meta: Any = Contact._meta
COLUMNS = {field: _meta.get_field(field).attname for field in FIELDS if field != "type"}


@dataclass(frozen=True)
class ImportSetup:
    """Codes and defaults, read once per import."""

    setup: MarketingSetup
    codes: Mapping[str, Mapping[str, int]]
    gives_defaults: bool = True

    @classmethod
    def load(cls, *, gives_defaults: bool) -> "ImportSetup":
        codes = {}
        for field in CODE_FIELDS:
            model = _meta.get_field(field).related_model
            codes[field] = dict(model._default_manager.values_list("code", "pk"))
        return cls(MarketingSetup.load(), codes, gives_defaults)

    def columns(
        self, values: Mapping[str, str], fields: Iterable[str]
    ) -> dict[str, Any]:
        """Translate values into columns: a code becomes the key of its row."""
        return {
            COLUMNS[field]: self._pk(field, values[field])
            if field in CODE_FIELDS
            else values[field]
            for field in fields
            if field in values
        }

    def defaults(self, kind: str) -> dict[str, Any]:
        """What a new contact gets where it has nothing else."""
        if not self.gives_defaults:
            return {}
        setup = self.setup
        return {
            "salesperson_id": setup.default_salesperson_id,
            "territory_id": setup.default_territory_id,
            "country": setup.default_country,
            "language": setup.default_language,
            "correspondence_type": setup.default_correspondence_type,
            "salutation_id": setup.default_company_salutation_id
            if kind == ContactType.COMPANY
            else setup.default_person_salutation_id,
        }

    def _pk(self, field: str, code: str) -> int:
        if code not in self.codes[field]:
            raise RowRefused(
                _("%(field)s: there is no %(code)s")
                % {"field": FIELDS[field].label, "code": code}
            )
        return self.codes[field][code]


class Changes:
    """The contacts a batch makes and changes, before anything is written.

    Everything that can refuse a row comes before the first change it makes.
    """

    def __init__(self, register: Register, setup: ImportSetup, at: datetime) -> None:
        self._register = register
        self._setup = setup
        self._at = at
        self.companies: list[Contact] = []
        self.contacts: list[Contact] = []
        self.changed: dict[int, Contact] = {}
        self.columns: set[str] = set()
        self._before: dict[int, dict[str, Any]] = {}

    def create(self, row: ContactRow) -> None:
        """Make the contact of a row, and its company where that is new too."""
        kind = row.type or ContactType.COMPANY
        row = replace(row, type=kind)
        if not row.name:
            raise RowRefused(_("the name is missing"))
        values, fillers = self._said(row, kind)
        contact = self._new(kind, number=row.number, name=row.name)
        if kind == ContactType.PERSON and row.company:
            contact.company = self._employer(row)
        _name_parts(contact, row)
        _assign(contact, values)
        _fill(contact, fillers)
        if contact.company:
            take_from_company(person=contact, previous=None, setup=self._setup.setup)
        self._finish(contact)
        self.contacts.append(contact)

    def update(self, contact: Contact, row: ContactRow) -> bool:
        """Give a contact what the row says; returns whether anything is different."""
        row = replace(row, type=contact.type)
        values, fillers = self._said(row, contact.type)
        before = _state(contact)
        also = False
        if contact.type == ContactType.PERSON and row.company:
            also = self._employ(contact, row)
        if row.name:
            _rename(contact, row)
        _assign(contact, values)
        _fill(contact, fillers)
        return self._note(contact, before) or also

    def pass_on(self) -> None:
        """Give what changed on companies to the people who still had it from them."""
        companies = {
            contact.pk: contact
            for contact in self.changed.values()
            if contact.pk in self._before
        }
        for person in self._register.people_of(companies):
            company = companies.get(person.company_id or 0)
            if company:
                before = _state(person)
                pass_on_to_person(
                    before=self._before[company.pk],
                    company=company,
                    person=person,
                    setup=self._setup.setup,
                )
                self._note(person, before)

    def _said(
        self, row: ContactRow, kind: str
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what the row gives and what it only fills in, as columns."""
        own = set(COLUMNS) - {"number", "name", *NAME_PARTS}
        if kind == ContactType.COMPANY:
            own -= set(PERSON_FIELDS)
        columns = self._setup.columns
        return columns(row.values, own), columns(row.fillers, own)

    def _employ(self, person: Contact, row: ContactRow) -> bool:
        """Set the employer the row names; returns whether its company changed.

        Who stays with a company of that name stays with that company, wherever the
        row says it is.
        """
        known = person.company
        if known and name_key(known.name) == name_key(row.company):
            return self._share(known, row)
        person.company = self._employer(row)
        take_from_company(person=person, previous=known, setup=self._setup.setup)
        return True

    def _employer(self, row: ContactRow) -> Contact:
        """Return the company a person works for; made here if nobody knows it."""
        company = self._register.company(row, row.company)
        if company:
            self._share(company, row)
            return company
        company = self._new(ContactType.COMPANY, name=row.company)
        for values in (row.values, row.fillers):
            shared = (*SHARED, *COMPANY_ONLY_NEW)
            _fill(company, self._setup.columns(values, shared))
        self._finish(company)
        self.companies.append(company)
        return company

    def _share(self, company: Contact, row: ContactRow) -> bool:
        """Fill what a company lacks; an address is only taken whole."""
        before = _state(company)
        fields = set(SHARED)
        if any(getattr(company, field) for field in ADDRESS):
            fields -= set(ADDRESS)
        for values in (row.values, row.fillers):
            _fill(company, self._setup.columns(values, fields))
        return self._note(company, before)

    def _new(self, kind: str, **values: Any) -> Contact:
        return Contact(type=kind, created_at=self._at, updated_at=self._at, **values)

    def _finish(self, contact: Contact) -> None:
        """A new contact has all its values: the rest comes from the set-up."""
        _fill(contact, self._setup.defaults(contact.type))
        _dial(contact)
        self._register.add(contact)

    def _note(self, contact: Contact, before: dict[str, Any]) -> bool:
        """Remember what became different, for those that are stored already."""
        if _state(contact) == before:
            return False
        _dial(contact)
        contact.updated_at = self._at
        self._register.add(contact)
        if not self._register.is_new(contact):
            self.changed[id(contact)] = contact
            if contact.is_company:
                self._before.setdefault(contact.pk, before)
            after = _state(contact)
            self.columns |= {c for c in after if after[c] != before[c]}
            self.columns |= {"updated_at", *E164.values()}
        return True


def _state(contact: Contact) -> dict[str, Any]:
    state = {column: getattr(contact, column) for column in COLUMNS.values()}
    # A new employer has no key yet; who it is counts.
    return state | {"company_id": contact.company and id(contact.company)}


def _assign(contact: Contact, columns: Mapping[str, Any]) -> None:
    for column, value in columns.items():
        same_address = column in ("email", "email_2") and (
            value.casefold() == getattr(contact, column).casefold()
        )
        if not same_address:
            setattr(contact, column, value)


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
