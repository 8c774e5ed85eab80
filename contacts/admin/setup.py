"""Set-up of contacts: tables of codes, who sells, who we are, how to greet."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..forms.setup import MarketingSetupForm, NumberSeriesForm
from ..models import (
    BusinessRelation,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    MarketingSetup,
    NumberSeries,
    OrganizationalLevel,
    Salesperson,
    Salutation,
    SalutationFormula,
    Territory,
    WebSource,
)
from .codes import KeptWhileAskedFor
from .counted import ContactsCounted
from .prefill import CheckedPrefill


@admin.register(
    BusinessRelation,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    OrganizationalLevel,
    Territory,
)
class CodedAdmin(ContactsCounted, KeptWhileAskedFor, admin.ModelAdmin):
    """A set-up table of codes and descriptions."""

    list_display = ["code", "description"]
    search_fields = ["code", "description"]
    list_per_page = 50


@admin.register(WebSource)
class WebSourceAdmin(CodedAdmin):
    list_display = ["code", "description", "url"]


@admin.register(Salesperson)
class SalespersonAdmin(
    CheckedPrefill, ContactsCounted, KeptWhileAskedFor, admin.ModelAdmin
):
    list_display = ["code", "name", "job_title", "email", "user", "blocked"]
    list_filter = ["blocked"]
    list_select_related = ["user"]
    search_fields = ["code", "name", "email"]
    autocomplete_fields = ["user"]


class SalutationFormulaInline(admin.TabularInline):
    model = SalutationFormula
    extra = 0


@admin.register(Salutation)
class SalutationAdmin(CodedAdmin):
    inlines = [SalutationFormulaInline]


@admin.register(SalutationFormula)
class SalutationFormulaAdmin(admin.ModelAdmin):
    list_display = ["salutation", "language", "type", "text"]
    list_filter = ["salutation", "language", "type"]
    list_select_related = ["salutation"]
    search_fields = ["salutation__code", "language", "text"]


@admin.register(NumberSeries)
class NumberSeriesAdmin(admin.ModelAdmin):
    """A series is asked for by its code, which therefore stays."""

    form = NumberSeriesForm
    list_display = ["code", "prefix", "next_number", "digits", "next_one"]
    search_fields = ["code", "prefix"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> list[str]:
        return ["code", "next_one"] if obj else []

    @admin.display(description=_("the next one"))
    def next_one(self, series: NumberSeries) -> str:
        return series.number(series.next_number)


@admin.register(MarketingSetup)
class MarketingSetupAdmin(CheckedPrefill, admin.ModelAdmin):
    """The one row: changed, added once, never deleted."""

    form = MarketingSetupForm
    list_display = ["__str__", "city", "country", "currency"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    autocomplete_fields = [
        "default_salesperson",
        "default_territory",
        "default_company_salutation",
        "default_person_salutation",
    ]
    fieldsets = [
        (
            _("Own company"),
            {
                "fields": [
                    "company_name",
                    "address",
                    "address_2",
                    "postcode",
                    "city",
                    "county",
                    "country",
                    "phone",
                    "email",
                    "home_page",
                    "registration_number",
                    "vat_number",
                    "bank_account",
                    "currency",
                ]
            },
        ),
        (
            _("Defaults of new contacts"),
            {
                "fields": [
                    "default_salesperson",
                    "default_territory",
                    "default_country",
                    "default_language",
                    "default_correspondence_type",
                    "default_company_salutation",
                    "default_person_salutation",
                ]
            },
        ),
        (
            _("What persons take from their company"),
            {
                "fields": [
                    "inherit_salesperson",
                    "inherit_territory",
                    "inherit_country",
                    "inherit_language",
                    "inherit_address",
                    "inherit_communication",
                ]
            },
        ),
        (_("Duplicates"), {"fields": ["least_likeness", "warn_of_duplicates"]}),
        (_("Logging of segments"), {"fields": ["written_to_days"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        missing = not MarketingSetup.objects.exists()
        return missing and super().has_add_permission(request)

    def has_delete_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False
