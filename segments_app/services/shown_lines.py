"""Lines as a reader sees them: what holds for each, where it comes from, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import models
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from contacts.models import AlternativeAddress, Salesperson
from interactions.models import Attachment, Campaign, InteractionTemplate

from ..choices import Origin
from ..models import SegmentLine
from ..models.line_columns import BY_COPY_OF, OF_CONTACT, LineColumn

RELATED: Mapping[str, type[models.Model]] = {
    "template": InteractionTemplate,
    "salesperson": Salesperson,
    "campaign": Campaign,
    "document": Attachment,
    "alternative_address": AlternativeAddress,
}
# What a line by copy of another has none of: nothing goes to its contact, which
# costs nothing.
OF_LETTER = ("document", "correspondence_type", "cost", "duration")
# Where the effective value is called otherwise than the own one.
EFFECTIVE = {"alternative_address": "address"}


@dataclass(frozen=True)
class Cell:
    """One value; `origin` is an `Origin` or empty where it has none."""

    column: LineColumn
    value: Any
    origin: str = ""

    @property
    def text(self) -> str:
        return value_in_words(self.value)

    @property
    def said_origin(self) -> str:
        return str(Origin(self.origin).label) if self.origin else ""


@dataclass(frozen=True)
class ShownLine:
    """A line with the cells of the columns that are looked at."""

    line: SegmentLine
    cells: Sequence[Cell]

    @cached_property
    def own_values(self) -> list[str]:
        return self.line.own_values

    @property
    def has_document(self) -> bool:
        """Whether a letter goes to the contact; none does to those by copy."""
        goes_along = self.line.by_copy_of_id is not None
        return not goes_along and self.line.effective_document_id is not None


def shown_lines(keys: Sequence[int], columns: Sequence[LineColumn]) -> list[ShownLine]:
    """Return these lines in this order; the number of queries does not depend on it."""
    wanted = {_effective_column(column) for column in columns} | {"document_id"}
    found = SegmentLine.objects.filter(pk__in=keys).select_related("contact__company")
    found = found.with_effective_values(origins=True, only=wanted).with_by_copy()
    lines = {line.pk: line for line in found}
    return show([lines[key] for key in keys if key in lines], columns)


def show(
    lines: Sequence[SegmentLine], columns: Sequence[LineColumn]
) -> list[ShownLine]:
    """Return lines that have their effective values with their origins and by copy."""
    related = _related(lines, columns)
    return [
        ShownLine(line, [_cell(line, column, related) for column in columns])
        for line in lines
    ]


def value_in_words(value: Any) -> str:
    """Return a value as the reader's language writes it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        return number_format(value, decimal_pos=2, force_grouping=True)
    if isinstance(value, int):
        return str(intcomma(value))
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return str(value)


def _related(
    lines: Iterable[SegmentLine], columns: Iterable[LineColumn]
) -> dict[str, dict[int, str]]:
    """Return the names of the rows that the lines refer to, a query per column."""
    names = {}
    for code in RELATED.keys() & {column.code for column in columns}:
        keys = {_effective_key(line, code) for line in lines} - {None}
        rows = RELATED[code]._default_manager.in_bulk(keys)
        names[code] = {key: _name(row) for key, row in rows.items()}
    return names


def _effective_column(column: LineColumn) -> str:
    name = EFFECTIVE.get(column.code, column.code)
    return f"{name}_id" if column.code in RELATED else name


def _effective_key(line: SegmentLine, code: str) -> int | None:
    key: int | None = getattr(line, f"effective_{EFFECTIVE.get(code, code)}_id")
    return key


def _name(row: Any) -> str:
    if isinstance(row, InteractionTemplate):
        return row.code
    return row.name if isinstance(row, Salesperson) else str(row)


def _cell(
    line: SegmentLine, column: LineColumn, related: Mapping[str, Mapping[int, str]]
) -> Cell:
    code = column.code
    if code == "position":
        return Cell(column, line.position)
    if code == "company":
        company = line.contact.company
        return Cell(column, company.name if company else "")
    if code in OF_CONTACT:
        return Cell(column, getattr(line.contact, code))
    if code == BY_COPY_OF:
        return Cell(column, line.by_copy_of_name or "")
    if code in OF_LETTER and line.by_copy_of_id:
        return Cell(column, "")
    origin = getattr(line, f"origin_{EFFECTIVE.get(code, code)}")
    if code in related:
        key = _effective_key(line, code)
        return Cell(column, related[code].get(key, "") if key else "", origin)
    value = getattr(line, f"effective_{code}")
    field: Any = SegmentLine._meta.get_field(code)
    choices = dict(field.flatchoices)
    return Cell(column, str(choices[value]) if value in choices else value, origin)
