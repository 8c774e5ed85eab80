"""The command that puts a segment's contacts into a mailing group."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from contacts.models import ContactMailingGroup, MailingGroup
from contacts.tests.factories import make_person
from segments_app.tests.factories import make_segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    """Dag is in it."""
    group = MailingGroup.objects.create(code="NEWS")
    ContactMailingGroup.objects.create(
        contact=make_person("Dag Ek"), mailing_group=group
    )
    return group


@pytest.fixture
def segment():
    return make_segment(make_person("Anna Dahl"), number="SM-A")


def members(group):
    links = group.links.order_by("contact__name")
    return list(links.values_list("contact__name", flat=True))


def test_adds_and_says_how_many(segment, group, capsys):
    call_command("apply_mailing_group", "sm-a", "news")
    assert capsys.readouterr().out == "1 contact put into NEWS, 0 in it already.\n"
    assert members(group) == ["Anna Dahl", "Dag Ek"]


def test_purges_when_told(segment, group, capsys):
    call_command("apply_mailing_group", "SM-A", "NEWS", "--purge")
    said = "1 contact put into NEWS, 0 in it already, 1 taken out.\n"
    assert capsys.readouterr().out == said
    assert members(group) == ["Anna Dahl"]


def test_a_dry_run_changes_nothing(segment, group, capsys):
    call_command("apply_mailing_group", "SM-A", "NEWS", "--purge", "--dry-run")
    assert "1 taken out. (dry run, nothing was changed)" in capsys.readouterr().out
    assert members(group) == ["Dag Ek"]


def test_says_what_is_not_there(segment, group):
    for numbers, said in (
        (("SM-Z", "NEWS"), "There is no open segment SM-Z."),
        (("SM-A", "OLDS"), "There is no mailing group OLDS."),
    ):
        with pytest.raises(CommandError, match=said):
            call_command("apply_mailing_group", *numbers)


def test_an_empty_segment_is_refused(group):
    empty = make_segment()
    with pytest.raises(CommandError, match="Nobody is on the segment"):
        call_command("apply_mailing_group", empty.number, "NEWS", "--purge")
    assert members(group) == ["Dag Ek"]
