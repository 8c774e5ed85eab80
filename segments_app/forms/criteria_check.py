"""Judging the rows of the builder: every error at the row it is about."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..criteria import (
    RELATIONS,
    CriteriaError,
    existing_codes,
    fields_of,
    validate,
)
from ..criteria.catalogue import EMPTINESS, RANGES
from .criteria import CONDITION, GROUP, HAS, Row, all_rows, to_json

Wrap = Callable[[dict[str, Any]], dict[str, Any]]


def checked(root: Row) -> dict[str, Any]:
    """Return valid criteria in their JSON form. Raises CriteriaError.

    The error also stands at the row it is about.
    """
    for row in all_rows(root):
        problem = _unfinished(row)
        if problem:
            row.errors.append(problem)
            raise CriteriaError(problem)
    data = to_json(root)
    try:
        validate(data, known_codes=existing_codes)
    except CriteriaError as error:
        blame(root, error)
        raise
    return data


def _unfinished(row: Row) -> str:
    if row.kind == GROUP and not row.rows:
        return _("Add a condition to this group, or remove it.")
    if row.kind == HAS and row.relation not in RELATIONS:
        return _("Choose what to ask about, or remove this row.")
    if row.kind == CONDITION and not row.field:
        return _("Choose a field, or remove this row.")
    if row.kind == CONDITION and not row.op:
        return _("Choose how to compare.")
    if row.kind == CONDITION and row.op not in EMPTINESS and _has_no_value(row):
        return _("Fill in a value, or remove this row.")
    return ""


def _has_no_value(row: Row) -> bool:
    """Whether the value, or one end of a range, is still to be said."""
    filled = [value for value in row.values if value.strip()]
    return len(filled) < (2 if row.op in RANGES else 1)


@dataclass(frozen=True)
class Part:
    """What one row asks of a contact, alone or with the rows above it in an `all`."""

    key: str
    criteria: dict[str, Any]
    is_alone: bool


def parts(root: Row) -> list[Part]:
    """Return what each row asks; rows that are not filled in ask nothing yet.

    A condition inside related rows is asked as "has such a row", so that every part
    is a question about contacts.
    """
    return list(_parts(root, lambda criteria: criteria, counts_down=True))


def _parts(row: Row, wrap: Wrap, *, counts_down: bool) -> Iterator[Part]:
    if not any(_unfinished(each) for each in all_rows(row)):
        yield Part(row.key, wrap(to_json(row)), is_alone=True)
    if row.kind == HAS and row.relation in RELATIONS:
        for inner in row.rows:
            yield from _parts(inner, _within(row.relation, wrap), counts_down=False)
    above: list[dict[str, Any]] = []
    for inner in row.rows if row.kind == GROUP else ():
        yield from _parts(inner, wrap, counts_down=counts_down)
        if not any(_unfinished(each) for each in all_rows(inner)):
            above.append(to_json(inner))
            if counts_down and row.mode == "all" and len(above) > 1:
                yield Part(inner.key, wrap({"all": list(above)}), is_alone=False)


def _within(relation: str, wrap: Wrap) -> Wrap:
    return lambda criteria: wrap({"has": relation, "where": criteria})


def first_error(root: Row) -> str:
    """Say the first error of the rows with the field or relation it is about."""
    for row in all_rows(root):
        for error in row.errors:
            about = _label(row)
            return f"{about}: {error}" if about else error
    return ""


def _label(row: Row) -> str:
    known: Mapping[str, Any] = RELATIONS if row.kind == HAS else {}
    if row.kind == CONDITION and row.scope:
        known = fields_of(row.scope)
    name = row.relation if row.kind == HAS else row.field
    return capfirst(str(known[name].label)) if name in known else ""


def blame(root: Row, error: CriteriaError) -> None:
    """Put the error at the row of its place."""
    found, longest = root, -1
    for place, row in _places(root, ()):
        if len(place) > longest and f"{error.path}.".startswith(f"{place}."):
            found, longest = row, len(place)
    found.errors.append(error.message)


def _places(row: Row, path: tuple[str, ...]) -> Iterator[tuple[str, Row]]:
    """Every row with its place as errors name it: all[2].has interaction.where."""
    path = (*path, *("not",) * row.negations)
    yield ".".join(path), row
    if row.kind == CONDITION:
        yield ".".join((*path, row.field)), row
    elif row.kind == GROUP:
        for index, inner in enumerate(row.rows, start=1):
            yield from _places(inner, (*path, f"{row.mode}[{index}]"))
    else:
        path = (*path, f"has {row.relation}")
        yield ".".join(path), row
        for inner in row.rows:
            yield from _places(inner, (*path, "where"))
