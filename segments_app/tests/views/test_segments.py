"""Making, changing and deleting a segment."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact, Salesperson
from contacts.tests.factories import make_person
from contacts.tests.opened import opened
from interactions.tests.factories import make_document, make_logged_segment
from segments_app.models import Segment
from segments_app.services import add_contacts
from segments_app.services.change_header import change_header
from segments_app.services.delete_segment import Loss
from segments_app.tests.factories import NOW, make_segment
from segments_app.tests.views.users import ASSISTANT, MANAGER, READER, logged_in
from segments_app.views import segments as segments_view

pytestmark = pytest.mark.django_db

LIST = reverse("segments:list")
HEADER = {"description": "Spring letter", "date": "2026-04-01"}


class TestHeader:
    def test_a_new_segment_gets_a_number_and_the_salesperson_of_the_user(self):
        client = logged_in(ASSISTANT)
        kari = Salesperson.objects.create(code="KARI", name="Kari", user=client.user)
        page = client.post(reverse("segments:create"), HEADER, follow=True)
        segment = Segment.objects.get()
        assert page.redirect_chain == [(segment.get_absolute_url(), 302)]
        assert (segment.number, segment.description) == ("SM-000001", "Spring letter")
        assert (segment.salesperson, segment.owner) == (kari, client.user)
        assert segment.date == datetime.date(2026, 4, 1)
        assert (segment.unit_cost, segment.campaign_target) == (None, None)

    def test_a_number_of_ones_own_is_kept_but_only_once(self):
        client = logged_in(ASSISTANT)
        mine = HEADER | {"number": "spring"}
        client.post(reverse("segments:create"), mine)
        again = client.post(reverse("segments:create"), mine)
        assert list(Segment.objects.values_list("number", flat=True)) == ["SPRING"]
        assert list(again.context["form"].errors) == ["number"]

    def test_the_number_of_a_logged_segment_is_refused_where_it_is_typed(self):
        make_logged_segment("SM-000003")
        page = logged_in(ASSISTANT).post(
            reverse("segments:create"), HEADER | {"number": " sm-000003 "}
        )
        assert Segment.objects.count() == 0
        assert page.context["form"].errors == {
            "number": [
                "Segment SM-000003 is logged already; its number is used up. "
                "Choose another."
            ]
        }

    def test_changing_the_header_leaves_the_step_of_somebody_else_alone(
        self, monkeypatch
    ):
        segment = make_segment(make_person("Anna Dahl"), subject="Old")
        client = logged_in(ASSISTANT)
        page = client.get(reverse("segments:edit", args=[segment.pk]))
        Segment.objects.filter(pk=segment.pk).update(position=0)
        values = {**HEADER, "subject": "", "campaign_target": "true"}
        done = client.post(reverse("segments:edit", args=[segment.pk]), values)
        segment.refresh_from_db()
        assert (page.status_code, done.status_code) == (200, 302)
        assert (segment.description, segment.subject) == ("Spring letter", "")
        assert (segment.campaign_target, segment.position) == (True, 0)

    def test_a_segment_that_was_logged_meanwhile_is_not_found(self, monkeypatch):
        segment = make_segment()
        url = reverse("segments:edit", args=[segment.pk])

        def somebody_is_faster(**values):
            Segment.objects.filter(pk=segment.pk).delete()
            return change_header(**values)

        monkeypatch.setattr(segments_view, "change_header", somebody_is_faster)
        assert logged_in(ASSISTANT).post(url, HEADER).status_code == 404

    def test_a_segment_without_a_description_is_refused(self):
        page = logged_in(ASSISTANT).post(
            reverse("segments:create"), HEADER | {"description": " "}
        )
        assert (page.status_code, Segment.objects.count()) == (200, 0)
        assert list(page.context["form"].errors) == ["description"]


class TestDeleting:
    @pytest.fixture
    def segment(self):
        """Two contacts by one step; a text and a document of one alone; a document."""
        segment = make_segment(make_person("Anna Dahl"), make_person("Bo Lie"))
        anna = segment.lines.filter(contact__name="Anna Dahl")
        document = make_document()
        anna.update(personal_text="Dear Anna", document=document)
        segment.documents.create(language="en", document=document)
        return segment

    def test_says_first_what_goes(self, segment):
        page = logged_in(MANAGER).get(reverse("segments:delete", args=[segment.pk]))
        assert page.context["loss"] == Loss(
            contacts=2, steps=1, texts=1, own_documents=1, documents=1, runs=0
        )
        said = " ".join(page.content.decode().split())
        assert "2 contacts leave the worksheet." in said
        assert [text in said for text in ("1 step<", "1 personal text<")] == [True] * 2
        assert "1 document of the segment<" in said
        assert "1 document for one contact alone<" in said
        assert Segment.objects.count() == 1

    def test_of_a_bare_segment_warns_of_nothing(self):
        url = reverse("segments:delete", args=[make_segment().pk])
        assert "Gone for good" not in logged_in(MANAGER).get(url).content.decode()

    def test_takes_the_segment_and_leaves_the_contacts(self, segment):
        client = logged_in(MANAGER)
        url = reverse("segments:delete", args=[segment.pk])
        assert client.post(url, opened(client.get(url))).url == LIST
        assert (Segment.objects.count(), Contact.objects.count()) == (0, 2)

    def test_of_what_somebody_changed_meanwhile_is_asked_again(self, segment):
        client = logged_in(MANAGER)
        url = reverse("segments:delete", args=[segment.pk])
        sent = opened(client.get(url))
        everybody = {"all_contacts": True}
        make_person("Cecilie Moe")
        add_contacts(
            segment=segment, criteria=None, options=everybody, user=None, at=NOW
        )
        page = client.post(url, sent)
        assert "Somebody else changed this segment" in page.content.decode()
        assert (Segment.objects.count(), page.context["loss"].contacts) == (1, 3)
        assert client.post(url, opened(page)).url == LIST

    def test_without_having_seen_it_deletes_nothing(self, segment):
        url = reverse("segments:delete", args=[segment.pk])
        assert logged_in(MANAGER).post(url).status_code == 200
        assert Segment.objects.count() == 1


def test_who_may_only_read_changes_nothing():
    segment = make_segment(make_person("Anna Dahl"))
    changes = [
        reverse("segments:create"),
        reverse("segments:edit", args=[segment.pk]),
        reverse("segments:delete", args=[segment.pk]),
    ]
    reader = logged_in(READER)
    assert reader.get(LIST).status_code == 200
    assert [reader.post(url, HEADER).status_code for url in changes] == [403] * 3
    assert [reader.get(url).status_code for url in changes] == [403] * 3
    assert Client().get(LIST).url.startswith(reverse("login"))
    assert logged_in((), "nobody").get(LIST).status_code == 403
    segment.refresh_from_db()
    assert segment.description == "Christmas letter"


@pytest.mark.parametrize("date", ["0001-01-01", "1989-12-31", "9999-12-31"])
def test_a_date_that_nobody_means_is_refused(date):
    client = logged_in(ASSISTANT, "eva")
    form = {"description": "Letter", "date": date}
    page = client.post(reverse("segments:create"), form)
    (said,) = page.context["form"].errors["date"]
    assert said.startswith("Choose a date from 01/01/1990 to 12/31/")
    assert not Segment.objects.exists()


class TestTwoEditors:
    """Two people have the header of one segment open."""

    @pytest.fixture
    def segment(self):
        return make_segment(
            make_person("Anna Dahl"), subject="Old", notes="One\nTwo", unit_cost=3
        )

    @pytest.fixture
    def client(self):
        return logged_in(ASSISTANT)

    @staticmethod
    def url(segment):
        return reverse("segments:edit", args=[segment.pk])

    def test_each_keeps_what_the_other_changed(self, client, segment):
        url = self.url(segment)
        first, second = (opened(client.get(url)) for _ in range(2))
        client.post(url, first | {"subject": "New", "campaign_target": "true"})
        done = client.post(url, second | {"notes": "Ring first", "unit_cost": "4"})
        segment.refresh_from_db()
        assert done.url == segment.get_absolute_url()
        assert (segment.subject, segment.campaign_target) == ("New", True)
        assert (segment.notes, segment.unit_cost) == ("Ring first", 4)

    def test_what_both_changed_is_refused_with_both_values_once(self, client, segment):
        url = self.url(segment)
        kari = Salesperson.objects.create(code="KARI", name="Kari")
        first, second = (opened(client.get(url)) for _ in range(2))
        client.post(url, first | {"subject": "Hers", "salesperson": kari.pk})
        refused = client.post(url, second | {"subject": "Mine", "notes": "Ring first"})
        said = (
            "Somebody else changed this to “Hers”; you want “Mine”. Save again to put "
            "yours in its place."
        )
        assert refused.context["form"].errors == {
            "__all__": [
                "Somebody changed the same meanwhile. Nothing of yours is saved yet."
            ],
            "subject": [said],
        }
        assert said in refused.content.decode()
        segment.refresh_from_db()
        assert (segment.subject, segment.notes) == ("Hers", "One\nTwo")
        typed = opened(refused)
        assert (typed["subject"], typed["notes"]) == (["Mine"], ["Ring first"])
        client.post(url, typed)
        segment.refresh_from_db()
        assert (segment.subject, segment.notes) == ("Mine", "Ring first")
        assert segment.salesperson == kari

    def test_what_both_changed_alike_is_no_conflict(self, client, segment):
        url = self.url(segment)
        first, second = (opened(client.get(url)) for _ in range(2))
        same = {"subject": "New", "date": "2026-05-17", "email_form": "docx"}
        assert client.post(url, first | same).status_code == 302
        assert client.post(url, second | same).status_code == 302

    def test_saving_what_was_not_changed_writes_nothing(self, client, segment):
        url = self.url(segment)
        sent = opened(client.get(url))
        Segment.objects.filter(pk=segment.pk).update(
            subject="New", description="Other", unit_cost=None, notes=""
        )
        assert client.post(url, sent).status_code == 302
        segment.refresh_from_db()
        assert (segment.subject, segment.description) == ("New", "Other")
        assert (segment.unit_cost, segment.notes) == (None, "")

    def test_a_spoilt_opening_value_is_refused_not_believed(self, client, segment):
        url = self.url(segment)
        spoilt = opened(client.get(url)) | {
            "initial-unit_cost": "x\0",
            "initial-salesperson": "99999999999999999999999",
            "unit_cost": "9",
        }
        page = client.post(url, spoilt)
        assert list(page.context["form"].errors) == ["__all__", "unit_cost"]
        segment.refresh_from_db()
        assert segment.unit_cost == 3
