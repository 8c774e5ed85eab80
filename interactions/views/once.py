"""A page that is sent twice leads to what it made the first time."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from contacts.forms.fields import OnceField

from ..services.once import DoneAlready, made_with


class OnceForm(forms.Form):
    """The key that any page carries beside what else is on it."""

    once_key = OnceField()


def key_sent(request: HttpRequest) -> UUID | None:
    """Return the key of the page that was sent, if it has one."""
    form = OnceForm(request.POST)
    return form.cleaned_data["once_key"] if form.is_valid() else None


def lead_to_made(
    request: HttpRequest, already: DoneAlready, *, otherwise: Any = "/"
) -> HttpResponse:
    """Say that it was done, and go to what was made or, where that is gone, there."""
    messages.warning(request, str(already))
    return redirect(already.made or otherwise)


def led_to_made(request: HttpRequest) -> HttpResponse | None:
    """Lead to what the page made when it was sent before; None if it made nothing.

    Asked before anything else: what was made itself would have the page refused.
    """
    made = made_with(key_sent(request))
    return lead_to_made(request, DoneAlready(made)) if made else None
