"""Whom the rows of an import are about: looked up per batch, in one query."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Sequence

from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from ...choices import ContactType
from ...folding import capitals
from ...importing import ContactRow
from ...models import Contact, MergeJournal
from ...models.plans import plans_by_index
from ...models.querysets import ContactQuerySet
from .import_keys import (
    Key,
    is_found_by_name,
    keys_of_contact,
    keys_of_row,
    name_key,
    person_key,
)
from .import_memory import Memory


class RowRefused(Exception):
    """The row cannot be taken; the text says why."""


class Register:
    """The contacts that a batch of rows may be about, and those it makes."""

    def __init__(self, rows: Sequence[ContactRow], memory: Memory | None) -> None:
        self._index: defaultdict[Key, dict[int, Contact]] = defaultdict(dict)
        self._by_id: dict[int, Contact] = {}
        keys = {key for row in rows for key in keys_of_row(row)}
        remembered = list(memory.recall(keys)) if memory else []
        for contact in [*remembered, *_stored(rows)]:
            self._load(contact)
        known = {contact.number for contact in self._by_id.values()}
        self._merged_into = _merged_into(_numbers_of(rows) - known)

    def _load(self, contact: Contact) -> None:
        """Know a contact once, however many queries found it."""
        if contact.pk in self._by_id:
            return
        self._by_id[contact.pk] = contact
        if contact.company:
            employer = self._by_id.setdefault(contact.company.pk, contact.company)
            contact.company = employer
            self.add(employer)
        self.add(contact)

    @property
    def keys(self) -> list[int]:
        """The keys of the contacts that are known, those of a dry run too."""
        return [pk for pk in self._by_id if pk is not None]

    def add(self, contact: Contact) -> None:
        """Let later rows find this contact, as it is now."""
        for key in keys_of_contact(contact):
            self._index[key][id(contact)] = contact

    def is_new(self, contact: Contact) -> bool:
        """Whether this batch made the contact."""
        return contact.pk is None

    def people_of(self, companies: Collection[int], having: Q) -> Iterator[Contact]:
        """Yield stored people of these companies, as the batch left them.

        Of those whom the batch does not know, only who is stored as `having` says.
        """
        people = _locked().filter(anonymised_at__isnull=True, company__in=companies)
        for person in people.filter(having | Q(pk__in=self.keys)):
            yield self._by_id.get(person.pk, person)

    def find(self, row: ContactRow, numbers: Container[str]) -> Contact | None:
        """Return the contact a row is about: by number, else e-mail, else by name.

        `numbers` are those of the file: a contact that another row names by its
        number is not found by anything else. By name are found companies (with their
        place) and persons of a row without e-mail (with their employer or address).
        """
        if row.number:
            (named,) = self._with(("number", row.number)) or (None,)
            if named:
                if row.type and named.type != row.type:
                    raise RowRefused(
                        _("%(number)s is a %(type)s")
                        % {"number": named.number, "type": named.get_type_display()}
                    )
                return named
            self._refuse_merged(row.number)
        if row.email:
            same = self._with(("email", capitals(row.email)))
            same = [c for c in same if not row.type or c.type == row.type]
            found = self._only(same, row, numbers)
            if found:
                return found
        if row.type == ContactType.PERSON:
            return (
                None
                if row.email or row.number
                else self._only(self._with(person_key(row)), row, numbers)
            )
        company = self.company(row, row.name) if row.name else None
        return None if company and company.number in numbers else company

    def employer(self, row: ContactRow) -> Contact | None:
        """Return the company a row says a person works for, by number, else by name."""
        if not row.company_number:
            return self.company(row, row.company)
        (named,) = self._with(("number", row.company_number)) or (None,)
        if named and not named.is_company:
            raise RowRefused(
                _("company number: %(number)s is a person, %(name)s")
                % {"number": named.number, "name": named.name}
            )
        if not named:
            self._refuse_merged(row.company_number)
        if not named and not row.company:
            raise RowRefused(
                _("company number: there is no company %(number)s")
                % {"number": row.company_number}
            )
        return named

    def company(self, row: ContactRow, name: str) -> Contact | None:
        """Return the company of that name at the place of the row."""
        named = self._with(("company", name_key(name)))
        near = [company for company in named if _same_place(company, row)]
        exact = [c for c in near if c.postcode and c.postcode == row.value("postcode")]
        near = exact or near
        if len(near) > 1:
            raise RowRefused(
                _("%(numbers)s are called %(name)s: tell the postcode or the number")
                % {"numbers": _numbers(near), "name": name}
            )
        return near[0] if near else None

    def _refuse_merged(self, number: str) -> None:
        """An old export does not bring back who is part of another contact by now."""
        if survivor := self._merged_into.get(number):
            raise RowRefused(
                _("%(number)s was merged into %(survivor)s")
                % {"number": number, "survivor": survivor}
            )

    def _with(self, key: Key) -> list[Contact]:
        # Keys of a contact change as rows change it: an old one may point to it still.
        found = self._index.get(key, {}).values()
        return [contact for contact in found if key in keys_of_contact(contact)]

    def _only(
        self, found: list[Contact], row: ContactRow, numbers: Container[str]
    ) -> Contact | None:
        found = [c for c in found if not c.number or c.number not in numbers]
        if len(found) > 1:
            same = [c for c in found if name_key(c.name) == name_key(row.name)]
            if len(same) != 1:
                raise RowRefused(
                    _("%(numbers)s could be meant: tell the number")
                    % {"numbers": _numbers(found)}
                )
            return same[0]
        return found[0] if found else None


def _stored(rows: Sequence[ContactRow]) -> Iterator[Contact]:
    """Yield the stored contacts the rows may be about; their rows are locked."""
    everybody = Contact.objects.order_by()
    meant = []
    if numbers := _numbers_of(rows):
        meant.append(everybody.filter(number__in=numbers))
    emails = {row.email for row in rows if row.email}
    if emails:
        meant.append(everybody.with_any_email(emails))
    names = {row.company for row in rows if row.company}
    names |= {row.name for row in rows if row.name and is_found_by_name(row)}
    if names:
        named = everybody.annotate(name_upper=Upper("name"))
        meant.append(named.filter(name_upper__in={capitals(name) for name in names}))
    if meant:
        first, *others = (contacts.values_list("pk", flat=True) for contacts in meant)
        with plans_by_index():
            found = list(first.union(*others))
        # Asked again by its key, each is locked and as it is then.
        yield from _locked().filter(pk__in=found)


def _numbers_of(rows: Iterable[ContactRow]) -> set[str]:
    """Return the numbers that rows name, their own and those of employers."""
    return {n for row in rows for n in (row.number, row.company_number) if n}


def _merged_into(numbers: Collection[str]) -> dict[str, str]:
    """Return by its number into whom each was merged that is merged still."""
    if not numbers:
        return {}
    merges = MergeJournal.objects.filter(duplicate_number__in=numbers, undone_at=None)
    told = merges.order_by("pk").values_list("duplicate_number", "survivor_number")
    return dict(told)


def _locked() -> ContactQuerySet:
    return Contact.objects.select_related("company").locked_in_order()


def _same_place(company: Contact, row: ContactRow) -> bool:
    """Whether nothing speaks against it: what one of them leaves out does not."""
    for code in ("country", "postcode", "city"):
        theirs, ours = getattr(company, code), row.value(code)
        if theirs and ours:
            if theirs.casefold() != ours.casefold():
                return False
            if code == "postcode":
                return True
    return True


def _numbers(contacts: Iterable[Contact]) -> str:
    return ", ".join(contact.number or contact.name for contact in contacts)
