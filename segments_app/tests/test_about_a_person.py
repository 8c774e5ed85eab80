"""Stories of what is known about a person: told as a file, and forgotten for good."""

import datetime
import json

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from contacts.choices import ChangeKind
from contacts.importing import RefusedRow, open_contact_file
from contacts.models import (
    AlternativeAddress,
    AlternativeAddressPeriod,
    BusinessRelation,
    Contact,
    ContactBusinessRelation,
    ContactChange,
    ContactChannelBlock,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactProfileAnswer,
    ContactWebSource,
    DuplicatePair,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    ProfileAnswer,
    ProfileQuestion,
    ProfileQuestionnaire,
    Salutation,
    WebSource,
)
from contacts.registry import tellers
from contacts.services.about_contact import about_contact, as_json
from contacts.services.anonymise_contact import anonymise_contact
from contacts.services.changes import record_change
from contacts.services.comment import add_comment
from contacts.services.delete_contact import delete_contact
from contacts.services.errors import ContactAnonymised, ContactError
from contacts.services.importing.import_contacts import import_contacts
from contacts.services.merging.merge_contacts import merge_contacts
from contacts.services.merging.undo_merge import undo_merge
from contacts.services.save_contact import save_contact
from contacts.tests.factories import make_company, make_person
from contacts.tests.visitors import make_user
from interactions.models import (
    Attachment,
    Delivery,
    InteractionComment,
    InteractionLogEntry,
    LetterSnapshot,
)
from interactions.tests.factories import freeze_letter, make_document, make_entry
from segments_app.models import SegmentLine, SegmentStepMember
from segments_app.tests.betrayed import SECRETS, columns_with
from segments_app.tests.factories import make_segment

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
TODAY = NOW.date()
MAY = (
    "contacts.view_contact",
    "contacts.change_contact",
    "contacts.change_privacy",
    "contacts.tell_about_contact",
)


@pytest.fixture
def person():
    """Somebody about whom every table that refers to contacts says something."""
    company = make_company("Fjordheim Kaffe AS", phone="+4722334455")
    person = make_person(
        first_name="Zephyrine",
        surname="Quillfeather",
        company=company,
        job_title="Taxidermist",
        salutation=Salutation.objects.create(code="F"),
        address="Gargoylegate 3",
        postcode="GL8877",
        city="Mistmere",
        phone="+47 5550177",
        phone_e164="+475550177",
        email="zephyrine@quill.example",
        home_page="quill.example",
        minor=True,
        language="nb",
    )
    address = AlternativeAddress.objects.create(
        contact=person, code="HOME", address="Gargoylegate 4", email="z@quill.example"
    )
    AlternativeAddressPeriod.objects.create(
        contact=person, address=address, starting_date=TODAY
    )
    add_comment(contact=person, text="We whisper", user=None, at=NOW)
    ContactChannelBlock.objects.create(
        contact=person, channel="email", reason="bounced", source="mumble", since=TODAY
    )
    link(ContactMailingGroup, MailingGroup, person, "mailing_group")
    link(ContactIndustryGroup, IndustryGroup, person, "industry_group")
    link(ContactJobResponsibility, JobResponsibility, person, "job_responsibility")
    link(ContactBusinessRelation, BusinessRelation, person, "business_relation")
    source = WebSource.objects.create(code="WEB", url="https://x.example/%1")
    ContactWebSource.objects.create(
        contact=person, web_source=source, search_word="Zephyrine"
    )
    asked = ProfileQuestionnaire.objects.create(code="PERSON")
    question = ProfileQuestion.objects.create(questionnaire=asked, code="HOBBY")
    answer = ProfileAnswer.objects.create(question=question, code="ART")
    ContactProfileAnswer.objects.create(
        contact=person, answer=answer, last_updated=TODAY
    )
    record_change(
        contact=person,
        kind=ChangeKind.CHANGED,
        values={"name": ["Zephyrine Q", "Zephyrine Quillfeather"]},
        user=None,
        at=NOW,
        note="whisper",
    )
    entry = make_entry(
        person,
        description="Letter to Zephyrine",
        subject="Dear Zephyrine",
        contact_via="zephyrine@quill.example",
        alternative_address=address,
        document=make_document("Only for Zephyrine", name="Zephyrine.docx"),
        cost="2.50",
        duration=7,
        evaluation="positive",
        delivery_status="queued",
        company=company,
    )
    InteractionComment.objects.create(entry=entry, text="hushaby")
    Delivery.objects.create(
        entry=entry,
        channel="email",
        to_address="zephyrine@quill.example",
        message_id="<1@quill.example>",
        error="mumble",
    )
    freeze_letter(entry, "Dear Zephyrine")
    segment = make_segment(person, make_person("Bo Lie"))
    segment.lines.filter(contact=person).update(
        description="For Zephyrine",
        subject="Dear Zephyrine",
        personal_text="hushaby",
        document=make_document("Zephyrine alone", name="Quillfeather.docx"),
        alternative_address=address,
    )
    SegmentStepMember.objects.get_or_create(step=segment.steps.first(), contact=person)
    return person


def link(through, table, person, field):
    row = table.objects.create(code=f"{table.__name__[:8]}")
    through.objects.create(contact=person, **{field: row})


def test_nothing_in_any_column_says_who_it_was(
    person, django_capture_on_commit_callbacks
):
    assert len(columns_with(SECRETS)) > 20
    files = [each.file for each in Attachment.objects.all()]

    with django_capture_on_commit_callbacks(execute=True):
        anonymise_contact(contact=person, user=None, at=NOW, reason="Asked by letter")

    assert columns_with(SECRETS) == set()
    assert Attachment.objects.count() == 0
    assert [each.storage.exists(each.name) for each in files] == [False] * len(files)


def test_a_merge_that_was_undone_or_not_keeps_nothing_either(person):
    same, other = (
        make_person("Zephyrine Quillfeather", city="Quilltown") for _each in range(2)
    )
    undo_merge(
        journal=merge_contacts(survivor=person, duplicate=same, user=None, at=NOW),
        user=None,
        at=NOW,
    )
    merge_contacts(survivor=person, duplicate=same, user=None, at=NOW)
    merge_contacts(survivor=person, duplicate=other, user=None, at=NOW)
    person.refresh_from_db()

    anonymise_contact(contact=person, user=None, at=NOW, reason="Asked by letter")

    assert columns_with(SECRETS) == set()


def log_in_admin(row, said="Changed Zephyrine"):
    return LogEntry.objects.create(
        user=User.objects.get_or_create(username="siv")[0],
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=str(row),
        action_flag=CHANGE,
        change_message=said,
    )


@pytest.mark.parametrize("goes", ["anonymised", "deleted"])
def test_the_log_of_admin_forgets_too(goes):
    bo = make_person("Bo Lie")
    other = log_in_admin(bo, "Changed Bo")
    gone, same = (make_person("Zephyrine Quillfeather") for _each in range(2))
    home, old = (
        AlternativeAddress.objects.create(contact=gone, code=code, city="Mistmere")
        for code in ("HOME", "OLD")
    )
    logged = [log_in_admin(row) for row in (gone, same, home, old)]
    old.delete()
    merge_contacts(survivor=gone, duplicate=same, user=None, at=NOW)

    if goes == "deleted":
        delete_contact(contact=gone, user=None, at=NOW)
    else:
        anonymise_contact(contact=gone, user=None, at=NOW, reason="Asked by letter")

    assert columns_with(SECRETS) == set()
    assert [
        (entry.object_repr, entry.change_message, entry.user.username)
        for entry in LogEntry.objects.filter(pk__in=[each.pk for each in logged])
    ] == [(gone.number, "", "siv")] * 4
    other.refresh_from_db()
    assert other.change_message == "Changed Bo"
    assert "Bo Lie" in other.object_repr


def test_the_figures_stay(person):
    company = person.company
    anonymise_contact(contact=person, user=None, at=NOW, reason="Asked by letter")

    left = Contact.objects.get(pk=person.pk)
    assert (left.name, left.number, left.type, left.country, left.company) == (
        f"Anonymised {person.number}",
        person.number,
        "person",
        "NO",
        company,
    )
    assert (left.privacy_blocked, left.exclude_from_segment) == (True, True)
    assert left.anonymised_at == NOW
    (entry,) = InteractionLogEntry.objects.filter(contact=person)
    assert (entry.date, entry.template.code, entry.cost, entry.duration) == (
        datetime.date(2026, 3, 2),
        "LETTER",
        2.5,
        7,
    )
    assert (entry.evaluation, entry.company, entry.description) == (
        "positive",
        company,
        entry.template.description or "Anonymised",
    )
    assert (entry.delivery_status, entry.delivery.status) == ("withdrawn", "withdrawn")
    assert LetterSnapshot.objects.count() == 0
    assert SegmentLine.objects.filter(contact=person).count() == 1
    assert SegmentStepMember.objects.filter(contact=person).count() == 1
    trail = ContactChange.objects.filter(contact=person).order_by("pk")
    assert [(c.kind, c.values, c.note) for c in trail] == [
        ("changed", {}, ""),
        ("anonymised", {}, "Asked by letter"),
    ]


def test_nobody_lets_in_again_who_was_anonymised(person):
    anonymise_contact(contact=person, user=None, at=NOW, reason="Asked by letter")
    left = Contact.objects.filter(pk=person.pk)
    for flag in ("exclude_from_segment", "privacy_blocked"):
        with pytest.raises(IntegrityError), transaction.atomic():
            left.update(**{flag: False})


def test_what_others_use_too_stays(person):
    """A document of a whole mailing is nobody's own."""
    shared = make_document("Dear customer")
    InteractionLogEntry.objects.filter(contact=person).update(document=shared)
    other = make_entry(make_person("Bo Lie"), document=shared, subject="Hello")

    anonymise_contact(contact=person, user=None, at=NOW, reason="Asked")

    other.refresh_from_db()
    assert (other.document, other.subject) == (shared, "Hello")


def test_nobody_comes_back(person):
    anonymise_contact(contact=person, user=None, at=NOW, reason="Asked")
    left = Contact.objects.get(pk=person.pk)

    with pytest.raises(ContactAnonymised):
        anonymise_contact(contact=left, user=None, at=NOW, reason="Again")
    left.name = "Zephyrine Quillfeather"
    with pytest.raises(ContactAnonymised):
        save_contact(contact=left, links={}, user=None, at=NOW)
    with pytest.raises(ContactAnonymised):
        add_comment(contact=left, text="whisper", user=None, at=NOW)
    row = f"{person.number},Zephyrine,zephyrine@quill.example"
    file = open_contact_file(f"number,first_name,email\n{row}\n".encode())
    *_others, summary = import_contacts(file=file, at=NOW)
    assert summary.refused_rows == [RefusedRow(2, f"{person.number} was anonymised")]
    assert columns_with(["Zephyrine"]) == set()


def test_a_change_of_the_company_does_not_reach_who_was_anonymised(person):
    anonymise_contact(contact=person, user=None, at=NOW, reason="Asked")
    company = Contact.objects.get(pk=person.company_id)
    company.email = "post@fjordheim.example"
    save_contact(contact=company, links={}, user=None, at=NOW)
    file = open_contact_file(f"number,city\n{company.number},Bergen\n".encode())
    *_others, summary = import_contacts(file=file, at=NOW)
    assert summary.updated == 1
    assert Contact.objects.get(pk=person.pk).email == ""


@pytest.mark.parametrize(
    ("change", "reason", "said"),
    [
        ({}, "  ", "Say why."),
        ({"status": "sending"}, "Asked", "is being sent"),
    ],
)
def test_what_stands_in_the_way_changes_nothing(person, change, reason, said):
    Delivery.objects.update(**change or {"attempts": 1})
    before = columns_with(SECRETS)
    with pytest.raises(ContactError, match=said):
        anonymise_contact(contact=person, user=None, at=NOW, reason=reason)
    assert columns_with(SECRETS) == before


def test_a_company_is_not_a_person(person):
    with pytest.raises(ContactError, match="Only persons"):
        anonymise_contact(contact=person.company, user=None, at=NOW, reason="Asked")


# --- told -------------------------------------------------------------------------


def test_every_table_that_refers_to_a_contact_is_told():
    told = {model for teller in tellers() for model in teller.models}
    refer = {each.related_model for each in Contact._meta.related_objects}
    # The people of a company are others, and so is who may be the same.
    assert refer - told == {Contact, DuplicatePair}


def test_nobody_else_is_told_of_by_a_merge_or_a_possible_duplicate(person):
    same = make_person("Gro Holm", email="gro@holm.example", number="P-7")
    undo_merge(
        journal=merge_contacts(survivor=person, duplicate=same, user=None, at=NOW),
        user=None,
        at=NOW,
    )
    DuplicatePair.objects.create(
        one=person, other=Contact.objects.get(number="P-7"), score=80
    )

    sections = about_contact(contact=person, user=None, at=NOW, form="json")

    text = as_json(person, sections, NOW)
    assert [word for word in ("Gro", "holm") if word in text] == []
    (merge,) = json.loads(text)["merges"]
    assert (merge["survivor_number"], merge["duplicate_number"]) == (
        person.number,
        "P-7",
    )
    assert {*merge} == {"survivor_number", "duplicate_number", "at", "undone_at"}


def test_what_is_known_is_labelled_in_the_readers_language(person):
    with override("nb"):
        sections = about_contact(contact=person, user=None, at=NOW, form="json")
        told = {section.name: section.rows for section in sections}
        (comment,) = told["interaction_comments"]
        assert str(comment[0][0]) == "Samhandling"


def test_all_that_is_known_stands_in_the_file(person):
    sections = about_contact(contact=person, user=None, at=NOW, form="json")
    text = as_json(person, sections, NOW)
    assert [secret for secret in SECRETS if secret not in text] == []
    told = json.loads(text)
    assert told["contact"] == person.number
    assert told["employer"][0]["name"] == "Fjordheim Kaffe AS"
    assert told["employer"][0]["phone"] == "+4722334455"
    (letter,) = told["letters"]
    assert letter["text"] == "Dear Zephyrine"
    assert {*told} == {
        *("contact", "made", "by", "person", "employer"),
        *("changes", "mailing_group_links", "industry_group_links"),
        *("job_responsibility_links", "business_relation_links"),
        *("web_source_links", "alternative_addresses"),
        *("alternative_address_periods", "profile_answer_links", "comments"),
        *("channel_blocks", "interactions", "interaction_comments"),
        *("interaction_deliveries", "letters", "segment_lines", "chosen_for"),
    }
    noted = ContactChange.objects.filter(contact=person).first()
    assert (noted.kind, noted.note) == (
        "privacy",
        "All that is known was taken out as a file (json)",
    )


# --- in the browser ---------------------------------------------------------------


@pytest.fixture
def mona(client):
    client.force_login(make_user("mona", *MAY))
    return client


@pytest.mark.parametrize("page", ["about", "anonymise"])
def test_only_who_may_sees_the_pages(client, person, page):
    client.force_login(make_user("rune", "contacts.view_contact"))
    url = reverse(f"contacts:{page}", args=[person.pk])
    assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)
    card = client.get(person.get_absolute_url()).content.decode()
    assert url not in card


@pytest.mark.parametrize(
    ("form", "kind"),
    [("json", "application/json"), ("html", "text/html; charset=utf-8")],
)
def test_the_file_is_handed_out_and_noted(mona, person, form, kind):
    url = reverse("contacts:about", args=[person.pk])
    assert url in mona.get(person.get_absolute_url()).content.decode()
    assert "Readable file" in mona.get(url).content.decode()
    response = mona.post(url, {"form": form})
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"] == (
        f'attachment; filename="{person.number}.{form}"'
    )
    assert "Dear Zephyrine" in response.content.decode()
    assert ContactChange.objects.first().user.username == "mona"


@pytest.mark.parametrize("form", ["exe", "\0", ""])
def test_another_kind_of_file_is_not_made(mona, person, form):
    url = reverse("contacts:about", args=[person.pk])
    assert "attachment" not in str(mona.post(url, {"form": form}).headers)


def test_of_a_company_there_is_no_such_page(mona, person):
    for page in ("about", "anonymise"):
        url = reverse(f"contacts:{page}", args=[person.company_id])
        assert mona.get(url).status_code == 404


def test_the_number_is_typed_before_anything_goes(mona, person):
    url = reverse("contacts:anonymise", args=[person.pk])
    page = mona.get(url)
    assert "This cannot be undone by anybody." in page.content.decode()
    page = mona.post(url, {"number": "C-99", "reason": "Asked by Zephyrine"})
    assert page.context["form"].errors == {
        "number": [f"This is not the number of the contact, {person.number}."],
        "reason": ["Do not name the person here."],
    }
    assert Contact.objects.get(pk=person.pk).first_name == "Zephyrine"

    typed = {"number": person.number.lower(), "reason": "Asked by letter"}
    response = mona.post(url, typed, follow=True)

    shown = response.content.decode()
    assert response.redirect_chain == [(person.get_absolute_url(), 302)]
    assert "The person was anonymised." in shown
    assert f"Anonymised {person.number}" in shown
    assert reverse("contacts:edit", args=[person.pk]) not in shown
    assert url not in shown
    again = mona.post(url, typed, follow=True)
    assert "anonymised already" in again.content.decode()


def test_the_form_of_who_was_anonymised_is_refused(mona, person):
    anonymise_contact(contact=person, user=None, at=NOW, reason="Asked")
    left = Contact.objects.get(pk=person.pk)
    page = mona.post(
        reverse("contacts:edit", args=[person.pk]),
        {
            "number": left.number,
            "type": "person",
            "company": left.company.number,
            "name": "Zephyrine Quillfeather",
            "version": left.version,
        },
    )
    assert page.status_code == 200
    assert "cannot be changed any more" in page.content.decode()
