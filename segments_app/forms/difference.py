"""What is proposed, as it travels with the page that shows the difference.

Nothing is kept between two requests, so every form is asked again each time: what
arrives is as little trusted the tenth time as the first.
"""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from interactions.models import LoggedSegment

from ..choices import Moving, StepKind
from ..criteria import CriteriaError
from ..models import SavedCriteria, Segment
from ..services.change_contacts import options_of
from ..services.difference import ByCriteria, Proposal, Refresh, Reuse, ReuseLogged
from .criteria import Row, ShapeError, from_json, new_criteria

Carried = list[tuple[str, str]]


class CriteriaField(forms.JSONField):
    """Criteria in their JSON form; whether they make sense is asked by the step."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (RecursionError, ValueError) as error:  # nested or written without end
            message = self.error_messages["invalid"]
            raise ValidationError(message, code="invalid") from error


class ProposalForm(forms.Form):
    """A proposal in its posted form, for one segment and one user."""

    def __init__(
        self, data: QueryDict | None, *, kind: str, segment: Segment, user: Any
    ) -> None:
        super().__init__(data)
        self.kind = kind
        self.segment = segment

    @property
    def proposal(self) -> Proposal:
        """What is proposed; the form is valid."""
        raise NotImplementedError

    @property
    def carried(self) -> Carried:
        """Names and values that say the same to the next request."""
        raise NotImplementedError


class CriteriaProposalForm(ProposalForm):
    """Add, reduce or refine; the options are named as in the builder."""

    criteria = CriteriaField(required=False)

    @property
    def options(self) -> dict[str, bool]:
        return {name: True for name in options_of(self.kind) if name in self.data}

    @property
    def proposal(self) -> Proposal:
        return ByCriteria(
            segment=self.segment,
            kind=StepKind(self.kind),
            criteria=self.cleaned_data["criteria"],
            options=self.options,
        )

    @property
    def carried(self) -> Carried:
        return by_criteria(self.cleaned_data["criteria"], self.options)


class ReuseProposalForm(ProposalForm):
    """Which saved criteria, and whether those on the segment now leave first."""

    saved = forms.ModelChoiceField(
        label=_("Saved criteria"), queryset=SavedCriteria.objects.none()
    )
    mode = forms.ChoiceField(
        label=_("The contacts on the segment now"),
        choices=[("add", _("stay")), ("replace", _("leave first"))],
        widget=forms.RadioSelect,
        initial="add",
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["saved"].queryset = SavedCriteria.objects.visible_to(user)

    @property
    def proposal(self) -> Proposal:
        return Reuse(segment=self.segment, **self.cleaned_data)

    @property
    def carried(self) -> Carried:
        saved, mode = self.cleaned_data["saved"], self.cleaned_data["mode"]
        return [("saved", str(saved.pk)), ("mode", mode)]


class LoggedProposalForm(ProposalForm):
    """The contacts of a logged segment that the user may see."""

    logged_segment = forms.ModelChoiceField(queryset=LoggedSegment.objects.none())

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if user.has_perm("interactions.view_loggedsegment"):
            self.fields["logged_segment"].queryset = LoggedSegment.objects.all()

    @property
    def proposal(self) -> Proposal:
        return ReuseLogged(segment=self.segment, **self.cleaned_data)

    @property
    def carried(self) -> Carried:
        return [("logged_segment", str(self.cleaned_data["logged_segment"].pk))]


class RefreshProposalForm(ProposalForm):
    """The steps of the segment again: there is nothing more to say."""

    @property
    def proposal(self) -> Proposal:
        return Refresh(segment=self.segment)

    @property
    def carried(self) -> Carried:
        return []


# Every kind of proposal that has a difference, by its place in the address.
PROPOSALS: dict[str, type[ProposalForm]] = {
    StepKind.ADD.value: CriteriaProposalForm,
    StepKind.REDUCE.value: CriteriaProposalForm,
    StepKind.REFINE.value: CriteriaProposalForm,
    "saved": ReuseProposalForm,
    "logged": LoggedProposalForm,
    StepKind.REFRESH.value: RefreshProposalForm,
}


def by_criteria(criteria: Any, options: Mapping[str, bool]) -> Carried:
    """What `CriteriaProposalForm` reads criteria and options from."""
    return [
        ("criteria", json.dumps(criteria)),
        *((name, "on") for name, chosen in options.items() if chosen),
    ]


def rows_carried(text: str) -> Row:
    """The rows of the builder for criteria that come back. Raises ShapeError."""
    try:
        criteria = CriteriaField(required=False).clean(text)
        return new_criteria() if criteria is None else from_json(criteria)
    except (ValidationError, CriteriaError) as error:
        raise ShapeError(text) from error


class NamesForm(forms.Form):
    """Which of the names are asked for; what is no place leads to the first page."""

    moving = forms.ChoiceField(choices=Moving.choices)
    after = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    many = forms.BooleanField(required=False)
    shown_total = forms.IntegerField(required=False, min_value=0)
