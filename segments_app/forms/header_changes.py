"""The header of a segment as it is edited: what it would orphan is agreed to first."""

from collections.abc import Iterable

from django import forms

from ..services.orphaned_values import Orphans
from .segments import HeaderForm


class HeaderEditForm(HeaderForm):
    """`agreed` says to which own values that stay behind the user has agreed."""

    agreed = forms.CharField(required=False, widget=forms.HiddenInput)

    def agrees_to(self, orphans: Iterable[Orphans]) -> bool:
        """Whether these, and no others, were shown and agreed to."""
        return self.cleaned_data["agreed"] == _signed(orphans)

    def ask(self, orphans: Iterable[Orphans]) -> None:
        """Take the next sending of the form for an agreement to these."""
        self.data = self.data.copy()
        self.data["agreed"] = _signed(orphans)


def _signed(orphans: Iterable[Orphans]) -> str:
    return " ".join(f"{each.value}:{each.lines}" for each in orphans)
