"""Forms of the set-up of questionnaires: what is missing or wrong, at its field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..choices import ClassificationMethod, PeriodKind, RatingScheme, Sorting
from ..models import ProfileAnswer, ProfileQuestion, ProfileQuestionnaire
from ..models.profile import RATING
from ..profiles import Range, first_overlap
from ..registry import value_sources
from ..services.errors import ContactError
from ..services.profiles.create_rating import ANSWERS, check_ranges

UNANSWERED_BY_FIGURE: dict[str, Any] = {
    "method": "",
    "sorting": "",
    "period": "",
    "period_days": None,
    "period_first": None,
    "period_last": None,
    "decimals": 0,
    "min_answered": 0,
}
DAYS_OF_PERIOD = {
    PeriodKind.LAST_DAYS: ("period_days",),
    PeriodKind.DATES: ("period_first", "period_last"),
}


class QuestionForm(forms.ModelForm):
    """A question; what its classification does not need is emptied.

    contacts_interactions.md 2.6.5
    """

    source = forms.ChoiceField(label=_("Answered by"), required=False)

    class Meta:
        model = ProfileQuestion
        fields = "__all__"  # noqa: DJ007

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.source_choices()
        if self.instance.source not in dict(choices):  # its application is gone
            choices.append((self.instance.source, self.instance.source))
        self.fields["source"].choices = choices
        for name in ("decimals", "min_answered"):
            self.fields[name].required = False

    @staticmethod
    def source_choices() -> list[tuple[str, Any]]:
        """Return everything that may answer a question."""
        figures = [(source.code, source.label) for source in value_sources().values()]
        rating = (RATING, _("Rating: points of other answers"))
        return [("", _("People, by hand")), rating, *figures]

    def clean_source(self) -> str:
        source = self.cleaned_data["source"]
        before = self.instance.source
        if before == RATING != source and self.instance.points.exists():
            raise forms.ValidationError(
                _("Answers give points to this rating. Delete the points first.")
            )
        if self.instance.pk and source and not before and self._is_answered():
            raise forms.ValidationError(
                _(
                    "Contacts have answered this by hand, and a classification would "
                    "replace their answers. Make a new question."
                )
            )
        return source

    def clean_decimals(self) -> int:
        return self.cleaned_data["decimals"] or 0

    def clean_min_answered(self) -> int:
        return self.cleaned_data["min_answered"] or 0

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        source = values.get("source", "")
        if not source:
            self._settle(values, UNANSWERED_BY_FIGURE)
        elif source == RATING:
            kept = values.get("decimals"), values.get("min_answered")
            self._settle(values, UNANSWERED_BY_FIGURE)
            values["method"] = ClassificationMethod.DEFINED_VALUE
            values["decimals"], values["min_answered"] = kept
        else:
            self._settle_figure(values, source)
        return values

    def _settle_figure(self, values: dict[str, Any], source: str) -> None:
        values["min_answered"] = 0
        values["method"] = values.get("method") or ClassificationMethod.DEFINED_VALUE
        if values["method"] != ClassificationMethod.PERCENTAGE_OF_CONTACTS:
            values["sorting"] = ""
        elif not values.get("sorting"):
            values["sorting"] = Sorting.DESCENDING
        figure = value_sources().get(source)
        if figure and not figure.needs_period:
            values["period"] = ""
        elif not values.get("period") and "period" not in self.errors:
            self.add_error("period", _("Choose which days count."))
        needed = DAYS_OF_PERIOD.get(values.get("period", ""), ())
        for name in ("period_days", "period_first", "period_last"):
            if name not in needed:
                self._settle(values, {name: None})
            elif values.get(name) is None and name not in self.errors:
                self.add_error(name, _("This is missing for the period."))
        first, last = values.get("period_first"), values.get("period_last")
        if first and last and last < first:
            self.add_error("period_last", _("The period ends before it begins."))

    def _settle(self, values: dict[str, Any], settled: dict[str, Any]) -> None:
        """Set what no longer counts, and forget what was wrong with it."""
        values |= settled
        for name in settled:
            self.errors.pop(name, None)

    def _is_answered(self) -> bool:
        return self.instance.answers.filter(links__isnull=False).exists()


class AnswerForm(forms.ModelForm):
    """One answer on its own page; its range keeps clear of those beside it."""

    class Meta:
        model = ProfileAnswer
        fields = "__all__"  # noqa: DJ007

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        question = values.get("question")
        if question and _ranges_count(question) and not self.errors:
            beside = question.answers.exclude(pk=self.instance.pk)
            refuse_overlap([answer.range for answer in beside], self)
        return values


class AnswersFormSet(forms.BaseInlineFormSet):
    """The answers of a question, whose ranges keep clear of each other."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors) or not _ranges_count(self.instance):
            return
        before: list[Range] = []
        for form in self.forms:
            if form.cleaned_data.get("code") and not form.cleaned_data.get("DELETE"):
                before.append(refuse_overlap(before, form))


def refuse_overlap(before: list[Range], form: forms.ModelForm) -> Range:
    """Say at its bound where the range of `form` meets one `before`; return it."""
    values = form.cleaned_data
    own = Range(values["code"], values.get("from_value"), values.get("to_value"))
    for other in before:
        if first_overlap([other, own]):
            said = _("This range overlaps that of %s.") % other.code
            form.add_error("to_value" if own.low is None else "from_value", said)
            break
    return own


def _ranges_count(question: ProfileQuestion) -> bool:
    return question.is_automatic and not question.multiple_answers


class RatingForm(forms.Form):
    """A new rating: how it is called, its answers, and which points each stands for."""

    code = forms.CharField(label=_("Code"), max_length=20)
    description = forms.CharField(label=_("Question"), max_length=250)
    min_answered = forms.IntegerField(
        label=_("Least percentage of questions answered"),
        min_value=0,
        max_value=100,
        initial=0,
        help_text=_("Who answered less gets no rating."),
    )
    scheme = forms.ChoiceField(label=_("Answers"), choices=RatingScheme)

    def __init__(
        self, *args: Any, questionnaire: ProfileQuestionnaire, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questionnaire = questionnaire
        called = [_("best"), _("second"), _("third")]
        for place, name in enumerate(called, start=1):
            for bound, label in (
                ("from", _("From points, %s answer")),
                ("to", _("To points, %s answer")),
            ):
                self.fields[f"{bound}_{place}"] = forms.DecimalField(
                    label=label % name,
                    required=False,
                    max_digits=15,
                    decimal_places=4,
                    help_text=_("Empty: no bound.")
                    if place < 3
                    else _("A, B, C only."),
                )

    def clean_code(self) -> str:
        code = ProfileQuestion._meta.get_field("code").clean(
            self.cleaned_data["code"], None
        )
        if self.questionnaire.questions.filter(code=code).exists():
            raise forms.ValidationError(
                _("The questionnaire has a question with this code already.")
            )
        return code

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.errors:
            try:
                check_ranges(values["scheme"], self._ranges())
            except ContactError as refusal:
                self.add_error(refusal.field, str(refusal))
        return values

    @property
    def asked(self) -> dict[str, Any]:
        """What `create_rating` needs besides the questionnaire."""
        names = ("code", "description", "min_answered", "scheme")
        return {
            **{name: self.cleaned_data[name] for name in names},
            "ranges": self._ranges(),
        }

    def _ranges(self) -> list[tuple[Any, Any]]:
        values = self.cleaned_data
        answers = ANSWERS[RatingScheme(values["scheme"])]
        return [
            (values[f"from_{place}"], values[f"to_{place}"])
            for place in range(1, len(answers) + 1)
        ]
