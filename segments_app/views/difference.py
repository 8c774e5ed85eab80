"""The difference: who enters, leaves and is kept out, seen before it is done."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ..forms.difference import PROPOSALS, NamesForm
from ..forms.steps import StepForm
from ..models import Segment, SegmentStep
from ..services import SegmentChanged
from ..services.change_contacts import TAKE
from .logged_meanwhile import leads_to_logged_segment
from .shown_difference import difference_page
from .step_words import say_effect
from .taking import take


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_difference(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Show what a proposal would do; posted with `apply`, do it.

    The proposal travels with every request: in the address where it is small, else
    in the form.
    """
    segment = get_object_or_404(Segment, pk=pk)
    if kind not in PROPOSALS:
        raise Http404(_("There is no such step."))
    asked = request.POST or request.GET
    if kind in TAKE and "criteria" not in asked:
        return redirect("segments:criteria", pk, kind)
    form = PROPOSALS[kind](asked, kind=kind, segment=segment, user=request.user)
    if not form.is_valid():
        if asked.get("expected_version") not in (None, segment.steps_version):
            messages.error(request, str(SegmentChanged()))
            return redirect(segment)
        raise Http404(_("What was proposed is not there, or not any more."))
    if "apply" not in request.POST:
        return difference_page(request, form)
    step_form = StepForm(request.POST, segment=segment)
    if step_form.is_valid():
        steps = take(request, step_form, form.proposal.take)
        if steps:
            form.taken()
            _say(request, steps)
            return redirect(segment)
    return difference_page(request, form, step_form=step_form)


def _say(request: HttpRequest, steps: list[SegmentStep]) -> None:
    """Say what each step did, and whether it came out as it was shown."""
    for step in steps:
        said = say_effect(step)
        if len(steps) > 1:
            named = {"step": step.get_kind_display(), "effect": said}
            said = _("%(step)s: %(effect)s") % named
        messages.success(request, said)
    asked = NamesForm(request.POST)
    asked.is_valid()
    shown, total = asked.cleaned_data.get("shown_total"), steps[-1].total
    if shown is not None and shown != total:
        told = ngettext(
            "Contacts changed since the difference was shown: then there would have "
            "been %(shown)s contact on the segment, now there are %(total)s.",
            "Contacts changed since the difference was shown: then there would have "
            "been %(shown)s contacts on the segment, now there are %(total)s.",
            shown,
        )
        counts = {"shown": intcomma(shown), "total": intcomma(total)}
        messages.warning(request, told % counts)
