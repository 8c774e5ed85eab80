"""An open segment that was logged since the user looked is not just missing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect

from ..services import SegmentAlreadyLogged
from ..services.log_segment import logged_from


def leads_to_logged_segment(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
    """Let a view of an open segment lead to what the segment became, if it is gone.

    Below the decorators that ask for permission.
    """

    @wraps(view)
    def answer(request: HttpRequest, pk: int, **arguments: Any) -> HttpResponse:
        try:
            return view(request, pk, **arguments)
        except Http404:
            logged = logged_from(pk)
            if logged is None:
                raise
        messages.warning(request, str(SegmentAlreadyLogged(logged)))
        if request.htmx:
            return HttpResponseClientRedirect(logged.get_absolute_url())
        return redirect(logged)

    return answer
