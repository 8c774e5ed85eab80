"""Logging in the browser: every problem on one page, the choices, one winner."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from contacts.tests.factories import make_person
from interactions.models import Campaign, Delivery, InteractionLogEntry, LoggedSegment
from interactions.tests.factories import make_template
from segments_app.models import Segment, SegmentStep
from segments_app.services import add_by_hand, add_contacts, go_back, preflight
from segments_app.services.change_header import change_header
from segments_app.services.change_line import change_line
from segments_app.tests.factories import NOW, make_segment, names_on, these, version_at
from segments_app.views.in_effect import in_effect

from .log_side import letter_segment, seen, text

pytestmark = pytest.mark.django_db


def log_url(segment):
    return reverse("segments:log", args=[segment.pk])


def click(browser, segment, **choices):
    """Press the button of the page as it was shown, its warnings confirmed."""
    ticked = {name: "on" for name, chosen in choices.items() if chosen}
    deliver = choices.get("deliver", False)
    problems = preflight(segment=segment, deliver=deliver)
    ticked["confirmed"] = " ".join(each.kind for each in problems if not each.refuses)
    return browser.post(log_url(segment), seen(segment) | ticked)


def said(page):
    return [str(message) for message in page.context["messages"]]


@pytest.fixture
def faulty():
    """Two good lines, one blocked contact, one without a street."""
    segment = letter_segment(people=4)
    third, fourth = Contact.objects.filter(name__in=["Person No003", "Person No004"])
    Contact.objects.filter(pk=third.pk).update(privacy_blocked=True)
    Contact.objects.filter(pk=fourth.pk).update(address="")
    return segment


class TestTheCheckBeforeLogging:
    def test_it_lists_every_problem_at_once_with_lines_and_the_place_to_mend_it(
        self, anne, faulty
    ):
        page = anne.get(log_url(faulty))
        shown = [
            (each.problem.kind, each.problem.severity, each.problem.lines, each.fix_url)
            for each in page.context["problems"]
        ]
        blocked = reverse("segments:problem", args=[faulty.pk, "privacy_blocked"])
        street = reverse("segments:problem", args=[faulty.pk, "address_missing"])
        assert shown == [
            ("privacy_blocked", "problem", 1, blocked),
            ("address_missing", "warning", 1, street),
        ]
        assert f'href="{blocked}"' in text(page)

    def test_what_is_mended_on_the_segment_leads_there(self, anne):
        segment = make_segment(make_person("Bo Lie"))
        problems = anne.get(log_url(segment)).context["problems"]
        places = {each.problem.kind: each.fix_url for each in problems}
        edit = reverse("segments:edit", args=[segment.pk])
        assert places == {"no_template": edit, "salesperson_missing": edit}

    def test_delivering_is_checked_more_severely(self, mona, faulty):
        page = mona.get(log_url(faulty), {"deliver": "on"})
        assert [
            (each.problem.kind, each.problem.severity)
            for each in page.context["problems"]
        ] == [("privacy_blocked", "problem"), ("address_missing", "problem")]

    def test_ticking_deliver_refreshes_only_the_list_and_the_button(self, mona, faulty):
        part = mona.get(log_url(faulty), {"deliver": "on"}, HTTP_HX_REQUEST="true")
        assert 'id="preflight"' in text(part)
        assert 'id="log-button" hx-swap-oob="true"' in text(part)
        assert "<html" not in text(part)

    def test_the_button_says_how_many_with_and_without_the_faulty(self, anne, faulty):
        page = text(anne.get(log_url(faulty)))
        assert '<span class="with-all">Log 4 contacts</span>' in page
        assert '<span class="with-the-good">Log 3 contacts</span>' in page

    def test_without_problems_it_says_so_and_shows_what_is_logged(self, anne):
        page = anne.get(log_url(letter_segment(people=2)))
        assert page.context["problems"] == []
        assert "Everything is ready." in text(page)
        assert "11/20/2026" in text(page)
        assert "Log 2 contacts" in text(page)

    def test_steps_that_were_gone_back_are_told_to_go_for_good(self, anne):
        segment = letter_segment(people=2)
        add_contacts(
            segment=segment,
            criteria=None,
            options={"all_contacts": True},
            user=None,
            at=NOW,
        )
        go_back(segment=segment, user=None)
        page = anne.get(log_url(segment))
        assert page.context["loss"] == "1 undone step is dropped for good."
        assert page.context["loss"] in text(page)

    def test_what_the_contacts_have_in_the_end_is_shown(self, anne):
        spring = Campaign.objects.create(description="Spring")
        template = make_template("NEWS", description="Newsletter", campaign=spring)
        bo, dag = make_person("Bo Lie"), make_person("Dag Dahl")
        segment = make_segment(bo, dag, template=template)
        told = [anne.get(log_url(segment)).context["in_effect"]]
        segment.lines.update(template=make_template("CALL", description="A call"))
        told.append(anne.get(log_url(segment)).context["in_effect"])
        segment.lines.filter(contact=bo).update(template=None)
        told.append(anne.get(log_url(segment)).context["in_effect"])
        assert told == [
            {
                "template": "NEWS Newsletter",
                "campaign": f"{spring} (from the template)",
            },
            {"template": "CALL A call", "campaign": f"{spring} (from the template)"},
            {
                "template": "differs from contact to contact",
                "campaign": f"{spring} (from the template)",
            },
        ]

    def test_an_empty_segment_offers_nothing_but_the_way_back(self, anne):
        page = text(anne.get(log_url(make_segment())))
        assert "disabled> Nobody to log </button>" in " ".join(page.split())
        assert "Merge letters" not in page

    def test_it_says_what_is_for_good_and_what_can_be_cancelled(self, anne):
        page = text(anne.get(log_url(letter_segment(people=1))))
        said = (
            "closes the segment for good. The log stays; its interactions can be "
            "cancelled afterwards, and then they do not count."
        )
        assert said in page
        assert "taken back" not in page

    def test_it_asks_as_much_of_a_large_segment_as_of_a_small_one(
        self, anne, django_assert_num_queries
    ):
        small, large = letter_segment(people=1), letter_segment(people=30)
        for segment in (small, large):
            anne.get(log_url(segment))  # the document is compiled once
            with django_assert_num_queries(17):
                anne.get(log_url(segment))


class TestTheContactsWithAProblem:
    def test_they_are_listed_and_lead_to_their_cards(self, rolf, faulty):
        url = reverse("segments:problem", args=[faulty.pk, "address_missing"])
        page = rolf.get(url)
        contact = Contact.objects.get(name="Person No004")
        assert [line.contact for line in page.context["page_obj"]] == [contact]
        assert reverse("contacts:detail", args=[contact.pk]) in text(page)

    def test_who_may_change_the_segment_gets_to_the_own_values_of_each_too(
        self, anne, rolf, faulty
    ):
        url = reverse("segments:problem", args=[faulty.pk, "address_missing"])
        line = faulty.lines.get(contact__name="Person No004")
        edit = reverse("segments:line_edit", args=[faulty.pk, line.pk])
        assert f'href="{edit}"' in text(anne.get(url))
        assert edit not in text(rolf.get(url))

    def test_the_page_asks_as_much_for_many_as_for_one(
        self, anne, django_assert_num_queries
    ):
        small, large = letter_segment(people=1), letter_segment(people=30)
        Contact.objects.update(exclude_from_segment=True)
        for segment in (small, large):
            url = reverse("segments:problem", args=[segment.pk, "excluded"])
            anne.get(url)  # the document is compiled once
            with django_assert_num_queries(13):
                anne.get(url)

    def test_they_can_be_taken_off_at_once_as_a_step_to_go_back_to(self, anne, faulty):
        url = reverse("segments:problem", args=[faulty.pk, "privacy_blocked"])
        answer = anne.post(
            url, {"expected_version": version_at(faulty, 1)}, follow=True
        )
        assert names_on(faulty) == ["Person No001", "Person No002", "Person No004"]
        step = SegmentStep.objects.get(segment=faulty, position=2)
        assert (step.kind, step.left) == ("by_hand", 1)
        assert answer.redirect_chain == [(log_url(faulty), 302)]
        assert said(answer) == ["1 contact was taken off the segment."]
        again = anne.post(url, follow=True)
        assert said(again) == ["No contact has this problem"]

    def test_a_second_click_takes_nobody_off_and_says_so(self, anne, faulty):
        url = reverse("segments:problem", args=[faulty.pk, "privacy_blocked"])
        anne.post(url, {"expected_version": version_at(faulty, 1)})
        answer = anne.post(
            url, {"expected_version": version_at(faulty, 1)}, follow=True
        )
        assert answer.redirect_chain == [(log_url(faulty), 302)]
        assert faulty.steps.count() == 2
        assert said(answer)[1:] == ["No contact has this problem"]

    def test_undone_steps_are_dropped_only_when_that_was_said(self, anne, faulty):
        eva = make_person("Eva Foss", city="Moss")
        add_by_hand(segment=faulty, contacts=these(eva), user=None, at=NOW)
        go_back(segment=faulty, user=None)
        url = reverse("segments:problem", args=[faulty.pk, "privacy_blocked"])
        page = anne.post(url, {"expected_version": version_at(faulty, 1)})
        assert "1 undone step is dropped for good." in text(page)
        assert list(page.context["form"].errors) == ["drop_undone"]
        assert (faulty.steps.count(), len(names_on(faulty))) == (2, 4)
        anne.post(url, {"expected_version": version_at(faulty, 1), "drop_undone": "on"})
        assert names_on(faulty) == ["Person No001", "Person No002", "Person No004"]

    def test_nobody_is_taken_off_when_somebody_else_was_faster(self, anne, faulty):
        url = reverse("segments:problem", args=[faulty.pk, "privacy_blocked"])
        page = anne.post(url, {"expected_version": version_at(faulty, 0)})
        assert "Somebody else changed this segment" in text(page)
        assert page.context["form"]["expected_version"].value() == faulty.steps_version
        assert len(names_on(faulty)) == 4

    def test_who_only_reads_takes_nobody_off(self, rolf, faulty):
        url = reverse("segments:problem", args=[faulty.pk, "privacy_blocked"])
        assert rolf.post(url).status_code == 403
        assert len(names_on(faulty)) == 4

    def test_a_problem_that_does_not_exist_is_not_found(self, rolf, faulty):
        url = reverse("segments:problem", args=[faulty.pk, "bad_weather"])
        assert rolf.get(url).status_code == 404

    def test_a_mended_problem_says_so(self, rolf):
        segment = letter_segment(people=1)
        url = reverse("segments:problem", args=[segment.pk, "privacy_blocked"])
        assert "No contact has this problem" in text(rolf.get(url))


class TestLogging:
    def test_the_segment_becomes_history_and_the_user_is_told(self, anne):
        segment = letter_segment(people=2, number="SM-7")
        answer = anne.post(log_url(segment), seen(segment), follow=True)
        logged = LoggedSegment.objects.get()
        assert answer.redirect_chain == [(logged.get_absolute_url(), 302)]
        assert said(answer) == ["Segment SM-7 is logged: 2 interactions."]
        assert (logged.user.username, logged.interactions.count()) == ("anne", 2)
        assert (Segment.objects.count(), Delivery.objects.count()) == (0, 0)

    def test_with_a_follow_up_the_way_to_it_is_shown(self, anne):
        segment = letter_segment(people=2)
        url = click(anne, segment, follow_up=True).url
        follow_up = Segment.objects.get()
        assert names_on(follow_up) == ["Person No001", "Person No002"]
        assert follow_up.get_absolute_url() in text(anne.get(url))

    def test_who_may_deliver_fills_the_outbox(self, mona):
        segment = letter_segment(people=2)
        click(mona, segment, deliver=True)
        assert set(Delivery.objects.values_list("channel", "status")) == {
            ("hard_copy", "queued")
        }
        assert Delivery.objects.count() == 2


class TestRefusals:
    def test_problems_refuse_and_nothing_is_written(self, anne, faulty):
        page = click(anne, faulty)
        assert page.status_code == 200
        assert page.context["refusal"] == (
            "Nothing was logged. Mend the problems below first."
        )
        assert page.context["refusal"] in text(page)
        assert (LoggedSegment.objects.count(), len(names_on(faulty))) == (0, 4)

    def test_what_was_ticked_stays_ticked(self, mona, faulty):
        page = click(mona, faulty, deliver=True, follow_up=True)
        form = page.context["form"]
        chosen = {name: bool(form[name].value()) for name in form.fields}
        assert chosen == {
            "deliver": True,
            "skip_problem_lines": False,
            "follow_up": True,
            "expected_version": True,
            "seen_at": True,
        }

    def test_the_contacts_with_a_problem_can_be_left_out(self, anne, faulty):
        url = click(anne, faulty, skip_problem_lines=True).url
        rest = Segment.objects.get()
        assert names_on(rest) == ["Person No003"]
        assert LoggedSegment.objects.get().interactions.count() == 3
        assert rest.get_absolute_url() in text(anne.get(url))

    def test_if_every_contact_has_a_problem_nothing_is_left_to_log(self, anne):
        segment = make_segment(make_person("Bo Lie"))
        page = click(anne, segment, skip_problem_lines=True)
        assert page.context["refusal"] == (
            "Nothing was logged: every contact has a problem."
        )
        assert LoggedSegment.objects.count() == 0

    def test_an_empty_segment(self, anne):
        page = click(anne, make_segment(template=make_template()))
        kinds = [each.problem.kind for each in page.context["problems"]]
        assert kinds == ["empty"]
        assert "Nothing was logged" in text(page)

    def test_a_second_click_is_told_that_it_is_logged_already(self, anne):
        segment = letter_segment(people=2, number="SM-7")
        shown = seen(segment)
        click(anne, segment)
        again = anne.post(log_url(segment), shown, follow=True)
        logged = LoggedSegment.objects.get()
        assert again.redirect_chain == [(logged.get_absolute_url(), 302)]
        assert "Segment SM-7 is logged already." in said(again)
        assert InteractionLogEntry.objects.count() == 2

    def test_so_is_somebody_whose_number_was_logged_before(self, anne):
        LoggedSegment.objects.create(segment_number="SM-7", description="Long ago")
        segment = letter_segment(people=1, number="SM-7")
        answer = anne.post(log_url(segment), seen(segment), follow=True)
        assert said(answer) == ["Segment SM-7 is logged already."]
        assert len(names_on(segment)) == 1

    def test_a_segment_that_somebody_changed_meanwhile_is_shown_again(self, anne):
        segment = letter_segment(people=2)
        shown = seen(segment) | {"expected_version": version_at(segment, 0)}
        page = anne.post(log_url(segment), shown)
        assert "Somebody else changed this segment" in page.context["refusal"]
        assert page.context["form"]["expected_version"].value() == segment.steps_version
        assert LoggedSegment.objects.count() == 0

    @pytest.mark.parametrize("place", ["header", "line"])
    def test_so_is_one_whose_header_or_line_was_changed(self, anne, place):
        segment = letter_segment(people=2)
        shown = seen(segment)
        said = {"values": {"subject": "News"}, "user": None, "at": timezone.now()}
        if place == "header":
            change_header(segment=segment, **said)
        else:
            change_line(line=segment.lines.first(), **said)
        page = anne.post(log_url(segment), shown)
        assert "Somebody else changed this segment" in page.context["refusal"]
        assert LoggedSegment.objects.count() == 0
        again = page.context["form"].initial
        assert again["seen_at"] != shown["seen_at"]
        click(anne, segment)
        assert LoggedSegment.objects.count() == 1

    def test_a_segment_that_never_was_is_not_found(self, anne):
        url = reverse("segments:log", args=[4711])
        assert anne.get(url).status_code == 404
        assert anne.post(url, {"expected_version": "1.1"}).status_code == 404


class TestWhoMay:
    def test_who_only_reads_does_not_log(self, rolf, stranger):
        segment = letter_segment(people=1)
        assert rolf.get(log_url(segment)).status_code == 403
        assert click(rolf, segment).status_code == 403
        assert click(stranger, segment).url.startswith(reverse("login"))
        assert LoggedSegment.objects.count() == 0

    def test_an_assistant_logs_but_does_not_deliver(self, anne):
        segment = letter_segment(people=1)
        form = anne.get(log_url(segment)).context["form"]
        assert "deliver" not in form.fields
        assert anne.get(log_url(segment), {"deliver": "on"}).status_code == 403
        assert click(anne, segment, deliver=True).status_code == 403
        assert (LoggedSegment.objects.count(), Delivery.objects.count()) == (0, 0)
        assert click(anne, segment).status_code == 302
        assert LoggedSegment.objects.count() == 1


def test_what_is_in_effect_is_asked_once_however_many_lines_there_are():
    """A pair per difference comes back from the database, not one per contact."""
    segment = letter_segment(people=30)
    with CaptureQueriesContext(connection) as asked:
        in_effect(segment)
    assert asked.captured_queries[0]["sql"].startswith("SELECT DISTINCT")
