"""One interaction with one contact: created, put off, a telephone call."""

import uuid
from copy import deepcopy
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.forms.fields import ContactField, OnceField
from interactions.choices import Evaluation
from interactions.models import (
    Attachment,
    Campaign,
    InteractionLogEntry,
    InteractionTemplate,
)
from interactions.services.documents import store_document

from ..choices import Origin
from ..models import SegmentLine
from ..services.phone_calls import Number
from .dates import LetterDateField
from .folded import FoldedFields
from .line_values import NO_CHOICE, LineForm
from .seen import SeenAtField

LONGEST_NUMBER = 30


def next_minute(now: datetime) -> time:
    """Return the first full minute after now."""
    later = now + timedelta(seconds=1)
    whole = later.replace(second=0, microsecond=0)
    return (whole if whole >= later else whole + timedelta(minutes=1)).time()


class TimeInput(forms.TimeInput):
    """Hours and minutes, chosen by the browser's own means."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class InteractionForm(FoldedFields, LineForm):
    """An interaction as a line of its own: what is empty is the template's to give.

    The instance is what would hold so far; see `proposed`.
    """

    contact = ContactField(label=_("Contact"), required=False)
    time = forms.TimeField(label=_("Time"), required=False, widget=TimeInput)
    contact_via = forms.CharField(
        label=_("Contact via"),
        required=False,
        max_length=254,
        help_text=_("A number or a place. An e-mail goes to the contact's address."),
    )
    seen_at = SeenAtField(required=False)
    inherits = _("from the template or the contact")
    # The segment of one that nobody sees says nothing but the day.
    inherited = LineForm.inherited | {Origin.SEGMENT: _("Empty: today, %s.")}
    once_key = OnceField()
    folded_names: ClassVar[dict[Promise, tuple[str, ...]]] = {
        _("The letter"): (
            *("language", "subject", "personal_text", "own_document"),
            *("drop_document", "email_form", "alternative_address"),
        ),
        _("What is logged besides"): (
            *("evaluation", "cost", "duration", "information_flow", "initiated_by"),
            *("contact_via", "campaign_target", "campaign_response"),
        ),
    }
    field_order = [
        *("contact", "template", "description", "date", "time", "salesperson"),
        *("campaign", "correspondence_type"),
    ]

    def __init__(self, *args: Any, contact_locked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].disabled = contact_locked
        if self.instance.contact_id:
            self.fields["contact"].help_text = self.instance.contact.name
        salespeople = self.fields["salesperson"].queryset
        self.fields["salesperson"].queryset = salespeople.filter(blocked=False)

    def inherits_nothing(self, name: str) -> str:
        """As long as the contact or the template is open, they may still give it."""
        if name == "template":
            return NO_CHOICE
        if name == "date":
            return str(_("Empty: today."))
        line = self.instance
        is_known = line.contact_id and line.template_id
        return str(_("none") if is_known else self.inherits)

    def look_again(self, draft: InteractionLogEntry) -> None:
        """Let the next try be for the draft as it is now."""
        self.data = self.data.copy()
        self.data["seen_at"] = draft.created_at.isoformat()

    def renew_key(self) -> uuid.UUID:
        """Let the next try be for another interaction than those before."""
        key = uuid.uuid4()
        self.data = self.data.copy()
        self.data["once_key"] = str(key)
        self.cleaned_data["once_key"] = key
        return key

    def keep(self, document: Attachment) -> None:
        """Have this as the own document from now on; it need not be chosen again."""
        self.instance.document = document
        drop = deepcopy(self.base_fields["drop_document"])
        self.fields.setdefault("drop_document", drop)
        self.tell_document()
        self["own_document"].help_text = self.fields["own_document"].help_text

    @cached_property
    def values(self) -> dict[str, Any]:
        """What was filled in, for the services; an uploaded document is stored."""
        names = (*self._meta.fields, "contact", "time", "contact_via")
        values = {name: self.cleaned_data[name] for name in names}
        return values | {"document": self.document}

    @cached_property
    def document(self) -> Attachment | None:
        """The own document: what was uploaded, stored by now, or what there was."""
        upload = self.cleaned_data.get("own_document")
        if upload:
            return store_document(data=upload.data, name=upload.name)
        dropped = self.cleaned_data.get("drop_document")
        return None if dropped else self.instance.document

    def refuse(self, faults: dict[str, str]) -> None:
        """Say each fault at the field that mends it."""
        for name, said in faults.items():
            self.add_error(name if name in self.fields else None, said)


class PhoneCallForm(forms.Form):
    """A call to one contact: at which number, reached or not, what came of it."""

    once_key = OnceField()

    number = forms.ChoiceField(label=_("Number"), required=False)
    other_number = forms.CharField(
        label=_("Or another number"), max_length=LONGEST_NUMBER, required=False
    )
    attempt_failed = forms.TypedChoiceField(
        label=_("Result"),
        choices=[("", _("Reached")), ("failed", _("Not reached"))],
        coerce=bool,
        empty_value=False,
        required=False,
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label=_("Why not reached"),
        choices=[
            ("", "---------"),
            ("no_answer", _("No answer")),
            ("busy", _("Busy")),
            ("voicemail", _("Voicemail")),
            ("wrong_number", _("Wrong number")),
            ("absent", _("Not there")),
        ],
        required=False,
    )
    description = forms.CharField(label=_("Description"), max_length=100)
    comment = forms.CharField(
        label=_("Comment"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    evaluation = forms.ChoiceField(
        label=_("Evaluation"),
        choices=[("", _("Not evaluated")), *Evaluation.choices],
        required=False,
    )
    duration = SegmentLine._meta.get_field("duration").formfield(required=False)
    follow_up = forms.CharField(
        label=_("Follow up"),
        max_length=100,
        required=False,
        help_text=_("When and about what, in your own words."),
    )
    date = LetterDateField(
        label=_("Date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    time = forms.TimeField(label=_("Time"), required=False, widget=TimeInput)
    salesperson = SegmentLine._meta.get_field("salesperson").formfield(required=False)
    campaign = SegmentLine._meta.get_field("campaign").formfield(required=False)

    def __init__(self, *args: Any, numbers: list[Number], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        salespeople = self.fields["salesperson"].queryset
        self.fields["salesperson"].queryset = salespeople.filter(blocked=False)
        self.fields["number"].choices = [
            (number.typed, f"{number.typed} · {number.whose}") for number in numbers
        ]
        if not numbers:
            del self.fields["number"]
            self.fields["other_number"].label = _("Number")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("attempt_failed") and not cleaned.get("reason"):
            self.add_error("reason", _("Say why nobody was reached."))
        if cleaned.get("reason") and not cleaned.get("attempt_failed"):
            self.add_error("attempt_failed", _("Was the contact reached or not?"))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, for `log_call`."""
        given = self.cleaned_data
        names = ("description", "date", "time", "salesperson", "campaign", "duration")
        return {
            **{name: given[name] for name in (*names, "attempt_failed")},
            "evaluation": given["evaluation"] or None,
            "contact_via": given["other_number"] or given.get("number", ""),
        }

    @property
    def what_came_of_it(self) -> str:
        """The comment, after why nobody was reached and before the follow-up."""
        given = self.cleaned_data
        reasons = dict(self.fields["reason"].choices)
        follow_up = given["follow_up"]
        said = [
            str(reasons[given["reason"]]) if given["reason"] else "",
            given["comment"],
            str(_("Follow up: %s")) % follow_up if follow_up else "",
        ]
        return "\n".join(part for part in said if part)

    def refuse(self, faults: dict[str, str]) -> None:
        """Say each fault at the field that mends it."""
        for name, said in faults.items():
            name = "other_number" if name == "contact_via" else name
            self.add_error(name if name in self.fields else None, said)


class StartForm(forms.Form):
    """What the address of the page asks for; what does not exist is said and left."""

    contact = ContactField(required=False)
    template = forms.ModelChoiceField(
        InteractionTemplate.objects.all(),
        required=False,
        to_field_name="code",
        error_messages={
            "invalid_choice": _("There is no interaction template “%(value)s”.")
        },
    )
    campaign = forms.ModelChoiceField(
        Campaign.objects.all(),
        required=False,
        error_messages={"invalid_choice": _("There is no such campaign.")},
    )
    salesperson = SegmentLine._meta.get_field("salesperson").formfield(
        required=False,
        error_messages={"invalid_choice": _("There is no such salesperson.")},
    )

    @property
    def found(self) -> dict[str, Any]:
        """What was asked for and exists."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def missing(self) -> list[str]:
        """What was asked for and does not exist, in words."""
        return [said for faults in self.errors.values() for said in faults]


class TypedForm(StartForm):
    """Whom and what a form names that is being filled in."""

    once_key = OnceField()

    template = forms.ModelChoiceField(InteractionTemplate.objects.all(), required=False)
