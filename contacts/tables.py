"""Columns of lists: how a click on a heading sorts."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Column:
    """A heading: `ordering` is what its link asks for, empty where it cannot sort."""

    label: str | Promise
    ordering: str = ""
    sorted: str = ""


def sortable_columns(
    labels: Iterable[tuple[str, str | Promise]], current: str
) -> list[Column]:
    """Return the headings of (key, label) pairs when the list is sorted by `current`.

    `sorted` is what `aria-sort` says; the link of the sorted column turns it round.
    """
    columns = []
    for key, label in labels:
        if key == current:
            columns.append(Column(label, f"-{key}", "ascending"))
        elif f"-{key}" == current:
            columns.append(Column(label, key, "descending"))
        else:
            columns.append(Column(label, key))
    return columns
