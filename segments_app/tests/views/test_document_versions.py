"""A segment with its own copy of a template's document, and who gets which language."""

import pytest
from django.urls import reverse

from contacts.tests.factories import make_person
from interactions.services.versions import keep_first, keep_version
from interactions.tests.factories import make_document, make_template
from segments_app.models import SegmentDocument
from segments_app.services.letter_languages import letters_by_language
from segments_app.services.segment_documents import newer_versions, take_newest
from segments_app.tests.factories import NOW, make_segment
from segments_app.tests.views.log_side import text
from segments_app.tests.views.users import ASSISTANT, READER, logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return logged_in(ASSISTANT)


def at(segment, name, *arguments):
    return reverse(f"segments:{name}", args=[segment.pk, *arguments])


def said(page):
    return [str(message) for message in page.context["messages"]]


@pytest.fixture
def old():
    return make_document("Old {{ contact_name }}", name="old.docx")


@pytest.fixture
def segment(old):
    """Two letters of a segment with a document that its template has newer."""
    template = make_template("SPRING", languages={"nb": old})
    people = [make_person(name, language="nb") for name in ("Bo", "Eva")]
    segment = make_segment(*people, template=template)
    SegmentDocument.objects.create(segment=segment, language="nb", document=old)
    written = template.languages.get()
    keep_first(written)
    written.document = make_document("New {{ contact_name }}", name="new.docx")
    written.save()
    keep_version(language=written, note="", user=None, at=NOW)
    return segment


def test_the_segment_keeps_its_copy_and_says_that_there_is_a_newer(client, segment):
    page = client.get(at(segment, "documents"))
    assert (
        "old.docx (nb) is version 1 of the template SPRING; "
        "version 2 is in force there."
    ) in text(page)
    (attached,) = segment.documents.all()
    assert attached.document.name == "old.docx"


def test_the_newest_is_taken_after_asking_and_own_letters_stay(client, segment):
    own = make_document("My own", name="own.docx")
    segment.lines.filter(contact__name="Eva").update(document=own)
    (attached,) = segment.documents.all()
    take = at(segment, "document_take", attached.pk)
    asked = text(client.get(take))
    assert "Replace old.docx by new.docx, version 2 of the template?" in asked
    assert "1 contact has a letter of its own, made before." in asked
    assert "Eva" in asked
    assert "1 letter changes." in asked
    page = client.post(take, follow=True)
    assert said(page) == [
        "The segment has the newest version in nb now. 1 contact gets it."
    ]
    attached.refresh_from_db()
    assert attached.document.name == "new.docx"
    assert segment.lines.get(contact__name="Eva").document == own
    assert said(client.post(take, follow=True)) == [
        "There is no newer version any more."
    ]
    assert "There is no newer version any more." in text(client.get(take))


def test_two_languages_with_the_same_file_are_both_told(segment, old):
    other = SegmentDocument.objects.create(segment=segment, language="nn", document=old)
    assert set(newer_versions(segment)) == {row.pk for row in segment.documents.all()}
    assert take_newest(document=other, user=None, at=NOW)
    (first,) = segment.documents.filter(language="nb")
    assert take_newest(document=first, user=None, at=NOW)
    assert newer_versions(segment) == {}


def test_a_document_that_no_template_had_has_nothing_newer(client):
    segment = make_segment()
    SegmentDocument.objects.create(
        segment=segment, language="nb", document=make_document()
    )
    assert client.get(at(segment, "documents")).context["newer"] == {}


def test_who_only_reads_sees_it_and_takes_nothing(segment):
    reader = logged_in(READER, "reader")
    (attached,) = segment.documents.all()
    take = at(segment, "document_take", attached.pk)
    page = text(reader.get(at(segment, "documents")))
    assert "version 2 is in force" in page
    assert take not in page
    assert reader.post(take).status_code == 403


def test_the_document_of_a_segment_is_checked_again(client, segment):
    (attached,) = segment.documents.all()
    page = text(client.get(at(segment, "document_check", attached.pk)))
    assert "The document can be used." in page
    assert "contact_name" in page


def test_who_gets_another_language_is_shown_on_the_segment(client):
    languages = {"nb": make_document("Hei"), "en": make_document("Hello")}
    template = make_template(languages=languages, default_language="en")
    people = [
        make_person(name, language=language)
        for name, language in (
            *(("Bo", "nb"), ("Eva", "nb-NO"), ("Aino", "fi"), ("Matti", "fi")),
            *(("Ann", ""), ("Liv", "fi")),
        )
    ]
    segment = make_segment(*people, template=template)
    segment.lines.filter(contact__name="Liv").update(language="nb")
    rows = [
        (one.language, one.gets, one.letters, one.by_hand, one.falls_back)
        for one in letters_by_language(segment)
    ]
    assert sorted(rows) == [
        ("", "en", 1, False, False),
        ("fi", "en", 2, False, True),
        ("fi", "nb", 1, True, False),
        ("nb", "nb", 1, False, False),
        ("nb-NO", "nb-NO", 1, False, False),
    ]
    page = text(client.get(at(segment, "documents")))
    assert page.count("Fallback") == 1
    own = SegmentDocument.objects.create(
        segment=segment, language="da", document=languages["en"]
    )
    page = text(client.get(at(segment, "document_check", own.pk)))
    assert "Languages of contacts without a document: fi (2)." in page


def test_letters_by_language_cost_two_queries(django_assert_num_queries):
    template = make_template(languages={"en": make_document()}, default_language="en")
    small = make_segment(make_person(language="fi"), template=template)
    large = make_segment(
        *(make_person(language=language) for language in ("fi", "nb", "da")),
        template=template,
    )
    for segment in (small, large):
        with django_assert_num_queries(2):
            letters_by_language(segment)
