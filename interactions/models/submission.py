"""What a page with a form made, so that sending it twice makes it once."""

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from .attachment import Attachment


class Submission(models.Model):
    """A page that was sent, by the random key it was shown with; see `services.once`.

    `made` is what came of it, None where that is deleted since; a page that was only
    refused so far made nothing yet. `document` is what was uploaded to it meanwhile, so
    that it need not be chosen again.
    """

    key = models.UUIDField(primary_key=True)
    made_type = models.ForeignKey(
        ContentType, on_delete=models.CASCADE, null=True, related_name="+"
    )
    made_id = models.PositiveBigIntegerField(null=True)
    made = GenericForeignKey("made_type", "made_id")
    made_at = models.DateTimeField(null=True)
    document = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, null=True, related_name="submissions"
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("page that was sent")
        verbose_name_plural = _("pages that were sent")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.key)

    @property
    def is_done(self) -> bool:
        """Whether something was made with it."""
        return self.made_at is not None

    def note(self, made: Any, *, at: datetime) -> None:
        """Keep what came of it; what was uploaded is in there, or not wanted."""
        self.made, self.made_at, self.document = made, at, None
        self.save(update_fields=["made_type", "made_id", "made_at", "document"])
