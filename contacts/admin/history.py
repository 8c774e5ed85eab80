"""What happened to contacts: looked at, never written by hand."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ..models import ContactChange, DuplicatePair, MergeJournal


class OnlyToLookAt:
    """Nobody writes history by hand, whatever their permissions."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ContactChange)
class ContactChangeAdmin(OnlyToLookAt, admin.ModelAdmin):
    list_display = ["at", "number", "kind", "user", "note"]
    list_filter = ["kind"]
    list_select_related = ["user"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["=number", "=user__username"]
    date_hierarchy = "at"


@admin.register(DuplicatePair)
class DuplicatePairAdmin(OnlyToLookAt, admin.ModelAdmin):
    list_display = ["one", "other", "score", "state", "decided_by", "decided_at"]
    list_filter = ["state"]
    list_select_related = ["one", "other", "decided_by"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["=one__number", "=other__number"]


@admin.register(MergeJournal)
class MergeJournalAdmin(OnlyToLookAt, admin.ModelAdmin):
    """Who merged what and when; the values are on the page of the merge."""

    fields = ["duplicate_number", "survivor_number", "at", "user", "undone_at"]
    list_display = ["at", "duplicate_number", "survivor_number", "user", "undone_at"]
    list_select_related = ["user"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["=duplicate_number", "=survivor_number"]
