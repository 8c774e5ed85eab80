"""What interactions cost and how long they took, by what they are of."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from contacts.models import MarketingSetup, Salesperson

from ..filters import PeriodFilter
from ..models import (
    Campaign,
    InteractionGroup,
    InteractionLogEntry,
    InteractionTemplate,
)


@dataclass(frozen=True)
class Holder:
    """What interactions are of, and how its rows are called."""

    label: str | Promise
    model: Any
    code: str
    name: str = "description"


HOLDERS = {
    "template": Holder(_("Interaction templates"), InteractionTemplate, "code"),
    "group": Holder(_("Interaction groups"), InteractionGroup, "code"),
    "campaign": Holder(_("Campaigns"), Campaign, "number"),
    "salesperson": Holder(_("Salespeople"), Salesperson, "code", "name"),
}


@login_required
@permission_required("interactions.view_interactionlogentry", raise_exception=True)
@require_GET
def statistics(request: HttpRequest, by: str) -> HttpResponse:
    """Sum up what counts by template, group, campaign or salesperson."""
    holder = HOLDERS.get(by)
    if holder is None:
        raise Http404
    counted = InteractionLogEntry.objects.counted()
    period = PeriodFilter(request.GET, queryset=counted)
    sums = {row[by]: row for row in period.qs.sums_by(by)}
    context = {
        "by": by,
        "holder": holder,
        "holders": HOLDERS,
        "filter": period,
        "rows": [
            {"pk": pk, "code": code, "name": name, **sums[pk]}
            for pk, code, name in holder.model.objects.filter(pk__in=sums)
            .order_by(holder.code)
            .values_list("pk", holder.code, holder.name)
        ],
        "without": sums.get(None),
        "total": period.qs.sums(),
        "currency": MarketingSetup.load().currency,
    }
    return render(request, "interactions/statistics.html", context)
