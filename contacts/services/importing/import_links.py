"""Groups and the like that an import adds its contacts to: in bulk, per batch."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from ...importing.fields import LINK_FIELDS
from ...models import Contact
from ...models.upsert import insert_rows


class Links:
    """What the contacts of a batch belong to, and what the batch adds.

    `fields` are those the file has a column for: for each of them one query. A file
    adds and never takes away.
    """

    def __init__(
        self,
        fields: Iterable[str],
        contacts: Iterable[int],
        remembered: Mapping[tuple[int, str], set[int]],
        codes: Mapping[str, Mapping[str, int]],
    ) -> None:
        self._had: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
        self._added: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
        self._codes = codes
        self.touched: dict[int, Contact] = {}
        keys = [pk for pk in contacts if pk is not None]
        for field in set(fields) & set(LINK_FIELDS):
            through, target = _table(field)
            stored = through.objects.filter(contact__in=keys)
            for contact, row in stored.values_list("contact_id", target):
                self._had[contact, field].add(row)
        for key, rows in remembered.items():
            self._had[key] |= rows

    def add(self, contact: Contact, links: Mapping[str, set[int]]) -> bool:
        """Take `contact` into these rows; returns whether it was not in all of them."""
        changed = False
        for field, rows in links.items():
            had = self._had[contact.pk, field] if contact.pk is not None else set()
            new = rows - had - self._added[id(contact), field]
            if new:
                self._added[id(contact), field] |= new
                self.touched[id(contact)] = contact
                changed = True
        return changed

    def told(self, contact: Contact) -> dict[str, list[Any]]:
        """Return what `contact` was added to, as the audit trail keeps it."""
        values: dict[str, list[Any]] = {}
        for field in LINK_FIELDS:
            added = self._added.get((id(contact), field))
            if added:
                codes = {pk: code for code, pk in self._codes[field].items()}
                had = self._had.get((contact.pk, field), set())
                values[field] = [
                    sorted(codes[pk] for pk in had),
                    sorted(codes[pk] for pk in had | added),
                ]
        return values

    def write(self) -> None:
        """Store what was added; the contacts have their keys by now."""
        for field in LINK_FIELDS:
            through, target = _table(field)
            insert_rows(
                [
                    through(contact_id=contact.pk, **{target: row})
                    for key, contact in self.touched.items()
                    for row in sorted(self._added.get((key, field), ()))
                ],
                ignore_known=True,
            )

    def remember(self) -> dict[tuple[int, str], set[int]]:
        """Return what the contacts belong to now, for the next batch of a dry run."""
        return {
            (contact.pk, field): self._had[contact.pk, field] | self._added[key, field]
            for key, contact in self.touched.items()
            for field in LINK_FIELDS
            if self._added[key, field]
        }


def _table(field: str) -> tuple[Any, str]:
    """The table of links, and its column for the row of set-up."""
    meta: Any = Contact._meta
    relation = meta.get_field(field)
    through = relation.remote_field.through
    return through, f"{relation.m2m_reverse_field_name()}_id"
