"""The table of lines on the worksheet: filtered, sorted, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.models.keyset import (
    KeysetPage,
    Place,
    keyset_page,
    place_asked,
    whole_number,
)
from contacts.tables import Column, sortable_columns

from ..choices import Origin
from ..filters.lines import LineFilter
from ..models import LineColumns, Segment
from ..models.keyset import LineOrder
from ..models.line_columns import BY_CODE, COLUMNS, LineColumn
from ..models.querysets import SegmentLineQuerySet
from ..services.shown_lines import ShownLine, shown_lines
from ..services.steps import lines_in_order, total_at

LINES_PER_PAGE = 50
# So many lines that fit are counted; of more it is only said that there are more.
COUNTED = 500
UNSORTED = "position"
PLACES = ("after", "before", "start", "end")


@dataclass(frozen=True)
class LineTable:
    """What the table shows.

    `total` lines are on the segment and `found` of them fit, or more if `has_more`;
    `query` is what is filtered and sorted by, without the page, for a link.
    """

    filter: LineFilter
    columns: Sequence[LineColumn]
    headings: Sequence[Column]
    order: LineOrder
    page: KeysetPage
    lines: Sequence[ShownLine]
    total: int
    found: int
    has_more: bool
    query: str

    @property
    def first(self) -> ShownLine | None:
        return self.lines[0] if self.lines else None

    @property
    def last(self) -> ShownLine | None:
        return self.lines[-1] if self.lines else None

    @property
    def said_found(self) -> str:
        """How many lines fit, in words."""
        if self.has_more:
            return _("More than %s lines fit") % intcomma(COUNTED)
        said = ngettext("%s line fits", "%s lines fit", self.found)
        return said % intcomma(self.found)

    @property
    def origins(self) -> list[tuple[str, str]]:
        """Where a value may come from, for the legend."""
        return [(origin.value, str(origin.label)) for origin in Origin]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What another search keeps."""
        return [pair for pair in self.kept_all if pair[0] == "ordering"]

    @property
    def kept_all(self) -> list[tuple[str, str]]:
        """What another page keeps."""
        query = QueryDict(self.query)
        return [(name, one) for name, many in query.lists() for one in many]

    @property
    def every_column(self) -> list[tuple[LineColumn, bool]]:
        """Every column there is, and whether it is shown."""
        shown = {column.code for column in self.columns}
        return [(column, column.code in shown) for column in COLUMNS]

    @property
    def goes_to(self) -> str:
        """What a place in this order is called by: a text, a number or nothing."""
        if self.order.column.code == UNSORTED:
            return "number"
        return "text" if self.order.column.is_text else ""


def line_table(request: HttpRequest, segment: Segment) -> LineTable:
    """Return the lines as the request asks for them, in a fixed number of queries.

    Only the lines of the page are looked at closely. An order or a place that is not
    there, by a link of old or by hand, counts as not asked for.
    """
    found = line_filter(request, segment)
    live = found.queryset
    total = found_count = total_at(segment)
    lines, has_more = live, False
    if found.is_used:
        lines, found_count, has_more = _narrowed(live, found)
    order = line_order(request.GET)
    page = keyset_page(
        lines,
        everywhere=segment.lines.all(),
        order=order,
        place=_place(request.GET, order),
        size=LINES_PER_PAGE,
    )
    columns = LineColumns.objects.of(request.user)
    return LineTable(
        filter=found,
        columns=columns,
        headings=_headings(columns, order),
        order=order,
        page=page,
        lines=shown_lines(page.keys, columns),
        total=total,
        found=found_count,
        has_more=has_more,
        query=_without_place(request.GET),
    )


def line_filter(request: HttpRequest, segment: Segment) -> LineFilter:
    """Return the lines that the request asks for, by what it filters by."""
    live = lines_in_order(segment)
    return LineFilter(request.GET, queryset=live, segment=segment)


def filter_refused(request: HttpRequest, segment: Segment) -> HttpResponse:
    """Lead back to the table, where the field of the filter says what is wrong."""
    messages.error(
        request, _("The lines cannot be filtered like this, so nothing was done.")
    )
    query = request.GET.copy()
    query.pop("all", None)
    return redirect(f"{segment.get_absolute_url()}?{query.urlencode()}")


def line_order(query: QueryDict) -> LineOrder:
    """Return the order that is asked for; the order of the segment unless told."""
    asked = query.get("ordering", UNSORTED)
    column = BY_CODE.get(asked.removeprefix("-"))
    if column is None or column.sort is None:
        return LineOrder(BY_CODE[UNSORTED])
    return LineOrder(column, descending=asked.startswith("-"))


def _narrowed(
    live: SegmentLineQuerySet, found: LineFilter
) -> tuple[SegmentLineQuerySet, int, bool]:
    """Return the lines that fit, by their keys where they are few enough to count.

    Few lines are then sorted and paged without looking for them again.
    """
    keys = list(found.qs.order_by().values_list("pk", flat=True)[: COUNTED + 1])
    if len(keys) > COUNTED:
        return found.qs, COUNTED, True
    return live.filter(pk__in=keys), len(keys), False


def _place(query: QueryDict, order: LineOrder) -> Place:
    start: Any = query.get("start", "").strip()
    if order.column.code == UNSORTED:
        start = whole_number(start)
    elif order.column.is_text:
        start = start.upper().replace("\0", "") or None
    else:
        start = None
    return place_asked(query, start)


def _headings(columns: Sequence[LineColumn], order: LineOrder) -> list[Column]:
    current = f"-{order.column.code}" if order.descending else order.column.code
    sortable = sortable_columns(
        [(column.code, column.label) for column in columns], current
    )
    return [
        heading if column.sort is not None else Column(column.label)
        for column, heading in zip(columns, sortable, strict=True)
    ]


def _without_place(query: QueryDict) -> str:
    kept = query.copy()
    for name in PLACES:
        kept.pop(name, None)
    return kept.urlencode()
