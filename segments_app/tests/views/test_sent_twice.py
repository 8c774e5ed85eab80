"""Back and sent again, or clicked twice: what was done is shown, not done again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contacts.models import Salesperson
from contacts.tests.factories import make_person
from interactions.models import (
    Attachment,
    Campaign,
    InteractionComment,
    InteractionLogEntry,
    InteractionTemplateSetup,
)
from interactions.tests.factories import letter, make_entry, make_template
from jobs.models import Job
from jobs.services import run_job
from segments_app.models import Segment
from segments_app.services import log_segment
from segments_app.tests.factories import NOW, make_segment

pytestmark = pytest.mark.django_db

CREATE = reverse("segments:interaction_create")
ADD = reverse("segments:bulk_add")
LOGGED_ALREADY = "This was logged already."
DONE_ALREADY = "This was done already: the page was sent twice."


@pytest.fixture
def anna():
    nina = Salesperson.objects.create(code="NINA", name="Nina Holm")
    return make_person("Anna Dahl", number="C-1", salesperson=nina, phone="22 34 56 78")


@pytest.fixture
def filled(anna):
    template = make_template("VISIT", description="A visit")
    return {"contact": "C-1", "template": template.pk, "date": "2026-11-20"}


@pytest.fixture
def calls():
    template = make_template("CALL", description="Telephone call")
    InteractionTemplateSetup.objects.create(outgoing_calls=template)


def key_on(page, form="form"):
    """The key that a page carries."""
    key = str(page.context[form]["once_key"].value())
    assert f'name="once_key" value="{key}"' in page.content.decode()
    return {"once_key": key}


def said(page):
    """What was said last."""
    return [str(message) for message in page.context["messages"]][-1]


def where(page):
    return page.redirect_chain[-1][0]


class TestAnInteraction:
    def test_is_logged_once_and_shown_the_second_time(self, anne, filled):
        sent = filled | key_on(anne.get(CREATE)) | {"log": "1"}
        anne.post(CREATE, sent)
        again = anne.post(CREATE, sent | {"description": "Another"}, follow=True)
        (entry,) = InteractionLogEntry.objects.all()
        assert (where(again), said(again)) == (
            entry.get_absolute_url(),
            LOGGED_ALREADY,
        )

    def test_from_a_page_opened_anew_is_another(self, anne, filled):
        for _page in range(2):
            anne.post(CREATE, filled | key_on(anne.get(CREATE)) | {"log": "1"})
        assert InteractionLogEntry.objects.count() == 2

    def test_that_was_refused_is_logged_by_the_next_try(self, anne, filled):
        key = key_on(anne.get(CREATE))
        refused = anne.post(CREATE, filled | key | {"contact": "", "log": "1"})
        assert key_on(refused) == key
        anne.post(CREATE, filled | key | {"log": "1"})
        anne.post(CREATE, filled | key | {"log": "1"})
        assert InteractionLogEntry.objects.count() == 1

    def test_sent_twice_with_a_document_leaves_none_behind(self, anne, filled):
        key = key_on(anne.get(CREATE))
        for words in ("First", "Second"):
            anne.post(CREATE, filled | key | {"log": "1"} | own_document(words))
        (entry,) = InteractionLogEntry.objects.all()
        assert list(Attachment.objects.all()) == [entry.document]


class TestADraft:
    @pytest.fixture
    def key(self, anne, filled):
        """The key of a page that was kept as a draft."""
        key = key_on(anne.get(CREATE))
        anne.post(CREATE, filled | key | {"subject": "First", "draft": "1"})
        return key

    def test_kept_twice_is_one_and_says_the_last(self, anne, filled, key):
        anne.post(CREATE, filled | key | {"subject": "Last", "draft": "1"})
        (draft,) = InteractionLogEntry.objects.all()
        assert draft.draft.own_values["subject"] == "Last"

    def test_is_logged_by_the_page_it_was_kept_from(self, anne, filled, key):
        (draft,) = InteractionLogEntry.objects.all()
        anne.post(CREATE, filled | key | {"subject": "Last", "log": "1"})
        (entry,) = InteractionLogEntry.objects.all()
        assert (entry.pk, entry.postponed, entry.subject) == (draft.pk, False, "Last")

    def test_keeps_its_document_when_its_page_is_sent_again(self, anne, filled):
        key = key_on(anne.get(CREATE))
        own = own_document("For {{ contact_name }} alone")
        anne.post(CREATE, filled | key | own | {"draft": "1"})
        anne.post(CREATE, filled | key | {"log": "1"})
        (entry,) = InteractionLogEntry.objects.all()
        assert entry.document.name == "own.docx"

    def test_that_another_changed_is_not_overwritten_unseen(
        self, anne, mona, filled, key
    ):
        (draft,) = InteractionLogEntry.objects.all()
        resume = reverse("segments:draft_resume", args=[draft.pk])
        mona.post(resume, filled | {"subject": "Of Mona", "draft": "1"})
        typed = filled | key | {"subject": "Of Anne", "draft": "1"}
        page = anne.post(CREATE, typed)
        assert "Somebody else has changed this draft" in page.content.decode()
        seen_at = {"seen_at": page.context["form"]["seen_at"].value()}
        anne.post(CREATE, typed | seen_at)
        (draft,) = InteractionLogEntry.objects.all()
        assert draft.draft.own_values["subject"] == "Of Anne"

    def test_that_is_gone_lets_what_was_typed_be_logged_anew(self, anne, filled, key):
        InteractionLogEntry.objects.all().delete()
        page = anne.post(CREATE, filled | key | {"log": "1"})
        assert "Somebody else has logged or deleted this draft" in page.content.decode()
        assert key_on(page) != key
        anne.post(CREATE, filled | key_on(page) | {"log": "1"})
        assert InteractionLogEntry.objects.filter(postponed=False).count() == 1

    def test_logged_twice_from_its_own_page_is_shown(self, anne, filled, key):
        (draft,) = InteractionLogEntry.objects.all()
        resume = reverse("segments:draft_resume", args=[draft.pk])
        sent = filled | key_on(anne.get(resume)) | {"log": "1"}
        anne.post(resume, sent)
        again = anne.post(resume, sent, follow=True)
        assert (where(again), said(again)) == (
            draft.get_absolute_url(),
            LOGGED_ALREADY,
        )
        assert InteractionLogEntry.objects.count() == 1


def own_document(*words):
    return {"own_document": SimpleUploadedFile("own.docx", letter(*words))}


class TestTheOwnDocument:
    """Of a page that is shown again it need not be chosen again."""

    OWN = "For {{ contact_name }} alone"

    @pytest.mark.parametrize(
        "asked",
        [
            {"log": "1", "contact": ""},
            {"log": "1", "date": "never"},
            {"fill": "1"},
        ],
        ids=["refused", "not valid", "filled in"],
    )
    def test_is_kept_and_logged_by_the_next_try(self, anne, filled, asked):
        key = key_on(anne.get(CREATE))
        page = anne.post(CREATE, filled | key | own_document(self.OWN) | asked)
        assert "Now: own.docx" in page.content.decode()
        assert "set here: Own document (.docx)" in page.content.decode()
        anne.post(CREATE, filled | key | {"log": "1"})
        (entry,) = InteractionLogEntry.objects.all()
        assert entry.document.name == "own.docx"

    def test_is_in_the_preview(self, anne, filled):
        key = key_on(anne.get(CREATE))
        anne.post(CREATE, filled | key | own_document(self.OWN) | {"fill": "1"})
        page = anne.post(reverse("segments:interaction_preview"), filled | key)
        assert page.context["letter"].body == ["For Anna Dahl alone"]
        assert Attachment.objects.count() == 1

    def test_may_be_taken_away_again(self, anne, filled):
        key = key_on(anne.get(CREATE))
        page = anne.post(CREATE, filled | key | own_document(self.OWN) | {"fill": "1"})
        assert "Take the own document away" in page.content.decode()
        anne.post(CREATE, filled | key | {"drop_document": "on", "log": "1"})
        (entry,) = InteractionLogEntry.objects.all()
        assert (entry.document, Attachment.objects.count()) == (None, 0)

    def test_another_takes_its_place(self, anne, filled):
        key = key_on(anne.get(CREATE))
        anne.post(CREATE, filled | key | own_document("First") | {"fill": "1"})
        anne.post(CREATE, filled | key | own_document("Second") | {"fill": "1"})
        anne.post(CREATE, filled | key | {"draft": "1"})
        (draft,) = InteractionLogEntry.objects.all()
        assert list(Attachment.objects.all()) == [draft.document]

    def test_of_a_draft_stays_where_the_new_one_was_for_nothing(self, anne, filled):
        key = key_on(anne.get(CREATE))
        anne.post(CREATE, filled | key | own_document("First") | {"draft": "1"})
        bad = own_document("{{ nothing_like_it }}")
        page = anne.post(CREATE, filled | key | bad | {"log": "1"})
        assert list(page.context["form"].errors) == ["own_document"]
        assert "Now: own.docx" in page.content.decode()
        assert Attachment.objects.count() == 1

    @pytest.mark.parametrize(
        "asked", [{"fill": "1"}, {"log": "1"}], ids=["kept before", "just sent"]
    )
    def test_is_logged_though_the_draft_of_the_page_is_gone(self, anne, filled, asked):
        key = key_on(anne.get(CREATE))
        anne.post(CREATE, filled | key | {"draft": "1"})
        InteractionLogEntry.objects.all().delete()
        page = anne.post(CREATE, filled | key | own_document(self.OWN) | asked)
        if key_on(page) == key:
            page = anne.post(CREATE, filled | key | {"log": "1"})
        assert "Now: own.docx" in page.content.decode()
        anne.post(CREATE, filled | key_on(page) | {"log": "1"})
        (entry,) = InteractionLogEntry.objects.all()
        assert entry.document.name == "own.docx"

    def test_is_nobody_elses(self, anne, mona, filled):
        key = key_on(anne.get(CREATE))
        anne.post(CREATE, filled | key | own_document(self.OWN) | {"fill": "1"})
        page = mona.post(CREATE, filled | key_on(mona.get(CREATE)) | {"fill": "1"})
        assert "own.docx" not in page.content.decode()


def leads_to_the_only_one(again):
    (entry,) = InteractionLogEntry.objects.all()
    assert (where(again), said(again)) == (entry.get_absolute_url(), LOGGED_ALREADY)


class TestACall:
    SENT = {"number": "22 34 56 78", "description": "Call", "date": "2026-11-20"}

    def test_to_a_contact_is_logged_once(self, anne, anna, calls):
        address = reverse("segments:phone_call") + "?contact=C-1"
        sent = self.SENT | key_on(anne.get(address))
        anne.post(address, sent)
        leads_to_the_only_one(anne.post(address, sent, follow=True))

    def test_from_a_segment_is_logged_once(self, anne, anna, calls):
        segment = make_segment(anna, template=make_template(correspondence_type=""))
        line = segment.lines.get()
        address = reverse("segments:line_call", args=[segment.pk, line.pk])
        sent = self.SENT | key_on(anne.get(address))
        anne.post(address, sent)
        leads_to_the_only_one(anne.post(address, sent, follow=True))

    def test_gone_back_to_after_it_was_logged_leads_to_it(self, anne, anna, calls):
        segment = make_segment(anna, template=make_template(correspondence_type=""))
        address = reverse(
            "segments:line_call", args=[segment.pk, segment.lines.get().pk]
        )
        anne.post(address, self.SENT | key_on(anne.get(address)))
        back = anne.get(address, follow=True)
        (entry,) = InteractionLogEntry.objects.all()
        assert (where(back), said(back)) == (entry.get_absolute_url(), LOGGED_ALREADY)

    def test_whose_interaction_is_deleted_leads_back(self, anne, anna, calls):
        address = reverse("segments:phone_call") + "?contact=C-1"
        sent = self.SENT | key_on(anne.get(address))
        anne.post(address, sent)
        InteractionLogEntry.objects.all().delete()
        again = anne.post(address, sent, follow=True)
        assert (where(again), said(again)) == (anna.get_absolute_url(), DONE_ALREADY)


def sent_twice(browser, address, sent):
    """Send the page twice; return where the second time led and what it said."""
    first = browser.post(address, sent)
    assert first.status_code == 302
    again = browser.post(address, sent, follow=True)
    return first.url, where(again), said(again)


OWN_NUMBER = pytest.mark.parametrize("number", ["", "SPRING-1"])


class TestASegment:
    @OWN_NUMBER
    def test_is_made_once(self, anne, number):
        address = reverse("segments:create")
        sent = {"description": "Spring", "date": "2026-11-20", "number": number}
        sent |= key_on(anne.get(address))
        first, second, told = sent_twice(anne, address, sent)
        assert (second, told) == (first, DONE_ALREADY)
        assert Segment.objects.count() == 1

    def test_is_copied_once(self, anne, anna):
        segment = make_segment(anna)
        address = reverse("segments:copy", args=[segment.pk])
        page = anne.get(address)
        sent = {
            name: page.context["form"][name].value()
            for name in ("description", "parts", "expected_version")
        }
        first, second, told = sent_twice(anne, address, sent | key_on(page))
        assert (second, told) == (first, DONE_ALREADY)
        assert Segment.objects.count() == 2

    def test_is_followed_up_once(self, anne, anna):
        template = make_template(correspondence_type="")
        logged = log_segment(
            segment=make_segment(anna, template=template), user=None, at=NOW
        )
        page = anne.get(logged.get_absolute_url())
        address = reverse("segments:follow_up", args=[logged.pk])
        sent = {"only": "all"} | key_on(page, "follow_up_form")
        first, second, told = sent_twice(anne, address, sent)
        assert (second, told) == (first, DONE_ALREADY)
        assert Segment.objects.count() == 1

    def test_is_started_once(self, anne, anna):
        segment = make_segment(anna)
        address = reverse("segments:start_take", args=["segment", segment.pk])
        sent = {"description": "Started"} | key_on(anne.get(address))
        first, second, told = sent_twice(anne, address, sent)
        assert (second, told) == (first, DONE_ALREADY)
        assert Segment.objects.count() == 2

    def test_of_chosen_contacts_is_made_once(self, anne, anna):
        sent = self.chosen(anne, anna)
        first, second, told = sent_twice(anne, ADD, sent)
        assert (second, told) == (first, DONE_ALREADY)
        assert Segment.objects.count() == 1

    def test_of_chosen_contacts_is_made_by_one_of_two_jobs(
        self, anne, anna, monkeypatch
    ):
        monkeypatch.setattr("segments_app.jobs.adding.MOST_WITHOUT_JOB", 0)
        monkeypatch.setattr("segments_app.views.bulk_add.MOST_WITHOUT_JOB", 0)
        sent = self.chosen(anne, anna)
        anne.post(ADD, sent)
        anne.post(ADD, sent)
        for job in Job.objects.order_by("pk"):
            run_job(job=job)
        ends = Job.objects.order_by("pk").values_list("state", "error")
        assert list(ends) == [("done", ""), ("failed", DONE_ALREADY)]
        assert Segment.objects.count() == 1

    def chosen(self, browser, *contacts):
        """What the page sends that puts these contacts on a new segment."""
        chosen = {"contact": [contact.pk for contact in contacts]}
        page = browser.get(ADD, chosen)
        expected = page.context["form"]["expected"].value()
        given = {"description": "Chosen", "expected": expected}
        return chosen | given | key_on(page)


@OWN_NUMBER
def test_a_campaign_is_made_once(mona, number):
    address = reverse("segments:campaign_create")
    sent = {"description": "Coffee fair", "number": number}
    sent |= key_on(mona.get(address))
    first, second, told = sent_twice(mona, address, sent)
    assert (second, told) == (first, DONE_ALREADY)
    assert Campaign.objects.count() == 1


def test_a_comment_is_added_once(anne, anna):
    entry = make_entry(anna)
    page = anne.get(entry.get_absolute_url())
    address = reverse("interactions:comment_add", args=[entry.pk])
    sent = {"text": "Call back"} | key_on(page, "comment_form")
    first, second, told = sent_twice(anne, address, sent)
    assert (second, told) == (first, "This comment was added already.")
    assert InteractionComment.objects.count() == 1


@pytest.mark.parametrize("key", ["", "nonsense", "0" * 40])
def test_a_key_that_is_none_stops_nothing_or_is_refused(anne, filled, key):
    sent = filled | {"once_key": key, "log": "1"}
    assert anne.post(CREATE, sent).status_code == (200 if key else 302)


def test_the_key_of_another_kind_of_page_leads_to_what_that_made(anne, anna, filled):
    entry = make_entry(anna)
    key = key_on(anne.get(entry.get_absolute_url()), "comment_form")
    address = reverse("interactions:comment_add", args=[entry.pk])
    anne.post(address, {"text": "Call back"} | key)
    answer = anne.post(CREATE, filled | key | {"log": "1"})
    assert answer.url == f"{entry.get_absolute_url()}#comments"
    assert InteractionLogEntry.objects.count() == 1
