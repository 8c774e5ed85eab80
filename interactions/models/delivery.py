"""How letters go out: runs, the frozen inputs of each letter, the outbox."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.choices import CorrespondenceType
from contacts.models import Contact
from contacts.models.fields import CodeField

from ..choices import DeliveryStatus, LeftOut, RunKind, RunOrder, RunState
from ..sendings import Sending
from ..undelivered import told
from .attachment import Attachment
from .log import InteractionLogEntry, LoggedSegment
from .outbox import DID_NOT_ARRIVE, TO_SEE_TO, DeliveryQuerySet
from .querysets import BEFORE_POSTING, LetterSnapshotQuerySet, RunQuerySet

if TYPE_CHECKING:
    from .paper import RunEvent


class Run(models.Model):
    """The letters of one segment, printed or sent together.

    What is the same in all of them, our own name and address and what e-mails say
    beside them, is frozen here once. While a run is paused none of it is sent.
    `worksheet` is the key of the segment that was open then: its number may be
    given again when it is gone. `sending` is where its e-mails are, for who asked by
    `services.sendings`.
    """

    sending: Sending | None = None

    segment_number = CodeField(_("segment"), db_index=True)
    worksheet = models.PositiveBigIntegerField(null=True, db_index=True, editable=False)
    logged_segment = models.ForeignKey(
        LoggedSegment,
        verbose_name=_("logged segment"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="runs",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=RunKind)
    state = models.CharField(
        _("state"), max_length=10, choices=RunState, default=RunState.PREPARED
    )
    order = models.CharField(
        _("order"), max_length=10, choices=RunOrder, default=RunOrder.STEP
    )
    own_company = models.JSONField(_("own company"), default=dict)
    posted_on = models.DateField(_("posted on"), null=True, blank=True)
    mail_texts = models.JSONField(_("texts of e-mails"), default=dict, editable=False)
    paused = models.BooleanField(_("paused"), default=False, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("run")
        verbose_name_plural = _("runs")

    def __str__(self) -> str:
        return f"{self.segment_number} {self.get_kind_display()}"

    @property
    def is_withdrawn(self) -> bool:
        return self.state == RunState.WITHDRAWN

    @property
    def is_logged(self) -> bool:
        """Whether its letters are those that the log tells of.

        A run without a segment is the letter of one contact, frozen while it was
        logged.
        """
        return self.logged_segment_id is not None or not self.segment_number

    @property
    def is_on_paper(self) -> bool:
        """Whether its letters are printed and posted, and the log tells of them."""
        return self.is_logged and self.kind == RunKind.PRINT

    @property
    def is_by_email(self) -> bool:
        """Whether its letters go by e-mail, and the log tells of them."""
        return self.is_logged and self.kind == RunKind.SEND

    @property
    def waits_for_post(self) -> bool:
        """Whether any of its letters is on paper and has not gone to the post."""
        waiting = Run.objects.waiting_for_post().filter(pk=self.pk)
        return self.is_on_paper and self.state in BEFORE_POSTING and waiting.exists()

    @property
    def is_sending(self) -> bool:
        """Whether e-mails of it may still go out, and so may be paused."""
        sending = Run.objects.sending().filter(pk=self.pk)
        return self.is_logged and sending.exists()

    @property
    def may_be_withdrawn(self) -> bool:
        """What was posted is out of our hands; e-mails have an outbox of their own."""
        return self.waits_for_post or (
            self.state == RunState.PREPARED and not self.is_logged
        )


class RunItem(models.Model):
    """One letter of a run; `sequence` is the number printed on it.

    Who was on the segment and has no letter is kept too, without a number:
    `left_out` says why. A letter that is not posted after all is `taken_out` and keeps
    its number. A contact has one letter in a run. Two contacts that were
    merged later each had theirs: `merged_number` is then the number that the second
    had.
    """

    run = models.ForeignKey(
        Run, on_delete=models.CASCADE, related_name="items", db_index=False
    )
    sequence = models.PositiveIntegerField(_("sequence"), null=True)
    left_out = models.CharField(
        _("left out"), max_length=12, choices=LeftOut, blank=True
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="run_items", db_index=False
    )
    entry = models.OneToOneField(
        InteractionLogEntry,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="run_item",
    )
    merged_number = CodeField(_("number before the merge"), blank=True, editable=False)
    taken_out = models.ForeignKey(
        "RunEvent",
        verbose_name=_("taken out"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="items",
        db_index=False,
    )

    class Meta:
        ordering = ["run", "sequence"]
        verbose_name = _("letter of a run")
        verbose_name_plural = _("letters of runs")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "sequence"], name="run_item_sequence"
            ),
            models.UniqueConstraint(
                fields=["contact", "run", "merged_number"],
                name="run_item_contact_once",
            ),
            models.CheckConstraint(
                condition=Q(sequence__isnull=False, left_out="")
                | Q(sequence__isnull=True) & ~Q(left_out=""),
                name="run_item_numbered_or_left_out",
            ),
        ]
        indexes = [
            models.Index(
                fields=["taken_out"],
                name="run_item_taken_out",
                condition=Q(taken_out__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.sequence}"


class LetterSnapshot(models.Model):
    """The raw inputs of one letter as they were when it was frozen.

    With the document and the version of the merge engine they give the same
    letter years later; `interactions.merge.record` turns them into strings.
    """

    item = models.OneToOneField(
        RunItem, on_delete=models.CASCADE, primary_key=True, related_name="snapshot"
    )
    document = models.ForeignKey(
        Attachment,
        on_delete=models.PROTECT,
        related_name="snapshots",
        db_index=False,
    )
    inputs = models.JSONField(_("inputs"))
    engine_version = models.PositiveSmallIntegerField(_("engine version"))

    objects = LetterSnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("snapshot of a letter")
        verbose_name_plural = _("snapshots of letters")

    def __str__(self) -> str:
        return f"{self.pk}"


class Delivery(models.Model):
    """The outbox: one outgoing piece is one row.

    `queued` waits for `next_attempt_at`, `sending` is claimed by a sender, whose name
    for it is `claim`; the rest is the outcome, repeated on the entry. The message id
    is stored with the claim, and `handed_over_at` right before the mail server is
    talked to: what was not handed over may be sent, of what was nobody knows. The
    letters of a paused run are `held`, so that senders need not look at each; whether
    one may go is asked of its run.
    """

    entry = models.OneToOneField(
        InteractionLogEntry, on_delete=models.CASCADE, related_name="delivery"
    )
    channel = models.CharField(_("channel"), max_length=20, choices=CorrespondenceType)
    to_address = models.CharField(_("to"), max_length=254, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=DeliveryStatus,
        default=DeliveryStatus.QUEUED,
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    held = models.BooleanField(_("held"), default=False, editable=False)
    claim = models.CharField(max_length=32, blank=True, editable=False)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    handed_over_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    message_id = models.CharField(_("message id"), max_length=255, blank=True)
    error = models.TextField(_("error"), blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(
                fields=["channel", "id"],
                name="delivery_queued",
                condition=Q(status=DeliveryStatus.QUEUED, held=False),
            ),
            models.Index(
                fields=["claimed_at"],
                name="delivery_sending",
                condition=Q(status=DeliveryStatus.SENDING),
            ),
            # How many went in the last minute.
            models.Index(
                fields=["handed_over_at"],
                name="delivery_handed_over",
                condition=Q(handed_over_at__isnull=False),
            ),
            # What somebody has to see to.
            models.Index(
                fields=["status", "id"],
                name="delivery_to_see_to",
                condition=TO_SEE_TO,
            ),
            # By the id of a message that came back.
            models.Index(
                fields=["message_id"],
                name="delivery_message",
                condition=~Q(message_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.to_address}"

    @property
    def told(self) -> str:
        """Why it did not go, in the language of the reader."""
        return told(self.error)

    @property
    def sent_again(self) -> "RunEvent | None":
        """Who sent it again, the last time, and when; of one from a list."""
        earlier = list(self.entry.earlier_sendings.all())
        return earlier[-1].event if earlier else None

    @property
    def failed_at(self) -> datetime | None:
        """When it was last tried; None where it arrived or is still to go.

        What could not even be made was not handed over.
        """
        if self.status not in DID_NOT_ARRIVE:
            return None
        return self.handed_over_at or self.claimed_at

    @property
    def is_paused(self) -> bool:
        """Whether it waits because its run does."""
        item = getattr(self.entry, "run_item", None)
        return self.status == DeliveryStatus.QUEUED and bool(item and item.run.paused)
