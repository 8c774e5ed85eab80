"""Questionnaires in Django admin: questions, answers, points and ratings."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from ..forms.profiles import AnswerForm, AnswersFormSet, QuestionForm, RatingForm
from ..models import (
    ProfileAnswer,
    ProfileQuestion,
    ProfileQuestionnaire,
    RatingPoints,
)
from ..services.errors import ContactError
from ..services.profiles.create_rating import create_rating
from .codes import KeptWhileAskedFor
from .counted import ContactsCounted
from .prefill import CheckedPrefill


class QuestionInline(admin.TabularInline):
    """How a question is answered stands on its own page."""

    model = ProfileQuestion
    fields = ["code", "description", "position"]
    extra = 0
    show_change_link = True


class AnswerInline(admin.TabularInline):
    model = ProfileAnswer
    formset = AnswersFormSet
    extra = 0


class PointsInline(admin.TabularInline):
    """What gives points to a rating."""

    model = RatingPoints
    extra = 0
    autocomplete_fields = ["answer"]


@admin.register(ProfileQuestionnaire)
class QuestionnaireAdmin(CheckedPrefill, KeptWhileAskedFor, admin.ModelAdmin):
    list_display = [
        *("code", "description", "contact_type", "business_relation", "priority"),
    ]
    list_filter = ["contact_type", "priority"]
    list_select_related = ["business_relation"]
    list_per_page = 50
    search_fields = ["code", "description"]
    autocomplete_fields = ["business_relation"]
    inlines = [QuestionInline]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.new_rating)
        name = "contacts_profilequestionnaire_rating"
        return [path("<int:pk>/rating/", view, name=name), *super().get_urls()]

    def new_rating(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a rating with its answers; points are given on its own page."""
        questionnaire = self.get_object(request, str(pk))
        if not (
            self.has_change_permission(request, questionnaire)
            and request.user.has_perm("contacts.add_profilequestion")
            and request.user.has_perm("contacts.add_profileanswer")
        ):
            raise PermissionDenied
        if questionnaire is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        form = RatingForm(request.POST or None, questionnaire=questionnaire)
        if request.method == "POST" and form.is_valid():
            try:
                rating = create_rating(questionnaire=questionnaire, **form.asked)
            except ContactError as refusal:
                form.add_error(refusal.field, str(refusal))
            else:
                said = _("The rating was made. Say now which answers give it points.")
                messages.success(request, said)
                page = reverse(
                    "admin:contacts_profilequestion_change", args=[rating.pk]
                )
                return redirect(page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("New rating"),
            "subtitle": str(questionnaire),
            "original": questionnaire,
            "form": form,
        }
        template = "admin/contacts/profilequestionnaire/rating.html"
        return TemplateResponse(request, template, context)


@admin.register(ProfileQuestion)
class QuestionAdmin(CheckedPrefill, KeptWhileAskedFor, admin.ModelAdmin):
    """A question with its answers; reached from its questionnaire."""

    form = QuestionForm
    list_display = [
        *("code", "description", "questionnaire", "position"),
        *("multiple_answers", "answered_by"),
    ]
    list_filter = ["questionnaire", "multiple_answers", "method"]
    list_select_related = ["questionnaire"]
    search_fields = ["code", "description", "questionnaire__code"]
    inlines = [AnswerInline, PointsInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    *("questionnaire", "code", "description", "position"),
                    "multiple_answers",
                ]
            },
        ),
        (
            _("Automatic classification"),
            {
                "fields": [
                    *("source", "method", "sorting"),
                    *("period", "period_days", "period_first", "period_last"),
                    *("decimals", "min_answered"),
                ]
            },
        ),
    ]

    @admin.display(description=_("answered by"))
    def answered_by(self, question: ProfileQuestion) -> str:
        return dict(QuestionForm.source_choices()).get(question.source, question.source)

    def get_inlines(
        self, request: HttpRequest, obj: ProfileQuestion | None = None
    ) -> list[Any]:
        """Only a rating has points."""
        stored = obj and ProfileQuestion.objects.filter(pk=obj.pk).first()
        return self.inlines if stored and stored.is_rating else [AnswerInline]


@admin.register(ProfileAnswer)
class AnswerAdmin(CheckedPrefill, ContactsCounted, KeptWhileAskedFor, admin.ModelAdmin):
    form = AnswerForm
    list_display = [
        *("code", "description", "question", "position", "priority"),
        *("from_value", "to_value"),
    ]
    list_filter = ["question__questionnaire"]
    list_select_related = ["question__questionnaire"]
    search_fields = [
        *("code", "description", "question__code"),
        "question__questionnaire__code",
    ]


@admin.register(RatingPoints)
class RatingPointsAdmin(CheckedPrefill, admin.ModelAdmin):
    """Which ratings an answer feeds (contacts_interactions.md 2.9.5)."""

    list_display = ["rating", "answer", "points"]
    list_filter = ["rating__questionnaire"]
    list_select_related = ["rating__questionnaire", "answer__question"]
    search_fields = ["rating__code", "answer__code", "answer__question__code"]
    autocomplete_fields = ["answer"]
