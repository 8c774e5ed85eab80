"""The page of a difference: what is proposed, how many, and who."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import reselect, reswap, retarget

from contacts.models import Contact

from ..choices import KeptOut, Moving
from ..criteria import CriteriaError
from ..filters.difference import NamesFilter
from ..forms.difference import PROPOSALS, Carried, NamesForm, ProposalForm
from ..forms.steps import StepForm
from ..models import Segment
from ..services import SegmentError
from ..services.change import Change
from ..services.preview import LIVE_SECONDS
from ..services.steps import Effect
from ..services.time_limit import TakesTooLong, time_limit
from ..services.who import MANY, NAMES_PER_PAGE, names, who
from .shown_proposals import apply_label, notes_on_proposal, proposal_in_words


def difference_page(
    request: HttpRequest, form: ProposalForm, *, step_form: StepForm | None = None
) -> HttpResponse:
    """Show what the proposal of a valid form would do; by htmx, a page of its names.

    `step_form` is the one that was refused; without, the segment may have moved on
    since the page was opened, which is told.
    """
    proposal, segment = form.proposal, form.segment
    context = {
        "segment": segment,
        "kind": form.kind,
        "carried": form.carried,
        "here": reverse("segments:difference", args=[segment.pk, form.kind]),
    }
    asked = request.POST or request.GET
    try:
        change = proposal.change(at=timezone.now())
        refused = ""
    except CriteriaError as error:
        refused = error.message
    except SegmentError as error:
        refused = str(error)
    if request.htmx and not refused:
        context |= _names_in_time(change, asked)
        return render(request, "segments/_difference_names.html", context)
    anew = _unjudged(asked, form)
    context |= {
        "said": proposal_in_words(form),
        "refused": refused,
        "step_form": step_form or anew,
        "moved_on": step_form is None and _moved_on(asked, anew),
    }
    if not refused:
        effect = change.effect()
        context |= {
            "effect": effect,
            "anybody": any(_counts(effect).values()),
            "now": effect.total - effect.entered + effect.left,
            "notes": notes_on_proposal(proposal, effect),
            "apply": apply_label(effect),
            **_names(change, asked, effect=effect),
        }
    page = render(request, "segments/difference.html", context)
    if request.htmx:  # it asked for names, and there are none any more
        return reswap(reselect(retarget(page, "#content"), "#content"), "outerHTML")
    return page


def difference_of(
    request: HttpRequest, segment: Segment, *, kind: str, said: Carried | None = None
) -> HttpResponse | None:
    """Show the difference of what is `said`, else posted; None where it is unclear."""
    data = request.POST if said is None else QueryDict(urlencode(said))
    form = PROPOSALS[kind](data, kind=kind, segment=segment, user=request.user)
    return difference_page(request, form) if form.is_valid() else None


def redirect_to_difference(
    segment: Segment, *, kind: str, carried: Carried
) -> HttpResponse:
    """Lead to the difference of a proposal small enough for an address."""
    url = reverse("segments:difference", args=[segment.pk, kind])
    return redirect(f"{url}?{urlencode(carried)}")


def _names(
    change: Change, asked: Mapping[str, Any], *, effect: Effect | None
) -> dict[str, Any]:
    """The part of the names that is asked for; the first that has any, if none is.

    Only this page asks for names: what the page before searched for is not searched.
    """
    asked = asked if "moving" in asked else {}
    form = NamesForm(asked)
    form.is_valid()
    place = form.cleaned_data
    counts = _counts(effect)
    filled = [moving for moving, count in counts.items() if count]
    moving = Moving(place.get("moving") or (filled or [Moving.ENTERING])[0])
    found = NamesFilter(_of_its_own(asked, moving), queryset=who(change, moving))
    many = counts[moving] >= MANY if effect else place.get("many", False)
    page = names(
        found.qs,
        many=many and not any(found.data.values()),
        after=place.get("after"),
        before=place.get("before"),
    )
    return {
        "filter": found,
        "moving": moving,
        "many": many,
        "page": page,
        "shown": [(each, _reason(each)) for each in page.contacts],
        "per_page": NAMES_PER_PAGE,
        "turned": "after" in asked or "before" in asked,
        "chosen": "moving" in asked,
        "tabs": [(each, each.label, count) for each, count in counts.items()],
        "reasons": _reasons(effect),
    }


def _names_in_time(change: Change, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The names; while somebody types a search, given up when it takes long."""
    if {"after", "before"} & asked.keys():
        return _names(change, asked, effect=None)
    slow = _("This search takes too long while you type. Press Search.")
    try:
        with time_limit(LIVE_SECONDS, message=slow):
            return _names(change, asked, effect=None)
    except TakesTooLong as error:
        return {"slow": str(error)}


def _of_its_own(asked: Mapping[str, Any], moving: Moving) -> dict[str, Any]:
    """The filters of these names: who is not kept out has no reason for it."""
    names = ["search", "reason"] if moving == Moving.KEPT_OUT else ["search"]
    return {name: asked.get(name, "") for name in names}


def _counts(effect: Effect | None) -> dict[Moving, int]:
    if effect is None:
        return {}
    return {
        Moving.ENTERING: effect.entered,
        Moving.LEAVING: effect.left,
        Moving.KEPT_OUT: sum(effect.kept_out.values()),
    }


def _reason(contact: Contact) -> str:
    why = contact.why_kept_out
    return str(KeptOut(why).label) if why else ""


def _reasons(effect: Effect | None) -> list[tuple[str, str, int]]:
    kept_out = effect.kept_out if effect else {}
    return [
        (reason, str(KeptOut(reason).label), count)
        for reason, count in kept_out.items()
    ]


def _unjudged(asked: Mapping[str, Any], form: ProposalForm) -> StepForm:
    """The form of the step as it was filled in, at the step of now."""
    ticked = {"drop_undone": "drop_undone" in asked}
    return StepForm(segment=form.segment, initial=ticked)


def _moved_on(asked: Mapping[str, Any], now: StepForm) -> bool:
    """Whether somebody took or undid a step since the page was opened."""
    seen = asked.get("expected_version")
    return seen is not None and seen != now["expected_version"].initial
