"""Campaigns: the list, the page of one, made, changed, activated, deleted."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from contacts.models import MarketingSetup
from contacts.services.edits import ChangedMeanwhile
from contacts.services.uses import uses_of
from contacts.tables import sortable_columns
from interactions.models import Campaign, InteractionLogEntry
from interactions.services.campaigns import (
    CampaignGone,
    CampaignInUse,
    delete_campaign,
    save_campaign,
)
from interactions.services.once import DoneAlready, only_once
from interactions.views.once import lead_to_made, led_to_made

from ..filters.campaigns import CampaignFilter
from ..forms.campaigns import CampaignForm
from ..jobs.campaigns import activate_later, takes_long
from ..services.campaign_targets import (
    NobodyTargeted,
    activate_campaign,
    deactivate_campaign,
)
from .shown_campaign import chart_of, open_segments_of, with_figures

PER_PAGE = 50
SHOWN = 20
COLUMNS = (
    ("number", gettext_lazy("Number")),
    ("description", gettext_lazy("Description")),
    ("status", gettext_lazy("Status")),
    ("starting_date", gettext_lazy("From")),
    ("ending_date", gettext_lazy("To")),
    ("salesperson", gettext_lazy("Salesperson")),
)
SORTED_BY = {"status": "status__code", "salesperson": "salesperson__code"}
LATEST_FIRST = "-starting_date"


@login_required
@permission_required("interactions.view_campaign", raise_exception=True)
@require_GET
def campaign_list(request: HttpRequest) -> HttpResponse:
    """List campaigns with what they did, those that begin last first."""
    ordering = request.GET.get("ordering", "")
    key = ordering.removeprefix("-")
    if key not in dict(COLUMNS):
        ordering = LATEST_FIRST
        key = ordering.removeprefix("-")
    column = F(SORTED_BY.get(key, key))
    order = column.desc if ordering.startswith("-") else column.asc
    campaigns = Campaign.objects.select_related("status", "salesperson")
    found = CampaignFilter(request.GET, queryset=campaigns)
    rows = found.qs.order_by(order(nulls_last=True), "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    figures = InteractionLogEntry.objects.by_campaign(shown)
    context = {
        "filter": found,
        "page_obj": page,
        "listed": [(campaign, figures[campaign.pk]) for campaign in shown],
        "columns": sortable_columns(COLUMNS, ordering),
        "asked": request.GET.keys() - {"ordering", "page"},
        "currency": MarketingSetup.load().currency,
    }
    return render(request, "segments/campaigns.html", context)


@login_required
@permission_required("interactions.view_campaign", raise_exception=True)
@require_GET
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a campaign did, with whom, and what it is about to do."""
    related = Campaign.objects.select_related("status", "salesperson")
    campaign = get_object_or_404(related, pk=pk)
    figures = InteractionLogEntry.objects.by_campaign([campaign])[campaign.pk]
    entries = campaign.entries.select_related(
        "logged_segment", "user", "cancellation__user"
    )
    page = Paginator(entries.order_by("-date", "-pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    segments = open_segments_of(campaign).with_total().select_related("owner")
    targets = campaign.targets.select_related("contact").order_by("contact__name")
    context = {
        "campaign": campaign,
        "figures": figures,
        "currency": MarketingSetup.load().currency,
        "segments": segments[:SHOWN],
        "segments_count": segments.count(),
        "page_obj": page,
        "entries": with_figures(campaign, page),
        "targets": targets[:SHOWN],
        "targets_count": targets.count(),
        **chart_of(campaign, figures),
    }
    return render(request, "segments/campaign.html", context)


@login_required
@permission_required("interactions.add_campaign", raise_exception=True)
@require_http_methods(["GET", "POST"])
def campaign_create(request: HttpRequest) -> HttpResponse:
    """Make a campaign; who makes it answers for it, unless they say otherwise."""
    if done := led_to_made(request):
        return done
    salesperson = getattr(request.user, "salesperson", None)
    form = CampaignForm(request.POST or None, initial={"salesperson": salesperson})
    if request.method == "POST" and form.is_valid():
        now, key = timezone.now(), form.cleaned_data["once_key"]
        make = partial(save_campaign, campaign=Campaign(), values=form.values, at=now)
        try:
            made = only_once(key=key, make=make, at=now)
        except DoneAlready as already:
            return lead_to_made(request, already, otherwise="segments:campaigns")
        messages.success(request, _("Campaign %s is made.") % made.number)
        return redirect(made)
    return render(request, "segments/campaign_edit.html", {"form": form})


@login_required
@permission_required("interactions.change_campaign", raise_exception=True)
@require_http_methods(["GET", "POST"])
def campaign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a campaign."""
    campaign = get_object_or_404(Campaign, pk=pk)
    form = CampaignForm(request.POST or None, instance=campaign)
    if request.method == "POST" and form.is_valid():
        try:
            save_campaign(
                campaign=campaign,
                values=form.changed_values,
                seen=form.seen,
                at=timezone.now(),
            )
        except CampaignGone as error:
            messages.error(request, str(error))
            return redirect("segments:campaigns")
        except ChangedMeanwhile as error:
            form.refuse(error)
        else:
            messages.success(request, _("%s is saved.") % campaign.number)
            return redirect(campaign)
    context = {"form": form, "campaign": campaign}
    return render(request, "segments/campaign_edit.html", context)


@login_required
@permission_required("interactions.delete_campaign", raise_exception=True)
@require_http_methods(["GET", "POST"])
def campaign_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a campaign that nothing counts for; say what does otherwise."""
    campaign = get_object_or_404(Campaign, pk=pk)
    uses = uses_of(campaign)
    if request.method == "POST":
        try:
            delete_campaign(campaign=campaign)
        except CampaignGone as error:
            messages.error(request, str(error))
            return redirect("segments:campaigns")
        except CampaignInUse as error:
            uses = error.uses
        else:
            messages.success(request, _("%s is deleted.") % campaign.number)
            return redirect("segments:campaigns")
    context = {"campaign": campaign, "uses": uses}
    return render(request, "segments/campaign_delete.html", context)


@login_required
@permission_required("interactions.change_campaign", raise_exception=True)
@require_POST
def campaign_activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Take whom the campaign is aimed at from its segments and interactions."""
    campaign = get_object_or_404(Campaign, pk=pk)
    now = timezone.now()
    if takes_long(campaign):
        return redirect(activate_later(campaign=campaign, user=request.user, at=now))
    try:
        count = activate_campaign(campaign=campaign, at=now)
    except CampaignGone as error:
        messages.error(request, str(error))
        return redirect("segments:campaigns")
    except NobodyTargeted as error:
        messages.error(request, str(error))
    else:
        said = ngettext(
            "The campaign is active and aimed at %s contact.",
            "The campaign is active and aimed at %s contacts.",
            count,
        )
        messages.success(request, said % intcomma(count))
    return redirect(campaign)


@login_required
@permission_required("interactions.change_campaign", raise_exception=True)
@require_POST
def campaign_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the campaign be aimed at nobody."""
    campaign = get_object_or_404(Campaign, pk=pk)
    try:
        deactivate_campaign(campaign=campaign)
    except CampaignGone as error:
        messages.error(request, str(error))
        return redirect("segments:campaigns")
    messages.success(request, _("The campaign is not active any more."))
    return redirect(campaign)
