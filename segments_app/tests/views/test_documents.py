"""Documents of a segment: uploaded per language, refused with every problem."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contacts.tests.factories import make_person
from interactions.models import Attachment
from interactions.tests.factories import letter, lose, make_document, make_template
from segments_app.tests.factories import make_segment
from segments_app.tests.views.log_side import text
from segments_app.tests.views.users import ASSISTANT, READER, logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return logged_in(ASSISTANT)


def at(segment, name, *arguments):
    return reverse(f"segments:{name}", args=[segment.pk, *arguments])


def upload(*paragraphs, name="brev.docx"):
    return SimpleUploadedFile(name, letter(*paragraphs))


def said(page):
    return [str(message) for message in page.context["messages"]]


def kept(segment):
    rows = segment.documents.select_related("document")
    return [(row.language, row.document.name, row.subject) for row in rows]


def test_a_document_is_kept_for_its_language_and_handed_out_again(client):
    segment = make_segment()
    sent = letter("Dear {{ contact_name }}")
    form = {
        "language": "NB",
        "subject": "God jul",
        "document": SimpleUploadedFile("brev.docx", sent),
    }
    done = client.post(at(segment, "document_add"), form)
    assert done.url == at(segment, "documents")
    assert kept(segment) == [("nb", "brev.docx", "God jul")]
    (attached,) = segment.documents.all()
    answer = client.get(at(segment, "document_file", attached.pk))
    assert answer.content == sent
    assert 'filename="brev.docx"' in answer["Content-Disposition"]


def test_an_upload_goes_by_its_own_name_and_says_under_which_it_stands(client):
    same = letter("Dear {{ contact_name }}")
    first, second = make_segment(), make_segment()
    for segment, name in ((first, "spring.docx"), (second, "autumn.docx")):
        form = {"language": "nb", "document": SimpleUploadedFile(name, same)}
        page = client.post(at(segment, "document_add"), form, follow=True)
    assert said(page) == [
        "autumn.docx is the document in nb now. 0 contacts get it.",
        "The very same document is here already: it is listed as spring.docx.",
    ]
    assert kept(second) == [("nb", "spring.docx", "")]


def test_the_upload_says_who_gets_it_and_the_page_who_gets_none(client):
    people = [make_person(name, language="nb") for name in ("Bo", "Dag", "Eva")]
    call = make_template("CALL")
    segment = make_segment(*people)
    segment.lines.filter(contact=people[2]).update(template=call)
    form = {"language": "en", "document": upload("Dear {{ contact_name }}")}
    page = client.post(at(segment, "document_add"), form, follow=True)
    assert said(page) == [
        "brev.docx is the document in en now. 2 contacts get it.",
    ]
    letters = [
        (each.name, count) for each, count in page.context["letters_by_document"]
    ]
    assert (letters, page.context["left_out"].without_document) == (
        [("brev.docx", 2)],
        1,
    )
    assert "1 contact has no document and gets no letter." in text(page)


def test_a_document_that_nobody_gets_is_told(client):
    segment = make_segment(make_person("Bo", language="fi"), language="nb")
    form = {"language": "en", "document": upload("Dear {{ contact_name }}")}
    page = client.post(at(segment, "document_add"), form, follow=True)
    assert said(page) == [
        "brev.docx is the document in en now. "
        "No contact gets it: another document or language comes first.",
    ]


def test_a_document_without_a_merge_field_is_taken_with_a_warning(client):
    segment = make_segment()
    form = {"language": "en", "document": upload("Dear all")}
    page = client.post(at(segment, "document_add"), form, follow=True)
    assert kept(segment) == [("en", "brev.docx", "")]
    assert said(page) == [
        "brev.docx is the document in en now. 0 contacts get it.",
        "brev.docx: There is no merge field: everybody gets the same letter, "
        "word for word.",
    ]


def test_the_merge_fields_and_the_letters_of_the_template_are_at_hand(mona):
    template = make_template(languages={"nb": make_document(name="mal.docx")})
    page = mona.get(at(make_segment(template=template), "documents"))
    (written,) = template.languages.all()
    for name in ("template_document", "template_preview"):
        assert reverse(f"interactions:{name}", args=[written.pk]) in text(page)
    assert reverse("interactions:design") in text(page)
    assert "{{ formal_salutation }}" in text(page)
    assert "{{ person.name }}" in text(page)
    assert "{% for answer in answers %}" in text(page)


def test_another_one_in_the_same_language_takes_its_place(client):
    segment = make_segment()
    for name in ("first.docx", "second.docx"):
        form = {"language": "nb", "document": upload(name, name=name)}
        client.post(at(segment, "document_add"), form)
    assert kept(segment) == [("nb", "second.docx", "")]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (upload("{{ contact_nam }}"), "contact_name"),
        (SimpleUploadedFile("letter.docx", b"no zip at all"), ""),
        (SimpleUploadedFile("letter.docx", b""), "empty"),
    ],
)
def test_what_is_wrong_with_it_is_said_at_the_field(client, document, said):
    segment = make_segment()
    document.seek(0)
    form = {"language": "nb", "document": document}
    page = client.post(at(segment, "document_add"), form)
    (problem,) = page.context["form"].errors["document"]
    assert problem
    assert said in problem
    assert (kept(segment), Attachment.objects.count()) == ([], 0)


def test_a_language_must_be_one(client):
    segment = make_segment()
    form = {"language": "norsk!", "document": upload("Dear")}
    page = client.post(at(segment, "document_add"), form)
    assert list(page.context["form"].errors) == ["language"]


def test_taking_it_away_asks_first_and_the_templates_serves_again(client):
    template = make_template(languages={"nb": make_document(name="mal.docx")})
    segment = make_segment(template=template)
    client.post(
        at(segment, "document_add"), {"language": "nb", "document": upload("Hi")}
    )
    (attached,) = segment.documents.all()
    url = at(segment, "document_remove", attached.pk)
    assert "brev.docx" in client.get(url).content.decode()
    assert kept(segment) == [("nb", "brev.docx", "")]
    page = client.post(url, follow=True)
    assert kept(segment) == []
    assert [row.document.name for row in page.context["inherited"]] == ["mal.docx"]


def test_a_document_of_another_segment_is_not_found(client):
    segment, other = make_segment(), make_segment()
    client.post(
        at(segment, "document_add"), {"language": "nb", "document": upload("Hi")}
    )
    (attached,) = segment.documents.all()
    for name in ("document_file", "document_remove"):
        assert client.get(at(other, name, attached.pk)).status_code == 404


def test_who_may_only_read_looks_but_changes_nothing(client):
    segment = make_segment()
    client.post(
        at(segment, "document_add"), {"language": "nb", "document": upload("Hi")}
    )
    (attached,) = segment.documents.all()
    reader = logged_in(READER, "reader")
    page = reader.get(at(segment, "documents"))
    assert "brev.docx" in page.content.decode()
    assert "document/add" not in page.content.decode()
    assert reader.get(at(segment, "document_file", attached.pk)).status_code == 200
    form = {"language": "da", "document": upload("Hi")}
    assert reader.post(at(segment, "document_add"), form).status_code == 403
    remove = at(segment, "document_remove", attached.pk)
    assert reader.post(remove).status_code == 403
    assert kept(segment) == [("nb", "brev.docx", "")]


def test_a_document_that_is_gone_from_the_storage_is_said(client):
    segment = make_segment()
    form = {"language": "nb", "document": upload("Lost", name="lost.docx")}
    client.post(at(segment, "document_add"), form)
    (attached,) = segment.documents.all()
    lose(attached.document)
    page = client.get(at(segment, "document_file", attached.pk), follow=True)
    assert page.redirect_chain == [(at(segment, "documents"), 302)]
    assert "“lost.docx” is gone from the storage" in page.content.decode()
