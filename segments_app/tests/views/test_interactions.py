"""Creating an interaction in the browser, putting it off and taking it up again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from contacts.choices import CorrespondenceType
from contacts.models import Salesperson
from contacts.tests.factories import make_person
from interactions.models import (
    Attachment,
    Campaign,
    Delivery,
    InteractionLogEntry,
    InteractionTemplateSetup,
    Run,
)
from interactions.tests.factories import letter, make_document, make_template
from segments_app.models import Segment

pytestmark = pytest.mark.django_db

CREATE = reverse("segments:interaction_create")
PREVIEW = reverse("segments:interaction_preview")
DRAFTS = reverse("segments:drafts")
NO_KEY = 2**62


@pytest.fixture
def nina():
    return Salesperson.objects.create(code="NINA", name="Nina Holm")


@pytest.fixture
def anna(nina):
    return make_person(
        "Anna Dahl",
        number="C-1",
        salesperson=nina,
        email="anna@example.no",
        address="Torget 1",
        city="Oslo",
    )


@pytest.fixture
def spring():
    document = make_document("Dear {{ contact_name }}", "{{ personal_text }}")
    return make_template(
        "SPRING",
        description="Spring letter",
        unit_duration=7,
        correspondence_type=CorrespondenceType.EMAIL,
        default_language="en",
        languages={"en": document},
    )


@pytest.fixture
def filled(anna, spring):
    return {"contact": "C-1", "template": spring.pk, "date": "2026-11-20"}


def upload(*paragraphs):
    return SimpleUploadedFile("own.docx", letter(*paragraphs))


def test_who_may_what(stranger, rolf, anne, mona, filled):
    log = filled | {"log": "1"}
    deliver = filled | {"deliver": "1"}
    assert stranger.post(CREATE, log).status_code == 302
    assert rolf.post(CREATE, log).status_code == 403
    assert rolf.get(DRAFTS).status_code == 403
    assert rolf.post(PREVIEW, filled).status_code == 403
    assert anne.post(CREATE, deliver).status_code == 403
    assert not InteractionLogEntry.objects.exists()
    assert anne.post(CREATE, log).status_code == 302
    assert mona.post(CREATE, deliver).status_code == 302
    assert InteractionLogEntry.objects.count() == 2
    assert Delivery.objects.count() == 1


def test_only_who_delivers_sees_the_button(anne, mona):
    assert "Log and send or print" not in anne.get(CREATE).content.decode()
    assert "Log and send or print" in mona.get(CREATE).content.decode()


def test_what_is_empty_says_what_the_template_gives(anne, anna, spring):
    page = anne.get(CREATE, {"contact": "C-1", "template": "SPRING"})
    form = page.context["form"]
    given = {
        name: form.fields[name].widget.attrs["placeholder"]
        for name in ("description", "duration", "language")
    }
    assert given == {
        "description": "from the template: Spring letter",
        "duration": "from the template: 7",
        "language": "from the template: English",
    }
    assert form.fields["salesperson"].empty_label == "from the contact: NINA Nina Holm"
    assert "comes from SPRING Spring letter" in page.content.decode()
    assert not Segment.objects.exists()


def hints(form):
    """What some empty fields say, and what the date does."""
    shown = form.fields
    return (
        shown["description"].widget.attrs["placeholder"],
        shown["salesperson"].empty_label,
        shown["campaign"].empty_label,
        shown["date"].help_text,
    )


def test_what_is_not_known_yet_says_where_it_may_come_from(anne, anna, spring):
    open_still = "from the template or the contact"
    begun = anne.get(CREATE).context["form"]
    assert hints(begun) == (open_still, open_still, open_still, "")
    assert begun.fields["template"].empty_label == "---------"
    with_contact = anne.get(CREATE, {"contact": "C-1"}).context["form"]
    assert hints(with_contact) == (
        *(open_still, "from the contact: NINA Nina Holm"),
        *(open_still, ""),
    )
    known = anne.get(CREATE, {"contact": "C-1", "template": "SPRING"}).context["form"]
    assert hints(known) == (
        "from the template: Spring letter",
        "from the contact: NINA Nina Holm",
        "none",
        "",
    )


def test_the_day_comes_from_nobody_else(anne):
    form = anne.post(CREATE, {"date": "", "fill": "1"}).context["form"]
    assert form.fields["date"].help_text == "Empty: today."


def test_no_segment_is_spoken_of_where_there_is_none(anne, filled):
    fill = filled | {"date": "", "fill": "1"}
    form = anne.post(CREATE, fill).context["form"]
    said = date_format(timezone.localdate(), "SHORT_DATE_FORMAT")
    assert form.fields["date"].help_text == f"Empty: today, {said}."
    assert "from the segment" not in anne.post(CREATE, fill).content.decode()


def test_what_the_address_names_and_is_not_there_is_said(anne, anna, spring):
    gone = {"contact": "C-9", "template": "AUTUMN"}
    gone |= {"campaign": NO_KEY, "salesperson": NO_KEY}
    page = anne.get(CREATE, gone)
    said = [
        "There is no contact with the number or name “C-9”.",
        "There is no interaction template “AUTUMN”.",
        "There is no such campaign.",
        "There is no such salesperson.",
    ]
    assert page.context["missing"] == said
    assert all(one in page.content.decode() for one in said)
    assert page.context["form"].initial["contact"] is None
    assert not page.context["form"].fields["contact"].disabled
    assert anne.get(CREATE, {"contact": "C-1"}).context["missing"] == []


def test_choosing_another_template_shows_what_that_gives(anne, filled):
    visit = make_template("VISIT", description="A visit")
    fill = filled | {"template": visit.pk, "subject": "Typed", "fill": "1"}
    page = anne.post(CREATE, fill, headers={"HX-Request": "true"})
    form = page.context["form"]
    assert form.fields["description"].widget.attrs["placeholder"] == (
        "from the template: A visit"
    )
    assert form["subject"].value() == "Typed"
    assert "<h1" not in page.content.decode()
    assert not InteractionLogEntry.objects.exists()


def test_the_address_says_whom_and_what_for(anne, anna, nina):
    fair = Campaign.objects.create(number="FAIR", description="Coffee fair")
    asked = {"campaign": fair.pk, "salesperson": nina.pk, "contact": "C-1"}
    form = anne.get(CREATE, asked).context["form"]
    assert (form.initial["campaign"], form.initial["salesperson"]) == (fair.pk, nina.pk)
    asked = {"campaign": "x", "salesperson": "9" * 30, "contact": "Ø", "template": "Q"}
    form = anne.get(CREATE, asked).context["form"]
    assert (form.initial["campaign"], form.initial["contact"]) == (None, None)


def test_the_contact_of_the_card_cannot_be_changed(anne, anna, filled, nina):
    make_person("Berit Moe", number="C-2", salesperson=nina)
    anne.post(f"{CREATE}?contact=C-1", filled | {"contact": "C-2", "log": "1"})
    assert [entry.contact for entry in InteractionLogEntry.objects.all()] == [anna]


def test_what_is_wrong_is_said_at_its_place(mona, filled, anna):
    type(anna).objects.filter(pk=anna.pk).update(email="")
    page = mona.post(CREATE, filled | {"deliver": "1"})
    assert page.context["form"].errors == {
        "correspondence_type": ["To be sent by e-mail, but there is no e-mail address."]
    }
    assert not InteractionLogEntry.objects.exists()


class TestALetterOnPaper:
    def test_leads_to_its_run_where_it_is_printed(self, mona, filled):
        on_paper = filled | {"correspondence_type": "hard_copy", "deliver": "1"}
        answer = mona.post(CREATE, on_paper, follow=True)
        (run,) = Run.objects.all()
        assert answer.redirect_chain == [(reverse("segments:run", args=[run.pk]), 302)]
        assert "A letter to one contact" in answer.content.decode()
        (entry,) = InteractionLogEntry.objects.all()
        letter_page = reverse("interactions:entry_letter", args=[entry.pk])
        assert mona.get(letter_page).status_code == 200


class TestAPreview:
    def test_shows_the_letter_and_what_is_in_its_way(self, anne, filled, anna):
        type(anna).objects.filter(pk=anna.pk).update(email="")
        page = anne.post(PREVIEW, filled | {"personal_text": "See you!"})
        assert page.context["letter"].body == ["Dear Anna Dahl", "See you!"]
        assert [str(each.message) for each in page.context["problems"]][:1] == [
            "To be sent by e-mail, but there is no e-mail address."
        ]
        assert not InteractionLogEntry.objects.exists()
        assert not Segment.objects.exists()

    def test_of_an_upload_keeps_nothing(self, anne, filled):
        before = set(Attachment.objects.all())
        own = filled | {"own_document": upload("For {{ contact_name }} alone")}
        page = anne.post(PREVIEW, own)
        assert page.context["letter"].body == ["For Anna Dahl alone"]
        assert set(Attachment.objects.all()) == before

    def test_of_a_faulty_upload_says_why(self, anne, filled):
        own = filled | {"own_document": upload("{{ nothing_like_it }}")}
        page = anne.post(PREVIEW, own)
        assert list(page.context["form"].errors) == ["own_document"]

    def test_without_a_letter_says_so(self, anne):
        assert "There is no letter" in anne.post(PREVIEW, {}).content.decode()

    def test_of_a_contact_that_is_locked(self, anne, filled):
        del filled["contact"]
        page = anne.post(f"{PREVIEW}?contact=C-1", filled)
        assert page.context["letter"].body[0] == "Dear Anna Dahl"


class TestADraft:
    def test_is_begun_by_one_and_logged_by_another(self, anne, mona, filled):
        own = upload("For {{ contact_name }} alone")
        anne.post(CREATE, filled | {"cost": "7", "own_document": own, "draft": "1"})
        (draft,) = InteractionLogEntry.objects.all()
        assert (draft.postponed, draft.user.username) == (True, "anne")
        resume = reverse("segments:draft_resume", args=[draft.pk])
        form = mona.get(resume).context["form"]
        assert (form["cost"].value(), form["contact"].value()) == (7, "C-1")
        mona.post(resume, filled | {"cost": "7", "log": "1"})
        (entry,) = InteractionLogEntry.objects.all()
        assert (entry.pk, entry.postponed, entry.cost, entry.document.name) == (
            draft.pk,
            False,
            7,
            "own.docx",
        )
        again = mona.get(resume, follow=True)
        assert again.redirect_chain == [(entry.get_absolute_url(), 302)]
        assert "This was logged already." in again.content.decode()

    def test_that_another_logged_meanwhile_loses_nothing_typed(
        self, anne, mona, filled
    ):
        anne.post(CREATE, filled | {"draft": "1"})
        (draft,) = InteractionLogEntry.objects.all()
        resume = reverse("segments:draft_resume", args=[draft.pk])
        mona.post(resume, filled | {"log": "1"})
        page = anne.post(resume, filled | {"subject": "Typed", "log": "1"})
        assert "Somebody else has logged or deleted this draft" in (
            page.content.decode()
        )
        assert page.context["form"]["subject"].value() == "Typed"
        assert InteractionLogEntry.objects.count() == 1
        anne.post(page.context["action"], filled | {"subject": "Typed", "log": "1"})
        logged = InteractionLogEntry.objects.order_by("pk")
        assert list(logged.values_list("subject", flat=True)) == [
            "Spring letter",
            "Typed",
        ]

    @pytest.mark.parametrize("button", ["draft", "log"])
    def test_that_another_changed_meanwhile_is_not_overwritten_unseen(
        self, anne, mona, filled, button
    ):
        anne.post(CREATE, filled | {"draft": "1"})
        (draft,) = InteractionLogEntry.objects.all()
        resume = reverse("segments:draft_resume", args=[draft.pk])
        seen_at = anne.get(resume).context["form"]["seen_at"].value()
        mona.post(resume, filled | {"subject": "Of Mona", "draft": "1"})
        typed = filled | {"subject": "Of Anne", button: "1"}
        page = anne.post(resume, typed | {"seen_at": seen_at})
        assert "Somebody else has changed this draft" in page.content.decode()
        assert draft.draft.own_values["subject"] == "Of Mona"
        form = page.context["form"]
        assert form["subject"].value() == "Of Anne"
        again = anne.post(resume, typed | {"seen_at": form["seen_at"].value()})
        assert again.status_code == 302

    def test_is_deleted_after_a_question(self, anne):
        anne.post(CREATE, {"description": "Half", "draft": "1"})
        (draft,) = InteractionLogEntry.objects.all()
        delete = reverse("segments:draft_delete", args=[draft.pk])
        assert "Delete this draft?" in anne.get(delete).content.decode()
        anne.post(delete)
        assert not InteractionLogEntry.objects.exists()
        assert anne.post(delete).status_code == 404

    def test_what_is_logged_is_never_deleted(self, anne, filled):
        anne.post(CREATE, filled | {"log": "1"})
        (entry,) = InteractionLogEntry.objects.all()
        delete = reverse("segments:draft_delete", args=[entry.pk])
        assert anne.post(delete).status_code == 404

    def test_the_list_asks_as_much_of_one_as_of_three(
        self, anne, filled, django_assert_num_queries
    ):
        anne.post(CREATE, filled | {"draft": "1"})
        anne.get(DRAFTS)
        with django_assert_num_queries(6):
            anne.get(DRAFTS)
        for _more in range(2):
            anne.post(CREATE, filled | {"draft": "1"})
        with django_assert_num_queries(6):
            anne.get(DRAFTS)


class TestAnEmailFromTheCard:
    """I9: what is left of them without a mail program of our own."""

    def test_is_logged_with_the_template_of_the_set_up(self, mona, spring, anna):
        """MContacts.TestSendEmailCreateInteractionFromContactCard"""
        InteractionTemplateSetup.objects.create(emails=spring)
        email = reverse("segments:email_create") + "?contact=C-1"
        card = mona.get(anna.get_absolute_url()).content.decode()
        assert f'href="{email}"' in card
        form = mona.get(email).context["form"]
        opened = {
            name: form[name].value()
            for name in ("contact", "template", "correspondence_type", "date")
        }
        assert opened["template"] == spring.pk
        assert opened["correspondence_type"] == CorrespondenceType.EMAIL
        mona.post(email, opened | {"deliver": "1"})
        (entry,) = InteractionLogEntry.objects.all()
        assert (entry.template, entry.contact, entry.contact_via) == (
            spring,
            anna,
            "anna@example.no",
        )
        assert Delivery.objects.get().entry == entry

    def test_is_not_offered_to_who_only_reads(self, rolf, anna):
        card = rolf.get(anna.get_absolute_url()).content.decode()
        assert "interactions/email" not in card
        assert "interactions/call" not in card
