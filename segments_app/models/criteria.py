"""Saved criteria: the steps of a segment kept for reuse."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models.fields import CodeField

from ..choices import StepKind


class SavedCriteriaQuerySet(models.QuerySet):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Shared ones and the user's own."""
        return self.filter(Q(shared=True) | Q(owner_id=user.pk))


class SavedCriteria(models.Model):
    code = CodeField(_("code"), unique=True)
    description = models.CharField(_("description"), max_length=100, blank=True)
    shared = models.BooleanField(_("shared with everybody"), default=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="saved_criteria",
    )
    created_at = models.DateTimeField(_("saved"), default=timezone.now)
    updated_at = models.DateTimeField(_("last changed"), default=timezone.now)

    objects = SavedCriteriaQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("saved criteria")
        verbose_name_plural = _("saved criteria")

    def __str__(self) -> str:
        return f"{self.code} {self.description}".strip()

    def get_absolute_url(self) -> str:
        return reverse("segments:saved_detail", args=[self.pk])

    def is_visible_to(self, user: AbstractBaseUser | AnonymousUser | None) -> bool:
        """As `visible_to` of the queryset, for one row; without a user, shared ones."""
        is_owner = user is not None and self.owner_id == user.pk
        return self.shared or (is_owner and user.is_authenticated)

    def may_be_changed_by(self, user: User) -> bool:
        """Whether they are the user's own, or the user is a manager."""
        if not user.has_perm("segments_app.change_savedcriteria"):
            return False
        is_owner = self.owner_id == user.pk
        return is_owner or user.has_perm("segments_app.delete_segment")

    def may_be_deleted_by(self, user: User) -> bool:
        """Whether they are the user's own, or the user is a manager.

        Who may delete the segments of others may delete their criteria too.
        """
        if not user.has_perm("segments_app.delete_savedcriteria"):
            return False
        is_owner = self.owner_id == user.pk
        return is_owner or user.has_perm("segments_app.delete_segment")


class SavedCriteriaStep(models.Model):
    """One step of saved criteria; `members` are numbers of contacts named by hand."""

    saved = models.ForeignKey(
        SavedCriteria, on_delete=models.CASCADE, related_name="steps", db_index=False
    )
    position = models.PositiveIntegerField(_("step"))
    kind = models.CharField(_("kind"), max_length=20, choices=StepKind)
    criteria = models.JSONField(_("criteria"), null=True, blank=True)
    options = models.JSONField(_("options"), default=dict, blank=True)

    class Meta:
        ordering = ["saved", "position"]
        verbose_name = _("step of saved criteria")
        verbose_name_plural = _("steps of saved criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["saved", "position"], name="saved_criteria_step_position"
            )
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.get_kind_display()}"
