"""The list of all segments: open and logged, whose they are, how far they have come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from contacts.models import Salesperson
from contacts.tables import sortable_columns
from interactions.models import InteractionTemplate, LoggedSegment
from jobs.users import user_name

from ..choices import SegmentMark, SegmentState
from ..filters.segments import LoggedFilter, OpenSegmentFilter
from ..models import Segment

PER_PAGE = 50
SEE_LOGGED = "interactions.view_loggedsegment"
OPEN, MINE, LOGGED, ALL = "open", "mine", "logged", "all"
TABS = {
    OPEN: _("Open"),
    MINE: _("Mine"),
    LOGGED: _("Logged"),
    ALL: _("Open and logged"),
}
COLUMNS = (
    ("number", _("Number")),
    ("description", _("Description")),
    ("state", _("State")),
    ("contacts", _("Contacts")),
    ("template", _("Interaction template")),
    ("campaign", _("Campaign")),
    ("salesperson", _("Salesperson")),
    ("owner", _("Owner")),
    ("changed", _("Last changed")),
)
LAST_CHANGED_FIRST = "-changed"
Names = dict[str, dict[str, str]]
BADGES = {
    SegmentState.EMPTY: "",
    SegmentState.NO_TEMPLATE: "badge-warn",
    SegmentState.STEPS_UNDONE: "badge-warn",
    SegmentState.PARTLY_LOGGED: "badge-warn",
    SegmentState.READY: "badge-info",
    SegmentState.LOGGED: "badge-ok",
    SegmentState.CANCELLED: "badge-bad",
}


@dataclass(frozen=True)
class ListedSegment:
    """A row of the list, of an open segment or of a logged one."""

    segment: Segment | LoggedSegment
    number: str
    state: SegmentState
    contacts: int
    template: str
    campaign: str
    salesperson: str
    owner: str
    changed: datetime
    marks: list[SegmentMark]

    @property
    def badge(self) -> str:
        return BADGES[self.state]

    @property
    def is_open(self) -> bool:
        return isinstance(self.segment, Segment)


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
def segment_list(request: HttpRequest) -> HttpResponse:
    """List segments, what was changed last first."""
    tabs = {
        key: label
        for key, label in TABS.items()
        if key in (OPEN, MINE) or request.user.has_perm(SEE_LOGGED)
    }
    show = request.GET.get("show", OPEN)
    show = show if show in tabs else OPEN
    segments = Segment.objects.all()
    if show == MINE:
        segments = segments.filter(owner=request.user)
    found = OpenSegmentFilter(request.GET, queryset=segments, request=request)
    ordering = request.GET.get("ordering", "")
    if ordering.removeprefix("-") not in dict(COLUMNS):
        ordering = LAST_CHANGED_FIRST
    rows = _rows(show, found, request, ordering)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": found,
        "page_obj": page,
        "listed": _listed(page),
        "columns": sortable_columns(COLUMNS, ordering),
        "tabs": tabs.items(),
        "show": show,
        "asked": request.GET.keys() - {"show", "ordering", "page"},
    }
    return render(request, "segments/list.html", context)


def _rows(
    show: str, found: OpenSegmentFilter, request: HttpRequest, ordering: str
) -> QuerySet:
    key = ordering.removeprefix("-")
    parts = [found] if show != LOGGED else []
    if show in (LOGGED, ALL):
        logged = LoggedSegment.objects.all()
        parts.append(LoggedFilter(request.GET, queryset=logged, request=request))
    rows, *others = (part.rows(key) for part in parts)
    if others:
        rows = rows.union(*others, all=True)
    sign = "-" if ordering.startswith("-") else ""
    return rows.order_by(f"{sign}sorted_by", "-is_open", "-pk")


def _listed(page: Iterable[tuple[bool, int, Any]]) -> list[ListedSegment]:
    """Return the rows of the page in full, in a fixed number of queries."""
    keys = [(is_open, key) for is_open, key, _sorted_by in page]
    open_ones = Segment.objects.filter(pk__in=[key for is_open, key in keys if is_open])
    rows = {(True, row.segment.pk): row for row in listed_open(open_ones)}
    logged_ones = (
        LoggedSegment.objects.with_entries()
        .select_related("user")
        .prefetch_related("campaign_entries__campaign")
    )
    logged = logged_ones.in_bulk([key for is_open, key in keys if not is_open])
    names = _names(logged.values())
    rows |= {(False, key): _logged(each, names) for key, each in logged.items()}
    return [rows[key] for key in keys if key in rows]


def listed_open(segments: QuerySet) -> list[ListedSegment]:
    """Return these open segments as rows, in one query."""
    related = ("template__campaign", "campaign", "salesperson", "owner")
    return [_open(each) for each in segments.with_state().select_related(*related)]


def _open(segment: Segment) -> ListedSegment:
    marks = {
        SegmentMark.LIVING: segment.living,
        SegmentMark.FOLLOW_UP: segment.follow_up_of_id,
        SegmentMark.LEFT_OVER: segment.left_over_of_id,
    }
    return ListedSegment(
        segment=segment,
        number=segment.number,
        state=SegmentState(segment.state),
        contacts=segment.total,
        template=str(segment.template or ""),
        campaign=str(segment.campaign or segment.from_template("campaign") or ""),
        salesperson=segment.salesperson.name if segment.salesperson else "",
        owner=user_name(segment.owner),
        changed=segment.updated_at,
        marks=[mark for mark, there in marks.items() if there],
    )


def _logged(logged: LoggedSegment, names: Names) -> ListedSegment:
    header = logged.criteria.get("header", {})
    template, salesperson = (header.get(name) or "" for name in names)
    campaigns = {str(entry.campaign) for entry in logged.campaign_entries.all()}
    cancelled = logged.cancelled
    return ListedSegment(
        segment=logged,
        number=logged.segment_number,
        state=SegmentState.CANCELLED if cancelled else SegmentState.LOGGED,
        contacts=logged.entries,
        template=names["template"].get(template, template),
        campaign=", ".join(sorted(campaigns)),
        salesperson=names["salesperson"].get(salesperson, salesperson),
        owner=user_name(logged.user),
        changed=logged.created_at,
        marks=[],
    )


def _names(logged: Iterable[LoggedSegment]) -> Names:
    """How what the headers name by its code is called now: a query of each kind."""
    headers = [each.criteria.get("header", {}) for each in logged]
    codes = {
        name: {header.get(name) for header in headers} - {None}
        for name in ("template", "salesperson")
    }
    templates = InteractionTemplate.objects.in_bulk(
        codes["template"], field_name="code"
    )
    people = Salesperson.objects.in_bulk(codes["salesperson"], field_name="code")
    return {
        "template": {code: str(template) for code, template in templates.items()},
        "salesperson": {code: person.name for code, person in people.items()},
    }
