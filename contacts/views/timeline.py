"""What happened with a contact, newest first."""

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ..card.timeline import merged, moment_from
from ..models import Contact
from ..registry import sources_for

PAGE = 50


@login_required
@permission_required("contacts.view_contact", raise_exception=True)
@require_safe
def contact_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """The timeline by itself; `kind` is one kind of events, `before` a moment."""
    contact = get_object_or_404(Contact.objects.select_related("company"), pk=pk)
    context = timeline_of(request, contact, size=PAGE)
    return render(request, "contacts/timeline.html", {"contact": contact, **context})


def timeline_of(request: HttpRequest, contact: Contact, *, size: int) -> dict[str, Any]:
    """What the timeline shows; a kind or a moment that is none asks for everything."""
    sources = sources_for(request.user)
    kind = request.GET.get("kind", "")
    chosen = [source for source in sources if source.code == kind]
    before = moment_from(request.GET.get("before", ""))
    return {
        "kinds": sources,
        "kind": kind if chosen else "",
        "before": before,
        "timeline": merged(chosen or sources, contact, before, size),
    }
