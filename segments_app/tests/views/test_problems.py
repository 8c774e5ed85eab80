"""Mending a problem beside it: the contact, the lines, the way back."""

import pytest
from django.urls import reverse

from contacts.models import Contact, ContactChange, Salutation
from interactions.models import LoggedSegment
from interactions.tests.factories import make_document
from segments_app.forms.mending import contact_form
from segments_app.models import Segment
from segments_app.services import preflight
from segments_app.services.change_line import change_line
from segments_app.tests.factories import NOW, names_on

from .log_side import letter_segment, seen, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def segment():
    """Anna lacks a street, Bo is to get an e-mail and has no address, two are well."""
    segment = letter_segment(people=4, number="SM-7")
    anna, bo = Contact.objects.filter(name__in=["Person No001", "Person No002"])
    Contact.objects.filter(pk=anna.pk).update(address="")
    Contact.objects.filter(pk=bo.pk).update(email="")
    segment.lines.filter(contact=bo).update(correspondence_type="email")
    return segment


def problem_url(segment, kind, name="problem", *more):
    return reverse(f"segments:{name}", args=[segment.pk, kind, *more]) + "?deliver=on"


def mend(browser, segment, kind, contact, **values):
    """Fill in the form of one contact in the list and send it as it was shown."""
    page = browser.get(problem_url(segment, kind))
    (form,) = (
        form for line, form in page.context["rows"] if line.contact_id == contact.pk
    )
    sent = {form.add_prefix("version"): form["version"].value()}
    sent |= {form.add_prefix(name): value for name, value in values.items()}
    return browser.post(problem_url(segment, kind, "problem_contact", contact.pk), sent)


def kinds(segment):
    return {
        problem.kind: problem.lines
        for problem in preflight(segment=segment, deliver=True)
    }


def test_the_link_to_them_says_how_many_they_are(mona, segment):
    page = text(mona.get(reverse("segments:log", args=[segment.pk]), {"deliver": "on"}))
    assert '<span class="visually-hidden">1 contact: ' in page
    segment.lines.update(correspondence_type="email")
    Contact.objects.update(email="")
    page = text(mona.get(reverse("segments:log", args=[segment.pk]), {"deliver": "on"}))
    assert '<span class="visually-hidden">4 contacts: ' in page


class TestTheContact:
    def test_an_email_address_is_filled_in_right_there(self, mona, segment):
        bo = Contact.objects.get(name="Person No002")
        answer = mend(mona, segment, "email_missing", bo, email="bo@example.no")
        assert answer.url == problem_url(segment, "email_missing")
        bo.refresh_from_db()
        assert bo.email == "bo@example.no"
        assert kinds(segment) == {"address_missing": 1}
        assert ContactChange.objects.filter(contact=bo, user__username="mona").exists()
        back = mona.get(answer.url)
        assert back.context["back_url"].endswith("/log/?deliver=on")
        assert "It is mended." in text(back)

    def test_so_is_a_postal_address(self, anne, segment):
        anna = Contact.objects.get(name="Person No001")
        mend(anne, segment, "address_missing", anna, address="Veien 9", city="Voss")
        anna.refresh_from_db()
        assert (anna.address, anna.city) == ("Veien 9", "Voss")

    def test_so_is_a_salutation(self, anne, segment):
        frau = Salutation.objects.create(code="F")
        segment.lines.update(document=make_document("{{ formal_salutation }}"))
        anna = Contact.objects.get(name="Person No001")
        mend(anne, segment, "salutation_missing", anna, salutation=frau.pk)
        anna.refresh_from_db()
        assert anna.salutation == frau

    def test_what_is_wrong_is_said_at_its_place(self, mona, segment):
        bo = Contact.objects.get(name="Person No002")
        page = mend(mona, segment, "email_missing", bo, email="bo at example")
        assert page.status_code == 200
        ((_line, form),) = page.context["rows"]
        assert list(form.errors) == ["email"]
        assert 'value="bo at example"' in text(page)
        bo.refresh_from_db()
        assert bo.email == ""

    def test_nothing_of_somebody_else_is_written_over(self, mona, segment):
        bo = Contact.objects.get(name="Person No002")
        url = problem_url(segment, "email_missing", "problem_contact", bo.pk)
        name = f"contact-{bo.pk}"
        page = mona.post(url, {f"{name}-email": "b@b.no", f"{name}-version": "old"})
        assert "meanwhile" in text(page) or "in the meantime" in text(page)
        bo.refresh_from_db()
        assert bo.email == ""

    def test_what_was_typed_stays_where_somebody_else_mended_it(self, mona, segment):
        bo = Contact.objects.get(name="Person No002")
        before = contact_form(("email",), bo)
        mend(mona, segment, "email_missing", bo, email="first@example.no")
        page = self.save(mona, segment, before, "second@example.no")
        assert page.context["rows"] == []
        shown = text(page)
        assert "This contact does not have the problem any more." in shown
        assert "It is mended." not in shown
        assert 'value="second@example.no"' in shown
        again = self.save(mona, segment, page.context["refused"], "second@example.no")
        assert again.status_code == 302
        bo.refresh_from_db()
        assert bo.email == "second@example.no"

    def save(self, browser, segment, form, email):
        """Send the form as it is shown, with this address typed in."""
        bo = form.instance
        sent = {form.add_prefix("version"): form["version"].value()}
        return browser.post(
            problem_url(segment, "email_missing", "problem_contact", bo.pk),
            sent | {form.add_prefix("email"): email},
        )

    def test_a_parent_s_consent_is_for_who_may_change_privacy(
        self, anne, mona, segment
    ):
        anna = Contact.objects.get(name="Person No001")
        Contact.objects.filter(pk=anna.pk).update(minor=True)
        page = anne.get(problem_url(segment, "minor"))
        assert [form for _line, form in page.context["rows"]] == [None]
        url = problem_url(segment, "minor", "problem_contact", anna.pk)
        assert anne.post(url).status_code == 403
        mend(mona, segment, "minor", anna, parental_consent_received="on")
        anna.refresh_from_db()
        assert anna.parental_consent_received

    def test_who_only_reads_mends_nobody(self, rolf, segment):
        bo = Contact.objects.get(name="Person No002")
        page = rolf.get(problem_url(segment, "email_missing"))
        assert [form for _line, form in page.context["rows"]] == [None]
        url = problem_url(segment, "email_missing", "problem_contact", bo.pk)
        assert rolf.post(url).status_code == 403

    def test_somebody_who_is_not_on_the_segment_is_not_found(self, mona, segment):
        stranger = Contact.objects.get(name="Kaffe AS")
        url = problem_url(segment, "email_missing", "problem_contact", stranger.pk)
        assert mona.post(url).status_code == 404


class TestTheLines:
    def test_another_channel_for_all_of_them(self, mona, segment):
        url = problem_url(segment, "email_missing", "problem_value")
        sent = seen(segment) | {"correspondence_type": "hard_copy"}
        answer = mona.post(url, sent, follow=True)
        assert "1 line is changed." in text(answer)
        assert kinds(segment) == {"address_missing": 1}
        line = segment.lines.get(contact__name="Person No002")
        assert line.correspondence_type == "hard_copy"

    def test_the_value_must_be_given(self, mona, segment):
        url = problem_url(segment, "email_missing", "problem_value")
        page = mona.post(url, seen(segment))
        assert list(page.context["value_form"].errors) == ["correspondence_type"]

    def test_not_of_a_segment_that_was_changed_meanwhile(self, mona, segment):
        sent = seen(segment) | {"correspondence_type": "hard_copy"}
        line = segment.lines.first()
        change_line(line=line, values={"subject": "News"}, user=None, at=NOW)
        page = mona.post(problem_url(segment, "email_missing", "problem_value"), sent)
        assert "Somebody else changed this segment" in text(page)
        assert kinds(segment)["email_missing"] == 1
        again = page.context["value_form"]
        segment.refresh_from_db()
        assert again.data["seen_at"] == segment.updated_at.isoformat()

    def test_a_problem_that_no_value_mends_has_no_such_page(self, mona, segment):
        url = problem_url(segment, "privacy_blocked", "problem_value")
        assert mona.post(url, seen(segment)).status_code == 404

    def test_who_only_reads_changes_no_line(self, rolf, segment):
        url = problem_url(segment, "email_missing", "problem_value")
        assert rolf.post(url, seen(segment)).status_code == 403

    def test_of_those_at_one_email_address_the_first_stays(self, mona, segment):
        Contact.objects.filter(name__contains="No").update(email="post@kaffe.no")
        segment.lines.update(correspondence_type="email")
        url = problem_url(segment, "same_email")
        assert "Take 3 contacts off the segment" in text(mona.get(url))
        mona.post(url, seen(segment))
        assert names_on(segment) == ["Person No001"]


class TestBeforeLogging:
    def log_url(self, segment):
        return reverse("segments:log", args=[segment.pk])

    def test_the_numbers_are_said_before_the_good_ones_are_logged(self, mona, segment):
        page = mona.get(self.log_url(segment), {"deliver": "on"})
        assert "logged 2, kept in a new segment 2" in text(page)
        sent = seen(segment) | {"deliver": "on", "skip_problem_lines": "on"}
        mona.post(self.log_url(segment), sent)
        logged = LoggedSegment.objects.get()
        assert logged.interactions.count() == 2
        assert names_on(Segment.objects.get()) == ["Person No001", "Person No002"]

    def test_warnings_must_be_confirmed(self, anne, segment):
        page = anne.get(self.log_url(segment))
        assert page.context["warnings"] == "email_missing address_missing"
        assert 'name="confirmed" value="email_missing address_missing"' in text(page)
        refused = anne.post(self.log_url(segment), seen(segment))
        assert "Look at the warnings below" in refused.context["refusal"]
        assert LoggedSegment.objects.count() == 0
        confirmed = {"confirmed": "email_missing address_missing"}
        anne.post(self.log_url(segment), seen(segment) | confirmed)
        assert LoggedSegment.objects.count() == 1

    def test_a_warning_that_came_meanwhile_is_asked_about(self, anne, segment):
        Contact.objects.filter(name="Person No003").update(exclude_from_segment=True)
        confirmed = {"confirmed": "email_missing address_missing"}
        refused = anne.post(self.log_url(segment), seen(segment) | confirmed)
        assert "Excluded from segments." in text(refused)
        assert LoggedSegment.objects.count() == 0

    def test_mending_asks_as_much_for_many_as_for_few(
        self, mona, django_assert_num_queries
    ):
        small, large = letter_segment(people=1), letter_segment(people=30)
        Contact.objects.filter(name__contains="No").update(address="")
        for segment in (small, large):
            url = problem_url(segment, "address_missing")
            mona.get(url)
            with django_assert_num_queries(14):
                mona.get(url)
