"""Logged segments: the list, what one was, and what can be made of it."""

import datetime
import io
import zipfile

import docx
import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils.html import strip_tags

from contacts.models import Contact
from contacts.tests.factories import make_person
from interactions.models import Campaign, InteractionLogEntry
from interactions.tests.factories import make_entry, make_logged_segment
from jobs.models import Job
from jobs.services import run_job
from segments_app.jobs import letters
from segments_app.models import Segment
from segments_app.services import (
    add_by_hand,
    add_contacts,
    go_back,
    log_segment,
    redo,
)
from segments_app.tests.factories import NOW, make_segment, names_on, these, version_at

from .log_side import letter_segment, seen, text

pytestmark = pytest.mark.django_db


def log(segment, **options):
    return log_segment(segment=segment, user=None, at=NOW, **options)


def listed(page):
    return [each.segment_number for each in page.context["page_obj"]]


class TestTheList:
    url = "/segments/logged/"

    def test_the_newest_is_first_and_says_how_many_it_reached(self, rolf):
        log(letter_segment(people=2, number="SM-1"))
        log(letter_segment(people=1, number="SM-2"))
        page = rolf.get(self.url)
        assert [
            (each.segment_number, each.entries) for each in page.context["page_obj"]
        ] == [
            ("SM-2", 1),
            ("SM-1", 2),
        ]

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"search": "spring"}, ["SM-1"]),
            ({"search": "sm-2"}, ["SM-2"]),
            ({"logged_from": "2026-05-01"}, ["SM-2"]),
            ({"logged_to": "2026-05-01"}, ["SM-1"]),
            ({"cancelled": "yes"}, ["SM-2"]),
            ({"cancelled": "no"}, ["SM-1"]),
            ({"cancelled": "", "search": "", "user": ""}, ["SM-2", "SM-1"]),
        ],
    )
    def test_it_is_narrowed_by_what_is_asked(self, rolf, asked, found):
        day = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
        make_logged_segment("SM-1", description="Spring letter", created_at=day)
        make_logged_segment(
            "SM-2", description="Autumn", created_at=NOW, cancelled=True
        )
        assert listed(rolf.get(self.url, asked)) == found

    def test_by_whom_it_was_logged(self, rolf, anne):
        segment = letter_segment(people=1, number="SM-7")
        anne.post(reverse("segments:log", args=[segment.pk]), seen(segment))
        make_logged_segment("SM-1")
        page = rolf.get(self.url)
        users = page.context["filter"].form.fields["user"].queryset
        assert [user.username for user in users] == ["anne"]
        assert listed(rolf.get(self.url, {"user": users.get().pk})) == ["SM-7"]

    def test_nothing_yet_and_nothing_found_are_told_apart(self, rolf):
        assert "No segment was logged yet" in text(rolf.get(self.url))
        assert "Nothing found" in text(rolf.get(self.url, {"search": "x"}))

    def test_it_has_pages(self, rolf):
        for number in range(60):
            make_logged_segment(f"SM-{number:02}")
        second = listed(rolf.get(self.url, {"page": 2}))
        assert second == [f"SM-{number:02}" for number in range(9, -1, -1)]

    def test_it_asks_as_much_for_a_full_page_as_for_one_row(
        self, rolf, django_assert_num_queries
    ):
        for number in range(30):
            if number in (1, 29):
                with django_assert_num_queries(10):
                    rolf.get(self.url)
            make_entry(
                Contact.objects.first() or make_person("Bo Lie"),
                logged_segment=make_logged_segment(f"SM-{number:02}"),
            )

    def test_a_stranger_logs_in_first(self, stranger):
        assert stranger.get(self.url).url.startswith(reverse("login"))


class TestOneLoggedSegment:
    def test_it_shows_its_header_its_steps_as_sentences_and_every_interaction(
        self, rolf
    ):
        segment = letter_segment(people=2, number="SM-7")
        make_person("Cecilie Moe", city="Bergen", address="Torget 1")
        add_contacts(
            segment=segment,
            criteria={"field": "city", "op": "is", "value": "Bergen"},
            user=None,
            at=NOW,
        )
        logged = log(segment)
        page = rolf.get(logged.get_absolute_url())
        assert [entry.contact.name for entry in page.context["table"].entries] == [
            *("Person No001", "Person No002", "Cecilie Moe")
        ]
        steps = page.context["steps"]
        assert [(step.kind, step.sentence, step.entered) for step in steps] == [
            ("By hand", "", 2),
            ("Add contacts", "city is “Bergen”", 1),
        ]
        assert page.context["header"]["date"] == datetime.date(2026, 11, 20)
        for entry in logged.interactions.all():
            assert reverse("interactions:entry", args=[entry.pk]) in text(page)

    def test_a_register_without_a_snapshot_is_shown_too(self, rolf):
        page = rolf.get(make_logged_segment().get_absolute_url())
        assert "The steps were not kept." in text(page)
        assert "No interactions are left." in text(page)

    def test_the_state_of_the_delivery_is_counted(self, rolf):
        logged = log(letter_segment(people=2), deliver=True)
        page = rolf.get(logged.get_absolute_url())
        assert page.context["delivery"] == [("Queued", 2)]

    def test_codes_and_logins_are_shown_with_their_names(self, anne):
        User.objects.filter(username="anne").update(first_name="Anne", last_name="Ås")
        spring = Campaign.objects.create(description="Spring")
        segment = letter_segment(people=2)
        template = segment.template
        template.campaign = spring
        template.save()
        user = User.objects.get(username="anne")
        segment.steps.update(user=user)
        logged = log_segment(segment=segment, user=user, at=NOW)
        page = anne.get(logged.get_absolute_url())
        header = page.context["header"]
        assert {
            name: header[name] for name in ("template", "campaign", "salesperson")
        } == {
            "template": str(template),
            "campaign": str(spring),
            "salesperson": "JON Jon",
        }
        assert [step.user for step in page.context["steps"]] == ["Anne Ås"]
        assert "<dd>Anne Ås</dd>" in text(page)
        assert "Anne Ås" in text(anne.get(TestTheList.url))

    def test_a_code_that_is_gone_is_shown_as_it_was(self, anne):
        logged = log(letter_segment(people=1))
        logged.criteria["header"]["campaign"] = "CP-9"
        logged.criteria["steps"][0]["user"] = "gone"
        logged.save()
        page = anne.get(logged.get_absolute_url())
        assert page.context["header"]["campaign"] == "CP-9"
        assert [step.user for step in page.context["steps"]] == ["gone"]

    def test_it_asks_as_much_of_a_large_one_as_of_a_small_one(
        self, anne, django_assert_num_queries
    ):
        small, large = log(letter_segment(people=1)), log(letter_segment(people=60))
        for logged in (small, large):
            with django_assert_num_queries(27):
                anne.get(logged.get_absolute_url())

    def test_who_only_reads_gets_no_buttons(self, rolf, anne):
        logged = log(letter_segment(people=1))
        assert "Create follow-up segment" not in text(
            rolf.get(logged.get_absolute_url())
        )
        assert "Create follow-up segment" in text(anne.get(logged.get_absolute_url()))


class TestAgain:
    """Follow up, use the contacts again, print the letters again."""

    @pytest.mark.parametrize(
        ("only", "names"),
        [
            ("all", ["Person No001", "Person No002"]),
            ("not_answered", ["Person No002"]),
            ("evaluation", ["Person No001"]),
        ],
    )
    def test_a_follow_up_of_some_or_all(self, anne, only, names):
        logged = log(letter_segment(people=2))
        logged.interactions.filter(contact__name="Person No001").update(
            evaluation="positive"
        )
        url = reverse("segments:follow_up", args=[logged.pk])
        answer = anne.post(url, {"only": only})
        segment = Segment.objects.get()
        assert answer.url == segment.get_absolute_url()
        assert names_on(segment) == names
        assert (segment.follow_up_of, segment.owner.username) == (logged, "anne")

    def test_how_many_each_choice_takes_is_told_before(self, anne, rolf):
        logged = log(letter_segment(people=3))
        logged.interactions.filter(contact__name="Person No001").update(
            evaluation="positive"
        )
        url = reverse("segments:follow_up_count", args=[logged.pk])
        page = text(anne.get(url, {"only": "all", "days": ""}))
        for said in (
            "logged: 3",
            "answer: 2",
            "evaluation: 1",
            "reached: 0",
            "back: 0",
        ):
            assert said in strip_tags(page)
        page = text(anne.get(url, {"only": "all", "days": "9999"}))
        assert "answer" not in page
        assert rolf.get(url).status_code == 403

    def test_nobody_is_like_that(self, anne):
        logged = log(letter_segment(people=1))
        url = reverse("segments:follow_up", args=[logged.pk])
        page = anne.post(url, {"only": "returned"})
        assert "Nobody of this segment is like that." in text(page)
        assert Segment.objects.count() == 0

    def test_an_unknown_choice_is_refused_at_its_place(self, anne):
        logged = log(letter_segment(people=1))
        url = reverse("segments:follow_up", args=[logged.pk])
        page = anne.post(url, {"only": "friends"})
        assert page.context["follow_up_form"].errors.keys() == {"only"}
        assert Segment.objects.count() == 0

    @pytest.mark.parametrize("name", ["follow_up", "reuse_logged"])
    def test_who_may_not_see_logged_segments_uses_none_again(self, anne, name):
        logged = log(letter_segment(people=1))
        Permission.objects.get(codename="view_loggedsegment").group_set.clear()
        url = reverse(f"segments:{name}", args=[logged.pk])
        ask = anne.post if name == "follow_up" else anne.get
        assert ask(url).status_code == 403
        assert Segment.objects.count() == 0

    def test_its_contacts_can_be_added_to_an_open_segment(self, anne):
        logged = log(letter_segment(people=2))
        other = make_segment(make_person("Bo Lie"))
        url = reverse("segments:reuse_logged", args=[logged.pk])
        answer = anne.get(url, {"segment": other.pk})
        shown = anne.get(answer.url)
        assert "Add 2 contacts</button>" in text(shown)
        assert names_on(other) == ["Bo Lie"]
        sent = {
            "logged_segment": logged.pk,
            "expected_version": version_at(other, 1),
            "apply": "yes",
        }
        answer = anne.post(answer.url, sent)
        assert answer.url == other.get_absolute_url()
        assert names_on(other) == ["Bo Lie", "Person No001", "Person No002"]

    def test_undone_steps_of_that_segment_are_dropped_only_when_that_was_said(
        self, anne
    ):
        logged = log(letter_segment(people=2))
        bo, eva = make_person("Bo Lie"), make_person("Eva Foss")
        other = make_segment(bo)
        add_by_hand(segment=other, contacts=these(eva), user=None, at=NOW)
        go_back(segment=other, user=None)
        url = reverse("segments:difference", args=[other.pk, "logged"])
        asked = anne.get(url, {"logged_segment": logged.pk})
        assert "1 undone step is dropped for good." in text(asked)
        form = asked.context["step_form"]
        sent = {
            "logged_segment": logged.pk,
            "expected_version": form["expected_version"].value(),
            "apply": "yes",
        }
        refused = anne.post(url, sent)
        assert "Tick this to go on" in text(refused)
        assert (other.steps.count(), names_on(other)) == (2, ["Bo Lie"])
        sent["drop_undone"] = "on"
        redo(segment=other, user=None)
        faster = anne.post(url, sent)
        assert "Somebody else changed this segment" in text(faster)
        go_back(segment=other, user=None)
        assert anne.post(url, sent).url == other.get_absolute_url()
        assert names_on(other) == ["Bo Lie", "Person No001", "Person No002"]

    def test_a_segment_that_is_not_open_is_refused_at_its_place(self, anne):
        logged = log(letter_segment(people=1))
        url = reverse("segments:reuse_logged", args=[logged.pk])
        page = anne.get(url, {"segment": 4711})
        assert page.context["reuse_form"].errors.keys() == {"segment"}

    def test_the_letters_come_again_as_they_were(self, rolf):
        logged = log(letter_segment(people=2))
        Contact.objects.filter(name="Person No001").update(name="Married Name")
        url = reverse("segments:logged_letters", args=[logged.pk])
        answer = rolf.post(url, {"how": "one"})
        document = docx.Document(io.BytesIO(answer.getvalue()))
        assert [each.text for each in document.paragraphs if each.text] == [
            *("Dear Person No001", "See you!"),
            *("Dear Person No002", "See you!"),
        ]

    def test_or_as_one_file_for_each_contact(self, rolf):
        logged = log(letter_segment(people=2))
        url = reverse("segments:logged_letters", args=[logged.pk])
        answer = rolf.post(url, {"how": "each"})
        names = zipfile.ZipFile(io.BytesIO(answer.getvalue())).namelist()
        assert names == [
            *("1 Kaffe AS Person No001.docx", "2 Kaffe AS Person No002.docx")
        ]

    def test_many_letters_are_a_job(self, rolf, monkeypatch):
        monkeypatch.setattr(letters, "MOST_WITHOUT_JOB", 1)
        logged = log(letter_segment(people=2, number="SM-7"))
        url = reverse("segments:logged_letters", args=[logged.pk])
        assert rolf.get(url, {"how": "one"}).status_code == 405
        answer = rolf.post(url, {"how": "one"})
        job = Job.objects.get()
        assert answer.url == job.get_absolute_url()
        run_job(job=job)
        assert (job.state, job.done, job.result_name) == ("done", 2, "SM-7.docx")

    def test_without_letters_it_is_said(self, rolf):
        logged = make_logged_segment()
        url = reverse("segments:logged_letters", args=[logged.pk])
        page = rolf.post(url, {"how": "one"}, follow=True)
        assert "This segment was logged without letters." in text(page)

    def test_who_only_reads_makes_nothing_new(self, rolf):
        logged = log(letter_segment(people=1))
        follow_up = reverse("segments:follow_up", args=[logged.pk])
        assert rolf.post(follow_up).status_code == 403
        reuse = reverse("segments:reuse_logged", args=[logged.pk])
        assert rolf.get(reuse).status_code == 403
        assert InteractionLogEntry.objects.count() == 1
