"""Unsubscribing without a login: looking changes nothing, one click does."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ..services.unsubscribe import (
    BadLink,
    is_unsubscribed,
    read_link,
)
from ..services.unsubscribe import unsubscribe as close_channel


@csrf_exempt  # the mail program posts it by itself (RFC 8058); the link is signed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to unsubscribe, or do it. Programs that follow links only ask."""
    try:
        link = read_link(token)
    except BadLink:
        return render(request, "interactions/unsubscribe_bad.html", status=404)
    if request.method == "POST":
        close_channel(link=link, at=timezone.now())
    done = link.contact is None or is_unsubscribed(link.contact)
    return render(request, "interactions/unsubscribe.html", {"done": done})
