"""What one segment did for a campaign: cancelled with its interactions, and back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from interactions.models import CampaignEntry
from interactions.services.cancel import (
    NothingToCancel,
    cancel_campaign_entry,
    take_back_campaign_entry,
)
from interactions.services.errors import InteractionError

from ..forms.campaigns import CancelEntryForm
from .shown_campaign import with_figures


@login_required
@permission_required("interactions.cancel_entry", raise_exception=True)
@require_http_methods(["GET", "POST"])
def entry_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, saying how many interactions go along, then cancel them."""
    entry = _entry(pk)
    form = CancelEntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_campaign_entry(
                campaign_entry=entry,
                reason=form.cleaned_data["reason"],
                user=request.user,
                at=timezone.now(),
            )
        except NothingToCancel as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request, _("The campaign entry and its interactions are cancelled.")
            )
        return redirect(entry.campaign)
    with_figures(entry.campaign, [entry])
    return render(
        request, "segments/campaign_entry_cancel.html", {"form": form, "entry": entry}
    )


@login_required
@permission_required("interactions.cancel_entry", raise_exception=True)
@require_POST
def entry_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the entry count again, with what its cancelling took along."""
    entry = _entry(pk)
    try:
        counted = take_back_campaign_entry(
            campaign_entry=entry, user=request.user, at=timezone.now()
        )
    except InteractionError as error:
        messages.error(request, str(error))
    else:
        said = ngettext(
            "The campaign entry counts again, with %s interaction.",
            "The campaign entry counts again, with %s interactions.",
            counted.interactions,
        )
        messages.success(request, said % intcomma(counted.interactions))
    return redirect(entry.campaign)


def _entry(pk: int) -> CampaignEntry:
    related = CampaignEntry.objects.select_related("campaign", "cancellation")
    return get_object_or_404(related, pk=pk)
