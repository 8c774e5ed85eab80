"""What happened to contacts: looked at, never written by hand."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ..models import ContactChange


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
