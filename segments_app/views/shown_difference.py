"""The page of a difference: what is proposed in words, how many, and who."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.models import Contact

from ..choices import KeptOut, Moving, StepKind
from ..criteria import CriteriaError
from ..filters.difference import NamesFilter
from ..forms.difference import (
    Carried,
    CriteriaProposalForm,
    NamesForm,
    ProposalForm,
    by_criteria,
)
from ..forms.steps import StepForm
from ..models import Segment
from ..services import SegmentError
from ..services.change import Change
from ..services.difference import (
    MANY,
    NAMES_PER_PAGE,
    ByCriteria,
    Proposal,
    Refresh,
    Reuse,
    ReuseLogged,
    names,
    who,
)
from ..services.preview import LIVE_SECONDS
from ..services.recipe import recipe_of
from ..services.steps import Effect
from ..services.time_limit import TakesTooLong, time_limit
from .shown_steps import kind_label, option_labels, recipe_in_words, sentence
from .step_names import names_of


@dataclass(frozen=True)
class InWords:
    """What is proposed: a title, its steps, and where it is changed."""

    title: str
    steps: Sequence[Sequence[Any]]  # kind, sentence, options
    back_url: str
    back_label: str
    back_posts: bool = False


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
        "said": proposal_in_words(proposal),
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
            "notes": _notes(proposal, effect),
            "apply": _apply_label(effect),
            **_names(change, asked, effect=effect),
        }
    return render(request, "segments/difference.html", context)


def criteria_difference(
    request: HttpRequest,
    segment: Segment,
    kind: str,
    *,
    criteria: Any,
    options: Mapping[str, bool],
) -> HttpResponse:
    """Show what add, reduce or refine by these criteria would do."""
    data = QueryDict(urlencode(by_criteria(criteria, options)))
    form = CriteriaProposalForm(data, kind=kind, segment=segment, user=request.user)
    form.is_valid()
    return difference_page(request, form)


def redirect_to_difference(
    segment: Segment, *, kind: str, carried: Carried
) -> HttpResponse:
    """Lead to the difference of a proposal small enough for an address."""
    url = reverse("segments:difference", args=[segment.pk, kind])
    return redirect(f"{url}?{urlencode(carried)}")


def proposal_in_words(proposal: Proposal) -> InWords:
    """Return what is proposed as a reader understands it."""
    segment = proposal.segment
    match proposal:
        case ByCriteria(kind=kind, criteria=criteria, options=options):
            return InWords(
                title=kind_label(kind),
                steps=[("", sentence(criteria), option_labels(options))],
                back_url=reverse("segments:criteria", args=[segment.pk, kind]),
                back_label=_("Change the criteria"),
                back_posts=True,
            )
        case Reuse(saved=saved, mode=mode):
            taken = list(saved.steps.order_by("position"))
            names = names_of((each.criteria, each.options) for each in taken)
            steps = [
                (kind_label(each.kind), sentence(each.criteria, names), each.options)
                for each in taken
            ]
            first = [(kind_label(StepKind.REPLACE), _("all contacts leave"), [])]
            return InWords(
                title=_("Reuse %s") % saved.code,
                steps=[
                    *(first if mode == "replace" else []),
                    *((kind, said, option_labels(on)) for kind, said, on in steps),
                ],
                back_url=reverse("segments:reuse", args=[segment.pk]),
                back_label=_("Choose other criteria"),
            )
        case ReuseLogged(logged_segment=logged):
            return InWords(
                title=_("Use segment %s again") % logged.segment_number,
                steps=[("", str(logged), [])],
                back_url=logged.get_absolute_url(),
                back_label=_("Back to the logged segment"),
            )
        case Refresh():
            return InWords(
                title=kind_label(StepKind.REFRESH),
                steps=[said for _step, *said in recipe_in_words(recipe_of(segment))],
                back_url=reverse("segments:refresh", args=[segment.pk]),
                back_label=_("Back to refreshing"),
            )
    raise NotImplementedError(type(proposal).__name__)


def _names(
    change: Change, asked: Mapping[str, Any], *, effect: Effect | None
) -> dict[str, Any]:
    """The part of the names that is asked for; the first that has any, if none is."""
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


def _apply_label(effect: Effect) -> str:
    """What the button says; empty when there is nothing to do."""
    said = []
    if effect.entered:
        text = ngettext("Add %s contact", "Add %s contacts", effect.entered)
        said.append(text % intcomma(effect.entered))
    if effect.left:
        text = ngettext("Take off %s contact", "Take off %s contacts", effect.left)
        said.append(text % intcomma(effect.left))
    return ", ".join(said)


def _notes(proposal: Proposal, effect: Effect) -> list[tuple[str, str]]:
    """What deserves a second thought, each with its level."""
    before = effect.total - effect.entered + effect.left
    if not effect.entered and not effect.left:
        return [("info", _nothing(proposal, effect))]
    notes = []
    if effect.left and not effect.total:
        said = _("Nobody stays: everybody on the segment is taken off.")
        notes.append(("warn", said))
    elif before and effect.left == before:
        said = _("Nobody of those on the segment now stays.")
        notes.append(("warn", said))
    if _asks_for_everybody(proposal, effect):
        said = _("Every contact there is fits these criteria.")
        notes.append(("warn", said))
    return notes


def _nothing(proposal: Proposal, effect: Effect) -> str:
    """Why nobody enters and nobody leaves."""
    kind = proposal.kind if isinstance(proposal, ByCriteria) else None
    if kind in (StepKind.REDUCE, StepKind.REFINE) and not effect.total:
        return _("The segment is empty: there is nobody to take off.")
    if kind == StepKind.REDUCE:
        return _("Nobody on the segment fits: nobody would be taken off.")
    if kind == StepKind.REFINE:
        return _("Everybody on the segment fits: nobody would be taken off.")
    if effect.kept_out:
        return _("Everybody who fits is in already or is kept out: nothing to do.")
    if kind == StepKind.ADD:
        return _("Nobody fits these criteria: nothing to do.")
    return _("Nobody would enter and nobody would leave: nothing to do.")


def _asks_for_everybody(proposal: Proposal, effect: Effect) -> bool:
    """Whether criteria choose nobody from anybody; who wants all says so."""
    if not isinstance(proposal, ByCriteria) or proposal.criteria is None:
        return False
    coming = effect.entered + sum(effect.kept_out.values())
    return proposal.kind == StepKind.ADD and coming == Contact.objects.count()
