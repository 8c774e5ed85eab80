"""Which templates stand for what is logged by itself (contacts_interactions.md 5.8)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .template import InteractionTemplate


def _template(label: Any, help_text: Any) -> models.ForeignKey:
    return models.ForeignKey(
        InteractionTemplate,
        verbose_name=label,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=help_text,
    )


class InteractionTemplateSetup(models.Model):
    """The one row of set-up; where no template is chosen, nothing is logged."""

    emails = _template(
        _("e-mails"), _("What an e-mail that is written from a card begins with.")
    )
    outgoing_calls = _template(
        _("outgoing calls"), _("What a telephone call is logged with.")
    )
    cover_sheets = _template(
        _("cover sheets"), _("What cover sheets are logged with when they are printed.")
    )

    class Meta:
        verbose_name = _("set-up of interaction templates")
        verbose_name_plural = _("set-up of interaction templates")
        constraints = [
            models.CheckConstraint(
                condition=Q(pk=1), name="interaction_template_setup_one_row"
            )
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse templates with a letter where none is written: nobody would see it."""
        for name in ("outgoing_calls", "cover_sheets"):
            template = getattr(self, name)
            if template and template.languages.exists():
                said = _("%s has a document. Choose a template without one.")
                raise ValidationError({name: said % template.code})

    @classmethod
    def load(cls) -> "InteractionTemplateSetup":
        """Return the row; an empty one, unsaved, where none is stored."""
        found = cls.objects.select_related("emails", "outgoing_calls", "cover_sheets")
        return found.filter(pk=1).first() or cls(pk=1)
