"""A page that is sent twice makes one thing; what was uploaded to it is kept."""

import datetime
import uuid

import pytest

from contacts.tests.factories import make_person
from interactions.models import Attachment, InteractionComment, Submission
from interactions.services import once
from interactions.services.comments import add_comment
from interactions.services.once import (
    DoneAlready,
    forget_submissions,
    keep_upload,
    kept_upload,
    made_with,
    only_once,
)
from interactions.tests.factories import make_document, make_entry

pytestmark = pytest.mark.django_db

KEY = uuid.UUID("2f1c8a52-9a41-4ad0-8d9c-6f3f6e0d5a11")
NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
TODAY = NOW.date()


@pytest.fixture
def comment():
    """Write a comment on the one interaction there is."""
    entry = make_entry(make_person("Anna Dahl"))

    def write(text="Called back"):
        return add_comment(entry=entry, text=text, user=None, day=TODAY)

    return write


def texts():
    return [comment.text for comment in InteractionComment.objects.order_by("pk")]


class TestOnlyOnce:
    def test_the_second_time_what_was_made_is_told(self, comment):
        made = only_once(key=KEY, make=comment, at=NOW)
        with pytest.raises(DoneAlready) as told:
            only_once(key=KEY, make=lambda: comment("Again"), at=NOW)
        assert (told.value.made, made_with(KEY)) == (made, made)
        assert texts() == ["Called back"]

    def test_another_page_makes_another(self, comment):
        for _page in range(2):
            only_once(key=uuid.uuid4(), make=comment, at=NOW)
        assert texts() == ["Called back", "Called back"]

    def test_who_sends_no_key_may_send_as_often_as_they_like(self, comment):
        for _time in range(2):
            only_once(key=None, make=comment, at=NOW)
        assert texts() == ["Called back", "Called back"]
        assert not Submission.objects.exists()

    def test_what_was_refused_may_be_sent_again(self, comment):
        def refuse():
            comment("Half")
            raise ValueError

        with pytest.raises(ValueError):  # noqa: PT011
            only_once(key=KEY, make=refuse, at=NOW)
        only_once(key=KEY, make=comment, at=NOW)
        assert texts() == ["Called back"]

    def test_what_was_deleted_since_is_not_made_again(self, comment):
        only_once(key=KEY, make=comment, at=NOW).delete()
        with pytest.raises(DoneAlready) as told:
            only_once(key=KEY, make=comment, at=NOW)
        assert (told.value.made, made_with(KEY), texts()) == (None, None, [])


class TestAnUpload:
    def names(self):
        return sorted(Attachment.objects.values_list("name", flat=True))

    def keep(self, name, key=KEY):
        document = make_document(f"Dear {name}", name=name)
        keep_upload(key=key, document=document, at=NOW)
        return document

    def test_stays_with_its_page_until_another_takes_its_place(self):
        self.keep("first.docx")
        second = self.keep("second.docx")
        assert (kept_upload(KEY), kept_upload(uuid.uuid4())) == (second, None)
        assert kept_upload(None) is None
        assert self.names() == ["second.docx"]

    def test_that_was_for_nothing_goes_with_what_is_made(self, comment):
        self.keep("unused.docx")
        only_once(key=KEY, make=comment, at=NOW)
        assert (kept_upload(KEY), self.names()) == (None, [])

    def test_that_two_pages_have_stays_with_the_other(self, comment):
        other = uuid.uuid4()
        for key in (KEY, other):
            self.keep("same.docx", key)
        only_once(key=KEY, make=comment, at=NOW)
        assert kept_upload(other).name == "same.docx"


def test_pages_are_forgotten_after_a_week_with_their_uploads(comment, monkeypatch):
    old, young = uuid.uuid4(), uuid.uuid4()
    for key, days in ((KEY, 8), (old, 8), (young, 6)):
        document = make_document(f"Dear {key}", name=f"{key}.docx")
        at = NOW - datetime.timedelta(days=days)
        keep_upload(key=key, document=document, at=at)
    only_once(key=KEY, make=comment, at=NOW)
    monkeypatch.setattr(once.timezone, "now", lambda: NOW)
    forget_submissions()
    assert [page.key for page in Submission.objects.all()] == [young]
    assert [document.name for document in Attachment.objects.all()] == [f"{young}.docx"]
    assert texts() == ["Called back"]
