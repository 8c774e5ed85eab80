"""What every request goes through besides the middleware of Django."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _

NUL = "\0"  # PostgreSQL takes it in no text
LARGEST = 2**63 - 1  # SQLite holds no larger number
DIGITS = len(str(LARGEST))


class AdminQuestions:
    """Django admin hands its query string to the database; what none takes is refused.

    Our own pages clean what they are asked in their forms.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Raise BadRequest for a value that no column can hold."""
        match = request.resolver_match
        if match and match.app_name == "admin":
            values = [value for _name, given in request.GET.lists() for value in given]
            if not all(map(_fits, values)):
                raise BadRequest("A value of the query string fits no column.")


class SentOnlyPages:
    """Who opens an address that only takes what a page sends gets a page to go on from.

    It is opened by reloading what was refused there, by another language, or by
    logging in again after the time was up. Django answers with nothing at all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if request.method != "GET" or not isinstance(answer, HttpResponseNotAllowed):
            return answer
        page = render(request, "405.html", status=answer.status_code)
        page["Allow"] = answer["Allow"]
        return page


class LoggedOutMeanwhile:
    """Whoever sends a page after the time was up is told that nothing was saved.

    They are asked to log in, and what they sent does not come along.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        stranger = not request.user.is_authenticated
        answer = self.get_response(request)
        sent_away = isinstance(answer, HttpResponseRedirect) and answer.url.startswith(
            resolve_url(settings.LOGIN_URL)
        )
        if stranger and sent_away and request.method == "POST":
            said = _("You were logged out before this was sent: nothing was saved.")
            how = _("The Back button of the browser may still show what you typed.")
            messages.warning(request, f"{said} {how}")
        return answer


def _fits(value: str) -> bool:
    """Whether a database can be asked for this: a text, or the key of a row."""
    if NUL in value:
        return False
    digits = value.strip().lstrip("-+0")
    if not digits.isdecimal():
        return True
    return len(digits) <= DIGITS and int(digits) <= LARGEST
