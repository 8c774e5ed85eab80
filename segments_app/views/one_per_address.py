"""One letter per company or per address: who gets it is seen before it is done."""

import re
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from contacts.models import AlternativeAddress, Contact

from ..choices import LettersPer, StepKind
from ..forms.one_per_address import OnePerAddressForm
from ..models import Segment, SegmentLine
from ..services import one_per_address
from ..services.addressees import addressee_rule
from ..services.errors import OptionRefused
from ..services.one_per_address import Sharing, sharing
from .logged_meanwhile import leads_to_logged_segment
from .shown_difference import difference_of
from .taking import take_step

GROUPS_PER_PAGE = 20
SHOWN_OF_A_GROUP = 10


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_one_per_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who shares a letter and who gets it; on POST without `edit` take the step.

    The form travels by POST, with `edit` while it is only looked at: choices made on
    one page of groups are kept on the others.
    """
    segment = get_object_or_404(Segment, pk=pk)
    looking = {"edit", "difference"} & request.POST.keys()
    taking = request.method == "POST" and not looking
    posted = request.POST if request.method == "POST" else None
    form = OnePerAddressForm(posted, segment=segment, taking=taking, user=request.user)
    context: dict[str, Any] = {"segment": segment, "form": form}
    chosen = [] if "by_hand" in form.errors else form.chosen_by_hand
    context["by_hand"] = ",".join(str(key) for key in chosen)
    if not form.says_what_to_show:
        return render(request, "segments/one_per_address.html", context)
    by_hand = Contact.objects.filter(pk__in=chosen) if chosen else None
    if "difference" in request.POST:
        page = difference_of(request, segment, kind=StepKind.ONE_PER_ADDRESS)
        if page:
            return page
    elif taking:
        done = take_step(
            request, form, one_per_address, options=form.options, by_hand=by_hand
        )
        if done:
            return done
    try:
        change = sharing(segment=segment, rule=addressee_rule(form.options, by_hand))
    except OptionRefused as error:
        context["missing"] = str(error)
    else:
        context |= _groups(request, change, chosen)
    return render(request, "segments/one_per_address.html", context)


def _groups(request: HttpRequest, change: Sharing, chosen: list[int]) -> dict[str, Any]:
    """The page of groups that was asked for, and how many letters there would be."""
    search = request.POST.get("search", "").strip()
    paginator = Paginator(change.addressees(search), GROUPS_PER_PAGE)
    wanted = re.fullmatch(r"page:(\d{1,9})", request.POST.get("edit", ""))
    page = paginator.get_page(wanted[1] if wanted else 1)
    addressees = list(page.object_list.select_related("contact__company"))
    members = change.sharing_with(addressees, most=SHOWN_OF_A_GROUP, search=search)
    letters = change.letters()
    shared = _what_is_shared(addressees, change)
    return {
        "letters": letters,
        "fewer": letters.before - letters.after,
        "search": search,
        "page_obj": page,
        "groups": [
            {
                "addressee": line,
                "shared": shared[line.pk],
                "lines": members[line.group_key],
                "more": line.size - len(members[line.group_key]),
                "by_hand": line.contact_id in chosen,
            }
            for line in addressees
        ],
        "chosen_by_hand": len(chosen),
    }


def _what_is_shared(addressees: list[SegmentLine], change: Sharing) -> dict[int, str]:
    """The company or the address of each group, by the line of its addressee."""
    if change.rule.per == LettersPer.COMPANY:
        contacts = {line.pk: line.contact for line in addressees}
        return {key: (one.company or one).name for key, one in contacts.items()}
    others = AlternativeAddress.objects.in_bulk(
        {line.effective_address_id for line in addressees} - {None}
    )
    places = {
        line.pk: others.get(line.effective_address_id, line.contact)
        for line in addressees
    }
    return {
        key: ", ".join(
            part
            for part in (at.address, at.address_2, f"{at.postcode} {at.city}".strip())
            if part
        )
        for key, at in places.items()
    }
