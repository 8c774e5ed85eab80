"""What every form of a segment carries: which steps the user saw."""

from typing import Any

from django import forms

from ..models import Segment
from ..services import SegmentChanged, SegmentError


class SeenField(forms.CharField):
    """The `steps_version` of the segment as the page showed it."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(max_length=40)


class SeenAtField(forms.DateTimeField):
    """When the segment, its header or a line of it was last changed, as it was seen."""

    widget = forms.HiddenInput


class SeenForm(forms.Form):
    """What is asked for the segment as the user saw it, and for no other."""

    expected_version = SeenField()

    def __init__(self, *args: Any, segment: Segment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.segment = segment
        # Asked for when the page is made, not when it comes back.
        self.fields["expected_version"].initial = lambda: segment.steps_version

    def refuse(self, error: SegmentError) -> None:
        """Show why the service refused; after a look the user may try again."""
        self.add_error(None, str(error))
        if isinstance(error, SegmentChanged):
            self.look_again(self.segment)

    def look_again(self, segment: Segment) -> None:
        """Let the next try be for the steps that are shown now."""
        self.data = self.data.copy()
        self.data["expected_version"] = segment.steps_version
