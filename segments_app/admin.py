"""Segments in Django admin: saved criteria, to be looked at by support."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from interactions.admin import OnlyToLookAt

from .criteria import CriteriaError, describe, validate
from .models import SavedCriteria, SavedCriteriaStep


class SavedCriteriaStepInline(OnlyToLookAt, admin.TabularInline):
    model = SavedCriteriaStep
    fields = ["position", "kind", "sentence", "options"]
    readonly_fields = ["sentence"]

    @admin.display(description=_("What it asks"))
    def sentence(self, step: SavedCriteriaStep) -> str:
        if step.criteria is None:
            return ""
        try:
            return describe(validate(step.criteria))
        except CriteriaError as error:
            return str(error)


@admin.register(SavedCriteria)
class SavedCriteriaAdmin(OnlyToLookAt, admin.ModelAdmin):
    """They are changed on their own pages; private ones are their owner's alone."""

    list_display = ["code", "description", "owner", "shared", "updated_at"]
    list_filter = ["shared"]
    list_select_related = ["owner"]
    search_fields = ["code", "description"]
    inlines = [SavedCriteriaStepInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).visible_to(request.user)
