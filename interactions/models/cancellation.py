"""What was cancelled: by whom, when and why, and whether it was taken back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..choices import CancelledKind


class Cancellation(models.Model):
    """One act of cancelling, however much it took along.

    What it took names it: while that is cancelled, this is why. Taken back it gives
    back what it took and nothing else. Where only some of it is given back, that
    belongs to a `part_of` it from then on.
    """

    kind = models.CharField(_("kind"), max_length=15, choices=CancelledKind)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField(_("cancelled"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken back by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    part_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="parts",
        editable=False,
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("cancellation")
        verbose_name_plural = _("cancellations")
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=False)
                | Q(taken_back_by__isnull=True),
                name="cancellation_taken_back_by_and_at",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"


class Cancellable(models.Model):
    """What can be cancelled; `cancellation` is the last time that it was."""

    cancelled = models.BooleanField(_("cancelled"), default=False)
    cancellation = models.ForeignKey(
        Cancellation,
        verbose_name=_("cancellation"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        abstract = True
