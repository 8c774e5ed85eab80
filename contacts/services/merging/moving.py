"""What a merge does to the rows of other tables, written down so that it can be undone.

An application moves its own rows through a `Mover` that it registers; all that a mover
does to them goes through `Moving`.
"""

import json
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.functional import Promise

from ...models import Contact
from ..duplicates.likeness import in_parts

# The row that something depends on, and the version it had.
Held = tuple[int, str]
Values = Mapping[str, Any]

# Why an undo did not restore something, or took it out.
CHANGED, GONE, MOVED_ON, MISSING = "changed", "gone", "moved_on", "missing"
UNFIT = "unfit"


@dataclass
class Moving:
    """The rows of `duplicate` on their way to `survivor`; see `MergeJournal`."""

    survivor: Contact
    duplicate: Contact
    user: Any
    at: datetime
    moved: dict[str, list[int]] = field(default_factory=dict)
    changed: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    dropped: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def rows_of_both(
        self, model: type[models.Model], name: str = "contact"
    ) -> models.QuerySet:
        both = {f"{name}__in": [self.survivor.pk, self.duplicate.pk]}
        return model._base_manager.filter(**both).order_by("pk")

    def move(
        self, model: type[models.Model], name: str = "contact", **values: Any
    ) -> None:
        """Let every row of the duplicate be the survivor's; `values` as for update."""
        rows = model._base_manager.filter(**{name: self.duplicate.pk})
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        if keys:
            rows.update(**{name: self.survivor.pk}, **values)
            self.moved[f"{model._meta.label}.{name}"] = keys

    def change(
        self,
        rows: Iterable[tuple[models.Model, Values]],
        held: Mapping[int, Held] | None = None,
    ) -> None:
        """Write columns of rows of one model; what stands there already is left out.

        `held` says by the key of a row what must still be so for an undo.
        """
        written: list[models.Model] = []
        names: set[str] = set()
        for row, values in rows:
            new = {n: v for n, v in values.items() if getattr(row, n) != v}
            if not new:
                continue
            told = {n: [plain(getattr(row, n)), plain(v)] for n, v in new.items()}
            entry = {"pk": row.pk, "values": told, "held": (held or {}).get(row.pk)}
            self.changed.setdefault(row._meta.label, []).append(entry)
            for name, value in new.items():
                setattr(row, name, value)
            written.append(row)
            names |= new.keys()
        if written:
            write_columns(written, names)

    def drop(
        self,
        rows: Collection[models.Model],
        held: Mapping[int, Held] | None = None,
    ) -> None:
        """Take out rows of one model that stand twice; the journal keeps them whole."""
        for row in rows:
            entry = {"row": columns_of(row), "held": (held or {}).get(row.pk)}
            self.dropped.setdefault(row._meta.label, []).append(entry)
        if rows:
            model = type(next(iter(rows)))
            for some in in_parts(row.pk for row in rows):
                model._base_manager.filter(pk__in=some).delete()


@dataclass(frozen=True)
class MovingBack:
    """An undo whose rows have all gone back to `duplicate`.

    `missed` counts by why and what, as `MergeJournal.not_restored` tells it; `note` is
    what the trail says.
    """

    survivor: Contact
    duplicate: Contact
    user: Any
    at: datetime
    note: str
    missed: dict[tuple[str, str], int]

    @property
    def both(self) -> tuple[int, int]:
        return self.survivor.pk, self.duplicate.pk


@dataclass(frozen=True)
class Mover:
    """How an application moves its rows from one contact to another.

    `relations` names every foreign key to a contact that `move` sees to, as
    "app.Model.field". `conflict` says what happens to what both have. `locks` returns
    the rows that must be locked before the contacts are, and `versions` what `Held`
    rows are like now, by key; of those that are gone nothing. `went_back` sees after an
    undo to what else it asks for. Relations in `hidden` are of no interest to who
    decides about a merge.
    """

    relations: tuple[str, ...]
    move: Callable[[Moving], None]
    conflict: str | Promise = ""
    locks: Callable[[Collection[int]], models.QuerySet] | None = None
    versions: Callable[[Collection[int]], dict[int, str]] | None = None
    went_back: Callable[[MovingBack], None] | None = None
    hidden: tuple[str, ...] = ()


def moving_all(
    *relations: tuple[type[models.Model], str], hidden: tuple[str, ...] = ()
) -> Mover:
    """Return a mover of rows that never stand in each other's way."""

    def move(moving: Moving) -> None:
        for model, name in relations:
            moving.move(model, name)

    names = tuple(f"{m._meta.label}.{name}" for m, name in relations)
    return Mover(names, move, hidden=hidden)


def moving_once(
    model: type[models.Model],
    *,
    alike: Callable[[Any], Hashable],
    agree: Callable[[Any, Any], Values] = lambda _kept, _gone: {},
    related: tuple[str, ...] = (),
    conflict: str | Promise,
) -> Mover:
    """Return a mover of rows that a contact has once for what `alike` says.

    Where both have one the survivor's is kept; `agree` gives the columns that it takes
    from the other.
    """

    def move(moving: Moving) -> None:
        rows = moving.rows_of_both(model).select_related(*related)
        kept = {alike(row): row for row in rows if row.contact_id == moving.survivor.pk}
        gone = [
            row
            for row in rows
            if row.contact_id == moving.duplicate.pk and alike(row) in kept
        ]
        changes = [(kept[alike(row)], agree(kept[alike(row)], row)) for row in gone]
        moving.drop(gone)
        moving.change(changes)
        moving.move(model)

    return Mover((f"{model._meta.label}.contact",), move, conflict)


def columns_of(row: models.Model) -> dict[str, Any]:
    """Return the stored columns of a row as JSON keeps them."""
    return {
        column.attname: plain(getattr(row, column.attname))
        for column in row._meta.concrete_fields
        if not column.generated
    }


def plain(value: Any) -> Any:
    """Return a value as it comes back from JSON."""
    return json.loads(json.dumps(value, cls=_Exact))


class _Exact(DjangoJSONEncoder):
    """Moments to the microsecond: what was written is compared later."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def write_columns(rows: Collection[models.Model], columns: Iterable[str]) -> None:
    """Update rows of one model in memory; columns are named as in the database."""
    meta: Any = type(next(iter(rows)))._meta
    names = sorted(meta.get_field(column).name for column in columns)
    meta.base_manager.bulk_update(rows, names, batch_size=200)
