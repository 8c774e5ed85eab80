"""Stored documents: immutable, found by their content."""

import hashlib
from typing import Self

from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def path_of(sha256: str) -> str:
    """Return where the file lies: under its SHA-256, whatever it was called."""
    return f"attachments/{sha256[:2]}/{sha256}"


class AttachmentQuerySet(models.QuerySet):
    def store(
        self, *, data: bytes, name: str, content_type: str = DOCX
    ) -> "Attachment":
        """Return the attachment with these bytes, storing them if they are new.

        What something was made with keeps the name it had then. A file that was lost
        comes back when its document is uploaded again.
        """
        name = name[: self.model._meta.get_field("name").max_length]
        sha256 = hashlib.sha256(data).hexdigest()
        attachment, _created = self.get_or_create(
            sha256=sha256,
            defaults={
                "name": name,
                "content_type": content_type,
                "size": len(data),
                "file": path_of(sha256),
            },
        )
        if attachment.name != name:
            if self.came_to_nothing().filter(pk=attachment.pk).update(name=name):
                attachment.name = name
        storage = attachment.file.storage
        if not storage.exists(attachment.file.name):
            storage.save(attachment.file.name, ContentFile(data))
        return attachment

    def unused(self) -> Self:
        """Attachments that nothing refers to any more."""
        return self.came_to_nothing().filter(submissions__isnull=True)

    def came_to_nothing(self) -> Self:
        """Attachments that nothing was made with, though a page may keep them yet."""
        relations = self.model._meta.related_objects
        used = {relation.get_accessor_name() for relation in relations}
        return self.filter(
            **{f"{name}__isnull": True for name in used - {"submissions"}}
        )


class Attachment(models.Model):
    """The bytes of a document under their SHA-256; never changed, only replaced.

    The name is that of the first upload that something came to use.
    """

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    file = models.FileField(editable=False)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name

    def read(self) -> bytes:
        """Return the whole document."""
        with self.file.open("rb") as file:
            return bytes(file.read())
