"""The rows of criteria as every page with the builder reads, changes and shows them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from ..criteria import CriteriaError
from ..forms.criteria import Row, ShapeError, from_post, shape
from ..forms.criteria_check import blame
from ..forms.criteria_choices import name_codes
from ..forms.criteria_edits import edited
from ..forms.criteria_inputs import dress, find
from ..forms.criteria_starts import STARTS
from ..forms.criteria_step import CriteriaStepForm
from ..forms.difference import rows_carried
from ..models import SegmentStep
from .taking import take_step


def posted_rows(request: HttpRequest) -> Row:
    """Return the rows of the form. Rows that no page of ours sends are refused.

    The page of the difference sends them back as criteria.
    """
    try:
        if "criteria" in request.POST:
            return name_codes(rows_carried(request.POST["criteria"]))
        return name_codes(from_post(request.POST))
    except ShapeError as error:
        raise SuspiciousOperation(str(error)) from error


def changed_rows(root: Row, action: str) -> Row:
    """Return the rows after one of their buttons, such as `find:q.1`."""
    verb, _colon, name = action.partition(":")
    if verb == "find":
        return find(root, name)
    return edited(root, action, today=timezone.localdate())


def shown_rows(root: Row) -> dict[str, Any]:
    """Return what `_builder.html` shows."""
    dressed = dress(root, today=timezone.localdate())
    return {
        "root": dressed.root,
        "lists": dressed.lists,
        "starts": STARTS,
        "shape": shape(root),
    }


def take_by_criteria(
    request: HttpRequest,
    form: CriteriaStepForm,
    root: Row,
    service: Callable[..., SegmentStep],
) -> HttpResponse | None:
    """Take a step by the criteria of the rows, or say at the place why not."""
    try:
        criteria = form.criteria(root)
    except CriteriaError:
        form.is_valid()
        return None
    return take_step(
        request,
        form,
        service,
        blame=partial(blame, root),
        criteria=criteria,
        options=form.options,
    )
