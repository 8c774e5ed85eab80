"""Many interactions at once: chosen by ticks or all that the filter finds."""

import datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from contacts.tests.factories import make_person
from interactions.models import Delivery, InteractionComment, InteractionLogEntry
from interactions.tests.factories import make_entry, make_logged_segment, make_template
from interactions.views import entry_table
from jobs.models import Job

from .test_log import LOG, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    """May do everything with the log."""
    user = User.objects.create_user("boss")
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="interactions")
    )
    client.force_login(user)
    return client


@pytest.fixture
def three():
    return [
        make_entry(make_person(name), cost="1.50", duration=10)
        for name in ("Anna", "Bo", "Cecilie")
    ]


def url(code):
    return reverse("interactions:many", args=[code])


def do(browser, code, *entries, **values):
    keys = [entry.pk for entry in entries]
    return browser.post(url(code), {"entry": keys, "expected": len(keys), **values})


def cancelled():
    rows = InteractionLogEntry.objects.filter(cancelled=True).order_by("pk")
    return list(rows.values_list("contact__name", flat=True))


def evaluations():
    rows = InteractionLogEntry.objects.order_by("pk")
    return list(rows.values_list("evaluation", flat=True))


def test_the_ticked_ones_are_cancelled_with_a_reason_and_taken_back(boss, three):
    anna, bo, _cecilie = three
    page = boss.get(url("cancel"), {"entry": [anna.pk, bo.pk]})
    assert page.context["counts"]["counting"] == 2
    missing = do(boss, "cancel", anna, bo)
    assert missing.context["form"].errors.keys() == {"reason"}
    answer = do(boss, "cancel", anna, bo, reason="Wrong list")
    assert (answer.url, said(answer)) == (
        f"{LOG}?",
        ["2 interactions are cancelled."],
    )
    assert cancelled() == ["Anna", "Bo"]
    page = boss.get(anna.get_absolute_url()).content.decode()
    for fact in ("Wrong list", "boss", "Take the cancelling back"):
        assert fact in page
    answer = do(boss, "take-back", bo)
    assert said(answer) == ["1 interaction counts again."]
    assert (answer.url, cancelled()) == (bo.get_absolute_url(), ["Anna"])
    assert "Counts again" in boss.get(bo.get_absolute_url()).content.decode()


def test_all_that_the_filter_finds_wherever_they_stand(boss, three):
    query = {"query": "contact=bo", "all": "on"}
    answer = boss.post(
        url("evaluate"), {**query, "evaluation": "positive", "expected": 1}
    )
    assert answer.url == f"{LOG}?contact=bo"
    assert evaluations() == ["", "positive", ""]


def test_what_came_of_them_is_chosen_and_nothing_is_proposed(boss, three):
    do(boss, "evaluate", *three[:2], evaluation="positive")
    page = boss.get(url("evaluate"), {"entry": [entry.pk for entry in three]})
    assert '<option value="" selected>choose …</option>' in page.content.decode()
    page = do(boss, "evaluate", *three, evaluation="")
    assert page.context["form"].errors == {"evaluation": ["This field is required."]}
    assert evaluations() == ["positive", "positive", ""]


def test_evaluations_are_taken_away_of_those_that_have_one(boss, three):
    anna, bo, cecilie = three
    do(boss, "evaluate", anna, bo, cecilie, evaluation="positive")
    do(boss, "evaluate", anna, evaluation="nothing")
    do(boss, "evaluate", anna, bo, cecilie, evaluation="nothing")
    last = do(boss, "evaluate", anna, bo, cecilie, evaluation="nothing")
    assert said(last) == [
        "3 are evaluated.",
        "The evaluation of 1 interaction is taken away.",
        "The evaluations of 2 interactions are taken away.",
        "None of these was evaluated.",
    ]
    assert evaluations() == ["", "", ""]


def test_a_filter_that_cannot_be_read_finds_nobody(boss, three):
    answer = boss.post(
        url("cancel"),
        {"query": "date_from=x", "all": "on", "reason": "No", "expected": 3},
    )
    assert said(answer) == ["Choose the interactions first."]
    assert cancelled() == []


def test_when_there_are_others_meanwhile_the_number_is_looked_at_again(boss, three):
    make_entry(make_person("Dag"))
    sent = {"query": "", "all": "on", "reason": "No", "expected": 3}
    page = boss.post(url("cancel"), sent)
    assert "There are 4 interactions now" in page.content.decode()
    assert cancelled() == []


def test_what_waits_and_what_is_gone_is_said_before(boss, three):
    for entry, status in zip(three, ("queued", "sent", "returned"), strict=True):
        Delivery.objects.create(entry=entry, channel="email", status=status)
        entry.delivery_status = status
        entry.save()
    page = boss.get(url("cancel"), {"query": "", "all": "on"}).content.decode()
    assert "1 of them is queued and not sent yet" in page
    assert "2 of them went out already" in page


def test_only_cancelled_ones_are_deleted(boss, three):
    anna, bo, _cecilie = three
    assert said(do(boss, "delete", bo)) == ["None of these is cancelled."]
    do(boss, "cancel", anna, reason="No")
    page = boss.get(url("delete"), {"query": "", "all": "on"}).content.decode()
    assert "2 more are not cancelled and stay." in page
    answer = boss.post(url("delete"), {"query": "", "all": "on", "expected": 1})
    assert said(answer) == ["1 interaction is deleted."]
    assert InteractionLogEntry.objects.count() == 2
    assert Job.objects.get().state == "done"


def test_those_of_a_logged_segment_lead_back_to_it(boss, three):
    logged = make_logged_segment()
    InteractionLogEntry.objects.update(logged_segment=logged)
    sent = {
        "query": f"logged_segment={logged.pk}&contact=bo",
        "all": "on",
        "reason": "No",
        "expected": 1,
    }
    answer = boss.post(url("cancel"), sent)
    assert answer.url == f"{logged.get_absolute_url()}?contact=bo#entries"
    assert cancelled() == ["Bo"]


@pytest.mark.parametrize("code", ["evaluate", "cancel", "take-back", "delete"])
def test_who_may_not_is_refused_and_sees_no_ticks(rolf, three, code):
    assert do(rolf, code, *three, reason="No").status_code == 403
    assert 'name="entry"' not in rolf.get(LOG).content.decode()
    assert rolf.get(url("paint")).status_code == 404


class TestSums:
    def test_what_is_cancelled_or_a_draft_is_left_out(self, boss, three):
        do(boss, "cancel", three[0], reason="No")
        make_entry(three[0].contact, cost="9", duration=9, postponed=True)
        table = boss.get(LOG).context["table"]
        sums = table.sums
        assert (table.said_found, sums["number"], sums["cost"], sums["duration"]) == (
            "3 interactions",
            2,
            3,
            20,
        )

    def test_a_long_log_is_summed_up_when_somebody_asks(self, boss, three, monkeypatch):
        monkeypatch.setattr(entry_table, "SUMMED", 2)
        page = boss.get(LOG)
        assert page.context["table"].said_found == "More than 2 interactions"
        sums = reverse("interactions:log_sums")
        assert f'hx-get="{sums}?' in page.content.decode()
        assert boss.get(sums, {"contact": "bo"}).context["sums"]["number"] == 1
        assert boss.get(sums).context["sums"]["cost"] == 4.5


def test_statistics_tell_what_counts_by_template_group_and_more(boss, three):
    make_entry(three[0].contact, template=make_template("CALL"), cancelled=True)
    draft = datetime.date(2026, 1, 1)
    make_entry(three[0].contact, cost=9, date=draft, postponed=True)
    for by, code in (("template", "LETTER"), ("group", "LETTERS")):
        page = boss.get(reverse("interactions:statistics", args=[by]))
        (row,) = page.context["rows"]
        assert (row["code"], row["number"], row["cost"], row["duration"]) == (
            code,
            3,
            4.5,
            30,
        )
    page = boss.get(reverse("interactions:statistics", args=["salesperson"]))
    assert (page.context["rows"], page.context["without"]["number"]) == ([], 3)
    days = {"date_from": "2026-03-03"}
    page = boss.get(reverse("interactions:statistics", args=["campaign"]), days)
    assert page.context["total"]["number"] == 0
    template = three[0].template
    assert "4.50" in boss.get(template.get_absolute_url()).content.decode()


class TestComments:
    def add(self, browser, entry, text):
        where = reverse("interactions:comment_add", args=[entry.pk])
        return browser.post(where, {"text": text})

    def test_one_notes_something_and_changes_it(self, boss, three):
        answer = self.add(boss, three[0], "She moved")
        assert answer.url == f"{three[0].get_absolute_url()}#comments"
        comment = InteractionComment.objects.get()
        assert (comment.text, comment.user.username) == ("She moved", "boss")
        edit = reverse("interactions:comment_edit", args=[comment.pk])
        assert boss.post(edit, {"text": ""}).context["form"].errors.keys() == {"text"}
        boss.post(edit, {"text": "She moved to Voss"})
        comment.refresh_from_db()
        assert comment.text == "She moved to Voss"
        page = boss.get(three[0].get_absolute_url()).content.decode()
        assert "She moved to Voss" in page
        assert edit in page
        boss.post(reverse("interactions:comment_delete", args=[comment.pk]))
        assert not InteractionComment.objects.exists()

    def test_what_others_wrote_is_not_changed(self, boss, rolf, three):
        comment = InteractionComment.objects.create(entry=three[0], text="Mine")
        edit = reverse("interactions:comment_edit", args=[comment.pk])
        delete = reverse("interactions:comment_delete", args=[comment.pk])
        assert boss.post(edit, {"text": "Yours"}).status_code == 403
        assert rolf.post(delete).status_code == 403
        assert self.add(rolf, three[0], "No").status_code == 403
        boss.post(delete)
        assert not InteractionComment.objects.exists()

    def test_an_empty_one_is_said(self, boss, three):
        assert said(self.add(boss, three[0], " ")) == ["This field is required."]
