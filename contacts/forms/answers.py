"""The form of a questionnaire, made of its questions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from ..models import (
    Contact,
    ContactBusinessRelation,
    ContactProfileAnswer,
    ContactWebSource,
    ProfileAnswer,
    ProfileQuestion,
    ProfileQuestionnaire,
)
from ..services.errors import ContactChanged, ContactError


@dataclass(frozen=True)
class AskedAnswer:
    """One line of a question: its button, its remark, and since when it is given."""

    widget: Any
    remark: forms.BoundField
    link: ContactProfileAnswer | None


@dataclass(frozen=True)
class AskedQuestion:
    """One question as the page shows it; `none` is the button of no answer."""

    question: ProfileQuestion
    field: forms.BoundField
    none: Any
    answers: list[AskedAnswer]


class AnswersForm(forms.Form):
    """The questions of one questionnaire that people answer, for one contact.

    A question with one answer has radio buttons, so that another answer takes the
    place of the first.
    """

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        contact: Contact,
        questionnaire: ProfileQuestionnaire,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = contact.version
        asked = questionnaire.questions.filter(source="").prefetch_related("answers")
        self.questions = [each for each in asked if each.answers.all()]
        links = contact.profile_answer_links.filter(
            answer__question__questionnaire=questionnaire
        )
        self.links = {link.answer_id: link for link in links}
        for question in self.questions:
            self._ask(question)

    def _ask(self, question: ProfileQuestion) -> None:
        answers = list(question.answers.all())
        chosen = [str(answer.pk) for answer in answers if answer.pk in self.links]
        choices = [
            (str(answer.pk), answer.description or answer.code) for answer in answers
        ]
        name = _question_field(question)
        if question.multiple_answers:
            self.fields[name] = forms.MultipleChoiceField(
                label=question.description,
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            self.initial[name] = chosen
        else:
            self.fields[name] = forms.ChoiceField(
                label=question.description,
                choices=[("", _("No answer")), *choices],
                required=False,
                widget=forms.RadioSelect,
            )
            self.initial[name] = chosen[0] if chosen else ""
        for answer in answers:
            link = self.links.get(answer.pk)
            label = _("Remark on %s") % (answer.description or answer.code)
            self.fields[_remark_field(answer)] = forms.CharField(
                label=label,
                required=False,
                max_length=250,
                widget=forms.TextInput(attrs={"placeholder": _("Remark")}),
            )
            self.initial[_remark_field(answer)] = link.value if link else ""

    def asked(self) -> Iterator[AskedQuestion]:
        """Yield what the page shows, question by question."""
        for question in self.questions:
            field = self[_question_field(question)]
            widgets = list(field.subwidgets)
            none = None if question.multiple_answers else widgets.pop(0)
            answers = [
                AskedAnswer(
                    widget, self[_remark_field(answer)], self.links.get(answer.pk)
                )
                for answer, widget in zip(question.answers.all(), widgets, strict=True)
            ]
            yield AskedQuestion(question, field, none, answers)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for question in self.questions:
            chosen = self._chosen(question)
            for answer in question.answers.all():
                name = _remark_field(answer)
                said = values.get(name) and name in self.changed_data
                if said and str(answer.pk) not in chosen:
                    self.add_error(name, _("Choose the answer that this belongs to."))
        return values

    @property
    def given(self) -> dict[int, dict[int, str]]:
        """The chosen answers by question with what was said beside, for the service."""
        return {
            question.pk: {
                int(pk): self.cleaned_data[f"remark_{pk}"]
                for pk in self._chosen(question)
            }
            for question in self.questions
        }

    @property
    def seen(self) -> str:
        """The version of the contact that was looked at."""
        return self.cleaned_data["version"]

    def refuse(self, refusal: ContactError) -> None:
        """Say why it was not saved; sent again, it is one of the contact as it is."""
        self.add_error(None, str(refusal))
        if isinstance(refusal, ContactChanged):
            self.data = self.data.copy()
            self.data["version"] = refusal.version

    def _chosen(self, question: ProfileQuestion) -> list[str]:
        value = self.cleaned_data.get(_question_field(question))
        return [value] if isinstance(value, str) and value else list(value or [])


def _question_field(question: ProfileQuestion) -> str:
    return f"question_{question.pk}"


def _remark_field(answer: ProfileAnswer) -> str:
    return f"remark_{answer.pk}"


class LinksFormSet(forms.BaseInlineFormSet):
    """Links of a company, none of them twice."""

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        """Name the fields as the page does."""
        fields = self.empty_form.fields
        named = (name for name in unique_check if name != self.fk.name)
        labels = [str(fields[name].label) for name in named if name in fields]
        said = _("%(what)s: the same stands there twice. Keep one of them.")
        return said % {"what": " + ".join(labels)}

    def get_form_error(self) -> str:
        return _("The same stands above already.")


Relations = forms.inlineformset_factory(
    Contact,
    ContactBusinessRelation,
    formset=LinksFormSet,
    fields=["business_relation", "reference"],
    extra=2,
)
WebSources = forms.inlineformset_factory(
    Contact,
    ContactWebSource,
    formset=LinksFormSet,
    fields=["web_source", "search_word"],
    extra=2,
)
