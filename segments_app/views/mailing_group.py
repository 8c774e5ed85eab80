"""Putting the contacts of a segment into a mailing group, after a look."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ..forms.mailing_group import ApplyForm, MailingGroupForm
from ..models import Segment
from ..services import SegmentError, apply_mailing_group
from ..services.apply_mailing_group import GroupEffect, effect_on_group
from ..services.steps import total_at
from .logged_meanwhile import leads_to_logged_segment


@login_required
@permission_required(
    (
        "segments_app.view_segment",
        "contacts.view_mailinggroup",
        "contacts.add_contactmailinggroup",
    ),
    raise_exception=True,
)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_mailing_group(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the group, see how many come and go, then do it."""
    segment = get_object_or_404(Segment, pk=pk)
    asked = request.POST or request.GET
    form = MailingGroupForm(asked if "group" in asked else None, user=request.user)
    context: dict[str, Any] = {
        "segment": segment,
        "form": form,
        "total": total_at(segment),
    }
    if form.is_bound and form.is_valid():
        group, purge = form.mailing_group, form.purges
        if request.method == "POST":
            done = _apply(request, segment, form)
            if done:
                messages.success(request, _say(group.code, done))
                return redirect(segment)
            segment = get_object_or_404(Segment, pk=pk)
        effect = effect_on_group(segment=segment, mailing_group=group, purge=purge)
        context |= {"effect": effect, "group": group}
    return render(request, "segments/mailing_group.html", context)


def _apply(
    request: HttpRequest, segment: Segment, form: MailingGroupForm
) -> GroupEffect | None:
    """Do it, or say why not; then it is shown again as it is now."""
    seen = ApplyForm(request.POST)
    if not seen.is_valid():
        form.add_error(None, _("Look at the numbers first, then decide."))
        return None
    try:
        return apply_mailing_group(
            segment=segment,
            mailing_group=form.mailing_group,
            purge=form.purges,
            user=request.user,
            at=timezone.now(),
            **seen.cleaned_data,
        )
    except SegmentError as error:
        form.add_error(None, str(error))
        return None


def _say(code: str, effect: GroupEffect) -> str:
    added = ngettext(
        "%(count)s contact is put into mailing group %(group)s.",
        "%(count)s contacts are put into mailing group %(group)s.",
        effect.added,
    )
    said = [added % {"count": intcomma(effect.added), "group": code}]
    if effect.already_in:
        already = ngettext(
            "%s was in it already.", "%s were in it already.", effect.already_in
        )
        said.append(already % intcomma(effect.already_in))
    if effect.removed:
        removed = ngettext(
            "%s contact is taken out.", "%s contacts are taken out.", effect.removed
        )
        said.append(removed % intcomma(effect.removed))
    return " ".join(said)
