"""Campaigns and what was logged for them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, NumberSeries, Salesperson
from contacts.models.fields import CodedModel, CodeField

from .cancellation import Cancellable

NUMBER_SERIES = "CAMPAIGN"
NUMBER_PREFIX = "CP-"


class CampaignStatus(CodedModel):
    class Meta(CodedModel.Meta):
        verbose_name = _("campaign status")
        verbose_name_plural = _("campaign statuses")


class Campaign(models.Model):
    """A marketing effort whose interactions are counted together.

    Since `activated_at` its targets are known: the rows of `CampaignTarget`.
    """

    number = CodeField(
        _("number"),
        unique=True,
        blank=True,
        help_text=_("Empty: the next of the number series. Letters may show it."),
    )
    description = models.CharField(_("description"), max_length=100)
    starting_date = models.DateField(_("from"), null=True, blank=True)
    ending_date = models.DateField(
        _("to"), null=True, blank=True, help_text=_("Empty: it goes on.")
    )
    status = models.ForeignKey(
        CampaignStatus,
        verbose_name=_("status"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="campaigns",
        help_text=_("How far it has come; the choices are set up by you."),
    )
    salesperson = models.ForeignKey(
        Salesperson,
        verbose_name=_("salesperson"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="campaigns",
        help_text=_("Who answers for it."),
    )
    activated_at = models.DateTimeField(
        _("activated"), null=True, blank=True, editable=False
    )
    updated_at = models.DateTimeField(
        _("last changed"), default=timezone.now, editable=False
    )

    class Meta:
        ordering = ["number"]
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(starting_date__isnull=True)
                | Q(ending_date__isnull=True)
                | Q(ending_date__gte=F("starting_date")),
                name="campaign_dates_in_order",
                violation_error_message=_("A campaign cannot end before it starts."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.description}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give the campaign a number of the series when it has none."""
        if not self.number:
            self.number = NumberSeries.next_free(
                NUMBER_SERIES, Campaign, prefix=NUMBER_PREFIX
            )
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("segments:campaign", args=[self.pk])

    @property
    def is_active(self) -> bool:
        return self.activated_at is not None


class CampaignTarget(models.Model):
    """Somebody whom an active campaign is aimed at (segments.md B.3).

    The company of whoever was on its segments, or the person who works for nobody.
    """

    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        on_delete=models.CASCADE,
        related_name="targets",
        db_index=False,
    )
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("contact"),
        on_delete=models.CASCADE,
        related_name="campaign_targets",
    )

    class Meta:
        ordering = ["campaign", "contact"]
        verbose_name = _("campaign target")
        verbose_name_plural = _("campaign targets")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "contact"], name="campaign_target_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.contact_id}"


class CampaignEntry(Cancellable):
    """What one segment did for one campaign (segments.md 5.5)."""

    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        on_delete=models.PROTECT,
        related_name="entries",
    )
    description = models.CharField(_("description"), max_length=100, blank=True)
    date = models.DateField(_("date"))
    segment_number = CodeField(_("segment"), blank=True)
    logged_segment = models.ForeignKey(
        "interactions.LoggedSegment",
        verbose_name=_("logged segment"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="campaign_entries",
    )
    salesperson = models.ForeignKey(
        Salesperson,
        verbose_name=_("salesperson"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("campaign entry")
        verbose_name_plural = _("campaign entries")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "logged_segment"],
                name="campaign_entry_once_per_logged_segment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign.number} {self.date} {self.description}"
