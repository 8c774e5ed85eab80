"""Interaction templates: the defaults and documents of a kind of interaction."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.choices import CorrespondenceType
from contacts.models.fields import CodedModel, MinutesField, MoneyField

from ..choices import EmailForm, InformationFlow, InitiatedBy
from .attachment import Attachment
from .campaign import Campaign


class InteractionGroup(CodedModel):
    class Meta(CodedModel.Meta):
        verbose_name = _("interaction group")
        verbose_name_plural = _("interaction groups")


class InteractionTemplate(CodedModel):
    """A kind of interaction with its defaults (contacts_interactions.md 5.2)."""

    group = models.ForeignKey(
        InteractionGroup,
        verbose_name=_("interaction group"),
        on_delete=models.PROTECT,
        related_name="templates",
    )
    unit_cost = MoneyField(_("unit cost"), default=0)
    unit_duration = MinutesField(_("unit duration (minutes)"), default=0)
    information_flow = models.CharField(
        _("information flow"), max_length=10, choices=InformationFlow, blank=True
    )
    initiated_by = models.CharField(
        _("initiated by"), max_length=10, choices=InitiatedBy, blank=True
    )
    correspondence_type = models.CharField(
        _("correspondence type"),
        max_length=20,
        choices=CorrespondenceType,
        blank=True,
        default=CorrespondenceType.EMAIL,
    )
    ignore_contact_correspondence_type = models.BooleanField(
        _("ignore the contact's correspondence type"), default=False
    )
    email_form = models.CharField(
        _("form of the e-mail"),
        max_length=10,
        choices=EmailForm,
        default=EmailForm.DOCX,
    )
    default_language = models.CharField(
        _("default language"), max_length=35, blank=True
    )
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="templates",
    )
    campaign_target = models.BooleanField(_("campaign target"), default=False)
    campaign_response = models.BooleanField(_("campaign response"), default=False)

    class Meta(CodedModel.Meta):
        verbose_name = _("interaction template")
        verbose_name_plural = _("interaction templates")

    def get_absolute_url(self) -> str:
        return reverse("interactions:template", args=[self.pk])


class InteractionTemplateLanguage(models.Model):
    """The document of a template in one language."""

    template = models.ForeignKey(
        InteractionTemplate,
        verbose_name=_("interaction template"),
        on_delete=models.CASCADE,
        related_name="languages",
    )
    language = models.CharField(
        _("language"), max_length=35, help_text=_("BCP 47, e.g. nb")
    )
    description = models.CharField(_("description"), max_length=100, blank=True)
    document = models.ForeignKey(
        Attachment,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        related_name="template_languages",
    )

    class Meta:
        ordering = ["template", "language"]
        verbose_name = _("language of an interaction template")
        verbose_name_plural = _("languages of interaction templates")
        constraints = [
            models.UniqueConstraint(
                fields=["template", "language"], name="template_language_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.template.code} {self.language}"


class DocumentVersion(models.Model):
    """A document that a language of a template has, or had: since when and by whom.

    The one with the highest number is the one in force. A language has none until
    its first document is replaced or stored by `save_template`.
    """

    language = models.ForeignKey(
        InteractionTemplateLanguage,
        verbose_name=_("language of an interaction template"),
        on_delete=models.CASCADE,
        related_name="versions",
        db_index=False,
    )
    number = models.PositiveIntegerField(_("version"))
    document = models.ForeignKey(
        Attachment,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        related_name="versions",
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["language", "-number"]
        verbose_name = _("version of a document")
        verbose_name_plural = _("versions of documents")
        constraints = [
            models.UniqueConstraint(
                fields=["language", "number"], name="document_version_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.number}"
