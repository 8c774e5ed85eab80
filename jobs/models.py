"""A job: long work with progress, in one row that is the only truth about it."""

import uuid
from pathlib import PurePath

from django.conf import settings
from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .choices import FINISHED, JobState
from .querysets import JobQuerySet
from .registry import UnknownKind, get_kind


def input_path(job: "Job", filename: str) -> str:
    """Store under a name nobody can guess; only the extension is kept."""
    return f"jobs/input/{uuid.uuid4().hex}{PurePath(filename).suffix.lower()}"


def result_path(job: "Job", filename: str) -> str:
    return f"jobs/result/{uuid.uuid4().hex}{PurePath(filename).suffix.lower()}"


class Job(models.Model):
    """Long work, done by a worker or a command in chunks; see `jobs.registry`.

    `attempts` counts how often it was started and is at the same time the token
    of whoever runs it: who holds an older number may not write any more.
    """

    kind = models.CharField(_("kind"), max_length=50)
    label = models.CharField(_("what"), max_length=200)
    parameters = models.JSONField(
        _("parameters"), default=dict, blank=True, encoder=DjangoJSONEncoder
    )
    input_file = models.FileField(
        _("input file"), upload_to=input_path, max_length=200, blank=True
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="jobs",
    )
    language = models.CharField(_("language of messages"), max_length=35, blank=True)

    state = models.CharField(
        _("state"), max_length=10, choices=JobState, default=JobState.QUEUED
    )
    done = models.PositiveBigIntegerField(_("done"), default=0)
    total = models.PositiveBigIntegerField(_("total"), null=True, blank=True)
    message = models.CharField(_("message"), max_length=500, blank=True)
    error = models.TextField(_("error"), blank=True)
    result = models.JSONField(
        _("result"), default=dict, blank=True, encoder=DjangoJSONEncoder
    )
    result_file = models.FileField(
        _("result file"), upload_to=result_path, max_length=200, blank=True
    )
    result_name = models.CharField(_("name of the result"), max_length=200, blank=True)
    resume = models.JSONField(
        _("where to go on"), default=dict, blank=True, encoder=DjangoJSONEncoder
    )

    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    max_attempts = models.PositiveSmallIntegerField(
        _("most attempts"), default=3, validators=[MinValueValidator(1)]
    )
    heartbeat = models.DateTimeField(_("last sign of life"), default=timezone.now)
    cancel_asked = models.BooleanField(_("asked to cancel"), default=False)
    task_id = models.UUIDField(_("task"), null=True, blank=True, editable=False)

    created_at = models.DateTimeField(_("asked for"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=JobState.values), name="job_state_known"
            ),
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(done__lte=F("total")),
                name="job_done_of_total",
            ),
            models.CheckConstraint(
                condition=Q(max_attempts__gte=1) & Q(attempts__lte=F("max_attempts")),
                name="job_attempts_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(state__in=FINISHED, finished_at__isnull=False)
                | (~Q(state__in=FINISHED) & Q(finished_at__isnull=True)),
                name="job_finished_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[JobState.RUNNING, JobState.DONE])
                | Q(started_at__isnull=False, attempts__gte=1),
                name="job_running_has_started",
            ),
            models.CheckConstraint(
                condition=(Q(state=JobState.FAILED) & ~Q(error=""))
                | (~Q(state=JobState.FAILED) & Q(error="")),
                name="job_failed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(result_file="") | ~Q(result_name=""),
                name="job_result_has_name",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "heartbeat"],
                name="job_unfinished",
                condition=Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
            )
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("jobs:detail", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED

    @property
    def is_queued(self) -> bool:
        return self.state == JobState.QUEUED

    @property
    def is_running(self) -> bool:
        return self.state == JobState.RUNNING

    @property
    def is_done(self) -> bool:
        return self.state == JobState.DONE

    @property
    def has_failed(self) -> bool:
        return self.state == JobState.FAILED

    @property
    def has_result_file(self) -> bool:
        """Only what is whole can be downloaded."""
        return self.is_done and bool(self.result_file)

    @property
    def result_expired(self) -> bool:
        """Whether there was a file to download, deleted since."""
        return self.is_done and bool(self.result_name) and not self.result_file

    @property
    def can_be_cancelled(self) -> bool:
        return not self.is_finished and not self.cancel_asked

    @property
    def percent(self) -> int | None:
        """How much is done, None while the total is not known."""
        return 100 * self.done // self.total if self.total else None

    @property
    def kind_label(self) -> str:
        """The name of its kind; the bare code where no app knows it any more."""
        try:
            return str(get_kind(self.kind).label)
        except UnknownKind:
            return self.kind

    @property
    def result_facts(self) -> list[tuple[str, object]]:
        """The figures of the result that have a name, as the page shows them."""
        try:
            labels = get_kind(self.kind).result_labels
        except UnknownKind:
            return []
        return [
            (str(label), self.result[key])
            for key, label in labels.items()
            if key in self.result
        ]

    @property
    def next_page(self) -> dict[str, str] | None:
        """Where to look at what was done, None where its kind does not say.

        `result["next_page"]` has what the address is made of.
        """
        try:
            page = get_kind(self.kind).next_page
        except UnknownKind:
            return None
        arguments = self.result.get("next_page", ())
        return page and {
            "url": reverse(page[0], args=arguments),
            "label": str(page[1]),
        }

    def plan_parts(self, keys: list[str]) -> None:
        """Note what parts of the result there will be, before the first is made.

        So that none is left behind, whenever the job is killed.
        """
        self.resume.setdefault("parts", {})
        self.resume["planned"] = sorted({*self.resume.get("planned", ()), *keys})

    def keep_part(self, key: str, content: File, *, count: int) -> None:
        """Store a part of the result, so that a killed job need not make it again.

        Saved with the next progress; `resume["parts"]` then tells how many it has.
        """
        storage, path = self.result_file.storage, self._part_path(key)
        storage.delete(path)
        storage.save(path, content)
        self.resume["parts"] = {**self.resume["parts"], key: count}

    def open_part(self, key: str) -> File:
        """Open a part that was kept."""
        return self.result_file.storage.open(self._part_path(key), "rb")

    def drop_parts(self) -> None:
        """Delete the parts: the result is whole, or will never be."""
        if "planned" not in self.resume:
            return
        for key in self.resume["planned"]:
            self.result_file.storage.delete(self._part_path(key))
        del self.resume["planned"], self.resume["parts"]
        self.save(update_fields=["resume"])

    def _part_path(self, key: str) -> str:
        return f"jobs/part/{self.pk}-{key}"

    def drop_files(self) -> None:
        """Delete its files and what is noted of their rows; the figures stay."""
        self.drop_parts()
        for file in (self.input_file, self.result_file):
            if file:
                file.delete(save=False)
        self.resume = {}
        self.save(update_fields=["input_file", "result_file", "resume"])

    def keep_result(self, content: File, *, name: str) -> None:
        """Store `content` as the file to download; saved with the next progress."""
        plain = "".join(c for c in PurePath(name).name if c.isprintable())
        self.result_name = plain[-200:] or "result"
        self.result_file.save(self.result_name, content, save=False)
