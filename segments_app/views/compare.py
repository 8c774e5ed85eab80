"""Two segments beside each other: who is only on one of them, and who on both."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from ..forms.sets import CompareForm, PutForm, called
from ..forms.sources import key_of
from ..services.compare import PARTS, Comparison, Sizes
from ..services.sources import PartOfTwo

NAMES_PER_PAGE = 50
SUGGESTIONS = 20
SHORTEST_LOOKUP = 2
MAY_SEE_LOGGED = "interactions.view_loggedsegment"


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Compare two segments, and list one of the three parts by name.

    With `target` the part is led to that open segment, where it is put on or taken
    off once it was seen what that does.
    """
    asked = {"first", "second"} & request.GET.keys()
    may_see_logged = request.user.has_perm(MAY_SEE_LOGGED)
    complete = {"first", "second"} <= request.GET.keys()
    form = CompareForm(
        request.GET if complete else None,
        initial={name: request.GET[name] for name in asked},
        with_logged=may_see_logged,
    )
    put = PutForm(request.GET if "target" in request.GET else None)
    context: dict[str, Any] = {"compare": form, "put": put}
    if form.is_bound and form.is_valid():
        comparison = Comparison(
            first=form.cleaned_data["first"], second=form.cleaned_data["second"]
        )
        shown = request.GET.get("part", "")
        shown = shown if shown in PARTS else PARTS[0]
        part = comparison.part(shown)
        if put.is_bound and put.is_valid():
            return redirect(_put_url(put, part))
        context |= _compared(request, comparison, shown, part)
    return render(request, "segments/compare.html", context)


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
def compare_options(request: HttpRequest) -> HttpResponse:
    """Suggest segments for what is typed so far, as options of a datalist."""
    names = ("first", "second", "target")
    typed = next((request.GET[name] for name in names if name in request.GET), "")
    typed = typed.strip().replace("\0", "")
    found = []
    if len(typed) >= SHORTEST_LOOKUP:
        with_logged = request.user.has_perm(MAY_SEE_LOGGED)
        found = called(
            typed,
            with_logged=with_logged and "target" not in request.GET,
            at_most=SUGGESTIONS,
        )
    return render(request, "segments/_compare_options.html", {"found": found})


def _compared(
    request: HttpRequest, comparison: Comparison, shown: str, part: PartOfTwo
) -> dict[str, Any]:
    sizes = comparison.sizes()
    search = request.GET.get("search", "").strip()
    return {
        "comparison": comparison,
        "parts": [
            (name, getattr(sizes, name), _address(request, name)) for name in PARTS
        ],
        "shown": shown,
        "search": search,
        "page_obj": _names(request, comparison, shown, sizes, search),
        "start_url": reverse("segments:start_take", args=[part.kind, key_of(part)]),
        "size": getattr(sizes, shown),
    }


def _names(
    request: HttpRequest, comparison: Comparison, shown: str, sizes: Sizes, search: str
) -> Page:
    rows = comparison.rows(shown, search=search)
    paginator = Paginator(rows, NAMES_PER_PAGE)
    if not search:
        paginator.count = getattr(sizes, shown)  # counted already
    return paginator.get_page(request.GET.get("page"))


def _address(request: HttpRequest, part: str) -> str:
    pair = {name: request.GET[name] for name in ("first", "second")}
    return f"{reverse('segments:compare')}?{urlencode(pair | {'part': part})}"


def _put_url(put: PutForm, part: PartOfTwo) -> str:
    target = put.cleaned_data["target"].segment
    url = reverse("segments:combine_take", args=[target.pk, part.kind, key_of(part)])
    return f"{url}?{urlencode({'operation': put.cleaned_data['operation']})}"
