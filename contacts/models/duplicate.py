"""Contacts that may be the same, and what was merged."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import ContactType, PairState
from .fields import CodeField


class DuplicatePair(models.Model):
    """Two contacts that may be the same, each pair once: `one` has the smaller key.

    `reasons` are pairs of what was compared and how alike it is, as
    `[["email", "same"]]`. Two contacts that somebody called different stay so, however
    often duplicates are searched for.
    """

    one = models.ForeignKey(
        "contacts.Contact",
        on_delete=models.CASCADE,
        related_name="pairs_as_one",
        db_index=False,
    )
    other = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="pairs_as_other"
    )
    score = models.PositiveSmallIntegerField(_("likeness"))
    reasons = models.JSONField(_("reasons"), default=list)
    found_at = models.DateTimeField(_("found"), default=timezone.now)
    state = models.CharField(
        _("state"), max_length=10, choices=PairState, default=PairState.OPEN
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["-score", "-pk"]
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(
                fields=["one", "other"], name="duplicate_pair_once"
            ),
            models.CheckConstraint(
                condition=Q(one__lt=F("other")), name="duplicate_pair_in_order"
            ),
            models.CheckConstraint(
                condition=Q(score__lte=100), name="duplicate_pair_score"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PairState.values), name="duplicate_pair_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "score", "id"], name="duplicate_pair_state_list"
            ),
            models.Index(fields=["score", "id"], name="duplicate_pair_list"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id}"

    @property
    def is_separate(self) -> bool:
        return self.state == PairState.SEPARATE


class DuplicateKey(models.Model):
    """While duplicates are searched for: who has which key. Gone afterwards.

    `holder` is the key of a contact, without a foreign key: millions of rows come and
    go, and who was deleted meanwhile is no pair.
    """

    search = models.BigIntegerField()
    key = models.BigIntegerField()
    holder = models.BigIntegerField()

    class Meta:
        verbose_name = _("search key of a contact")
        verbose_name_plural = _("search keys of contacts")
        indexes = [
            models.Index(fields=["search", "key", "holder"], name="duplicate_key"),
            models.Index(fields=["search", "holder"], name="duplicate_key_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.holder}"


class MergeJournal(models.Model):
    """One merge: everything that is needed to undo it, and who did it.

    `before` has all columns of both contacts as they were, under "survivor" and
    "duplicate", and `after` those of the survivor that the merge changed. Of other
    tables, `moved` has the keys of the rows that went over, by "app.Model.field". By
    "app.Model", `changed` has `{"pk": .., "values": {column: [old, new]}}` and
    `dropped` whole rows that stood twice, `{"row": ..}`; both with what must still be
    so for an undo as `held`. `not_restored` tells of an undo what it left, as
    `[why, what, count]`. Without a `survivor` that contact is gone.
    """

    survivor = models.ForeignKey(
        "contacts.Contact",
        verbose_name=_("merged into"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="merges",
    )
    survivor_number = CodeField(_("merged into"), db_index=True)
    duplicate_number = CodeField(_("merged contact"), db_index=True)
    duplicate_key = models.BigIntegerField(db_index=True)
    type = models.CharField(_("type"), max_length=10, choices=ContactType)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    changed = models.JSONField(default=dict)
    dropped = models.JSONField(default=dict)
    at = models.DateTimeField(_("merged"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("undone by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    not_restored = models.JSONField(_("not restored"), default=list)
    forgotten = models.BooleanField(_("personal data removed"), default=False)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("merge of contacts")
        verbose_name_plural = _("merges of contacts")
        indexes = [models.Index(fields=["at", "id"], name="merge_journal_list")]

    def __str__(self) -> str:
        return f"{self.duplicate_number} -> {self.survivor_number}"

    def get_absolute_url(self) -> str:
        return reverse("contacts:merge_journal", args=[self.pk])

    @property
    def survivor_before(self) -> dict[str, Any]:
        return self.before.get("survivor", {})

    @property
    def duplicate_before(self) -> dict[str, Any]:
        return self.before.get("duplicate", {})
