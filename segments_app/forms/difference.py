"""What is proposed, as it travels with the page that shows the difference.

Nothing is kept between two requests, so every form is asked again each time: what
arrives is as little trusted the tenth time as the first.
"""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from interactions.models import LoggedSegment

from ..choices import Moving, StepKind, StepOption
from ..criteria import CriteriaError
from ..models import SavedCriteria, Segment
from ..services.change_contacts import options_of
from ..services.difference import (
    ByCriteria,
    ByHand,
    Combine,
    EditStep,
    LeaveOutStep,
    OnePerAddress,
    Proposal,
    Refresh,
    Relieve,
    Reuse,
    ReuseLogged,
)
from .criteria import Row, ShapeError, from_json, new_criteria
from .lines import AddByHandForm, RemoveForm
from .one_per_address import OnePerAddressForm
from .pressure import PressureForm, RelieveForm
from .sets import CombineForm
from .sources import SourceNotFound, chosen_source
from .steps import StepForm

Carried = list[tuple[str, str]]
REMOVE_BY_HAND = "remove_by_hand"


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
        self.user = user

    @property
    def proposal(self) -> Proposal:
        """What is proposed; the form is valid."""
        raise NotImplementedError

    @property
    def carried(self) -> Carried:
        """Names and values that say the same to the next request."""
        raise NotImplementedError

    def taken(self) -> None:
        """Forget what was kept only until the steps are taken; mostly nothing."""


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


class CombineProposalForm(ProposalForm):
    """A source by its kind and key, and what becomes of its contacts."""

    source = forms.CharField()
    key = forms.CharField()

    def clean(self) -> dict[str, Any]:
        named = super().clean()
        if self.errors:
            return named
        try:
            self.chosen = chosen_source(named["source"], named["key"], self.user)
        except SourceNotFound as missing:
            raise ValidationError(missing.said) from missing
        self.wanted = CombineForm(self.data, sharing=self.chosen.sharing)
        return _with_valid(named, self.wanted)

    @property
    def proposal(self) -> Proposal:
        return Combine(
            segment=self.segment,
            operation=self.wanted.cleaned_data["operation"],
            source=self.chosen.as_wanted(self.wanted),
            options=self.wanted.options,
        )

    @property
    def carried(self) -> Carried:
        named = [(name, self.cleaned_data[name]) for name in ("source", "key")]
        return [*named, *as_posted(self.wanted)]

    def taken(self) -> None:
        self.chosen.forget()


class EditStepProposalForm(ProposalForm):
    """Other criteria for a step; the options are named as in the builder."""

    position = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    criteria = CriteriaField(required=False)

    @property
    def options(self) -> dict[str, bool]:
        return {name: True for name in StepOption.values if name in self.data}

    @property
    def proposal(self) -> Proposal:
        return EditStep(segment=self.segment, options=self.options, **self.cleaned_data)

    @property
    def carried(self) -> Carried:
        return edited_step(
            self.cleaned_data["position"], self.cleaned_data["criteria"], self.options
        )


class LeaveOutProposalForm(ProposalForm):
    """The step to leave out."""

    position = forms.IntegerField(min_value=1, max_value=2**31 - 1)

    @property
    def proposal(self) -> Proposal:
        return LeaveOutStep(segment=self.segment, **self.cleaned_data)

    @property
    def carried(self) -> Carried:
        return [("position", str(self.cleaned_data["position"]))]


class OnePerAddressProposalForm(ProposalForm):
    """Who shares a letter and who gets it."""

    def clean(self) -> dict[str, Any]:
        rule = OnePerAddressForm(
            self.data, segment=self.segment, taking=False, user=self.user
        )
        self.rule = _question(rule)
        return _with_valid(super().clean(), self.rule)

    @property
    def proposal(self) -> Proposal:
        chosen = self.rule.chosen_by_hand
        by_hand = Contact.objects.filter(pk__in=chosen) if chosen else None
        return OnePerAddress(
            segment=self.segment, options=self.rule.options, by_hand=by_hand
        )

    @property
    def carried(self) -> Carried:
        by_hand = ",".join(str(key) for key in self.rule.chosen_by_hand)
        posted = [pair for pair in as_posted(self.rule) if pair[0] != "by_hand"]
        return [*posted, ("by_hand", by_hand)]


class RelieveProposalForm(ProposalForm):
    """What counts as pressure, and what is done about whom."""

    def clean(self) -> dict[str, Any]:
        if not self.user.has_perm("interactions.view_interactionlogentry"):
            raise PermissionDenied
        self.asked = PressureForm(self.data)
        self.relieve = _question(RelieveForm(self.data, segment=self.segment))
        return _with_valid(super().clean(), self.asked, self.relieve)

    @property
    def proposal(self) -> Proposal:
        return Relieve(
            segment=self.segment, pressure=self.asked.pressure, **self.relieve.choices
        )

    @property
    def carried(self) -> Carried:
        return [*self.asked_again, *as_posted(self.relieve)]

    @property
    def asked_again(self) -> Carried:
        """What counts, to be asked on the page of the pressure again."""
        return as_posted(self.asked)


class ByHandProposalForm(ProposalForm):
    """Contacts to put on the segment, or lines to take off."""

    def clean(self) -> dict[str, Any]:
        form = RemoveForm if self.removes else AddByHandForm
        self.named = _question(form(self.data, segment=self.segment))
        return _with_valid(super().clean(), self.named)

    @property
    def removes(self) -> bool:
        return self.kind == REMOVE_BY_HAND

    @property
    def proposal(self) -> Proposal:
        if self.removes:
            lines = self.named.cleaned_data["line"]
            contacts = Contact.objects.filter(segment_lines__in=lines)
        else:
            contacts = self.named.cleaned_data["contacts"]
        return ByHand(segment=self.segment, contacts=contacts, removes=self.removes)

    @property
    def carried(self) -> Carried:
        return as_posted(self.named)


# Every kind of proposal that has a difference, by its place in the address.
PROPOSALS: dict[str, type[ProposalForm]] = {
    StepKind.ADD.value: CriteriaProposalForm,
    StepKind.REDUCE.value: CriteriaProposalForm,
    StepKind.REFINE.value: CriteriaProposalForm,
    "saved": ReuseProposalForm,
    "logged": LoggedProposalForm,
    StepKind.REFRESH.value: RefreshProposalForm,
    StepKind.COMBINE.value: CombineProposalForm,
    StepKind.ONE_PER_ADDRESS.value: OnePerAddressProposalForm,
    "edit_step": EditStepProposalForm,
    "leave_out_step": LeaveOutProposalForm,
    "pressure": RelieveProposalForm,
    "add_by_hand": ByHandProposalForm,
    REMOVE_BY_HAND: ByHandProposalForm,
}


def by_criteria(criteria: Any, options: Mapping[str, bool]) -> Carried:
    """What `CriteriaProposalForm` reads criteria and options from."""
    return [
        ("criteria", json.dumps(criteria)),
        *((name, "on") for name, chosen in options.items() if chosen),
    ]


def edited_step(position: int, criteria: Any, options: Mapping[str, bool]) -> Carried:
    """What `EditStepProposalForm` reads a step from."""
    return [("position", str(position)), *by_criteria(criteria, options)]


def as_posted(form: forms.Form) -> Carried:
    """Names and values that fill the form in again as it is."""
    posted: Carried = []
    for bound in form:
        value = bound.value()
        values = value if isinstance(value, list | tuple) else [value]
        posted += [
            (bound.html_name, "on" if each is True else str(each))
            for each in values
            if each not in (None, "", False)
        ]
    return posted


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


def _question(form: StepForm) -> Any:
    """The form without what every step asks: the page of the difference asks that."""
    for name in StepForm.base_fields:
        form.fields.pop(name, None)
    return form


def _with_valid(values: dict[str, Any], *asked: forms.Form) -> dict[str, Any]:
    """The values, if the forms that ask the rest are filled in rightly too."""
    if not all(form.is_valid() for form in asked):
        raise ValidationError(_("What was proposed is not there, or not any more."))
    return values
