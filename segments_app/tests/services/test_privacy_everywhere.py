"""Who must not be written to gets nothing (contacts_interactions.md 10.3).

BC checks in some places only. Sending is told with the outbox, a copy of a segment
with its copying.
"""

import io
import zipfile

import pytest
from django.urls import reverse

from contacts.models import Contact
from contacts.tests.factories import make_person
from contacts.tests.visitors import make_user
from interactions.models import InteractionLogEntry, Run
from interactions.services.printing import Output
from interactions.tests.factories import (
    freeze_letter,
    make_document,
    make_entry,
    make_logged_segment,
    make_template,
)
from segments_app.services import (
    ProblemsFound,
    add_by_hand,
    add_contacts,
    create_follow_up,
    log_segment,
    reuse_logged_segment,
)
from segments_app.services.letters import NoDocument
from segments_app.services.print_letters import Merged, NothingToPrint
from segments_app.tests.factories import NOW, make_segment, names_on, these
from segments_app.tests.merged import merge_again, merge_segment

pytestmark = pytest.mark.django_db
ANYBODY = {"any": [{"field": "city", "op": "is", "value": "Oslo"}]}


@pytest.fixture(
    params=[
        {"privacy_blocked": True},
        {"minor": True},
        {"minor": True, "parental_consent_received": True, "privacy_blocked": True},
    ],
    ids=["blocked", "minor", "minor with consent, blocked"],
)
def flags(request):
    return request.param


@pytest.fixture
def anna():
    return make_person("Anna Dahl", city="Oslo", correspondence_type="hard_copy")


@pytest.fixture
def bo():
    return make_person(
        "Bo Lie", city="Oslo", address="Bakken 1", correspondence_type="hard_copy"
    )


@pytest.fixture
def template():
    return make_template(
        default_language="en",
        languages={"en": make_document("Dear {{ contact_name }}")},
    )


def block(contact, flags):
    Contact.objects.filter(pk=contact.pk).update(**flags)


def logged_with(*contacts):
    logged = make_logged_segment("SM-9")
    for contact in contacts:
        make_entry(contact, logged_segment=logged, segment_number="SM-9")
    return logged


class TestIntoASegment:
    def test_by_criteria(self, anna, bo, flags):
        block(anna, flags)
        segment = make_segment()
        add_contacts(segment=segment, criteria=ANYBODY, user=None, at=NOW)
        assert names_on(segment) == ["Bo Lie"]

    def test_by_hand(self, anna, bo, flags):
        block(anna, flags)
        segment = make_segment()
        add_by_hand(segment=segment, contacts=these(anna, bo), user=None, at=NOW)
        assert names_on(segment) == ["Bo Lie"]

    def test_by_reuse_of_a_logged_segment(self, anna, bo, flags):
        logged = logged_with(anna, bo)
        block(anna, flags)
        segment = make_segment()
        reuse_logged_segment(segment=segment, logged_segment=logged, user=None, at=NOW)
        assert names_on(segment) == ["Bo Lie"]

    def test_by_a_follow_up(self, anna, bo, flags):
        logged = logged_with(anna, bo)
        block(anna, flags)
        made = create_follow_up(logged_segment=logged, user=None, at=NOW)
        assert names_on(made) == ["Bo Lie"]


class TestOutOfASegment:
    """Blocked after they came onto it."""

    def test_logging_is_refused(self, anna, bo, flags, template):
        segment = make_segment(anna, bo, template=template)
        block(anna, flags)
        with pytest.raises(ProblemsFound):
            log_segment(segment=segment, deliver=True, user=None, at=NOW)
        assert not InteractionLogEntry.objects.exists()

    def test_logged_without_them_they_have_no_entry(self, anna, bo, flags, template):
        segment = make_segment(anna, bo, template=template)
        block(anna, flags)
        log_segment(
            segment=segment, deliver=True, skip_problem_lines=True, user=None, at=NOW
        )
        entries = InteractionLogEntry.objects.values_list("contact__name", flat=True)
        assert list(entries) == ["Bo Lie"]
        assert Run.objects.get().items.count() == 1

    def test_their_letter_is_not_among_the_merged_ones(self, anna, bo, flags, template):
        segment = make_segment(anna, bo, template=template)
        block(anna, flags)
        out = io.BytesIO()
        merged = merge_segment(
            segment=segment, out=out, output=Output(each=True), user=None, at=NOW
        )
        assert merged == Merged(1, 0, ".zip", kept_out=1)
        (name,) = zipfile.ZipFile(out).namelist()
        assert name == "1 Bo Lie.docx"
        block(bo, flags)
        with pytest.raises(NoDocument):
            merge_segment(segment=segment, out=io.BytesIO(), user=None, at=NOW)

    def test_the_pages_say_so_and_hand_nothing_out(
        self, anna, bo, flags, template, client
    ):
        segment = make_segment(anna, bo, template=template)
        block(anna, flags)
        rights = ("segments_app.view_segment", "segments_app.change_segment")
        client.force_login(make_user("mona", *rights))
        page = client.get(reverse("segments:merge", args=[segment.pk]))
        assert "1 contact gets no letter: privacy blocked" in page.content.decode()
        assert page.context["letters"] == 1
        line = segment.lines.get(contact=anna)
        document = reverse("segments:letter_document", args=[segment.pk, line.pk])
        refused = client.get(document, follow=True)
        assert "This contact must not be written to." in refused.content.decode()
        block(bo, flags)
        page = client.get(reverse("segments:merge", args=[segment.pk]))
        assert "Nobody may be written to" in page.content.decode()

    def test_a_logged_letter_is_not_printed_again(self, anna, bo, flags):
        logged = make_logged_segment("SM-9")
        for contact in (anna, bo):
            entry = make_entry(contact, logged_segment=logged, segment_number="SM-9")
            freeze_letter(entry, "Dear {{ contact_name }}")
        Run.objects.update(logged_segment=logged)
        block(anna, flags)
        merged = merge_again(
            logged_segment=logged, out=io.BytesIO(), output=Output(each=True)
        )
        assert (merged.letters, merged.kept_out) == (1, 1)
        block(bo, flags)
        with pytest.raises(NothingToPrint):
            merge_again(logged_segment=logged, out=io.BytesIO())
