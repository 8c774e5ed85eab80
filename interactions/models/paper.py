"""What becomes of letters on paper: printed, posted, withdrawn, come back."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import DeliveryStatus, ReturnReason, RunEventKind
from .delivery import Run
from .log import InteractionLogEntry


class RunEvent(models.Model):
    """What was done with the letters of a run, all or some: how many, who and when.

    Letters that go another way than before are those of another run from then on:
    `became`.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(_("kind"), max_length=10, choices=RunEventKind)
    letters = models.PositiveIntegerField(_("letters"))
    became = models.ForeignKey(
        Run, on_delete=models.SET_NULL, null=True, blank=True, related_name="came_from"
    )
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("event of a run")
        verbose_name_plural = _("events of runs")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.created_at:%Y-%m-%d}"


class LetterReturn(models.Model):
    """A letter that the post brought back; `status_before` is what it was until then.

    `suspended` tells whether the contact gets nothing on paper because of it.
    """

    entry = models.OneToOneField(
        InteractionLogEntry, on_delete=models.CASCADE, related_name="letter_return"
    )
    date = models.DateField(_("date"))
    reason = models.CharField(_("reason"), max_length=12, choices=ReturnReason)
    comment = models.TextField(_("comment"), blank=True)
    status_before = models.CharField(
        max_length=10, choices=DeliveryStatus, blank=True, editable=False
    )
    suspended = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(_("recorded"), default=timezone.now)
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
        verbose_name = _("letter that came back")
        verbose_name_plural = _("letters that came back")

    def __str__(self) -> str:
        return f"{self.date} {self.get_reason_display()}"
