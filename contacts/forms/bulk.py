"""What a change of many contacts asks before it is done."""

from typing import Any

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..models import MailingGroup
from ..services.bulk_changes import BulkChange


class CountedForm(forms.Form):
    """Done to as many as the user was told, and to no others."""

    said_now: Any = _("There are %s contacts now. Look at the number, then go on.")
    expected = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count
        self.fields["expected"].initial = count

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("expected") != self.count:
            # After a look the user may try again.
            self.data = self.data.copy()
            self.data["expected"] = self.count
            self._errors.pop("expected", None)
            raise ValidationError(self.said_now % intcomma(self.count))


class BulkForm(CountedForm):
    """The mailing group, where the change asks for one."""

    mailing_group = forms.ModelChoiceField(
        queryset=MailingGroup.objects.all(), label=_("Mailing group")
    )

    def __init__(self, *args: Any, bulk: BulkChange, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if bulk.of_group:
            self.fields["mailing_group"].label = bulk.question
        else:
            del self.fields["mailing_group"]
