"""A merge is undone: both contacts are there again, as far as it can be."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from ...choices import ChangeKind
from ...models import Contact, MergeJournal
from ...registry import movers
from ..changes import differences, record_change
from ..duplicates.likeness import in_parts
from ..errors import ContactError
from .moving import CHANGED, GONE, MISSING, MOVED_ON, MovingBack, plain, write_columns

UNTOLD = {"updated_at", "phone_e164", "mobile_e164"}


class UndoRefused(ContactError):
    """This merge cannot be undone, or not now."""


def undo_merge(*, journal: MergeJournal, user: Any, at: datetime) -> MergeJournal:
    """Bring the merged contact back under its number, with its values and its rows.

    The survivor's values are restored where they still are those of the merge. What
    was changed, deleted or moved on since stays as it is and is told in
    `not_restored`, as `[why, what, count]`; what came to the survivor since stays with
    it, unless it fits no more. Raises UndoRefused.
    """
    with transaction.atomic():
        survivor = _claim(journal)
        before = copy(survivor)
        undo = _Undo(journal, survivor)
        duplicate = undo.recreate(at)
        undo.restore_values(at)
        undo.move_back(duplicate)
        undo.change_back()
        undo.put_back()
        note = _("The merge of %(duplicate)s into %(survivor)s was undone") % {
            "duplicate": journal.duplicate_number,
            "survivor": journal.survivor_number,
        }
        back = MovingBack(survivor, duplicate, user, at, note, undo.missed)
        for mover in movers():
            if mover.went_back:
                mover.went_back(back)
        journal.undone_at, journal.undone_by = at, user
        journal.not_restored = undo.told()
        journal.save(update_fields=["undone_at", "undone_by", "not_restored"])
        for contact, values in (
            (survivor, differences(before, survivor)),
            (duplicate, {}),
        ):
            record_change(
                contact=contact,
                kind=ChangeKind.UNMERGED,
                values=values,
                user=user,
                at=at,
                note=note,
            )
    return journal


def why_not(journal: MergeJournal) -> str:
    """Say why a merge cannot be undone; empty if it can."""
    if journal.undone_at:
        return _("This merge was undone already.")
    if journal.forgotten:
        return _("The personal data of this merge was removed, so nothing is left.")
    if journal.survivor is None:
        return _("%s was deleted.") % journal.survivor_number
    if journal.survivor.number != journal.survivor_number:
        later = MergeJournal.objects.filter(
            duplicate_number=journal.survivor_number, undone_at=None
        ).first()
        if later:
            return _("%(number)s was merged into %(survivor)s: undo that first.") % {
                "number": journal.survivor_number,
                "survivor": later.survivor_number,
            }
    if Contact.objects.filter(number=journal.duplicate_number).exists():
        return _("The number %s was given to another contact meanwhile.") % (
            journal.duplicate_number
        )
    return ""


def _claim(journal: MergeJournal) -> Contact:
    """Hold what must be held, in the order of a merge, and look whether it can be."""
    survivor_key: Any = journal.survivor_id
    for mover in movers():
        if mover.locks and survivor_key:
            list(mover.locks([survivor_key]).select_for_update().order_by("pk"))
    survivor = Contact.objects.select_for_update().filter(pk=survivor_key).first()
    held = MergeJournal.objects.select_for_update().filter(pk=journal.pk)
    stored = held.get()
    stored.survivor = survivor
    if refusal := why_not(stored):
        raise UndoRefused(refusal)
    assert survivor is not None  # noqa: S101
    journal.refresh_from_db()
    return survivor


class _Undo:
    """One undo under way; `missed` counts what was not restored."""

    def __init__(self, journal: MergeJournal, survivor: Contact) -> None:
        self.journal = journal
        self.survivor = survivor
        self.missed: dict[tuple[str, str], int] = defaultdict(int)
        self.now = _versions_now(journal)

    def told(self) -> list[list[Any]]:
        return [
            [why, what, count] for (why, what), count in sorted(self.missed.items())
        ]

    def recreate(self, at: datetime) -> Contact:
        values = self.journal.duplicate_before | {"updated_at": at}
        ((duplicate, missing),) = _rows(Contact, [values])
        for name in missing:
            self.missed[MISSING, f"contacts.Contact.{name}"] += 1
        duplicate.save(force_insert=True)
        duplicate.refresh_from_db()
        return duplicate

    def restore_values(self, at: datetime) -> None:
        was = self.journal.survivor_before
        restored = {}
        for column, merged in self.journal.after.items():
            if plain(getattr(self.survivor, column)) == merged:
                restored[column] = was[column]
            elif column not in UNTOLD:
                self.missed[CHANGED, f"contacts.Contact.{_field(Contact, column)}"] += 1
        ((values, missing),) = _rows(Contact, [restored])
        for column in restored:
            setattr(self.survivor, column, getattr(values, column))
        for name in missing:
            self.missed[MISSING, f"contacts.Contact.{name}"] += 1
        self.survivor.updated_at = at
        self.survivor.save(update_fields={*restored, "updated_at"})
        self.survivor.refresh_from_db()

    def move_back(self, duplicate: Contact) -> None:
        for relation, keys in self.journal.moved.items():
            label, _dot, name = relation.rpartition(".")
            rows = apps.get_model(label)._base_manager.filter(**{name: self.survivor})
            back = 0
            for some in in_parts(keys):
                back += rows.filter(pk__in=some).update(**{name: duplicate.pk})
            if back < len(keys):
                self.missed[GONE, relation] += len(keys) - back

    def change_back(self) -> None:
        for label, entries in self.journal.changed.items():
            model = apps.get_model(label)
            stored: dict[Any, Any] = {}
            for some in in_parts(entry["pk"] for entry in entries):
                stored |= model._base_manager.in_bulk(some)
            rows, columns = {}, set()
            for entry in entries:
                row = stored.get(entry["pk"])
                if row is None:
                    self.missed[GONE, label] += 1
                    continue
                if not self._still_holds(entry):
                    self.missed[MOVED_ON, label] += 1
                    continue
                for column, (old, new) in entry["values"].items():
                    if plain(getattr(row, column)) != new:
                        self.missed[CHANGED, label] += 1
                        continue
                    setattr(row, column, _value(model, column, old))
                    rows[row.pk] = row
                    columns.add(column)
            if rows:
                write_columns(rows.values(), columns)

    def put_back(self) -> None:
        for label, entries in self.journal.dropped.items():
            model = apps.get_model(label)
            held = [entry["row"] for entry in entries if self._still_holds(entry)]
            if len(held) < len(entries):
                self.missed[MOVED_ON, label] += len(entries) - len(held)
            coming = []
            for row, missing in _rows(model, held):
                if any(not model._meta.get_field(name).null for name in missing):
                    self.missed[MISSING, label] += 1
                else:
                    coming.append(row)
            model._base_manager.bulk_create(coming, batch_size=200)

    def _still_holds(self, entry: dict[str, Any]) -> bool:
        held = entry["held"]
        return held is None or self.now.get(held[0]) == held[1]


def _versions_now(journal: MergeJournal) -> dict[int, str]:
    """What the rows are like now that some of the journal depends on."""
    entries: Iterable[dict[str, Any]] = (
        entry
        for kept in (journal.changed, journal.dropped)
        for rows in kept.values()
        for entry in rows
    )
    keys = {entry["held"][0] for entry in entries if entry["held"]}
    now: dict[int, str] = {}
    for mover in movers():
        if mover.versions and keys:
            now |= mover.versions(keys)
    return now


def _rows(model: Any, stored: Sequence[dict[str, Any]]) -> list[tuple[Any, list[str]]]:
    """Return unsaved rows of stored columns, and what each refers to in vain.

    Such a reference is empty. One query for each foreign key, however many rows.
    """
    rows: list[tuple[Any, list[str]]] = [
        (
            model(
                **{name: _value(model, name, value) for name, value in values.items()}
            ),
            [],
        )
        for values in stored
    ]
    for field in model._meta.concrete_fields:
        if not field.is_relation:
            continue
        keys: set[Any] = {values.get(field.attname) for values in stored} - {None}
        there: set[Any] = set()
        for some in in_parts(keys):
            found = field.related_model._base_manager.filter(pk__in=some)
            there.update(found.values_list("pk", flat=True))
        for row, missing in rows:
            if getattr(row, field.attname) in keys - there:
                setattr(row, field.attname, None)
                missing.append(field.name)
    return rows


def _value(model: Any, column: str, value: Any) -> Any:
    field = model._meta.get_field(column)
    return (
        field.target_field.to_python(value)
        if field.is_relation
        else (field.to_python(value))
    )


def _field(model: Any, column: str) -> str:
    return str(model._meta.get_field(column).name)
