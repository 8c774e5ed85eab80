"""Single contacts of a segment: by hand, and what differs for one of them."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contacts.models import Contact
from contacts.tests.factories import make_company, make_person
from contacts.tests.opened import opened
from interactions.tests.factories import letter, make_document, make_template
from segments_app.models import Segment, SegmentLine
from segments_app.models.line import OWN_VALUES
from segments_app.services import add_contacts, go_back, go_to_step, remove_by_hand
from segments_app.services.change_line import change_line
from segments_app.tests.factories import NOW, make_segment, names_on, these, version_at
from segments_app.tests.views.users import ASSISTANT, READER, logged_in
from segments_app.views import lines as lines_view

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return logged_in(ASSISTANT)


@pytest.fixture
def segment():
    """Anna and Bo are on it; the letter goes out in Norwegian by e-mail."""
    kaffe = make_company("Kaffe AS")
    template = make_template(
        languages={"nb": make_document(name="brev.docx")},
        default_language="nb",
        correspondence_type="email",
    )
    return make_segment(
        make_person("Anna Dahl", company=kaffe),
        make_person("Bo Lie"),
        template=template,
        subject="Good news",
    )


EDITOR = "//main//form[contains(@class, 'form')]"


def at(segment, name, *arguments):
    return reverse(f"segments:{name}", args=[segment.pk, *arguments])


def line_of(segment, first_name):
    return segment.lines.get(contact__first_name=first_name)


class TestByHand:
    def test_contacts_are_searched_chosen_and_added_as_a_step(self, client, segment):
        cecilie = make_person("Cecilie Moe", city="Voss")
        make_person("Dag Moe", privacy_blocked=True)
        page = client.get(at(segment, "line_add"), {"search": "moe"})
        assert [(c.name, str(c.kept_out), c.is_in) for c in page.context["found"]] == [
            ("Cecilie Moe", "", False),
            ("Dag Moe", "Privacy blocked", False),
        ]
        form = {
            "contacts": [cecilie.pk],
            "expected_version": version_at(segment, 1),
            "search": "moe",
        }
        done = client.post(at(segment, "line_add"), form, follow=True)
        assert names_on(segment) == ["Anna Dahl", "Bo Lie", "Cecilie Moe"]
        assert "1 contact entered." in done.content.decode()
        step = segment.steps.get(position=2)
        assert (step.kind, step.entered, step.user) == ("by_hand", 1, client.user)

    def test_who_is_on_the_segment_cannot_be_chosen_again(self, client, segment):
        page = client.get(at(segment, "line_add"), {"search": "anna"})
        (anna,) = page.context["found"]
        assert anna.is_in
        assert 'name="contacts"' not in page.content.decode()

    def test_a_forged_choice_of_somebody_blocked_stays_out(self, client, segment):
        dag = make_person("Dag Moe", privacy_blocked=True)
        form = {"contacts": [dag.pk], "expected_version": version_at(segment, 1)}
        done = client.post(at(segment, "line_add"), form, follow=True)
        assert "Kept out: Privacy blocked (1)." in done.content.decode()
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]

    def test_nobody_chosen_is_said(self, client, segment):
        form = {"search": "anna", "expected_version": version_at(segment, 1)}
        page = client.post(at(segment, "line_add"), form)
        assert "Choose at least one contact." in page.content.decode()
        assert segment.steps.count() == 1

    def test_removing_asks_first_and_can_be_gone_back(self, client, segment):
        anna = line_of(segment, "Anna")
        asked = client.get(at(segment, "line_remove"), {"line": [anna.pk]})
        assert "Anna Dahl" in asked.content.decode()
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]
        form = {"line": [anna.pk], "expected_version": version_at(segment, 1)}
        client.post(at(segment, "line_remove"), form)
        assert names_on(segment) == ["Bo Lie"]
        go_back(segment=segment, user=None)
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]

    def test_removing_nobody_or_somebody_elsewhere_does_nothing(self, client, segment):
        other = make_segment(Contact.objects.get(name="Bo Lie"))
        for chosen in ([], ["x"], [other.lines.get().pk]):
            form = {"line": chosen, "expected_version": version_at(segment, 1)}
            page = client.post(at(segment, "line_remove"), form, follow=True)
            assert "Choose the contacts to remove." in page.content.decode()
        assert (segment.steps.count(), other.lines.live().count()) == (1, 1)

    def test_both_tell_that_somebody_else_was_faster(self, client, segment):
        cecilie = make_person("Cecilie Moe")
        form = {
            "contacts": [cecilie.pk],
            "line": [line_of(segment, "Bo").pk],
            "expected_version": version_at(segment, 0),
        }
        for name in ("line_add", "line_remove"):
            form["search"] = "Cecilie"
            page = client.post(at(segment, name), form)
            assert "Somebody else changed this segment" in page.content.decode()
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]

    def test_both_ask_before_undone_steps_are_dropped(self, client, segment):
        cecilie = make_person("Cecilie Moe")
        moe = {"field": "surname", "op": "is", "value": "Moe"}
        add_contacts(segment=segment, criteria=moe, user=None, at=NOW)
        go_to_step(segment=segment, position=1, user=None)
        form = {
            "contacts": [cecilie.pk],
            "line": [line_of(segment, "Bo").pk],
            "expected_version": version_at(segment, 1),
            "search": "Cecilie",
        }
        for name in ("line_add", "line_remove"):
            page = client.post(at(segment, name), form)
            assert "1 undone step is dropped for good." in page.content.decode()
        assert segment.steps.count() == 2
        client.post(at(segment, "line_remove"), form | {"drop_undone": "on"})
        assert names_on(segment) == ["Anna Dahl"]


def own(line):
    line.refresh_from_db()
    values = {name: getattr(line, name) for name in OWN_VALUES}
    return {name: value for name, value in values.items() if value is not None}


def after(somebody_is_faster):
    """Change the line only once somebody else did what they do."""

    def change_late(**values):
        somebody_is_faster()
        return change_line(**values)

    return change_late


class TestOwnValues:
    def test_only_what_differs_is_stored(self, client, segment):
        bo = line_of(segment, "Bo")
        form = {
            "personal_text": "Dear Bo",
            "correspondence_type": "hard_copy",
            "subject": "",
            "date": "2026-12-01",
            "campaign_target": "true",
        }
        done = client.post(at(segment, "line_edit", bo.pk), form)
        assert done.url == segment.get_absolute_url()
        assert own(bo) == {
            "personal_text": "Dear Bo",
            "correspondence_type": "hard_copy",
            "date": datetime.date(2026, 12, 1),
            "campaign_target": True,
        }
        assert own(line_of(segment, "Anna")) == {}

    def test_emptied_values_inherit_again(self, client, segment):
        bo = line_of(segment, "Bo")
        segment.lines.filter(pk=bo.pk).update(
            subject="Only for you", personal_text="Dear", cost=3, campaign_target=False
        )
        client.post(at(segment, "line_edit", bo.pk), {"campaign_target": "unknown"})
        assert own(bo) == {}

    def test_nothing_on_purpose_is_something(self, client, segment):
        bo = line_of(segment, "Bo")
        form = {"correspondence_type": "nothing", "campaign_target": "unknown"}
        client.post(at(segment, "line_edit", bo.pk), form)
        assert own(bo) == {"correspondence_type": ""}
        page = client.get(at(segment, "line_edit", bo.pk))
        shown = page.context["form"]["correspondence_type"].value()
        client.post(at(segment, "line_edit", bo.pk), form | {"subject": "Hi"})
        assert (shown, own(bo)) == (
            "nothing",
            {"correspondence_type": "", "subject": "Hi"},
        )

    def test_what_is_inherited_is_shown_behind_the_empty_field(self, client, segment):
        page = client.get(at(segment, "line_edit", line_of(segment, "Bo").pk))
        text = page.content.decode()
        assert 'placeholder="from the segment: Good news"' in text
        assert "from the template: E-mail" in text
        assert "from the segment: LETTER A letter" in text

    def test_a_document_of_ones_own_is_checked_kept_and_taken_away(
        self, client, segment
    ):
        bo = line_of(segment, "Bo")
        url = at(segment, "line_edit", bo.pk)
        bad = SimpleUploadedFile("own.docx", letter("{{ contact_nam }}"))
        page = client.post(url, {"own_document": bad})
        (problem,) = page.context["form"].errors["own_document"]
        assert "contact_name" in problem
        assert own(bo) == {}
        good = SimpleUploadedFile("own.docx", letter("{{ contact_name }} [City]"))
        page = client.post(url, {"own_document": good}, follow=True)
        assert own(bo)["document"].name == "own.docx"
        assert [str(said) for said in page.context["messages"]] == [
            "The own values of Bo Lie are changed.",
            "own.docx: Document, paragraph 1: “[City]” is only text: it is printed "
            "as it stands. Insert it as a merge field, or write it as a tag in double "
            "braces.",
        ]
        client.post(url, {"drop_document": "on"})
        assert own(bo) == {}

    @pytest.mark.parametrize("what", ["taken off", "line gone", "segment gone"])
    def test_a_line_that_somebody_took_off_meanwhile_is_said(
        self, client, segment, monkeypatch, what
    ):
        bo = line_of(segment, "Bo")
        who = {"segment": segment, "user": None, "at": NOW}
        somebody_is_faster = {
            "taken off": lambda: remove_by_hand(contacts=these(bo.contact), **who),
            "line gone": segment.lines.filter(pk=bo.pk).delete,
            "segment gone": Segment.objects.filter(pk=segment.pk).delete,
        }[what]
        monkeypatch.setattr(lines_view, "change_line", after(somebody_is_faster))
        page = client.post(at(segment, "line_edit", bo.pk), {"subject": "For Bo"})
        assert "Somebody else changed this segment" in page.content.decode()
        assert 'value="For Bo"' in page.content.decode()
        assert not SegmentLine.objects.filter(subject="For Bo").exists()

    def test_a_line_that_left_or_is_elsewhere_is_not_found(self, client, segment):
        bo = line_of(segment, "Bo")
        other = make_segment()
        assert client.get(at(other, "line_edit", bo.pk)).status_code == 404
        go_back(segment=segment, user=None)
        assert client.get(at(segment, "line_edit", bo.pk)).status_code == 404


def test_who_may_only_read_changes_no_line(segment):
    reader = logged_in(READER, "reader")
    bo = line_of(segment, "Bo")
    form = {
        "line": [bo.pk],
        "contacts": [bo.contact_id],
        "expected_version": version_at(segment, 1),
    }
    for url in (
        at(segment, "line_add"),
        at(segment, "line_remove"),
        at(segment, "line_edit", bo.pk),
    ):
        assert reader.get(url).status_code == 403
        assert reader.post(url, form).status_code == 403
    assert names_on(segment) == ["Anna Dahl", "Bo Lie"]


def test_a_line_takes_no_date_that_nobody_means():
    client, segment = logged_in(ASSISTANT, "eva"), make_segment(make_person("Bo Lie"))
    url = reverse("segments:line_edit", args=[segment.pk, segment.lines.get().pk])
    page = client.post(url, {"date": "9999-12-31"})
    assert list(page.context["form"].errors) == ["date"]
    assert segment.lines.get().date is None


class TestTwoEditors:
    """Two people have the own values of one contact open."""

    def test_each_keeps_what_the_other_changed(self, client, segment):
        bo = line_of(segment, "Bo")
        url = at(segment, "line_edit", bo.pk)
        first, second = (opened(client.get(url)) for _ in range(2))
        client.post(url, first | {"subject": "Hers", "correspondence_type": "nothing"})
        done = client.post(url, second | {"personal_text": "Dear Bo"})
        assert done.url == segment.get_absolute_url()
        assert own(bo) == {
            "subject": "Hers",
            "correspondence_type": "",
            "personal_text": "Dear Bo",
        }

    def test_what_both_changed_is_refused_with_both_values_once(self, client, segment):
        bo = line_of(segment, "Bo")
        url = at(segment, "line_edit", bo.pk)
        first, second = (opened(client.get(url)) for _ in range(2))
        client.post(
            url, first | {"correspondence_type": "nothing", "campaign_target": "true"}
        )
        mine = {"correspondence_type": "hard_copy", "campaign_target": "false"}
        refused = client.post(url, second | mine)
        ending = "Save again to put yours in its place."
        assert {
            name: errors
            for name, errors in refused.context["form"].errors.items()
            if name != "__all__"
        } == {
            "correspondence_type": [
                "Somebody else changed this to “nothing”; you want “Hard copy”. "
                + ending
            ],
            "campaign_target": [
                f"Somebody else changed this to “Yes”; you want “No”. {ending}"
            ],
        }
        assert own(bo) == {"correspondence_type": "", "campaign_target": True}
        assert client.post(url, opened(refused, form=EDITOR)).status_code == 302
        assert own(bo) == {"correspondence_type": "hard_copy", "campaign_target": False}

    def test_a_document_of_the_other_is_not_replaced_unseen(self, client, segment):
        bo = line_of(segment, "Bo")
        url = at(segment, "line_edit", bo.pk)
        first, second = (opened(client.get(url)) for _ in range(2))
        hers, mine = (
            SimpleUploadedFile(name, letter(name))
            for name in ("hers.docx", "mine.docx")
        )
        client.post(url, first | {"own_document": hers})
        refused = client.post(url, second | {"own_document": mine})
        (said,) = refused.context["form"].errors["own_document"]
        assert "“hers.docx”" in said
        assert "“mine.docx”" in said
        bo.refresh_from_db()
        assert bo.document.name == "hers.docx"

    def test_who_was_taken_off_meanwhile_is_said(self, client, segment, monkeypatch):
        bo = line_of(segment, "Bo")

        def somebody_is_faster(**values):
            remove_by_hand(
                segment=segment,
                contacts=these(bo.contact),
                user=None,
                at=NOW,
                expected_version=version_at(segment, 1),
            )
            return change_line(**values)

        monkeypatch.setattr(lines_view, "change_line", somebody_is_faster)
        form = {"personal_text": "Dear Bo"}
        page = client.post(at(segment, "line_edit", bo.pk), form)
        assert "Somebody else changed this segment" in page.content.decode()
        assert own(bo) == {}
