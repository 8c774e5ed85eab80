"""log_segment: worksheets become history unattended, or a list of what is wrong."""

import pytest
from django.core.management import CommandError, call_command

from contacts.models import Contact, Salesperson
from contacts.tests.factories import make_person
from interactions.models import Delivery, InteractionLogEntry, LoggedSegment
from interactions.tests.factories import (
    make_document,
    make_logged_segment,
    make_template,
)
from segments_app.models import Segment
from segments_app.tests.factories import make_segment, names_on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def segment():
    """Anna gets a mail, Bo a letter; nothing is wrong."""
    template = make_template(
        default_language="en",
        languages={"en": make_document("Dear {{ contact_name }}")},
    )
    return make_segment(
        make_person("Anna Dahl", email="anna@example.no", correspondence_type="email"),
        make_person(
            *("Bo Lie",),
            correspondence_type="hard_copy",
            address="Bakken 1",
            city="Voss",
        ),
        number="SM-7",
        template=template,
        salesperson=Salesperson.objects.create(code="JON", name="Jon"),
    )


@pytest.fixture
def log(capsys):
    def run(*arguments):
        """Return what was said, as one text for both streams."""
        try:
            call_command("log_segment", *arguments)
        finally:
            captured = capsys.readouterr()
            run.said = (captured.out + captured.err).strip()
        return run.said

    return run


def written():
    return (
        LoggedSegment.objects.count(),
        InteractionLogEntry.objects.count(),
        Delivery.objects.count(),
    )


def test_it_becomes_history(segment, log):
    assert log("sm-7") == "Segment SM-7: 2 interactions logged."
    assert (written(), Segment.objects.count()) == ((1, 2, 0), 0)


def test_without_saying_which_it_was_typed_wrongly(log):
    with pytest.raises(CommandError, match="Name the segments") as refused:
        log()
    assert refused.value.returncode == 2


def test_with_delivery_and_follow_up(segment, log):
    said = log("SM-7", "--deliver", "--follow-up")
    follow_up = Segment.objects.get()
    assert said == (
        f"Segment SM-7: 2 interactions logged, follow-up {follow_up.number}."
    )
    assert written() == (1, 2, 2)
    assert names_on(follow_up) == ["Anna Dahl", "Bo Lie"]


def test_with_the_problem_lines_kept_for_later(segment, log):
    Contact.objects.filter(name="Bo Lie").update(privacy_blocked=True)
    said = log("SM-7", "--skip-problem-lines")
    rest = Segment.objects.get()
    assert said == (
        f"Segment SM-7: 1 interaction logged, the rest is kept in {rest.number}."
    )
    assert names_on(rest) == ["Bo Lie"]


def test_problems_are_listed_with_their_fix_and_nothing_is_written(segment, log):
    Contact.objects.filter(name="Bo Lie").update(privacy_blocked=True)
    Contact.objects.filter(name="Anna Dahl").update(email="")
    with pytest.raises(CommandError, match=r"^Not logged: SM-7\.$"):
        log("SM-7", "--deliver")
    assert log.said.splitlines() == [
        "SM-7: problem: Privacy blocked. 1 line. Take the contacts off the segment.",
        "SM-7: problem: To be sent by e-mail, but there is no e-mail address. 1 line."
        " Fill in the address of the contact, or choose hard copy.",
    ]
    assert (written(), names_on(segment)) == ((0, 0, 0), ["Anna Dahl", "Bo Lie"])


class TestDryRun:
    def test_without_problems(self, segment, log):
        assert log("SM-7", "--dry-run") == "SM-7: no problems."
        assert (written(), Segment.objects.count()) == ((0, 0, 0), 1)

    def test_warnings_are_told_and_do_not_refuse(self, segment, log):
        Contact.objects.filter(name="Bo Lie").update(exclude_from_segment=True)
        assert log("SM-7", "--dry-run") == (
            "SM-7: warning: Excluded from segments. 1 line. Take the contacts off,"
            " unless they were added on purpose."
        )

    def test_problems_refuse_as_logging_would(self, segment, log):
        Contact.objects.filter(name="Bo Lie").update(privacy_blocked=True)
        with pytest.raises(CommandError, match="SM-7"):
            log("SM-7", "--dry-run")
        assert "Privacy blocked." in log.said
        log("SM-7", "--dry-run", "--skip-problem-lines")
        assert written() == (0, 0, 0)

    def test_problems_of_the_segment_refuse_whatever_is_skipped(self, log):
        make_segment(number="SM-7")
        with pytest.raises(CommandError, match="SM-7"):
            log("SM-7", "--dry-run", "--skip-problem-lines")
        assert log.said == "SM-7: problem: The segment is empty. Add contacts."

    def test_problems_on_every_line_refuse_whatever_is_skipped(self, segment, log):
        Contact.objects.update(privacy_blocked=True)
        for dry_run in (["--dry-run"], []):
            with pytest.raises(CommandError, match="SM-7"):
                log("SM-7", "--skip-problem-lines", *dry_run)
        assert (written(), names_on(segment)) == ((0, 0, 0), ["Anna Dahl", "Bo Lie"])


class TestSeveral:
    def test_those_without_problems_are_logged_and_the_rest_named(self, segment, log):
        make_segment(number="SM-8")
        with pytest.raises(CommandError, match=r"^Not logged: SM-8\.$"):
            log("SM-8", "SM-7")
        assert log.said.splitlines() == [
            "SM-8: problem: The segment is empty. Add contacts.",
            "Segment SM-7: 2 interactions logged.",
        ]
        assert [each.number for each in Segment.objects.all()] == ["SM-8"]

    def test_named_twice_it_is_logged_once(self, segment, log):
        assert log("SM-7", " sm-7 ") == "Segment SM-7: 2 interactions logged."

    def test_one_that_does_not_exist_stops_them_all_before_the_first(
        self, segment, log
    ):
        with pytest.raises(CommandError, match="no open segment SM-99"):
            log("SM-7", "SM-99")
        assert (written(), Segment.objects.count()) == ((0, 0, 0), 1)


def test_one_that_was_logged_is_told_so(log):
    make_logged_segment("SM-7")
    with pytest.raises(CommandError, match="Segment SM-7 is logged already"):
        log("sm-7")
