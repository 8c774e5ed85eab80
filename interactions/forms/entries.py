"""Forms of interactions: what came of them, one by one or many at once."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.forms.bulk import CountedForm
from contacts.forms.fields import OnceField

from ..choices import Evaluation, ReturnReason

MOST_TICKED = 1_000
KEY_DIGITS = 19  # no key has so many


class EvaluationForm(forms.Form):
    """What came of an interaction."""

    evaluation = forms.ChoiceField(
        label=_("Evaluation"),
        choices=[("", _("Not evaluated")), *Evaluation.choices],
        required=False,
    )


class AgainForm(forms.Form):
    """Which letters to send again, and whether also those that may have arrived."""

    all = forms.BooleanField(required=False)
    letter = forms.TypedMultipleChoiceField(required=False, coerce=int)
    sure = forms.BooleanField(required=False)

    def __init__(self, letters: QuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.letters = letters
        given = self.data.getlist("letter")[:MOST_TICKED]
        keys = [key for key in given if key.isdecimal() and len(key) < KEY_DIGITS]
        self.fields["letter"].choices = [(key, key) for key in keys]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not values.get("all") and not values.get("letter"):
            raise ValidationError(_("Choose the letters that shall be sent again."))
        return values

    @property
    def chosen(self) -> QuerySet:
        """The letters that were ticked, or all that were found."""
        if self.cleaned_data["all"]:
            return self.letters
        return self.letters.filter(pk__in=self.cleaned_data["letter"])


class ResponseForm(forms.Form):
    """What came of a letter: a response, or the letter itself.

    The code comes last, so that whoever scans one after the other stays in it.
    """

    RESPONSE = "response"
    RETURN = "return"
    # What stays for the next letter.
    kept_names = ("kind", "date", "evaluation", "reason")

    kind = forms.ChoiceField(
        label=_("What came"),
        choices=[(RESPONSE, _("A response")), (RETURN, _("The letter itself"))],
        widget=forms.RadioSelect,
    )
    date = forms.DateField(
        label=_("It came on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    evaluation = forms.ChoiceField(
        label=_("Evaluation"),
        choices=[("", _("Not evaluated")), *Evaluation.choices],
        required=False,
        help_text=_("Of a response, where you can tell."),
    )
    reason = forms.ChoiceField(
        label=_("Why it came back"),
        choices=[("", "–"), *ReturnReason.choices],
        required=False,
        help_text=_("Of a letter that came back. Its address is suspended."),
    )
    comment = forms.CharField(
        label=_("Comment"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    code = forms.CharField(
        label=pgettext_lazy("of a letter", "Response code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        help_text=_("Type it and press Enter, or scan it. O is 0, I and L are 1."),
    )

    def __init__(
        self, *args: Any, has_code: bool = True, may_return: bool = True, **kwargs: Any
    ) -> None:
        """Without `has_code` the letter is known; who may not block an address enters
        no returned letters.
        """
        initial = {"kind": self.RESPONSE, "date": timezone.localdate()}
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if not has_code:
            del self.fields["code"]
        if not may_return:
            self.fields["kind"].choices = self.fields["kind"].choices[:1]
            del self.fields["reason"]

    @property
    def is_return(self) -> bool:
        return bool(self.cleaned_data["kind"] == self.RETURN)

    @property
    def kept(self) -> dict[str, str]:
        """What the form shall begin with for the next letter."""
        return {
            name: str(self.cleaned_data[name])
            for name in self.kept_names
            if self.cleaned_data.get(name)
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("kind") == self.RETURN and not values.get("reason"):
            self.add_error("reason", _("Say why the letter came back."))
        return values


class ManyForm(CountedForm):
    """Asks whether it shall be done to so many interactions."""

    said_now = _("There are %s interactions now. Look at the number, then go on.")


class CancelForm(ManyForm):
    """Why they are cancelled."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("Stands with them, with your name and the day."),
    )


class EvaluateManyForm(ManyForm):
    """What came of all of them; that nothing did is chosen as well."""

    NOTHING = "nothing"
    evaluation = forms.TypedChoiceField(
        label=_("Evaluation"),
        choices=[
            ("", "---------"),
            *Evaluation.choices,
            (NOTHING, _("Not evaluated")),
        ],
        coerce=lambda chosen: "" if chosen == EvaluateManyForm.NOTHING else chosen,
    )
    field_order = ["evaluation"]


class EntryCommentForm(forms.Form):
    """A note on an interaction."""

    text = forms.CharField(
        label=_("Comment"), widget=forms.Textarea(attrs={"rows": 3}), max_length=5_000
    )


class NewCommentForm(EntryCommentForm):
    """One that is not written yet."""

    once_key = OnceField()
