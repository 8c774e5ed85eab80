"""How long something takes stays within what people do, so that sums can hold it."""

import pytest
from django.core.exceptions import ValidationError
from django.forms import IntegerField

from contacts.models.fields import MOST_MINUTES
from interactions.models import InteractionLogEntry, InteractionTemplate
from segments_app.forms.interactions import PhoneCallForm
from segments_app.models import Segment, SegmentLine

FIELDS = {
    "log": InteractionLogEntry._meta.get_field("duration"),
    "template": InteractionTemplate._meta.get_field("unit_duration"),
    "segment": Segment._meta.get_field("unit_duration"),
    "line": SegmentLine._meta.get_field("duration"),
    "call": PhoneCallForm.base_fields["duration"],
}


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_ten_weeks_are_the_most(field):
    clean = field.clean if isinstance(field, IntegerField) else field.formfield().clean
    assert clean(str(MOST_MINUTES)) == 99_999
    for wrong in ("100000", "9223372036854775807", "-1"):
        with pytest.raises(ValidationError):
            clean(wrong)
