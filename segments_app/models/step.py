"""The steps by which a segment came about."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact

from ..choices import StepKind
from .criteria import SavedCriteria
from .segment import Segment


class SegmentStep(models.Model):
    """One step: what was asked, with which options, by whom, and what it did.

    A step that takes earlier ones again (`replace`, `refresh`) keeps them as its
    `recipe`: from then on the segment is what these steps say, in this order. Steps
    that were taken as one have the position of their first as `taken_with`: they are
    gone back and redone together.
    """

    segment = models.ForeignKey(
        Segment, on_delete=models.CASCADE, related_name="steps", db_index=False
    )
    position = models.PositiveIntegerField(_("step"))
    taken_with = models.PositiveIntegerField(null=True, blank=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=StepKind)
    criteria = models.JSONField(_("criteria"), null=True, blank=True)
    options = models.JSONField(_("options"), default=dict, blank=True)
    recipe = models.JSONField(_("recipe"), null=True, blank=True)
    entered = models.PositiveIntegerField(_("entered"), default=0)
    left = models.PositiveIntegerField(_("left"), default=0)
    kept_out = models.JSONField(_("kept out"), default=dict, blank=True)
    total = models.PositiveIntegerField(_("total"), default=0)
    name = models.CharField(_("name"), max_length=100, blank=True)
    saved_criteria = models.ForeignKey(
        SavedCriteria,
        verbose_name=_("saved criteria"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="used_in",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("taken"), default=timezone.now)

    class Meta:
        ordering = ["segment", "position"]
        verbose_name = _("step of a segment")
        verbose_name_plural = _("steps of segments")
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "position"], name="segment_step_position"
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1), name="segment_step_from_1"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.get_kind_display()}"


class SegmentStepMember(models.Model):
    """A contact that a step names itself, instead of by criteria."""

    step = models.ForeignKey(
        SegmentStep, on_delete=models.CASCADE, related_name="members", db_index=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="step_memberships"
    )
    removed = models.BooleanField(_("removed"), default=False)

    class Meta:
        verbose_name = _("contact of a step")
        verbose_name_plural = _("contacts of steps")
        constraints = [
            models.UniqueConstraint(
                fields=["step", "contact"], name="segment_step_member_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.step_id} {self.contact_id}"
