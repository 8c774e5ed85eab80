"""Documents are kept once, under their content, and never change."""

import hashlib
import uuid

import pytest
from django.utils import timezone

from interactions.models import Attachment
from interactions.services.once import keep_upload
from interactions.tests.factories import make_template

pytestmark = pytest.mark.django_db

DATA = b"Dear all"
SHA256 = hashlib.sha256(DATA).hexdigest()


def test_a_document_lies_under_its_sha256_whatever_it_was_called():
    attachment = Attachment.objects.store(data=DATA, name="../../etc/letter.docx")

    assert (attachment.sha256, attachment.size) == (SHA256, 8)
    assert attachment.file.name == f"attachments/{SHA256[:2]}/{SHA256}"
    assert attachment.file.read() == DATA


def test_the_same_bytes_are_kept_once_under_the_name_they_were_first_used_with():
    first = Attachment.objects.store(data=DATA, name="spring.docx")
    make_template(languages={"en": first})
    again = Attachment.objects.store(data=DATA, name="autumn.docx")

    assert again == first
    assert again.name == "spring.docx"
    assert Attachment.objects.count() == 1


def test_a_name_that_nothing_uses_gives_way_to_the_one_uploaded():
    first = Attachment.objects.store(data=DATA, name="spring.docx")
    again = Attachment.objects.store(data=DATA, name="autumn.docx")

    assert again == first
    assert again.name == "autumn.docx"
    assert Attachment.objects.get().name == "autumn.docx"


def test_a_name_that_only_a_page_keeps_gives_way_too():
    """Whoever uploads it next is not told what another called it."""
    secret = Attachment.objects.store(data=DATA, name="secret.docx")
    keep_upload(key=uuid.uuid4(), document=secret, at=timezone.now())

    assert Attachment.objects.store(data=DATA, name="spring.docx").name == "spring.docx"
    assert not Attachment.objects.unused().exists()


def test_a_lost_file_comes_back_when_its_document_is_uploaded_again():
    lost = Attachment.objects.store(data=DATA, name="spring.docx")
    lost.file.storage.delete(lost.file.name)

    found = Attachment.objects.store(data=DATA, name="spring.docx")

    assert found.file.read() == DATA
