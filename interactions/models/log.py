"""The interaction log: one entry per contact and interaction, kept for good."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.choices import CorrespondenceType
from contacts.models import AlternativeAddress, Contact, Salesperson
from contacts.models.fields import CodeField, MinutesField, MoneyField

from ..choices import (
    DeliveryStatus,
    EmailForm,
    Evaluation,
    InformationFlow,
    InitiatedBy,
)
from .attachment import Attachment
from .campaign import Campaign, CampaignEntry
from .cancellation import Cancellable, Cancellation
from .mail import sound_subject
from .querysets import (
    COUNTED,
    WRITTEN,
    InteractionLogEntryQuerySet,
    LoggedSegmentQuerySet,
)
from .template import InteractionGroup, InteractionTemplate


class LoggedSegment(Cancellable):
    """The register of a segment that was logged (segments.md 5.10).

    `criteria` is the snapshot of what the segment was: its header and its steps.
    `worksheet` is the key that it had while it was open.
    """

    segment_number = CodeField(_("segment"), unique=True)
    worksheet = models.PositiveBigIntegerField(null=True, db_index=True, editable=False)
    description = models.CharField(_("description"), max_length=100)
    criteria = models.JSONField(_("criteria"), default=dict)
    created_at = models.DateTimeField(_("logged"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = LoggedSegmentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("logged segment")
        verbose_name_plural = _("logged segments")

    def __str__(self) -> str:
        return f"{self.segment_number} {self.description}"

    def get_absolute_url(self) -> str:
        return reverse("segments:logged_detail", args=[self.pk])


class InteractionLogEntry(Cancellable):
    """One interaction with one contact (segments.md 5.4, without tasks and sales).

    A postponed entry is a draft and may be incomplete; every other one has a
    contact, a template, a date and a description. The company is the one the
    contact had that day. An entry by copy of another had nothing sent: the letter of
    that entry stands for the contact too. `segment_number` is text: the segment is
    gone once it is logged. Only the indexes that a screen or a criterion asks for are
    kept, since a large segment is logged in one statement.
    """

    contact = models.ForeignKey(
        Contact,
        verbose_name=_("contact"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="interactions",
        db_index=False,
    )
    company = models.ForeignKey(
        Contact,
        verbose_name=_("company"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="company_interactions",
    )
    alternative_address = models.ForeignKey(
        AlternativeAddress,
        verbose_name=_("alternative address"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    date = models.DateField(_("date"), null=True, blank=True)
    time = models.TimeField(_("time"), null=True, blank=True)
    description = models.CharField(_("description"), max_length=100, blank=True)
    subject = models.CharField(
        _("subject"), max_length=200, blank=True, validators=[sound_subject]
    )
    information_flow = models.CharField(
        _("information flow"), max_length=10, choices=InformationFlow, blank=True
    )
    initiated_by = models.CharField(
        _("initiated by"), max_length=10, choices=InitiatedBy, blank=True
    )
    evaluation = models.CharField(
        _("evaluation"), max_length=15, choices=Evaluation, blank=True
    )
    attempt_failed = models.BooleanField(_("attempt failed"), default=False)
    cost = MoneyField(_("cost"), default=0)
    duration = MinutesField(_("duration (minutes)"), default=0)
    group = models.ForeignKey(
        InteractionGroup,
        verbose_name=_("interaction group"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        db_index=False,
    )
    template = models.ForeignKey(
        InteractionTemplate,
        verbose_name=_("interaction template"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
    )
    language = models.CharField(_("language"), max_length=35, blank=True)
    correspondence_type = models.CharField(
        _("correspondence type"),
        max_length=20,
        choices=CorrespondenceType,
        blank=True,
    )
    email_form = models.CharField(
        _("form of the e-mail"), max_length=10, choices=EmailForm, blank=True
    )
    document = models.ForeignKey(
        Attachment,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        db_index=False,
    )
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="interactions",
        db_index=False,
    )
    campaign_entry = models.ForeignKey(
        CampaignEntry,
        verbose_name=_("campaign entry"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="interactions",
        db_index=False,
    )
    campaign_target = models.BooleanField(_("campaign target"), default=False)
    campaign_response = models.BooleanField(_("campaign response"), default=False)
    segment_number = CodeField(_("segment"), blank=True)
    logged_segment = models.ForeignKey(
        LoggedSegment,
        verbose_name=_("logged segment"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="interactions",
    )
    salesperson = models.ForeignKey(
        Salesperson,
        verbose_name=_("salesperson"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="interactions",
        db_index=False,
    )
    contact_via = models.CharField(_("contact via"), max_length=254, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField(_("logged"), default=timezone.now)
    by_copy_of = models.ForeignKey(
        "self",
        verbose_name=_("by copy of"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="copies",
        db_index=False,
    )
    response_to = models.ForeignKey(
        "self",
        verbose_name=_("response to"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="responses",
        db_index=False,
    )
    delivery_status = models.CharField(
        _("delivery"), max_length=10, choices=DeliveryStatus, blank=True
    )
    postponed = models.BooleanField(_("postponed"), default=False)
    cancellation = models.ForeignKey(
        Cancellation,
        verbose_name=_("cancellation"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="interactions",
        db_index=False,
    )

    objects = InteractionLogEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("interaction log entry")
        verbose_name_plural = _("interaction log entries")
        constraints = [
            models.CheckConstraint(
                condition=Q(postponed=True)
                | (
                    Q(
                        contact__isnull=False,
                        template__isnull=False,
                        date__isnull=False,
                    )
                    & ~Q(description="")
                ),
                name="interaction_complete_unless_postponed",
            )
        ]
        indexes = [
            models.Index(
                fields=["contact", "date"],
                name="interaction_contact_date",
                condition=COUNTED,
            ),
            # Who was written to lately, and so who was not.
            models.Index(
                fields=["date", "contact"],
                name="interaction_counted_date",
                condition=COUNTED,
            ),
            models.Index(fields=["contact", "-id"], name="interaction_of_contact"),
            models.Index(fields=["date", "id"], name="interaction_date"),
            models.Index(fields=["segment_number"], name="interaction_segment"),
            # Most entries are of no campaign.
            models.Index(
                fields=["campaign", "date"],
                name="interaction_campaign",
                condition=Q(campaign__isnull=False),
            ),
            # Letters by week, without looking at the entries themselves.
            models.Index(
                fields=["date", "correspondence_type"],
                name="interaction_written",
                condition=WRITTEN,
            ),
            models.Index(
                fields=["user", "-id"],
                name="interaction_drafts",
                condition=Q(postponed=True),
            ),
            # Few entries have these, yet the database looks whenever one goes.
            models.Index(
                fields=["by_copy_of"],
                name="interaction_by_copy",
                condition=Q(by_copy_of__isnull=False),
            ),
            models.Index(
                fields=["cancellation"],
                name="interaction_cancellation",
                condition=Q(cancellation__isnull=False),
            ),
            models.Index(
                fields=["response_to"],
                name="interaction_response_to",
                condition=Q(response_to__isnull=False),
            ),
            # What somebody recorded last.
            models.Index(
                fields=["user", "-id"],
                name="interaction_response_by",
                condition=Q(response_to__isnull=False),
            ),
        ]
        permissions = [
            ("cancel_entry", _("Can cancel interactions")),
            ("send_delivery", _("Can deliver correspondence")),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.date} {self.description}"

    def get_absolute_url(self) -> str:
        return reverse("interactions:entry", args=[self.pk])

    @property
    def title(self) -> str:
        """The title as people read it (contacts_interactions.md 6.4.2).

        The template's description; outbound adds by whom, inbound from whom.
        """
        kind = self.template.description if self.template else self.description
        if self.information_flow == InformationFlow.OUTBOUND:
            by = self.salesperson.name if self.salesperson else str(self.user or "")
            return gettext("%(kind)s by %(name)s") % {"kind": kind, "name": by}
        if self.information_flow == InformationFlow.INBOUND and self.contact:
            name = self.contact.name
            return gettext("%(kind)s from %(name)s") % {"kind": kind, "name": name}
        return kind


class InteractionComment(models.Model):
    """A note on an entry of the log."""

    entry = models.ForeignKey(
        InteractionLogEntry, on_delete=models.CASCADE, related_name="comments"
    )
    date = models.DateField(_("date"), default=timezone.localdate)
    text = models.TextField(_("comment"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["entry", "date", "pk"]
        verbose_name = _("comment on an interaction")
        verbose_name_plural = _("comments on interactions")

    def __str__(self) -> str:
        return self.text[:50]

    def get_absolute_url(self) -> str:
        return f"{self.entry.get_absolute_url()}#comments"
