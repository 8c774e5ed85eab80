"""What a journal of a merge says: values of both, what went where, what was left."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...models import Contact, MergeJournal
from ..changes import NOT_TOLD
from ..duplicates.likeness import in_parts
from .moving import CHANGED, GONE, MISSING, MOVED_ON, UNFIT, plain

ROWS_SHOWN = 50
WHY = {
    CHANGED: gettext_lazy("changed since the merge, stays as it is"),
    GONE: gettext_lazy("deleted or given to another contact since the merge"),
    MOVED_ON: gettext_lazy("of a segment that is gone or was changed by steps since"),
    MISSING: gettext_lazy("refers to something that was deleted since"),
    UNFIT: gettext_lazy("given since the merge, does not fit any more, was taken out"),
}


@dataclass(frozen=True)
class ValueRow:
    """One value of both contacts before the merge, and what it became."""

    label: str
    survivor: str
    duplicate: str
    merged: str

    @property
    def differs(self) -> bool:
        return self.survivor != self.duplicate


@dataclass(frozen=True)
class LeftOut:
    """A row of the other contact that was not kept, by what stood in it."""

    table: str | Promise
    values: list[tuple[str, str]]


def value_rows(journal: MergeJournal) -> list[ValueRow]:
    """Return the values that one of both had, in the order of the fields."""
    one, other = journal.survivor_before, journal.duplicate_before
    if not one:
        return []
    merged = one | journal.after
    said = _saying(Contact, [one, other, merged])
    rows = []
    for field in Contact._meta.concrete_fields:
        name = field.attname
        if field.name in NOT_TOLD or name not in one:
            continue
        values = [said(name, values[name]) for values in (one, other, merged)]
        if any(values):
            rows.append(ValueRow(str(field.verbose_name), *values))
    return rows


def moved_rows(journal: MergeJournal) -> list[tuple[str, int]]:
    """Return what went over to the survivor, by table, and how many rows."""
    counted: dict[str, int] = defaultdict(int)
    for relation, keys in journal.moved.items():
        counted[_table(relation.rpartition(".")[0], relation)] += len(keys)
    return list(counted.items())


def left_out(journal: MergeJournal) -> list[LeftOut]:
    """Return rows that stood twice and were not kept, the first 50 of them."""
    told: list[LeftOut] = []
    for label, entries in journal.dropped.items():
        if label == "contacts.DuplicatePair":
            continue
        model = apps.get_model(label)
        stored = [entry["row"] for entry in entries][: ROWS_SHOWN - len(told)]
        said = _saying(model, stored)
        for row in stored:
            values = [
                (str(field.verbose_name), said(field.attname, row[field.attname]))
                for field in model._meta.concrete_fields
                if field.editable and not field.primary_key
                if field.related_model is not Contact
                if row.get(field.attname) not in (None, "")
            ]
            told.append(LeftOut(_table(label), values))
    return told


def not_restored(journal: MergeJournal) -> Iterator[str]:
    """Say what an undo left, one sentence each."""
    for why, what, count in journal.not_restored:
        app, model, *field = what.split(".")
        name = _table(f"{app}.{model}")
        if field and (
            why == UNFIT or (model == "Contact" and why in (CHANGED, MISSING))
        ):
            meta: Any = apps.get_model(app, model)._meta
            name = str(meta.get_field(field[0]).verbose_name)
        elif what == "contacts.Contact.company":
            name = _("people of the company")
        yield _("%(what)s (%(count)s): %(why)s") % {
            "what": name,
            "count": count,
            "why": WHY[why],
        }


def _saying(model: Any, stored: list[dict[str, Any]]) -> Any:
    """Return what says a stored column: one query for each foreign key."""
    names: dict[tuple[str, Any], str] = {}
    fields: dict[str, Any] = {f.attname: f for f in model._meta.concrete_fields}
    for name, field in fields.items():
        if not field.is_relation:
            continue
        keys: set[Any] = {row.get(name) for row in stored} - {None}
        for some in in_parts(keys):
            found = field.related_model._base_manager.filter(pk__in=some)
            names |= {(name, row.pk): str(row) for row in found}

    def said(name: str, value: Any) -> str:
        field = fields[name]
        if value is None or value == "" or value is False:
            return ""
        if value is True:
            return _("Yes")
        if field.is_relation:
            return names.get((name, value), _("no longer there"))
        return str(dict(field.flatchoices).get(value, plain(value)))

    return said


def _table(label: str, relation: str = "") -> str:
    if relation == "contacts.Contact.company":
        return _("people of the company")
    return str(apps.get_model(label)._meta.verbose_name_plural)
