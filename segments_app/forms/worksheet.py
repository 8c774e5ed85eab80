"""Moving the cursor of a segment, and naming its steps."""

from django import forms

from ..models import SegmentStep


class MoveForm(forms.Form):
    """`expected_position` is the step at which the user saw the segment."""

    expected_position = forms.IntegerField(min_value=0)


class GoToStepForm(MoveForm):
    position = forms.IntegerField(min_value=0)


class StepNameForm(forms.ModelForm):
    """`expected_step` is the key of the step the user saw."""

    expected_step = forms.IntegerField(min_value=1)

    class Meta:
        model = SegmentStep
        fields = ["name"]
