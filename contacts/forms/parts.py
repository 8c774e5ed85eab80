"""Forms of what hangs on a contact: other addresses, closed channels, groups."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..models import (
    AlternativeAddress,
    AlternativeAddressPeriod,
    Contact,
    ContactChannelBlock,
    MailingGroup,
)
from ..models.postal import overlap_message, overlapping
from ..phones import check_phone
from .fields import CountryField, RowsField


class DayInput(forms.DateInput):
    """A day as browsers let one choose it."""

    input_type = "date"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class AddressForm(forms.ModelForm):
    """Where else letters to the contact may go."""

    country = CountryField(label=_("Country"), required=False)

    class Meta:
        model = AlternativeAddress
        fields = [
            *("code", "company_name", "address", "address_2", "postcode", "city"),
            *("county", "country", "phone", "email"),
        ]
        help_texts = {"code": _("A short name, e.g. CABIN.")}

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        others = AlternativeAddress.objects.filter(contact=self.instance.contact_id)
        if others.filter(code=code).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(
                _("There is an address with this code already.")
            )
        return code

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        changed = {"phone", "country"} & set(self.changed_data)
        if changed and values.get("phone"):
            country = values.get("country") or self.instance.contact.country
            try:
                check_phone(values["phone"], country, get_language() or "en")
            except forms.ValidationError as error:
                self.add_error("phone", error)
        return values


class PeriodFormSet(forms.BaseInlineFormSet):
    """Periods belong to the contact of their address; no two have a day in common."""

    def _construct_form(self, i: int, **kwargs: Any) -> forms.ModelForm:
        form = super()._construct_form(i, **kwargs)
        form.instance.contact_id = self.instance.contact_id
        return form

    def clean(self) -> None:
        super().clean()
        elsewhere = AlternativeAddressPeriod.objects.filter(
            contact=self.instance.contact_id
        ).exclude(address=self.instance.pk)
        typed = {
            id(form.instance): form
            for form in self.forms
            if form.cleaned_data.get("starting_date")
            and not form.cleaned_data.get("DELETE")
            and not form.errors
        }
        periods = [*elsewhere.select_related("address")]
        periods += [form.instance for form in typed.values()]
        for earlier, later in overlapping(periods):
            pair = ((later, earlier), (earlier, later))
            for period, other in pair:
                if form := typed.get(id(period)):
                    form.add_error("starting_date", overlap_message(other))
                    break


Periods = forms.inlineformset_factory(
    AlternativeAddress,
    AlternativeAddressPeriod,
    formset=PeriodFormSet,
    fields=["starting_date", "ending_date"],
    widgets={"starting_date": DayInput(), "ending_date": DayInput()},
    extra=2,
)


class BlockForm(forms.ModelForm):
    """A channel through which the contact wants nothing."""

    class Meta:
        model = ContactChannelBlock
        fields = ["channel", "reason", "since", "source"]
        widgets = {"since": DayInput()}

    def clean_channel(self) -> str:
        channel = self.cleaned_data["channel"]
        blocks = ContactChannelBlock.objects.filter(contact=self.instance.contact_id)
        if blocks.filter(channel=channel).exists():
            raise forms.ValidationError(_("This channel is blocked already."))
        return channel


class GroupsForm(forms.Form):
    """The mailing groups of one contact."""

    mailing_groups = RowsField(
        label=_("Mailing groups"),
        queryset=MailingGroup.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        groups = contact.mailing_groups.all()
        super().__init__(*args, initial={"mailing_groups": groups}, **kwargs)
