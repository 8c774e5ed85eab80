"""How letters by e-mail went before they were sent again."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..choices import DeliveryStatus
from ..undelivered import told
from .log import InteractionLogEntry
from .paper import RunEvent


class EarlierSending(models.Model):
    """A letter as it was sent before the `event` that sent it again.

    What became of it may change once more: it comes back by its message id.
    """

    entry = models.ForeignKey(
        InteractionLogEntry,
        verbose_name=_("interaction"),
        on_delete=models.CASCADE,
        related_name="earlier_sendings",
    )
    event = models.ForeignKey(
        RunEvent,
        verbose_name=_("sent again"),
        on_delete=models.CASCADE,
        related_name="sendings",
    )
    to_address = models.CharField(_("to"), max_length=254, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=DeliveryStatus)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    message_id = models.CharField(_("message id"), max_length=255, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("earlier sending")
        verbose_name_plural = _("earlier sendings")
        indexes = [
            # By the id of a message that came back.
            models.Index(
                fields=["message_id"],
                name="earlier_sending_message",
                condition=~Q(message_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.to_address}"

    @property
    def told(self) -> str:
        """Why it did not go, in the language of the reader."""
        return told(self.error)
