"""Jobs for support: to read, never to change."""

from django.contrib import admin
from django.http import HttpRequest

from .models import Job


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    list_display = ["id", "label", "kind", "state", "owner", "created_at", "attempts"]
    list_filter = ["state", "kind"]
    list_select_related = ["owner"]
    search_fields = ["label", "owner__username"]
    date_hierarchy = "created_at"
    # The files belong to the owner; a superuser finds them on the job's page.
    exclude = ["input_file", "result_file"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Job | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Job | None = None
    ) -> bool:
        return False
