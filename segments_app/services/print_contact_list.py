"""The contact list of a segment as PDF: each contact, and what they come to."""

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from django.contrib.humanize.templatetags.humanize import intcomma
from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from interactions.paper import Column, write_table

from ..models import Segment
from ..models.querysets import SegmentLineQuerySet
from .contact_list import totals_of
from .errors import SegmentError
from .shown_lines import shown_lines

CHUNK = 500
# What is long gets more of the width.
SHARES = {
    "name": 2.2,
    "company": 2.2,
    "template": 1.8,
    "correspondence_type": 1.5,
    "duration": 1.5,
}


class TooLongToPrint(SegmentError):
    """More contacts than a list to print may have."""

    def __init__(self, contacts: int, most: int) -> None:
        super().__init__(
            _(
                "These are %(contacts)s contacts, and a list to print has at most "
                "%(most)s. Filter the lines, or export them."
            )
            % {"contacts": intcomma(contacts), "most": intcomma(most)}
        )


def print_contact_list(
    *,
    segment: Segment,
    lines: SegmentLineQuerySet,
    is_filtered: bool,
    columns: Sequence[Any],
    most: int,
    out: BinaryIO,
) -> int:
    """Write these lines of the segment, in their order, and return how many pages.

    Raises TooLongToPrint.
    """
    keys = list(lines.values_list("pk", flat=True)[: most + 1])
    if len(keys) > most:
        raise TooLongToPrint(lines.count(), most)
    totals = totals_of(segment, only=lines if is_filtered else None)
    shown = shown_lines(keys[:1], columns)
    cells = [cell.column for cell in shown[0].cells] if shown else list(columns)
    return write_table(
        _rows(keys, columns),
        out,
        columns=[
            Column(str(column.label), SHARES.get(column.code, 1.0), column.is_number)
            for column in cells
        ],
        title=f"{_('Contact list')} · {segment}",
        subtitle=date_format(segment.date, "SHORT_DATE_FORMAT"),
        page_of=_("Page %s"),
        closing=[_closing(cells, totals)],
    )


def _rows(keys: list[int], columns: Sequence[Any]) -> Iterator[list[str]]:
    for start in range(0, len(keys), CHUNK):
        for line in shown_lines(keys[start : start + CHUNK], columns):
            yield [str(cell.text) for cell in line.cells]


def _closing(cells: Sequence[Any], totals: Sequence[Any]) -> list[str]:
    """What it comes to, below the columns that are summed."""
    sums = {
        "cost": floatformat(sum(total.cost for total in totals), "2g"),
        "duration": intcomma(sum(total.duration for total in totals)),
        "name": _("Together: %s") % intcomma(sum(each.contacts for each in totals)),
    }
    return [str(sums.get(cell.code, "")) for cell in cells]
