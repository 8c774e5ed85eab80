"""Which contacts share a letter, and who of them gets it."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from contacts.models import JobResponsibility, OrganizationalLevel

from ..choices import AddresseeBy, LettersPer, StepKind
from ..models import Segment, SegmentStep
from .steps import StepForm

PICK, WAS = "pick-", "was-"
BY_HAND_AT_MOST = 1_000
KEYS = re.compile(r"\d{1,18}(,\d{1,18})*", re.ASCII)


class KeysField(forms.CharField):
    """Keys in one text: a thousand fields are more than a request may have."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> list[int]:
        text = super().clean(value)
        if not text:
            return []
        if not KEYS.fullmatch(text):
            raise ValidationError(_("These are no contacts: choose again."))
        keys = list(dict.fromkeys(int(key) for key in text.split(",")))
        if len(keys) > BY_HAND_AT_MOST:
            raise ValidationError(
                _("At most %(most)s can be chosen by hand in one step."),
                params={"most": BY_HAND_AT_MOST},
            )
        return keys


class OnePerAddressForm(StepForm):
    """The rule, and who was chosen by hand; without `taking` only looked at."""

    per = forms.ChoiceField(
        label=_("Letters"), choices=LettersPer, widget=forms.RadioSelect
    )
    choose = forms.ChoiceField(
        label=_("Who gets the letter"), choices=AddresseeBy, widget=forms.RadioSelect
    )
    responsibility = forms.ModelChoiceField(
        label=_("Job responsibility"),
        queryset=JobResponsibility.objects.all(),
        to_field_name="code",
        required=False,
        help_text=_("For “Who has a job responsibility”."),
    )
    by_copy = forms.BooleanField(
        label=_("The others stay on the segment, by copy"),
        help_text=_(
            "They get no letter. Logging writes an interaction for each of them that "
            "says by copy of whom."
        ),
        required=False,
    )
    by_hand = KeysField(required=False)

    def __init__(
        self, data: Any = None, *, segment: Segment, taking: bool, user: Any
    ) -> None:
        self.levels = list(OrganizationalLevel.objects.order_by("code"))
        if data is None:
            data = self._as_opened(segment, user)
        super().__init__(data, segment=segment)
        for level in self.levels:
            self.fields[f"level_{level.pk}"] = forms.IntegerField(
                label=level.description or level.code,
                min_value=1,
                max_value=999,
                required=False,
            )
        if not self.levels:
            self.fields["choose"].choices = [
                choice for choice in AddresseeBy.choices if choice[0] != "level"
            ]
        self.taking = taking

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.taking:  # nothing is dropped by looking
            self.errors.pop("drop_undone", None)
        return cleaned

    @property
    def says_what_to_show(self) -> bool:
        """Whether the letters are known, also of a step that is not taken yet."""
        return not self.errors.keys() - {"drop_undone"}

    @property
    def level_fields(self) -> list[BoundField]:
        return [self[f"level_{level.pk}"] for level in self.levels]

    @property
    def options(self) -> dict[str, Any]:
        """The options of `one_per_address`, of a valid form."""
        cleaned = self.cleaned_data
        options = {name: cleaned[name] for name in ("per", "choose", "by_copy")}
        if options["choose"] == AddresseeBy.LEVEL:
            options["levels"] = self._ordered_levels()
        if options["choose"] == AddresseeBy.RESPONSIBILITY:
            chosen = cleaned["responsibility"]
            options["responsibility"] = chosen.code if chosen else ""
        return options

    @property
    def chosen_by_hand(self) -> list[int]:
        """Contacts chosen by hand: those of earlier pages, then changed on this one."""
        chosen = dict.fromkeys(self.cleaned_data["by_hand"])
        for name, picked in self.data.items():
            was = self.data.get(name.replace(PICK, WAS, 1))
            if name.startswith(PICK) and picked != was:
                chosen.pop(_key(was), None)
                chosen[_key(picked)] = None
        chosen.pop(0, None)
        return list(chosen)

    def _ordered_levels(self) -> list[str]:
        placed = [
            (place, level.code)
            for level in self.levels
            if (place := self.cleaned_data[f"level_{level.pk}"])
        ]
        return [code for _place, code in sorted(placed)]

    def _as_opened(self, segment: Segment, user: Any) -> dict[str, Any]:
        """As the user chose last time; the levels in the order of their codes."""
        last = (
            SegmentStep.objects.filter(kind=StepKind.ONE_PER_ADDRESS, user=user)
            .order_by("-pk")
            .values_list("options", flat=True)
            .first()
        )
        usual = AddresseeBy.LEVEL if self.levels else AddresseeBy.LAST_CONTACT
        opened = {"per": LettersPer.COMPANY, "choose": usual} | (last or {})
        opened["expected_version"] = segment.steps_version
        ordered = opened.pop("levels", None)
        places = _places(ordered, self.levels)
        return opened | {
            f"level_{level.pk}": places[level.code]
            for level in self.levels
            if level.code in places
        }


def _places(
    ordered: list[str] | None, levels: Iterable[OrganizationalLevel]
) -> dict[str, int]:
    codes = [level.code for level in levels] if ordered is None else ordered
    return {code: place for place, code in enumerate(codes, start=1)}


def _key(text: str | None) -> int:
    """The key that was picked, 0 where it is none."""
    return int(text) if text and re.fullmatch(r"\d{1,18}", text, re.ASCII) else 0
