"""Moving the cursor of a segment, and naming its steps."""

from django import forms

from ..models import SegmentStep
from .seen import SeenField


class MoveForm(forms.Form):
    """`expected_version` are the steps that the user saw."""

    expected_version = SeenField()


class GoToStepForm(MoveForm):
    position = forms.IntegerField(min_value=0)


class StepNameForm(forms.ModelForm):
    """`expected_step` is the key of the step the user saw."""

    expected_step = forms.IntegerField(min_value=1)

    class Meta:
        model = SegmentStep
        fields = ["name"]
