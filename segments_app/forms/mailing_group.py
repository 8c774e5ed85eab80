"""Which mailing group the contacts of a segment come into."""

from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contacts.models import MailingGroup

from .seen import SeenField


class MailingGroupForm(forms.Form):
    """An existing group, or a new one by who may make set-up; and whether to purge."""

    group = forms.ModelChoiceField(
        label=_("Mailing group"), queryset=MailingGroup.objects.all(), required=False
    )
    code = forms.CharField(label=_("Or a new one: code"), max_length=20, required=False)
    description = forms.CharField(
        label=_("Description"), max_length=100, required=False
    )
    purge = forms.BooleanField(
        label=_("Take everybody else out of the group"),
        required=False,
        help_text=_("Then exactly the contacts of this segment are in it."),
    )

    def __init__(
        self, *args: Any, user: AbstractBaseUser | AnonymousUser, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not user.has_perm("contacts.add_mailinggroup"):
            del self.fields["code"], self.fields["description"]
            self.fields["group"].required = True
        if not user.has_perm("contacts.delete_contactmailinggroup"):
            del self.fields["purge"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        code, group = values.get("code"), values.get("group")
        if code and group:
            raise ValidationError(_("Choose a mailing group or make one, not both."))
        if not code and not group and not self.errors:
            raise ValidationError(_("Choose a mailing group."))
        if code and not self.errors:
            new = MailingGroup(code=code, description=values["description"])
            try:
                new.full_clean()
            except ValidationError as error:
                self.add_error("code", error.messages)
            values["group"] = new
        return values

    @property
    def mailing_group(self) -> MailingGroup:
        """The group; a new one is not stored yet."""
        return self.cleaned_data["group"]

    @property
    def purges(self) -> bool:
        return bool(self.cleaned_data.get("purge"))


class ApplyForm(forms.Form):
    """What the user saw: the steps of the segment, and how many would be taken out."""

    expected_version = SeenField()
    expected_removed = forms.IntegerField(min_value=0)
