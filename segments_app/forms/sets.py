"""Set work: a list that is pasted, what is done with a source, two to compare."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from contacts.forms.fields import OnceField, SuggestingInput
from interactions.models import LoggedSegment

from ..choices import Operation
from ..lists import Entry, ListRefused, read_file, read_list
from ..models import Segment
from ..services.sources import Logged, OpenSegment, on_segment

MAX_FILE = 20 * 1024 * 1024
CANDIDATES = 6


class ListForm(forms.Form):
    """Numbers and e-mail addresses, pasted or in a file."""

    text = forms.CharField(
        label=_("Numbers or e-mail addresses"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        # What a help text says is put out as HTML.
        help_text=escape(
            _(
                "One on each line, or separated by comma, semicolon or tab. Both may "
                "be mixed, and “Name <name@example.org>” is understood. At most "
                "100,000."
            )
        ),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_(
            "A CSV file or a spreadsheet (.csv, .txt, .xlsx) with a column called "
            "number or e-mail, or with one column."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What nobody sees in a text is left out of it, this one too.
        self.fields["text"].validators = []

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        text, file = values.get("text", ""), values.get("file")
        if self.errors:
            return values
        if text.strip() and file:
            raise ValidationError(_("Paste a list or choose a file, not both."))
        if file and file.size > MAX_FILE:
            self.add_error("file", _("The file is larger than 20 MB."))
            return values
        try:
            values["entries"] = read_file(file.read()) if file else read_list(text)
        except ListRefused as refusal:
            self.add_error("file" if file else "text", str(refusal))
        return values

    @property
    def entries(self) -> list[Entry]:
        return self.cleaned_data["entries"]

    @property
    def name(self) -> str:
        """The name of the file, empty for what was pasted."""
        file = self.cleaned_data.get("file")
        return file.name if file else ""


class CombineForm(forms.Form):
    """What becomes of the segment and the contacts of a source."""

    operation = forms.ChoiceField(
        label=_("What to do with these contacts"),
        choices=Operation,
        widget=forms.RadioSelect,
        initial=Operation.UNION,
    )
    ignore_exclusion = forms.BooleanField(
        label=_("Also contacts excluded from segments"),
        required=False,
        help_text=_(
            "When they are put on. Privacy-blocked contacts and minors without "
            "consent stay out all the same."
        ),
    )
    all_sharing = forms.TypedChoiceField(
        label=_("Contacts who share an e-mail address of the list"),
        choices=[("", _("Only those ticked below")), ("yes", _("All of them"))],
        coerce=bool,
        empty_value=False,
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )
    contact = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, sharing: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].choices = [(number, number) for number in sharing]
        if not sharing:
            del self.fields["all_sharing"], self.fields["contact"]

    @property
    def options(self) -> dict[str, bool]:
        """The options of the step: only who is put on may be excluded."""
        ignores = self.cleaned_data["ignore_exclusion"]
        is_union = self.cleaned_data.get("operation", Operation.UNION)
        if ignores and is_union == Operation.UNION:
            return {"ignore_exclusion": True}
        return {}


class StartForm(CombineForm):
    """A new segment of the contacts: all of them are put on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["operation"]


class DescriptionForm(forms.Form):
    """What a new segment is called."""

    once_key = OnceField()
    description = forms.CharField(label=_("Description"), max_length=100)


class AnySegmentField(forms.CharField):
    """A segment, open or logged, by its number or by words only it is called by."""

    default_error_messages = {
        "unknown": _("No segment has the number or description “%(value)s”."),
        "ambiguous": _("Several fit. Give the number of one: %(numbers)s."),
    }

    def __init__(self, *, with_logged: bool = True, **kwargs: Any) -> None:
        self.with_logged = with_logged
        kwargs.setdefault(
            "widget",
            SuggestingInput(
                attrs={
                    "hx-get": reverse_lazy("segments:compare_options"),
                    "hx-trigger": "input changed delay:250ms",
                }
            ),
        )
        super().__init__(max_length=120, **kwargs)

    def clean(self, value: Any) -> OpenSegment | Logged | None:
        text = super().clean(value)
        if not text:
            return None
        found = called(text, with_logged=self.with_logged, at_most=CANDIDATES)
        exact = [one for one in found if str(one.name).upper() == text.upper()]
        chosen = exact or found
        if not chosen:
            raise ValidationError(
                self.error_messages["unknown"], "unknown", {"value": text}
            )
        if len(chosen) > 1:
            numbers = ", ".join(str(one.name) for one in chosen)
            raise ValidationError(
                self.error_messages["ambiguous"], "ambiguous", {"numbers": numbers}
            )
        return chosen[0]


def called(text: str, *, with_logged: bool, at_most: int) -> list[OpenSegment | Logged]:
    """Segments whose number or description has the text; the number itself first."""
    number = text.strip().upper()
    segments = Segment.objects.filter(
        Q(number__icontains=text) | Q(description__icontains=text)
    )
    exact = Segment.objects.filter(number=number)
    found: list[OpenSegment | Logged] = [
        on_segment(segment) for segment in exact or segments[:at_most]
    ]
    if with_logged:
        logged = LoggedSegment.objects.filter(
            Q(segment_number__icontains=text) | Q(description__icontains=text)
        )
        exact_logged = LoggedSegment.objects.filter(segment_number=number)
        found += [
            Logged(logged_segment=one) for one in exact_logged or logged[:at_most]
        ]
    return found


class CompareForm(forms.Form):
    """Two segments, what is shown of them, and where to put it."""

    first = AnySegmentField(label=_("Segment"))
    second = AnySegmentField(label=_("Compared with"))

    def __init__(self, *args: Any, with_logged: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            self.fields[name].with_logged = with_logged

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        first, second = values.get("first"), values.get("second")
        if first and second and (first.kind, first.name) == (second.kind, second.name):
            raise ValidationError(_("These are the same segment. Choose two."))
        return values


class PutForm(forms.Form):
    """The open segment that a part is put on or taken off."""

    target = AnySegmentField(label=_("Open segment"), with_logged=False)
    operation = forms.ChoiceField(
        label=_("What to do there"),
        choices=[
            (Operation.UNION, Operation.UNION.label),
            (Operation.DIFFERENCE, Operation.DIFFERENCE.label),
        ],
    )
