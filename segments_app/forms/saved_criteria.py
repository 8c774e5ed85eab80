"""Saved criteria: kept from a segment, edited, duplicated, imported."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contacts.forms.edits import EditForm
from contacts.models.fields import validate_code

from ..choices import StepKind, StepOption
from ..models import SavedCriteria
from ..services.change_contacts import options_of
from ..services.saved_file import LARGEST
from ..services.write_saved import SavedStep
from .criteria import Row
from .criteria_check import checked
from .criteria_step import HELP


class SaveCriteriaForm(forms.ModelForm):
    """Under which code; whether it is free is asked by the service."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        validators=[validate_code],
        help_text=_("Short, as NEWS-OSLO."),
    )

    class Meta:
        model = SavedCriteria
        fields = ["description", "shared"]
        help_texts = {"shared": _("Otherwise only you see and reuse them.")}

    field_order = ["code"]


class SavedHeaderForm(EditForm):
    """Code, description, and who sees them."""

    class Meta:
        model = SavedCriteria
        fields = ["code", "description", "shared"]
        help_texts = {"shared": _("Otherwise only the owner sees and reuses them.")}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_shared(self) -> bool:
        """Refuse to hide criteria from the one who hides them."""
        shared = self.cleaned_data["shared"]
        if not shared and self.instance.owner_id != self.user.pk:
            raise ValidationError(_("Only their owner can make them private."))
        return shared


class SavedStepForm(forms.Form):
    """The options of a saved step; `seen` says which step the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.names = options_of(kind)
        for name in self.names:
            option = StepOption(name)
            self.fields[name] = forms.BooleanField(
                label=option.label, help_text=HELP[option], required=False
            )

    def typed(self) -> "SavedStepForm":
        """Return the form as it was filled in, not judged yet."""
        initial = {name: name in self.data for name in self.names}
        initial["seen"] = self.data.get("seen", "")
        return SavedStepForm(kind=self.kind, initial=initial)

    def part(self, root: Row) -> SavedStep:
        """Return the step; without criteria it stands for everybody.

        Raises CriteriaError, told at the row it is about.
        """
        criteria = None
        if not (root.is_blank and self.kind == StepKind.ADD):
            criteria = checked(root)
        options = {name: True for name in self.names if name in self.data}
        return {"kind": self.kind, "criteria": criteria, "options": options}


class SeenStepForm(forms.Form):
    """Which step the page showed, and where it shall go."""

    seen = forms.CharField(max_length=64)
    to = forms.IntegerField(min_value=1, required=False)


class ImportForm(forms.Form):
    """A file; once it was read its text stays, so only the code is asked again."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )
    content = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        required=False,
        validators=[validate_code],
        help_text=_("Leave it empty for the code in the file."),
    )
    shared = forms.BooleanField(
        label=_("Shared with everybody"),
        required=False,
        initial=True,
        help_text=_("Otherwise only you see and reuse them."),
    )
    replace = forms.BooleanField(
        label=_("Replace the criteria of that code"),
        required=False,
        help_text=_("Only your own; a manager may replace all that are shared."),
    )

    def clean(self) -> dict[str, Any]:
        """Read the upload, or what an upload before this one said, as `data`."""
        values = super().clean() or {}
        upload = values.get("file")
        if upload is not None:
            # One byte more than allowed is enough to be refused as too large.
            values["data"] = upload.read(LARGEST + 1)
        elif values.get("content"):
            values["data"] = values["content"].encode(errors="replace")
        elif "file" not in self.errors:
            self.add_error("file", _("Choose a file."))
        return values

    def keep(self, data: bytes) -> None:
        """Carry what was read, so that it need not be uploaded again."""
        self.data = self.data.copy()
        self.data["content"] = data.decode("utf-8-sig", errors="replace")
