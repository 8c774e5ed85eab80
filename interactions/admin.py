"""Set-up of interactions in Django admin; what was logged is only to be looked at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from contacts.admin.codes import KeptWhileAskedFor
from contacts.admin.history import OnlyToLookAt
from contacts.admin.prefill import CheckedPrefill
from contacts.services.uses import uses_of

from .forms.templates import LetterPictureForm, TemplateForm
from .models import (
    Attachment,
    Campaign,
    CampaignEntry,
    CampaignStatus,
    CampaignTarget,
    Cancellation,
    Delivery,
    InteractionComment,
    InteractionGroup,
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateLanguage,
    InteractionTemplateSetup,
    LabelFormat,
    LetterPicture,
    LetterReturn,
    LoggedSegment,
    MailText,
    Run,
    RunEvent,
)
from .services.pictures import keep_picture, withdraw_picture


class DeletedWhenUnused:
    """What the log refers to stays; there may be a million references to ask about."""

    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (obj and uses_of(obj))


@admin.register(CampaignStatus)
class CodedAdmin(DeletedWhenUnused, KeptWhileAskedFor, admin.ModelAdmin):
    """A set-up table of codes and descriptions."""

    help_texts = {
        "code": _("A short key of your own; it is what criteria ask for."),
        "description": _("What people read in lists and statistics."),
    }
    list_display = ["code", "description"]
    search_fields = ["code", "description"]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        kwargs.setdefault("help_texts", self.help_texts)
        return super().get_form(request, obj, **kwargs)


@admin.register(InteractionGroup)
class InteractionGroupAdmin(CodedAdmin):
    """A group with what its interactions came to."""

    fields = ["code", "description", "number", "cost", "duration"]
    readonly_fields = ["number", "cost", "duration"]

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        group = super().get_object(*args, **kwargs)
        if group:
            group.sums = group.entries.sums()
        return group

    @admin.display(description=_("Interactions that count"))
    def number(self, group: InteractionGroup) -> Any:
        return group.sums["number"] if group.pk else "–"

    @admin.display(description=_("Cost"))
    def cost(self, group: InteractionGroup) -> Any:
        return group.sums["cost"] if group.pk else "–"

    @admin.display(description=_("duration (minutes)"))
    def duration(self, group: InteractionGroup) -> Any:
        return group.sums["duration"] if group.pk else "–"


@admin.register(MailText)
class MailTextAdmin(admin.ModelAdmin):
    """What e-mails say beside a letter that is attached, by language."""

    list_display = ["language", "text", "unsubscribe"]


@admin.register(LabelFormat)
class LabelFormatAdmin(admin.ModelAdmin):
    """Sheets of labels beside the usual ones; measures that do not fit are refused."""

    list_display = ["code", "description", "columns", "rows", "width", "height"]
    search_fields = ["code", "description"]
    fieldsets = [
        (None, {"fields": ["code", "description"]}),
        (_("Page"), {"fields": ["page_width", "page_height", "top", "left"]}),
        (
            _("Labels"),
            {"fields": ["columns", "rows", "width", "height"]},
        ),
        (_("Gaps"), {"fields": ["gap_across", "gap_down"]}),
    ]


class LanguageInline(OnlyToLookAt, admin.TabularInline):
    """Documents are checked where they are uploaded: on the page of the template."""

    model = InteractionTemplateLanguage
    fields = ["language", "description", "word_document"]
    readonly_fields = ["word_document"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("document")

    @admin.display(description=_("Word document"))
    def word_document(self, language: InteractionTemplateLanguage) -> SafeString:
        address = reverse("interactions:template_document", args=[language.pk])
        return format_html('<a href="{}">{}</a>', address, language.document.name)


@admin.register(InteractionTemplate)
class InteractionTemplateAdmin(
    CheckedPrefill, DeletedWhenUnused, KeptWhileAskedFor, admin.ModelAdmin
):
    """Defaults of a template; its default language follows from its documents."""

    list_display = [
        *("code", "description", "group", "correspondence_type"),
        *("default_language", "campaign"),
    ]
    list_filter = ["group", "correspondence_type"]
    list_select_related = ["group", "campaign"]
    search_fields = ["code", "description"]
    autocomplete_fields = ["campaign"]
    readonly_fields = ["default_language"]
    inlines = [LanguageInline]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The same explanations as on the page of the template."""
        kwargs.setdefault("help_texts", TemplateForm.Meta.help_texts)
        return super().get_form(request, obj, **kwargs)


@admin.register(InteractionTemplateSetup)
class InteractionTemplateSetupAdmin(CheckedPrefill, admin.ModelAdmin):
    """The one row: changed, added once, never deleted."""

    list_display = ["__str__", "emails", "outgoing_calls", "cover_sheets"]
    list_select_related = ["emails", "outgoing_calls", "cover_sheets"]
    autocomplete_fields = ["emails", "outgoing_calls", "cover_sheets"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        missing = not InteractionTemplateSetup.objects.exists()
        return missing and super().has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Campaign)
class CampaignAdmin(DeletedWhenUnused, admin.ModelAdmin):
    """What a campaign is; what it did is on its page."""

    list_display = [
        *("number", "description", "starting_date", "ending_date"),
        *("status", "salesperson"),
    ]
    list_filter = ["status"]
    list_select_related = ["status", "salesperson"]
    search_fields = ["number", "description"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The number of a campaign is on letters: it is typed once or given."""
        return ["number"] if obj else []

    def save_model(
        self, request: HttpRequest, obj: Campaign, form: Any, change: bool
    ) -> None:
        obj.updated_at = timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(CampaignTarget)
class CampaignTargetAdmin(OnlyToLookAt, admin.ModelAdmin):
    list_display = ["campaign", "contact"]
    list_select_related = ["campaign", "contact"]
    search_fields = ["=campaign__number", "=contact__number"]
    show_full_result_count = False


@admin.register(CampaignEntry)
class CampaignEntryAdmin(OnlyToLookAt, admin.ModelAdmin):
    list_display = ["campaign", "date", "description", "segment_number", "cancelled"]
    list_filter = ["cancelled"]
    list_select_related = ["campaign"]
    search_fields = ["campaign__number", "segment_number"]


class CommentInline(OnlyToLookAt, admin.TabularInline):
    model = InteractionComment
    fields = ["date", "text", "user"]


@admin.register(InteractionLogEntry)
class InteractionLogEntryAdmin(OnlyToLookAt, admin.ModelAdmin):
    list_display = [
        *("id", "date", "contact", "description", "template", "segment_number"),
        *("delivery_status", "cancelled", "postponed"),
    ]
    list_filter = ["delivery_status", "cancelled", "postponed", "group"]
    list_select_related = ["contact", "template"]
    search_fields = ["=contact__number", "=segment_number", "=contact_via"]
    show_full_result_count = False
    inlines = [CommentInline]


@admin.register(LoggedSegment)
class LoggedSegmentAdmin(OnlyToLookAt, admin.ModelAdmin):
    list_display = ["segment_number", "description", "created_at", "user", "cancelled"]
    list_filter = ["cancelled"]
    list_select_related = ["user"]
    search_fields = ["segment_number", "description"]


@admin.register(Cancellation)
class CancellationAdmin(OnlyToLookAt, admin.ModelAdmin):
    """Who cancelled what and why, and whether it was taken back."""

    fields = ["kind", "reason", "at", "user", "taken_back_at", "taken_back_by"]
    list_display = ["kind", "at", "user", "reason", "taken_back_at"]
    list_filter = ["kind"]
    list_select_related = ["user"]
    search_fields = ["reason"]
    show_full_result_count = False


@admin.register(Attachment)
class AttachmentAdmin(OnlyToLookAt, admin.ModelAdmin):
    """What is stored, without the files: those leave through the pages."""

    list_display = ["name", "size", "content_type", "created_at"]
    fields = ["name", "size", "content_type", "sha256", "created_at"]
    search_fields = ["name", "=sha256"]
    show_full_result_count = False


@admin.register(LetterPicture)
class LetterPictureAdmin(admin.ModelAdmin):
    """Pictures that letters show; a new one takes the place of the one before."""

    form = LetterPictureForm
    list_display = ["__str__", "code", "salesperson", "size", "created_at"]
    list_select_related = ["salesperson"]
    search_fields = ["code", "salesperson__code", "salesperson__name"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).current()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: LetterPicture, form: Any, change: bool
    ) -> None:
        """Keep the picture, which the form has checked and written anew."""
        kept = keep_picture(
            checked=form.checked,
            code=obj.code,
            salesperson=obj.salesperson,
            at=timezone.now(),
        )
        obj.pk = kept.pk

    def delete_model(self, request: HttpRequest, obj: LetterPicture) -> None:
        """Letters that show the picture keep it."""
        withdraw_picture(picture=obj, at=timezone.now())

    @admin.display(description=_("size"))
    def size(self, picture: LetterPicture) -> str:
        return f"{picture.width} × {picture.height}"


class RunEventInline(OnlyToLookAt, admin.TabularInline):
    """What became of the letters of a run, and who said so."""

    model = RunEvent
    fk_name = "run"
    fields = ["kind", "letters", "created_at", "user"]


@admin.register(Run)
class RunAdmin(OnlyToLookAt, admin.ModelAdmin):
    """Letters of one segment; its items and what was merged are on its page."""

    fields = [
        *("segment_number", "kind", "state", "order", "logged_segment"),
        *("created_at", "user"),
    ]
    list_display = ["segment_number", "kind", "state", "created_at", "user"]
    list_filter = ["kind", "state"]
    list_select_related = ["user"]
    search_fields = ["=segment_number"]
    show_full_result_count = False
    inlines = [RunEventInline]


@admin.register(LetterReturn)
class LetterReturnAdmin(OnlyToLookAt, admin.ModelAdmin):
    """Letters that came back; they are recorded by their code."""

    fields = ["entry", "date", "reason", "comment", "created_at", "user"]
    list_display = ["entry", "date", "reason", "created_at", "user"]
    list_filter = ["reason"]
    list_select_related = ["entry", "user"]
    search_fields = ["=entry__contact__number", "=entry__segment_number"]
    show_full_result_count = False


@admin.register(Delivery)
class DeliveryAdmin(OnlyToLookAt, admin.ModelAdmin):
    list_display = [
        *("id", "channel", "to_address", "status", "attempts"),
        *("next_attempt_at", "sent_at", "error"),
    ]
    list_filter = ["status", "channel"]
    search_fields = ["=to_address", "=message_id"]
    show_full_result_count = False
