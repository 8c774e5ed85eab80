"""The audit trail: who changed what of which contact, and when."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import ChangeKind
from .fields import CodeField


class ContactChange(models.Model):
    """One change of one contact; what a deleted contact was called stays known.

    `values` maps what was changed to what it was and what it became, as
    `{"city": ["Oslo", "Bergen"]}`. A row of another table stands there by its code,
    several by a list of codes.
    """

    contact = models.ForeignKey(
        "contacts.Contact",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="changes",
        db_index=False,
    )
    number = CodeField(_("contact number"))
    kind = models.CharField(_("kind"), max_length=20, choices=ChangeKind)
    values = models.JSONField(
        _("values"), default=dict, blank=True, encoder=DjangoJSONEncoder
    )
    note = models.CharField(_("note"), max_length=250, blank=True)
    at = models.DateTimeField(_("changed"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("change of a contact")
        verbose_name_plural = _("changes of contacts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ChangeKind.values),
                name="contact_change_kind_known",
            )
        ]
        indexes = [
            models.Index(fields=["contact", "at", "id"], name="contact_change_at"),
            models.Index(fields=["number"], name="contact_change_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"
