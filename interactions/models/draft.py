"""What a draft of an interaction keeps beside its entry."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from .log import InteractionLogEntry


class InteractionDraft(models.Model):
    """What was filled in, by name; what is missing is still the template's to give.

    The entry, which is postponed, has the rest: whom, when, and what belongs to it.
    """

    entry = models.OneToOneField(
        InteractionLogEntry,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="draft",
    )
    own_values = models.JSONField(
        _("own values"), default=dict, encoder=DjangoJSONEncoder
    )

    class Meta:
        verbose_name = _("draft of an interaction")
        verbose_name_plural = _("drafts of interactions")

    def __str__(self) -> str:
        return f"{self.pk}"
