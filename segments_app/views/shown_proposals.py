"""What is proposed, in words: its steps, what its button says, what is odd."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.models import Contact

from ..choices import KeptOut, StepKind
from ..forms.difference import as_posted
from ..services.difference import (
    ByCriteria,
    ByHand,
    Combine,
    EditStep,
    LeaveOutStep,
    OnePerAddress,
    Proposal,
    Refresh,
    Relieve,
    Reuse,
    ReuseLogged,
)
from ..services.recipe import recipe_of
from ..services.steps import Effect
from .shown_steps import (
    kind_label,
    option_labels,
    recipe_in_words,
    sentence,
    what_is_asked,
)
from .step_names import names_of


@dataclass(frozen=True)
class InWords:
    """What is proposed: a title, its steps, and where it is changed."""

    title: str
    steps: Sequence[Sequence[Any]]  # kind, sentence, options
    back_url: str
    back_label: str
    back_posts: bool = False


def proposal_in_words(form: Any) -> InWords:
    """Return what the proposal of a valid form is, as a reader understands it."""
    segment = form.segment
    match form.proposal:
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
        case Combine(operation=operation, source=source, options=options):
            address = [segment.pk, form.chosen.kind, form.chosen.key]
            wanted = urlencode(as_posted(form.wanted))
            asked = {
                "operation": operation,
                "source_kind": source.kind,
                "source": source.name,
            }
            said = what_is_asked(None, asked)
            return InWords(
                title=kind_label(StepKind.COMBINE),
                steps=[("", said, option_labels(options))],
                back_url=f"{reverse('segments:combine_take', args=address)}?{wanted}",
                back_label=_("Back"),
            )
        case EditStep(position=position, criteria=criteria, options=options):
            said = sentence(criteria)
            return InWords(
                title=_("Edit step %(position)s") % {"position": position},
                steps=[("", said, option_labels(options))],
                back_url=reverse("segments:step_edit", args=[segment.pk, position]),
                back_label=_("Change the criteria"),
                back_posts=True,
            )
        case LeaveOutStep(position=position):
            recipe = recipe_in_words(recipe_of(segment))
            address = [segment.pk, position]
            return InWords(
                title=_("Leave out step %(position)s") % {"position": position},
                steps=[said for step, *said in recipe if step == position],
                back_url=reverse("segments:step_leave_out", args=address),
                back_label=_("Back"),
            )
        case OnePerAddress(options=options):
            return InWords(
                title=kind_label(StepKind.ONE_PER_ADDRESS, options),
                steps=[("", "", option_labels(options))],
                back_url=reverse("segments:one_per_address", args=[segment.pk]),
                back_label=_("Change the choices"),
                back_posts=True,
            )
        case Relieve(kind=kind, pressure=pressure, chosen=chosen):
            said = sentence(pressure.criteria())
            ticked = [] if chosen is None else [_("Only those ticked")]
            asked = urlencode(form.asked_again)
            address = reverse("segments:pressure", args=[segment.pk])
            return InWords(
                title=_("Contact pressure"),
                steps=[(kind_label(kind), said, ticked)],
                back_url=f"{address}?{asked}",
                back_label=_("Back"),
            )
        case ByHand(removes=removes):
            title = _("Remove contacts") if removes else _("Add by hand")
            search = reverse("segments:line_add", args=[segment.pk])
            return InWords(
                title=title,
                steps=[],
                back_url=segment.get_absolute_url() if removes else search,
                back_label=_("Choose others"),
            )
    raise NotImplementedError(type(form).__name__)


def apply_label(effect: Effect) -> str:
    """What the button says; empty when there is nothing to do."""
    by_copy = effect.kept_out.get(KeptOut.BY_COPY, 0)
    if effect.entered and effect.left:
        return _("Take this step")
    if effect.entered:
        said = ngettext("Add %s contact", "Add %s contacts", effect.entered)
        return said % intcomma(effect.entered)
    if effect.left:
        said = ngettext("Take off %s contact", "Take off %s contacts", effect.left)
        return said % intcomma(effect.left)
    if by_copy:
        said = ngettext("Put %s contact by copy", "Put %s contacts by copy", by_copy)
        return said % intcomma(by_copy)
    return ""


def notes_on(effect: Effect, kind: StepKind | None = None) -> list[tuple[str, str]]:
    """What deserves a second thought, each with its level.

    `kind` is that of a step by criteria.
    """
    before = effect.total - effect.entered + effect.left
    if not apply_label(effect):
        return [("info", _nothing(effect, kind))]
    if effect.left and not effect.total:
        return [("warn", _("Nobody stays: everybody on the segment is taken off."))]
    if before and effect.left == before:
        return [("warn", _("Nobody of those on the segment now stays."))]
    return []


def notes_on_proposal(proposal: Proposal, effect: Effect) -> list[tuple[str, str]]:
    """As `notes_on`, and whether criteria choose nobody from anybody."""
    if not isinstance(proposal, ByCriteria):
        return notes_on(effect)
    notes = notes_on(effect, proposal.kind)
    if apply_label(effect) and _asks_for_everybody(proposal, effect):
        notes.append(("warn", _("Every contact there is fits these criteria.")))
    return notes


def _nothing(effect: Effect, kind: StepKind | None) -> str:
    """Why nobody enters and nobody leaves."""
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


def _asks_for_everybody(proposal: ByCriteria, effect: Effect) -> bool:
    """Whether criteria choose nobody from anybody; who wants all says so."""
    if proposal.criteria is None or proposal.kind != StepKind.ADD:
        return False
    coming = effect.entered + sum(effect.kept_out.values())
    return coming == Contact.objects.count()
