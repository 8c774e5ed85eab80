"""The line: one contact on a segment, in an interval of steps."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contacts.choices import CorrespondenceType
from contacts.models import AlternativeAddress, Contact, Salesperson
from contacts.models.fields import MinutesField, MoneyField
from interactions.choices import EmailForm, Evaluation, InformationFlow, InitiatedBy
from interactions.models import (
    Attachment,
    Campaign,
    InteractionLogEntry,
    InteractionTemplate,
)
from interactions.models.mail import sound_subject

from .querysets import SegmentLineQuerySet
from .segment import Segment

OWN_VALUES = (
    "template",
    "description",
    "cost",
    "duration",
    "information_flow",
    "initiated_by",
    "campaign",
    "campaign_target",
    "campaign_response",
    "language",
    "document",
    "subject",
    "correspondence_type",
    "email_form",
    "salesperson",
    "date",
    "evaluation",
    "personal_text",
    "alternative_address",
)
# Where the own document comes from; goes wherever the document goes.
DOCUMENT_ORIGIN = ("document_base", "document_by", "document_at")
# What a contact that comes again, is copied or is merged takes along.
CARRIED = (*OWN_VALUES, *DOCUMENT_ORIGIN)


class SegmentLine(models.Model):
    """A contact that entered at `added_step` and, if set, left at `removed_step`.

    Live lines are those whose interval contains the segment's cursor; going back
    moves the cursor and touches no line. The first step is 1; `added_step` is 0 only
    of who is written to alone, without a segment. A line stores only what differs
    from the segment: NULL inherits, an empty text is a deliberate blank. What holds
    in the end is resolved in SQL by `SegmentLineQuerySet.with_effective_values`. A
    contact that left and came again has several lines; its own values are the same on
    all of them.
    """

    segment = models.ForeignKey(
        Segment, on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("contact"),
        on_delete=models.PROTECT,
        related_name="segment_lines",
    )
    added_step = models.PositiveIntegerField(editable=False)
    removed_step = models.PositiveIntegerField(null=True, editable=False)
    position = models.PositiveIntegerField(_("position"), default=0, editable=False)

    template = models.ForeignKey(
        InteractionTemplate,
        verbose_name=_("interaction template"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    description = models.CharField(
        _("description"), max_length=100, null=True, blank=True
    )
    cost = MoneyField(_("cost"), null=True, blank=True)
    duration = MinutesField(_("duration (minutes)"), null=True, blank=True)
    information_flow = models.CharField(
        _("information flow"),
        max_length=10,
        choices=InformationFlow,
        null=True,
        blank=True,
    )
    initiated_by = models.CharField(
        _("initiated by"), max_length=10, choices=InitiatedBy, null=True, blank=True
    )
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    campaign_target = models.BooleanField(_("campaign target"), null=True, blank=True)
    campaign_response = models.BooleanField(
        _("campaign response"), null=True, blank=True
    )
    language = models.CharField(_("language"), max_length=35, null=True, blank=True)
    document = models.ForeignKey(
        Attachment,
        verbose_name=_("own document"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="segment_lines",
        db_index=False,
    )
    document_base = models.ForeignKey(
        Attachment,
        verbose_name=_("written on"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lines_written_on",
        db_index=False,
        editable=False,
    )
    document_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("own document by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        editable=False,
    )
    document_at = models.DateTimeField(
        _("own document since"), null=True, blank=True, editable=False
    )
    subject = models.CharField(
        _("subject"),
        max_length=200,
        null=True,
        blank=True,
        validators=[sound_subject],
    )
    correspondence_type = models.CharField(
        _("correspondence type"),
        max_length=20,
        choices=CorrespondenceType,
        null=True,
        blank=True,
    )
    email_form = models.CharField(
        _("form of the e-mail"),
        max_length=10,
        choices=EmailForm,
        null=True,
        blank=True,
    )
    salesperson = models.ForeignKey(
        Salesperson,
        verbose_name=_("salesperson"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    date = models.DateField(_("date"), null=True, blank=True)
    evaluation = models.CharField(
        _("evaluation"), max_length=15, choices=Evaluation, null=True, blank=True
    )
    personal_text = models.TextField(_("personal text"), null=True, blank=True)
    alternative_address = models.ForeignKey(
        AlternativeAddress,
        verbose_name=_("alternative address"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    # DO_NOTHING lets the lines of a segment go in one statement; the constraint is
    # checked at commit, and whoever removes single lines clears the reference.
    represented_by = models.ForeignKey(
        "self",
        verbose_name=_("by copy of"),
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="represents",
        db_index=False,
        editable=False,
    )
    done_entry = models.ForeignKey(
        InteractionLogEntry,
        verbose_name=_("already logged as"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        editable=False,
    )

    # What the querysets add to a line.
    by_copy_of_id: Any
    by_copy_of_name: Any
    group_key: Any
    effective_document_id: Any
    effective_email_form: Any
    inherited_document_id: Any
    own_document_is_old: bool
    letter_inputs: dict[str, Any]

    objects = SegmentLineQuerySet.as_manager()

    OWN_VALUES = OWN_VALUES

    class Meta:
        ordering = ["segment", "position"]
        verbose_name = _("segment line")
        verbose_name_plural = _("segment lines")
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "contact", "added_step"],
                name="segment_line_added_once",
            ),
            models.UniqueConstraint(
                fields=["segment", "contact"],
                condition=Q(removed_step__isnull=True),
                name="segment_line_once_while_in",
            ),
            models.CheckConstraint(
                condition=Q(removed_step__isnull=True)
                | Q(removed_step__gt=F("added_step")),
                name="segment_line_interval",
            ),
        ]
        indexes = [
            models.Index(fields=["segment", "position"], name="segment_line_position"),
            # Without those who left: however many they are, a page passes none of them.
            models.Index(
                fields=["segment", "position"],
                condition=Q(removed_step__isnull=True),
                name="segment_line_position_now",
            ),
            # Few lines have these, yet the database looks for them whenever a line
            # or an entry goes.
            models.Index(
                fields=["represented_by"],
                condition=Q(represented_by__isnull=False),
                name="segment_line_represented",
            ),
            models.Index(
                fields=["done_entry"],
                condition=Q(done_entry__isnull=False),
                name="segment_line_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.contact_id}"

    @property
    def own_values(self) -> list[str]:
        """The names of the values that differ from the segment, in words."""
        fields = (self._meta.get_field(name) for name in OWN_VALUES)
        return [
            str(field.verbose_name)
            for field in fields
            if getattr(self, field.attname) is not None
        ]
