"""A new document for a language keeps the former ones, and any comes back."""

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contacts.tests.factories import make_person
from contacts.tests.opened import opened
from interactions.models import DocumentVersion, LetterSnapshot
from interactions.services.versions import versions_of
from interactions.tests.factories import (
    freeze_letter,
    letter,
    lose,
    make_document,
    make_entry,
    make_template,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def template():
    return make_template(
        "SPRING",
        default_language="nb",
        languages={"nb": make_document("First {{ contact_name }}", name="first.docx")},
    )


def url(name, row):
    return reverse(f"interactions:{name}", args=[row.pk])


def upload(client, template, text, note=""):
    """Upload a new document for the language of the template."""
    page = url("template_edit", template)
    file = SimpleUploadedFile(
        f"{text.lower()}.docx", letter(f"{text} {{{{ contact_name }}}}")
    )
    sent = opened(client.get(page))
    sent |= {"languages-0-file": file, "languages-0-note": note}
    return client.post(page, sent)


def history(template):
    """Return the versions, the newest first: number, file, note, user."""
    rows = DocumentVersion.objects.filter(language__template=template)
    return [
        (row.number, row.document.name, row.note, row.user and row.user.username)
        for row in rows.select_related("document", "user")
    ]


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_who_uploaded_what_and_why_is_kept(mona, template):
    upload(mona, template, "Second", note="New logo")
    upload(mona, template, "Third")
    assert history(template) == [
        (3, "third.docx", "", "mona"),
        (2, "second.docx", "New logo", "mona"),
        (1, "first.docx", "", None),
    ]
    written = template.languages.get()
    assert written.document.name == "third.docx"
    page = mona.get(url("template_versions", written)).content.decode()
    assert [name in page for name in ("first.docx", "New logo", "mona")] == [True] * 3


def test_the_same_document_again_is_no_new_version(mona, template):
    upload(mona, template, "Second")
    sent = opened(mona.get(url("template_edit", template)))
    same = template.languages.get().document.read()
    file = SimpleUploadedFile("same.docx", same)
    done = mona.post(url("template_edit", template), sent | {"languages-0-file": file})
    assert [row[0] for row in history(template)] == [2, 1]
    assert said(done)[1] == (
        "The very same document is here already: it is listed as second.docx."
    )


def test_a_template_is_born_with_its_first_version(mona):
    group = make_template("OTHER").group
    file = SimpleUploadedFile("new.docx", letter("{{ contact_name }}"))
    form = {
        **{"code": "NEW", "group": group.pk, "email_form": "docx"},
        **{"unit_cost": "0", "unit_duration": "0"},
        **{"languages-TOTAL_FORMS": 1, "languages-INITIAL_FORMS": 0},
        **{"languages-0-language": "nb", "languages-0-file": file},
    }
    mona.post(reverse("interactions:template_create"), form)
    (version,) = DocumentVersion.objects.all()
    assert (version.number, version.user.username) == (1, "mona")


def test_a_letter_keeps_the_version_it_was_made_with_and_that_is_said(mona, template):
    snapshot = freeze_letter(make_entry(make_person()))
    first = template.languages.get().document
    LetterSnapshot.objects.update(document=first)
    done = upload(mona, template, "Second")
    assert said(done) == [
        "SPRING is saved.",
        "The document in nb is version 2 now. What was made with version 1 keeps it "
        "(snapshots of letters: 1).",
    ]
    snapshot.refresh_from_db()
    assert snapshot.document == first
    used = [
        [(use.kind, use.count) for use in one.uses]
        for one in versions_of(template.languages.get())
    ]
    assert used == [[], [("snapshots of letters", 1)]]


def test_a_former_version_is_put_back_on_top(mona, template):
    upload(mona, template, "Second")
    first = DocumentVersion.objects.get(number=1)
    ask = url("version_restore", first)
    assert (
        "Put first.docx, version 1, in force again?" in mona.get(ask).content.decode()
    )
    done = mona.post(ask)
    assert said(done)[-1] == "Version 1 is in force again, as version 3."
    assert history(template)[0] == (3, "first.docx", "Version 1 again", "mona")
    assert template.languages.get().document.name == "first.docx"


def test_what_the_merge_takes_no_more_is_not_put_back(mona, template):
    upload(mona, template, "Second")
    DocumentVersion.objects.filter(number=1).update(
        document=make_document("{{ long_ago }}")
    )
    done = mona.post(url("version_restore", DocumentVersion.objects.get(number=1)))
    assert "long_ago" in said(done)[-1]
    assert [row[0] for row in history(template)] == [2, 1]
    assert template.languages.get().document.name == "second.docx"


def test_a_former_file_is_handed_out_or_said_to_be_lost(mona, template):
    upload(mona, template, "Second")
    first = DocumentVersion.objects.get(number=1)
    assert mona.get(url("version", first)).content == first.document.read()
    lose(first.document)
    gone = mona.get(url("version", first))
    assert gone["Location"] == url("template_versions", template.languages.get())
    assert "is gone from the storage" in said(gone)[-1]


def test_the_list_asks_the_same_however_many_versions(
    mona, template, django_assert_num_queries
):
    written = template.languages.get()
    upload(mona, template, "Second")
    with django_assert_num_queries(13):
        mona.get(url("template_versions", written))
    upload(mona, template, "Third")
    with django_assert_num_queries(13):
        mona.get(url("template_versions", written))


def test_who_gets_which_language_is_counted_on_the_page_of_the_template(rolf):
    for language in ("nb", "nb-NO", "fi", "fi", ""):
        make_person(language=language)
    make_person(language="fi", privacy_blocked=True)
    template = make_template(
        default_language="en",
        languages={"en": make_document("Hello"), "nb": make_document("Hei")},
    )
    page = rolf.get(url("template_languages", template))
    assert [
        (one.language, one.contacts, one.gets, one.falls_back)
        for one in page.context["served"]
    ] == [
        ("fi", 2, "en", True),
        ("", 1, "en", False),
        ("nb", 1, "nb", False),
        ("nb-NO", 1, "nb", False),
    ]
    said = page.content.decode()
    assert "2 contacts get another language than their own" in said
    assert "get no letter" not in said


def test_without_a_default_language_some_get_no_letter(rolf):
    make_person(language="fi")
    template = make_template(languages={"nb": make_document("Hei")})
    page = url("template_languages", template)
    fragment = rolf.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "1 contact gets no letter" in " ".join(fragment.split())
    assert "<html" not in fragment
