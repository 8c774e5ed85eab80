"""A manager releases a segment for a day: logged is what was seen, or nothing."""

import datetime
import threading
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from interactions.models import Delivery, LoggedSegment
from interactions.tests.factories import make_document
from jobs.services.only_one import only_one
from segments_app.management.commands.log_segment import LOCK
from segments_app.models import Segment
from segments_app.roles import MARKETING_ASSISTANT, MARKETING_MANAGER
from segments_app.services import WarningsFound, remove_by_hand
from segments_app.services import release as release_service
from segments_app.services.change_line import change_line
from segments_app.services.log_due import log_due
from segments_app.services.release import (
    DayIsPast,
    NotReleased,
    due,
    is_released,
    log_released,
    release,
    withdraw_release,
)
from segments_app.tests.factories import NOW, TODAY, these
from segments_app.tests.views.log_side import letter_segment, seen, text, visitor
from segments_app.views import release as views

pytestmark = pytest.mark.django_db
LATER = TODAY + datetime.timedelta(days=1)
LATER_AT = NOW + datetime.timedelta(minutes=5)


@pytest.fixture
def mona_herself():
    mona = User.objects.create(username="mona-b", email="mona@example.no")
    mona.groups.add(Group.objects.get(name=MARKETING_MANAGER))
    return mona


@pytest.fixture
def mona():
    return visitor("mona", MARKETING_MANAGER)


@pytest.fixture
def anne():
    return visitor("anne", MARKETING_ASSISTANT)


@pytest.fixture
def segment(mona_herself):
    return letter_segment(people=3, number="SM-7", owner=mona_herself)


def released(segment, user, **choices):
    segment.refresh_from_db()
    choices.setdefault("confirmed", [])
    return release(
        segment=segment,
        log_on=choices.pop("log_on", TODAY),
        user=user,
        at=choices.pop("at", NOW),
        expected_version=segment.steps_version,
        seen_at=segment.updated_at,
        **choices,
    )


@contextmanager
def held_elsewhere():
    """Another connection has the lock, as another cron would."""
    got, over = threading.Event(), threading.Event()

    def hold():
        with only_one(LOCK) as alone:
            assert alone
            got.set()
            over.wait(30)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    got.wait(30)
    yield
    over.set()
    other.join()


def take_off(segment):
    first = these(Contact.objects.get(name="Person No001"))
    remove_by_hand(segment=segment, contacts=first, user=None, at=NOW)


def own_value(segment):
    line = segment.lines.first()
    change_line(line=line, values={"subject": "News"}, user=None, at=LATER_AT)


def another_document(segment):
    other = make_document("Something quite different")
    segment.template.languages.update(document=other)


def who_released_left(segment):
    User.objects.filter(username="mona-b").update(is_active=False)


def test_it_is_logged_as_it_was_released_in_the_name_of_who_did(segment, mona_herself):
    released(segment, mona_herself, deliver=True, follow_up=True)
    assert is_released(segment)
    logged = log_released(segment=segment, at=NOW)
    assert (logged.user, logged.interactions.count()) == (mona_herself, 3)
    assert (Delivery.objects.count(), logged.follow_ups.count()) == (3, 1)


@pytest.mark.parametrize(
    "change", [take_off, own_value, another_document, who_released_left]
)
def test_what_nobody_has_seen_is_not_logged(segment, mona_herself, change):
    released(segment, mona_herself)
    change(segment)
    segment = Segment.objects.get()
    assert not is_released(segment)
    with pytest.raises(NotReleased):
        log_released(segment=segment, at=NOW)
    assert (LoggedSegment.objects.count(), Segment.objects.count()) == (0, 1)


@pytest.mark.parametrize(
    ("at", "first"),
    [(NOW, TODAY), (NOW.replace(hour=23, minute=30), LATER)],  # of the clock here
)
def test_nothing_is_released_for_a_day_that_is_past(segment, mona_herself, at, first):
    before = first - datetime.timedelta(days=1)
    with pytest.raises(DayIsPast):
        released(segment, mona_herself, log_on=before, at=at)
    segment.refresh_from_db()
    assert (segment.log_on, segment.released_at) == (None, None)
    assert released(segment, mona_herself, log_on=first, at=at).log_on == first


def taken_back(segment, user):
    withdraw_release(segment=segment)


def for_later(segment, user):
    released(segment, user, log_on=LATER)


def otherwise(segment, user):
    released(segment, user, deliver=True)


@pytest.mark.parametrize("change", [taken_back, for_later, otherwise])
def test_nor_what_was_released_otherwise_while_others_were_logged(
    segment, mona_herself, change
):
    released(segment, mona_herself)
    waiting = due(TODAY).get()
    change(segment, mona_herself)
    with pytest.raises(NotReleased, match="has just changed the release"):
        log_released(segment=waiting, at=NOW)
    assert (LoggedSegment.objects.count(), Segment.objects.count()) == (0, 1)


def test_who_takes_it_back_too_late_is_led_to_what_was_logged(
    segment, mona, mona_herself, monkeypatch
):
    released(segment, mona_herself)
    asked = Segment.objects.get()
    logged = log_released(segment=segment, at=NOW)
    monkeypatch.setattr(views, "_segment", lambda pk: asked)
    page = mona.post(reverse("segments:release_withdraw", args=[asked.pk]), follow=True)
    assert page.redirect_chain[-1][0] == logged.get_absolute_url()
    assert "Segment SM-7 is logged already." in text(page)


def test_what_the_database_refuses_does_not_keep_the_others(
    segment, mona_herself, monkeypatch
):
    other = letter_segment(number="SM-8", owner=mona_herself)
    released(segment, mona_herself)
    released(other, mona_herself)
    log = release_service.log_within

    def deadlocked_once(*, segment, **asked):
        if segment.number == "SM-7":
            raise OperationalError("deadlock detected")
        return log(segment=segment, **asked)

    monkeypatch.setattr(release_service, "log_within", deadlocked_once)
    outcomes = list(log_due(day=TODAY, at=NOW))
    assert [(each.number, each.logged is None) for each in outcomes] == [
        ("SM-7", True),
        ("SM-8", False),
    ]
    assert outcomes[0].why == [
        "The database did not allow it: deadlock detected. It stays due."
    ]


def test_nor_is_a_warning_that_came_since(segment, mona_herself):
    released(segment, mona_herself)
    Contact.objects.filter(name="Person No001").update(exclude_from_segment=True)
    with pytest.raises(WarningsFound):
        log_released(segment=Segment.objects.get(), at=NOW)
    assert LoggedSegment.objects.count() == 0


class TestDue:
    def due(self, day=TODAY):
        call_command("log_segment", "--due", day.isoformat())

    def test_logs_what_was_released_for_the_day_or_before_and_tells_the_owner(
        self, segment, mona_herself, capsys
    ):
        released(segment, mona_herself)
        tomorrow = letter_segment(people=1, number="SM-8", owner=mona_herself)
        released(tomorrow, mona_herself, log_on=LATER)
        letter_segment(people=1, number="SM-9", owner=mona_herself)
        self.due()
        assert LoggedSegment.objects.get().segment_number == "SM-7"
        (report,) = mail.outbox
        assert report.to == ["mona@example.no"]
        assert report.subject == "Segments logged: 1, not logged: 0"
        assert "SM-7 Christmas letter: logged\n- Interactions: 3" in report.body
        assert "SM-7" in capsys.readouterr().out

    def test_a_refused_one_is_told_with_its_problems_and_stops_no_other(
        self, segment, mona_herself
    ):
        released(segment, mona_herself)
        other = letter_segment(people=2, number="SM-8", owner=mona_herself)
        released(other, mona_herself)
        first = segment.lines.first().contact
        Contact.objects.filter(pk=first.pk).update(privacy_blocked=True)
        with pytest.raises(CommandError) as error:
            self.due()
        assert str(error.value) == "Not logged: SM-7."
        assert LoggedSegment.objects.get().segment_number == "SM-8"
        (report,) = mail.outbox
        assert report.subject == "Segments logged: 1, not logged: 1"
        assert (
            "SM-7 Christmas letter: Not logged:\n- Privacy blocked. (1)" in report.body
        )

    def test_who_has_no_address_is_told_nothing(self, segment, mona_herself):
        User.objects.filter(pk=mona_herself.pk).update(email="")
        released(segment, mona_herself)
        self.due()
        assert LoggedSegment.objects.count() == 1
        assert mail.outbox == []

    def test_only_one_runs_at_a_time(self, segment, mona_herself, capsys):
        released(segment, mona_herself)
        with held_elsewhere():
            self.due()
        assert "Another log_segment --due is running." in capsys.readouterr().out
        assert LoggedSegment.objects.count() == 0
        self.due()
        assert LoggedSegment.objects.count() == 1

    def test_a_report_that_cannot_be_sent_undoes_nothing(
        self, segment, mona_herself, settings
    ):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        released(segment, mona_herself)
        with pytest.raises(CommandError, match="A report was not sent"):
            self.due()
        assert LoggedSegment.objects.count() == 1

    def test_a_dry_run_changes_nothing(self, segment, mona_herself, capsys):
        released(segment, mona_herself)
        call_command("log_segment", "--due", TODAY.isoformat(), "--dry-run")
        assert capsys.readouterr().out == "SM-7 would be logged.\n"
        assert LoggedSegment.objects.count() == 0

    def test_a_day_is_typed_in_one_way(self):
        with pytest.raises(CommandError, match="--due: Write the day as 2026-11-22."):
            call_command("log_segment", "--due", "tomorrow")

    @pytest.mark.parametrize("asked", [[], ["--due", "2026-11-20", "--deliver"]])
    def test_what_makes_no_sense_was_typed_wrongly(self, asked):
        with pytest.raises(CommandError) as refused:
            call_command("log_segment", *asked)
        assert refused.value.returncode == 2


class TestPages:
    def test_a_manager_releases_with_the_page_s_problems_in_sight(self, mona, segment):
        url = reverse("segments:release", args=[segment.pk])
        assert "Release for logging" in text(mona.get(url))
        day = timezone.localdate() + datetime.timedelta(days=9)
        sent = seen(segment) | {"log_on": day, "follow_up": "on"}
        answer = mona.post(url, sent, follow=True)
        assert f"logged on {day:%m/%d/%Y}" in text(answer)
        segment.refresh_from_db()
        assert segment.released_as["choices"] == {
            "deliver": False,
            "follow_up": True,
            "skip_problem_lines": False,
        }
        own_value(segment)
        assert "does not hold any more" in text(mona.get(segment.get_absolute_url()))
        withdraw = reverse("segments:release_withdraw", args=[segment.pk])
        mona.post(withdraw)
        segment.refresh_from_db()
        assert (segment.log_on, segment.released_at) == (None, None)

    def test_not_what_has_problems_or_warnings_nobody_confirmed(self, mona, segment):
        url = reverse("segments:release", args=[segment.pk])
        sent = seen(segment) | {"log_on": timezone.localdate()}
        people = Contact.objects.filter(name="Person No001")
        people.update(exclude_from_segment=True)
        assert "confirm them" in mona.post(url, sent).context["refusal"]
        people.update(privacy_blocked=True)
        assert "Mend the problems" in mona.post(url, sent).context["refusal"]
        segment.refresh_from_db()
        assert segment.log_on is None

    def test_a_day_that_is_past_is_told_at_its_field_and_not_proposed(
        self, mona, segment
    ):
        Segment.objects.update(date=datetime.date(2020, 1, 1))
        url = reverse("segments:release", args=[segment.pk])
        today = timezone.localdate()
        assert mona.get(url).context["form"]["log_on"].value() == today
        sent = seen(segment) | {"log_on": "2020-01-01", "follow_up": "on"}
        page = mona.post(url, sent)
        form = page.context["form"]
        said = "This day is past. Choose today or a later one."
        assert (form.errors, form["follow_up"].value()) == ({"log_on": [said]}, True)
        segment.refresh_from_db()
        assert (segment.log_on, segment.released_at) == (None, None)

    def test_an_assistant_does_not(self, anne, segment):
        for name in ("release", "release_withdraw"):
            url = reverse(f"segments:{name}", args=[segment.pk])
            assert anne.post(url, seen(segment)).status_code == 403
