"""Entering what came of letters: by code, one after the other, or of one letter."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from contacts.models import Contact

from ..forms.entries import ResponseForm
from ..models import InteractionLogEntry
from ..services.errors import InteractionError
from ..services.responses import (
    WrongDay,
    letter_by_code,
    record_response,
    record_return,
    recorded_today,
    undo_last,
)

NEEDED = (
    "interactions.view_interactionlogentry",
    "interactions.add_interactionlogentry",
)
SUSPEND = "contacts.add_contactchannelblock"
RECORDED_SHOWN = 20
LETTERS_SHOWN = 50


@login_required
@permission_required(NEEDED, raise_exception=True)
@require_http_methods(["GET", "POST"])
def responses(request: HttpRequest) -> HttpResponse:
    """Enter responses and returned letters by their codes, one after the other."""
    form = _form(request, initial=_asked(request))
    if form.is_valid():
        try:
            letter = letter_by_code(form.cleaned_data["code"])
            _record(request, form, letter)
        except WrongDay as error:
            form.add_error("date", str(error))
        except InteractionError as error:
            form.add_error("code", str(error))
        else:
            again = reverse("interactions:responses")
            return redirect(f"{again}?{urlencode(form.kept)}")
    if form.is_bound:
        # The next code is typed into an empty field, not behind the last.
        form.data = request.POST.copy()
        form.data["code"] = ""
    recorded = recorded_today(user=request.user, at=timezone.now(), most=RECORDED_SHOWN)
    context = {"form": form, "recorded": recorded}
    return render(request, "interactions/responses.html", context)


@login_required
@permission_required(NEEDED, raise_exception=True)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what the user entered last."""
    try:
        undone = undo_last(
            user=request.user,
            at=timezone.now(),
            expected=request.POST.get("last", ""),
        )
    except InteractionError as error:
        messages.error(request, str(error))
    else:
        said = _("Undone: %s. Enter it again if that was no slip.")
        messages.success(request, said % undone.letter.contact)
    return redirect("interactions:responses")


@login_required
@permission_required(NEEDED, raise_exception=True)
@require_http_methods(["GET", "POST"])
def entry_response(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what came of one letter, without its code."""
    entries = InteractionLogEntry.objects.select_related("contact")
    letter = get_object_or_404(entries, pk=pk)
    form = _form(request, has_code=False)
    if form.is_valid():
        try:
            _record(request, form, letter)
        except WrongDay as error:
            form.add_error("date", str(error))
        except InteractionError as error:
            form.add_error(None, str(error))
        else:
            return redirect(letter)
    context = {"form": form, "letter": letter}
    return render(request, "interactions/entry_response.html", context)


@login_required
@permission_required(NEEDED, raise_exception=True)
@require_GET
def letters_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the letter to a contact that something came of."""
    contact = get_object_or_404(Contact, pk=pk)
    entries = InteractionLogEntry.objects.answerable().of_contact(contact)
    letters = entries.for_list().order_by("-date", "-pk")[:LETTERS_SHOWN]
    context = {"contact": contact, "letters": letters}
    return render(request, "interactions/letters_of.html", context)


def _form(request: HttpRequest, **options: Any) -> ResponseForm:
    sent = request.POST if request.method == "POST" else None
    may_return = request.user.has_perm(SUSPEND)
    return ResponseForm(sent, may_return=may_return, **options)


def _asked(request: HttpRequest) -> dict[str, str]:
    """What was kept of the letter before."""
    return {
        name: value
        for name in ResponseForm.kept_names
        if (value := request.GET.get(name))
    }


def _record(
    request: HttpRequest, form: ResponseForm, letter: InteractionLogEntry
) -> None:
    """Record what the form says, and tell of whom it was."""
    values = form.cleaned_data
    common: dict[str, Any] = {
        "letter": letter,
        "on": values["date"],
        "comment": values["comment"],
        "user": request.user,
        "at": timezone.now(),
    }
    if form.is_return:
        returned = record_return(reason=values["reason"], **common)
        said = (
            _(
                "The letter to %s came back. Nothing is sent to the address until it "
                "is corrected."
            )
            if returned.suspended
            else _(
                "The letter to %s came back. Nothing is suspended: paper was blocked "
                "already, or the address was corrected since."
            )
        )
    else:
        record_response(evaluation=values["evaluation"], **common)
        said = _("The response of %s is entered.")
    messages.success(request, said % letter.contact)
