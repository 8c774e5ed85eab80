"""What is noted on a contact: comments, and channels that are closed to it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import BlockReason, CorrespondenceType


class ContactComment(models.Model):
    """A note on a contact."""

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="comments"
    )
    text = models.TextField(_("comment"))
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["contact", "-created_at"]
        verbose_name = _("comment on a contact")
        verbose_name_plural = _("comments on contacts")

    def __str__(self) -> str:
        return self.text[:50]


class ContactChannelBlock(models.Model):
    """Nothing goes to this contact through this channel from that day on.

    Of returned mail `address` is where it came back from: an alternative address, or
    the contact's own where there is none.
    """

    contact = models.ForeignKey(
        "contacts.Contact",
        on_delete=models.CASCADE,
        related_name="channel_blocks",
        db_index=False,
    )
    channel = models.CharField(_("channel"), max_length=20, choices=CorrespondenceType)
    reason = models.CharField(_("reason"), max_length=20, choices=BlockReason)
    source = models.CharField(_("source"), max_length=200, blank=True)
    since = models.DateField(_("since"))
    address = models.ForeignKey(
        "contacts.AlternativeAddress",
        verbose_name=_("alternative address"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="returned_blocks",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["contact", "channel"]
        verbose_name = _("blocked channel")
        verbose_name_plural = _("blocked channels")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "channel"], name="contact_channel_block_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.get_reason_display()}"
