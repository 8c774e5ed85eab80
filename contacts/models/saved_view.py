"""What a user filters and sorts the list by, kept under a name."""

from collections.abc import Collection
from typing import Self

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user: models.Model) -> Self:
        """The views of this user: nobody sees those of others."""
        return self.filter(owner=user.pk)


class SavedView(models.Model):
    """The query string of a list under a name, for its owner alone."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.CASCADE,
        related_name="contact_views",
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(_("filters and order"), blank=True)
    created_at = models.DateTimeField(_("created"))

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]
        # Whoever may look at contacts has views of their own.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], name="saved_view_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        query = f"{self.query}&" if self.query else ""
        return f"{reverse('contacts:list')}?{query}view={self.pk}"

    def unknown(self, names: Collection[str]) -> list[str]:
        """What it asks for that is none of these filters, any more."""
        return sorted(set(QueryDict(self.query)) - set(names))
