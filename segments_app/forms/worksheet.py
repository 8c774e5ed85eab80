"""Moving the cursor of a segment."""

from django import forms


class MoveForm(forms.Form):
    """`expected_position` is the step at which the user saw the segment."""

    expected_position = forms.IntegerField(min_value=0)


class GoToStepForm(MoveForm):
    position = forms.IntegerField(min_value=0)
