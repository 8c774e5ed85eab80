"""A step by criteria: the rows of the builder with the options of the step."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..choices import StepKind, StepOption
from ..models import Segment
from ..services import SegmentError
from ..services.change_contacts import CriteriaMissing, options_of
from .criteria import Row
from .criteria_check import checked
from .steps import StepForm

HELP = {
    StepOption.ALL_CONTACTS: _("Instead of criteria."),
    StepOption.EXPAND_COMPANIES: _(
        "One hit brings the company and everybody who works there."
    ),
    StepOption.INCLUDE_RELATED_COMPANIES: _(
        "The companies of the persons who are found."
    ),
    StepOption.IGNORE_EXCLUSION: _(
        "Privacy-blocked contacts and minors without consent stay out all the same."
    ),
    StepOption.ENTIRE_COMPANIES: _(
        "One hit counts for the company and everybody who works there."
    ),
}


class CriteriaStepForm(StepForm):
    """The options of add, reduce or refine."""

    def __init__(self, *args: Any, segment: Segment, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, segment=segment, **kwargs)
        self.kind = kind
        self.lacks_criteria = False
        self.names = options_of(kind)
        for name in self.names:
            option = StepOption(name)
            self.fields[name] = forms.BooleanField(
                label=option.label, help_text=HELP[option], required=False
            )
        self.order_fields([*self.names, "drop_undone"])

    def typed(self) -> "CriteriaStepForm":
        """Return the form as it was filled in, not judged yet."""
        initial = {name: name in self.data for name in (*self.names, "drop_undone")}
        initial["expected_version"] = self.data.get("expected_version")
        return CriteriaStepForm(segment=self.segment, kind=self.kind, initial=initial)

    def refuse(self, error: SegmentError) -> None:
        """Show why; that criteria are missing only until they are said."""
        super().refuse(error)
        self.lacks_criteria = isinstance(error, CriteriaMissing)

    @property
    def options(self) -> dict[str, bool]:
        """The options that were ticked."""
        return {name: True for name in self.names if name in self.data}

    def criteria(self, root: Row) -> Any:
        """Return the criteria of the step; None stands for everybody.

        Raises CriteriaError, told at the row it is about.
        """
        if root.is_blank and self.kind == StepKind.ADD:
            return None
        return checked(root)
