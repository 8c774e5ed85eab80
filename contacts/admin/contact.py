"""The contact itself for support, with everything that hangs on it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponseRedirect
from django.utils import timezone

from ..forms.parts import PeriodFormSet
from ..models import (
    AlternativeAddress,
    AlternativeAddressPeriod,
    Contact,
    ContactBusinessRelation,
    ContactChannelBlock,
    ContactComment,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactProfileAnswer,
    ContactWebSource,
)
from ..services.blocks import touch
from ..services.changes import record_hanging, what_hangs
from ..services.errors import ContactError
from ..services.save_contact import save_contact
from .history import OnlyToLookAt
from .prefill import CheckedPrefill


class LinkInline(admin.TabularInline):
    """Rows of a contact; what they name is looked up, never listed whole."""

    extra = 0


class MailingGroupInline(LinkInline):
    model = ContactMailingGroup
    autocomplete_fields = ["mailing_group"]


class IndustryGroupInline(LinkInline):
    model = ContactIndustryGroup
    autocomplete_fields = ["industry_group"]


class JobResponsibilityInline(LinkInline):
    model = ContactJobResponsibility
    autocomplete_fields = ["job_responsibility"]


class BusinessRelationInline(LinkInline):
    model = ContactBusinessRelation
    autocomplete_fields = ["business_relation"]


class WebSourceInline(LinkInline):
    model = ContactWebSource
    autocomplete_fields = ["web_source"]


class ProfileAnswerLinkInline(OnlyToLookAt, LinkInline):
    """Answers are given on the card, where ratings follow and minors are refused."""

    model = ContactProfileAnswer


class AlternativeAddressInline(admin.StackedInline):
    model = AlternativeAddress
    extra = 0
    show_change_link = True


class AlternativeAddressPeriodInline(LinkInline):
    model = AlternativeAddressPeriod
    formset = PeriodFormSet
    exclude = ["contact"]


class InTheTrail(admin.ModelAdmin):
    """What is changed here is in the audit trail, and what is refused is said."""

    def contact_of(self, obj: Any) -> Contact:
        return obj

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except ContactError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())

    def save_model(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool
    ) -> None:
        form.hung = what_hangs(self.contact_of(obj))  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        record_hanging(
            contact=self.contact_of(form.instance),
            before=form.hung,
            user=request.user,
            at=timezone.now(),
        )


@admin.register(AlternativeAddress)
class AlternativeAddressAdmin(InTheTrail):
    list_display = ["code", "contact", "address", "postcode", "city", "country"]
    list_select_related = ["contact"]
    show_full_result_count = False
    search_fields = ["code", "contact__number", "contact__name"]
    raw_id_fields = ["contact"]
    inlines = [AlternativeAddressPeriodInline]

    def contact_of(self, obj: AlternativeAddress) -> Contact:
        return obj.contact

    def save_model(
        self,
        request: HttpRequest,
        obj: AlternativeAddress,
        form: forms.ModelForm,
        change: bool,
    ) -> None:
        touch(obj.contact, timezone.now())
        super().save_model(request, obj, form, change)

    def has_delete_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False


class ChannelBlockInline(LinkInline):
    model = ContactChannelBlock
    autocomplete_fields = ["user"]


class CommentInline(LinkInline):
    model = ContactComment
    autocomplete_fields = ["user"]


@admin.register(Contact)
class ContactAdmin(CheckedPrefill, InTheTrail):
    """Usable with a million contacts: looked up, never listed whole.

    Saving follows the rules of the card; deleting is done there.
    """

    list_display = ["number", "name", "type", "company", "city", "country", "email"]
    list_filter = ["type", "privacy_blocked", "exclude_from_segment", "minor"]
    list_select_related = ["company"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["number", "name", "email"]
    raw_id_fields = ["company"]
    autocomplete_fields = [
        "salutation",
        "salesperson",
        "territory",
        "organizational_level",
    ]
    readonly_fields = ["created_at", "updated_at"]
    inlines = [
        MailingGroupInline,
        IndustryGroupInline,
        JobResponsibilityInline,
        BusinessRelationInline,
        WebSourceInline,
        ProfileAnswerLinkInline,
        AlternativeAddressInline,
        ChannelBlockInline,
        CommentInline,
    ]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Contact | None = None
    ) -> list[str]:
        return [*self.readonly_fields, "type"] if obj else self.readonly_fields

    def save_model(
        self, request: HttpRequest, obj: Contact, form: forms.ModelForm, change: bool
    ) -> None:
        form.hung = what_hangs(obj)  # type: ignore[attr-defined]
        save_contact(contact=obj, links={}, user=request.user, at=timezone.now())

    def has_delete_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False
