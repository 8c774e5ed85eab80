"""The segment: an open worksheet of contacts and the interaction they will get."""

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import (
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.choices import CorrespondenceType
from contacts.models import NumberSeries, Salesperson
from contacts.models.fields import CodeField, MinutesField, MoneyField
from interactions.choices import EmailForm, InformationFlow, InitiatedBy
from interactions.models import (
    Attachment,
    Campaign,
    InteractionTemplate,
    LoggedSegment,
)
from interactions.models.mail import sound_subject

from ..choices import SegmentState

NUMBER_SERIES = "SEGMENT"
NUMBER_PREFIX = "SM-"


def is_logged(number: str) -> bool:
    """Whether a segment with this number was logged; then the number is used up."""
    return LoggedSegment.objects.filter(segment_number=number).exists()


def next_number(series: str = NUMBER_SERIES) -> str:
    """Return the next number of the series that no segment ever had."""
    while True:
        number = NumberSeries.next_free(series, Segment, prefix=NUMBER_PREFIX)
        if not is_logged(number):
            return number


# What a segment passes on to its contacts, and to a segment made after it.
HEADER_VALUES = (
    "description",
    "template",
    "campaign",
    "salesperson",
    "date",
    "language",
    "subject",
    "correspondence_type",
    "ignore_contact_correspondence_type",
    "email_form",
    "unit_cost",
    "unit_duration",
    "information_flow",
    "initiated_by",
    "campaign_target",
    "campaign_response",
)

# What the template gives where the segment leaves it open, and its name there.
FROM_TEMPLATE = {
    "campaign": "campaign",
    "language": "default_language",
    "correspondence_type": "correspondence_type",
    "email_form": "email_form",
    "unit_cost": "unit_cost",
    "unit_duration": "unit_duration",
    "information_flow": "information_flow",
    "initiated_by": "initiated_by",
    "campaign_target": "campaign_target",
    "campaign_response": "campaign_response",
}


class SegmentQuerySet(models.QuerySet):
    def with_total(self) -> Self:
        """Annotate `total`: how many contacts are in at the cursor.

        The step at which the segment stands knows it; no line is counted.
        """
        steps = self.model._meta.get_field("steps").related_model
        current = steps._default_manager.filter(
            segment=OuterRef("pk"), position=OuterRef("position")
        )
        total = Subquery(current.values("total"), output_field=IntegerField())
        return self.annotate(total=Coalesce(total, 0))

    def with_state(self) -> Self:
        """Annotate `state`: a SegmentState, the first that fits."""
        related = self.model._meta.get_field
        steps = related("steps").related_model._default_manager
        undone = steps.filter(segment=OuterRef("pk"), position__gt=OuterRef("position"))
        lines = related("lines").related_model._default_manager
        done = lines.live().filter(segment=OuterRef("pk"), done_entry__isnull=False)
        return self.with_total().annotate(
            state=Case(
                When(Exists(done), then=Value(SegmentState.PARTLY_LOGGED)),
                When(Exists(undone), then=Value(SegmentState.STEPS_UNDONE)),
                When(total=0, then=Value(SegmentState.EMPTY)),
                When(template=None, then=Value(SegmentState.NO_TEMPLATE)),
                default=Value(SegmentState.READY),
                output_field=models.CharField(max_length=20),
            )
        )


class Segment(models.Model):
    """An open segment (segments.md 1). Once logged it is gone; its number stays.

    `position` is the cursor: the step at which the segment stands; 0 is before
    the first. What the segment leaves at NULL comes from its template; an empty
    text is a deliberate blank.
    """

    number = CodeField(_("number"), unique=True, blank=True)
    description = models.CharField(_("description"), max_length=100)
    position = models.PositiveIntegerField(_("step"), default=0, editable=False)

    template = models.ForeignKey(
        InteractionTemplate,
        verbose_name=_("interaction template"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="segments",
    )
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="segments",
    )
    salesperson = models.ForeignKey(
        Salesperson,
        verbose_name=_("salesperson"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="segments",
    )
    date = models.DateField(_("date"), default=timezone.localdate)
    language = models.CharField(
        _("language"),
        max_length=35,
        blank=True,
        help_text=_("For contacts without a document in their own language."),
    )
    subject = models.CharField(
        _("subject"), max_length=200, blank=True, validators=[sound_subject]
    )
    correspondence_type = models.CharField(
        _("correspondence type"),
        max_length=20,
        choices=CorrespondenceType,
        blank=True,
    )
    ignore_contact_correspondence_type = models.BooleanField(
        _("ignore the contact's correspondence type"), default=False
    )
    email_form = models.CharField(
        _("form of the e-mail"),
        max_length=10,
        choices=EmailForm,
        null=True,
        blank=True,
    )
    unit_cost = MoneyField(_("unit cost"), null=True, blank=True)
    unit_duration = MinutesField(_("unit duration (minutes)"), null=True, blank=True)
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
    campaign_target = models.BooleanField(_("campaign target"), null=True, blank=True)
    campaign_response = models.BooleanField(
        _("campaign response"), null=True, blank=True
    )
    notes = models.TextField(_("notes"), blank=True)
    living = models.BooleanField(
        _("living"),
        default=False,
        help_text=_("Its steps are taken again when segments are refreshed."),
    )

    follow_up_of = models.ForeignKey(
        "interactions.LoggedSegment",
        verbose_name=_("follow-up of"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="follow_ups",
        editable=False,
    )
    left_over_of = models.ForeignKey(
        "interactions.LoggedSegment",
        verbose_name=_("left over from"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="left_overs",
        editable=False,
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="segments",
        editable=False,
    )
    log_on = models.DateField(
        _("to be logged on"), null=True, blank=True, editable=False
    )
    released_at = models.DateTimeField(
        _("released"), null=True, blank=True, editable=False
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("released by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    # What was seen then, and how it is to be logged: see `services.release`.
    released_as = models.JSONField(default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(
        _("last changed"), default=timezone.now, editable=False
    )

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        constraints = [
            models.CheckConstraint(condition=~Q(number=""), name="segment_has_number")
        ]
        indexes = [
            models.Index(
                fields=["log_on"],
                condition=Q(log_on__isnull=False),
                name="segment_to_be_logged",
            )
        ]
        permissions = [
            ("log_segment", _("Can log segments")),
            ("deliver_segment", _("Can log segments and deliver the letters")),
            ("release_segment", _("Can release segments for logging")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.description}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give the segment a number of the series when it has none."""
        if not self.number:
            self.number = next_number()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("segments:detail", args=[self.pk])

    @property
    def steps_version(self) -> str:
        """Where the segment stands, and which step is its last; one query.

        Every step that is taken, gone back or redone makes another one. Taking a step
        drops the undone ones, so the last tells all: an equal number of steps may be
        other steps.
        """
        last = self.steps.order_by("-position").values_list("pk", flat=True).first()
        return f"{self.position}.{last or 0}"

    def leaves_open(self, name: str) -> bool:
        """Whether the value is the template's to give; an empty text may be meant."""
        field = self._meta.get_field(name)
        value = getattr(self, field.attname)
        return value is None if field.null else value == ""

    def from_template(self, name: str) -> Any:
        """What the template gives for this value; None where nothing can come."""
        if self.template is None or name not in FROM_TEMPLATE:
            return None
        return getattr(self.template, FROM_TEMPLATE[name])

    def clean(self) -> None:
        """Refuse a number whose segment is logged: it could never be logged again."""
        if self._state.adding and is_logged(self.number):
            said = _(
                "Segment %s is logged already; its number is used up. Choose another."
            )
            said %= self.number
            raise ValidationError({"number": said})


class SegmentDocument(models.Model):
    """The segment's own Word document in one language, and its subject."""

    segment = models.ForeignKey(
        Segment, on_delete=models.CASCADE, related_name="documents", db_index=False
    )
    language = models.CharField(_("language"), max_length=35)
    document = models.ForeignKey(
        Attachment,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        related_name="segment_documents",
    )
    subject = models.CharField(
        _("subject"), max_length=200, blank=True, validators=[sound_subject]
    )

    class Meta:
        ordering = ["segment", "language"]
        verbose_name = _("document of a segment")
        verbose_name_plural = _("documents of segments")
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "language"], name="segment_document_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.segment.number} {self.language}"

    def get_absolute_url(self) -> str:
        return reverse("segments:documents", args=[self.segment_id])
