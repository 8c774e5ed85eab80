"""Taking a step from a page: done and told, or refused at the form and told why."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from ..criteria import CriteriaError
from ..forms.steps import StepForm
from ..models import SegmentStep
from ..services import SegmentError
from .shown_steps import say_effect

Steps = SegmentStep | list[SegmentStep]


def take(
    request: HttpRequest,
    form: StepForm,
    service: Callable[..., Steps],
    *,
    blame: Callable[[CriteriaError], None] | None = None,
    **asked: Any,
) -> list[SegmentStep]:
    """Take the steps, or say in the form why not and return none.

    `service` is given what every step needs, and what is `asked`. What is wrong with
    criteria is said by `blame` at its place, else by the form.
    """
    if not form.is_valid():
        return []
    try:
        taken = service(
            user=request.user,
            at=timezone.now(),
            expected_version=form.cleaned_data["expected_version"],
            **asked,
        )
    except CriteriaError as error:
        if blame is None:
            form.add_error(None, error.message)
        else:
            blame(error)
        return []
    except SegmentError as error:
        form.refuse(error)
        return []
    return taken if isinstance(taken, list) else [taken]


def take_step(
    request: HttpRequest,
    form: StepForm,
    service: Callable[..., SegmentStep],
    *,
    blame: Callable[[CriteriaError], None] | None = None,
    **asked: Any,
) -> HttpResponse | None:
    """Take a step of the form's segment, say what it did and lead to the segment.

    None where it was refused: then the form says why.
    """
    steps = take(request, form, service, blame=blame, segment=form.segment, **asked)
    if not steps:
        return None
    for step in steps:
        messages.success(request, say_effect(step))
    return redirect(form.segment)
