"""Combining a segment with another source, or starting a new one from it.

First the source is chosen, then what would happen is shown, then it is done. What is
posted is what was shown: the choices travel with the button.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from interactions.models import LoggedSegment
from interactions.services.once import DoneAlready, only_once
from interactions.views.once import lead_to_made, led_to_made

from ..choices import Operation, SourceKind, StepKind
from ..filters.sets import (
    LoggedSegmentSearch,
    MailingGroupSearch,
    OpenSegmentSearch,
    SearchFilter,
)
from ..forms.difference import as_posted
from ..forms.sets import CombineForm, DescriptionForm, ListForm, StartForm
from ..forms.sources import (
    CHOSEN,
    Chosen,
    SourceNotFound,
    check_kind,
    chosen_source,
    kinds_for,
    mailing_groups,
)
from ..forms.steps import StepForm
from ..models import Segment
from ..services import SegmentError, combine, start_from
from ..services.combine import Starting, combining
from ..services.kept_lists import keep_list
from ..services.paste import sharing_contacts
from ..services.steps import total_at
from .logged_meanwhile import leads_to_logged_segment
from .shown_change import shown_change
from .shown_difference import difference_of
from .step_words import say_source
from .taking import take_step

PER_PAGE = 20
UNKNOWN_SHOWN = 500
SHARING_SHOWN = 200


@dataclass
class Take:
    """A page of what would happen: for a segment, or for a new one without any."""

    chosen: Chosen
    wanted: CombineForm
    segment: Segment | None = None
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def back(self) -> str:
        return _choose_url(self.segment, self.chosen.kind)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def combine_choose(
    request: HttpRequest, pk: int, kind: str = SourceKind.SEGMENT
) -> HttpResponse:
    """Choose the source that an open segment is combined with."""
    return _choose(request, kind, segment=get_object_or_404(Segment, pk=pk))


@login_required
@permission_required("segments_app.add_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
def start_choose(request: HttpRequest, kind: str = SourceKind.SEGMENT) -> HttpResponse:
    """Choose the source that a new segment starts from."""
    return _choose(request, kind, segment=None)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def combine_take(request: HttpRequest, pk: int, kind: str, key: str) -> HttpResponse:
    """Show what combining would do; on POST do it."""
    segment = get_object_or_404(Segment, pk=pk)
    chosen = _chosen(request, kind, key, segment)
    if isinstance(chosen, HttpResponse):
        return chosen
    wanted = _wanted(CombineForm, request, chosen)
    page = Take(chosen, wanted, segment)
    data = request.POST if request.method == "POST" else None
    form = StepForm(data, segment=segment)
    if "difference" in request.POST:
        said = [("source", kind), ("key", key)]
        looked = difference_of(
            request, segment, kind=StepKind.COMBINE, said=[*said, *as_posted(wanted)]
        )
        if looked:
            return looked
    elif request.method == "POST" and wanted.is_valid():
        done = take_step(
            request,
            form,
            combine,
            operation=wanted.cleaned_data["operation"],
            source=chosen.as_wanted(wanted),
            options=wanted.options,
        )
        if done:
            chosen.forget()
            return done
    page.context["form"] = form
    return _take_page(request, page)


@login_required
@permission_required("segments_app.add_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
def start_take(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Show whom a new segment would have; on POST make it."""
    if done := led_to_made(request):
        return done
    chosen = _chosen(request, kind, key, None)
    if isinstance(chosen, HttpResponse):
        return chosen
    wanted = _wanted(StartForm, request, chosen)
    page = Take(chosen, wanted)
    form = DescriptionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and wanted.is_valid() and form.is_valid():
        now, key = timezone.now(), form.cleaned_data["once_key"]
        make = partial(
            start_from,
            source=chosen.as_wanted(wanted),
            description=form.cleaned_data["description"],
            options=wanted.options,
            user=request.user,
            at=now,
        )
        try:
            segment = only_once(key=key, make=make, at=now)
        except DoneAlready as already:
            return lead_to_made(request, already, otherwise="segments:list")
        except SegmentError as error:
            form.add_error(None, str(error))
        else:
            chosen.forget()
            messages.success(request, _say_started(segment))
            return redirect(segment)
    page.context["form"] = form
    return _take_page(request, page)


def _choose(request: HttpRequest, kind: str, segment: Segment | None) -> HttpResponse:
    wanted = check_kind(kind, request.user)
    if wanted not in CHOSEN:
        raise Http404(_("There is no such source."))
    context: dict[str, Any] = {
        "segment": segment,
        "kind": wanted,
        "tabs": [
            (each, each.label, _choose_url(segment, each))
            for each in kinds_for(request.user)
        ],
    }
    if wanted != SourceKind.LIST:
        context |= _listed(request, wanted, segment)
        return render(request, "segments/combine_choose.html", context)
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        key = keep_list(
            entries=form.entries, file=form.name, user=request.user, at=timezone.now()
        )
        return redirect(_take_url(segment, wanted, key))
    context["form"] = form
    return render(request, "segments/combine_choose.html", context)


def _listed(
    request: HttpRequest, kind: SourceKind, segment: Segment | None
) -> dict[str, Any]:
    """The sources to choose from, searched and with pages."""
    search, rows = _TO_CHOOSE_FROM[kind]
    found = search(request.GET, queryset=rows(segment))
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.take_url = _take_url(segment, kind, row.pk)
    return {"filter": found, "page_obj": page}


def _other_segments(segment: Segment | None) -> QuerySet[Segment]:
    others = Segment.objects.exclude(pk=segment.pk if segment else None)
    return others.with_total()


# How the sources of each kind that are listed are searched, and which they are.
_TO_CHOOSE_FROM: dict[
    SourceKind, tuple[type[SearchFilter], Callable[[Segment | None], QuerySet]]
] = {
    SourceKind.SEGMENT: (OpenSegmentSearch, _other_segments),
    SourceKind.LOGGED_SEGMENT: (
        LoggedSegmentSearch,
        lambda _segment: LoggedSegment.objects.all(),
    ),
    SourceKind.MAILING_GROUP: (MailingGroupSearch, lambda _segment: mailing_groups()),
}


def _chosen(
    request: HttpRequest, kind: str, key: str, segment: Segment | None
) -> Chosen | HttpResponse:
    """The source of the address, or the way back where there is none any more."""
    try:
        return chosen_source(kind, key, request.user)
    except SourceNotFound as missing:
        messages.error(request, missing.said)
        return redirect(_choose_url(segment, kind))


def _wanted(
    form: type[CombineForm], request: HttpRequest, chosen: Chosen
) -> CombineForm:
    """The choices of the page: as posted, as in the address, or the first ones."""
    asked: Mapping[str, Any] = request.POST if request.method == "POST" else request.GET
    data = asked.copy()
    data.setdefault("operation", Operation.UNION)
    return form(data, sharing=chosen.sharing)


def _take_page(request: HttpRequest, page: Take) -> HttpResponse:
    chosen, found = page.chosen, page.chosen.found
    context = page.context | {
        "segment": page.segment,
        "wanted": page.wanted,
        "chosen": chosen,
        "source": _said(chosen),
        "back": page.back,
        **_what_would_happen(page),
    }
    if found:
        context |= {
            "found": found,
            "known": len(found.numbers),
            "unknown": found.unknown[:UNKNOWN_SHOWN],
            "more_unknown": max(len(found.unknown) - UNKNOWN_SHOWN, 0),
            "sharing": sharing_contacts(found, at_most=SHARING_SHOWN),
            "more_sharing": max(len(chosen.sharing) - SHARING_SHOWN, 0),
            "ticked": page.wanted.data.getlist("contact"),
        }
    return render(request, "segments/combine.html", context)


def _what_would_happen(page: Take) -> dict[str, Any]:
    """The change in words and figures, or what stands in its way."""
    wanted = page.wanted
    if not wanted.is_valid():
        return {"missing": _("Choose what to do with these contacts.")}
    source = page.chosen.as_wanted(wanted)
    if not source.rows().exists():
        return {"missing": _nobody(page.chosen), "nobody": True}
    if page.segment is None:
        starting = Starting(source=source, ignore_exclusion=bool(wanted.options))
        return {"change": shown_change(starting)}
    try:
        change = combining(
            segment=page.segment,
            operation=wanted.cleaned_data["operation"],
            source=source,
            options=wanted.options,
        )
    except SegmentError as error:
        return {"missing": str(error), "nobody": True}
    return {"change": shown_change(change)}


def _said(chosen: Chosen) -> str:
    return say_source(chosen.kind, chosen.source.name)


def _nobody(chosen: Chosen) -> str:
    if chosen.sharing:
        return _("Tick who is meant: several contacts share the address.")
    if chosen.found:
        return _("Nobody on the list is known. See below why.")
    return _("Nobody is in %s. Choose another source.") % _said(chosen)


def _say_started(segment: Segment) -> str:
    total = total_at(segment)
    said = ngettext(
        "Segment %(number)s is made with %(count)s contact.",
        "Segment %(number)s is made with %(count)s contacts.",
        total,
    )
    return said % {"number": segment.number, "count": intcomma(total)}


def _choose_url(segment: Segment | None, kind: str) -> str:
    if kind not in (SourceKind.ONLY_ON, SourceKind.ON_BOTH):
        if segment is None:
            return reverse("segments:start_choose", args=[kind])
        return reverse("segments:combine_choose", args=[segment.pk, kind])
    return reverse("segments:compare")


def _take_url(segment: Segment | None, kind: str, key: Any) -> str:
    if segment is None:
        return reverse("segments:start_take", args=[kind, key])
    return reverse("segments:combine_take", args=[segment.pk, kind, key])
