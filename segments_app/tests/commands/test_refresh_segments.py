"""`refresh_segments`: living segments are refreshed by cron, others by name."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from contacts.models import Contact
from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_document, make_template
from segments_app.management.commands import refresh_segments as command
from segments_app.models import Segment
from segments_app.services import (
    add_contacts,
    go_back,
    log_segment,
    one_per_address,
    reduce_contacts,
    refresh,
)
from segments_app.services.delete_segment import delete_segment
from segments_app.services.refresh import keep_living
from segments_app.tests.factories import NOW, make_segment, names_on

pytestmark = pytest.mark.django_db


def where(field, value):
    return {"field": field, "op": "is", "value": value}


@pytest.fixture
def oslo():
    """A living segment of those in Oslo: Anna, and since then Nils."""
    return living("SM-OSLO", "Oslo", "Anna Dahl", "Nils Ny")


@pytest.fixture
def moss():
    """A living segment that is up to date."""
    return living("SM-MOSS", "Moss", "Mia Holm")


def living(number, city, first, *others):
    make_person(first, city=city)
    segment = make_segment(number=number, living=True)
    criteria = where("city", city)
    add_contacts(segment=segment, criteria=criteria, user=None, at=NOW)
    for name in others:
        make_person(name, city=city)
    return segment


def refreshed(*arguments):
    out, err = StringIO(), StringIO()
    failure = ""
    try:
        call_command("refresh_segments", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        failure = str(error)
    return out.getvalue().splitlines(), err.getvalue().splitlines(), failure


def test_all_living_ones(oslo, moss):
    make_person("Berit By", city="Bergen")
    other = make_segment(number="SM-3", living=False)
    add_contacts(segment=other, criteria=where("city", "Bergen"), user=None, at=NOW)
    make_person("Bo By", city="Bergen")
    assert refreshed("--all-living") == (
        [
            "SM-OSLO: 1 entered, 0 taken off, 2 on the segment.",
            "SM-MOSS: The segment is up to date: nobody would enter or leave.",
            "1 of 2 segments refreshed, 1 up to date.",
        ],
        [],
        "",
    )
    assert names_on(oslo) == ["Anna Dahl", "Nils Ny"]
    assert (oslo.steps.count(), moss.steps.count(), names_on(other)) == (
        *(2, 1),
        ["Berit By"],
    )


def test_by_number_living_or_not_each_once(oslo):
    oslo.living = False
    oslo.save()
    out, _err, failure = refreshed("sm-oslo", "SM-OSLO")
    assert (out[-1], failure) == ("1 of 1 segments refreshed, 0 up to date.", "")


def test_a_dry_run_changes_nothing(oslo, moss):
    assert refreshed("--all-living", "--dry-run") == (
        [
            "SM-OSLO: 1 entered, 0 taken off, 2 on the segment.",
            "SM-MOSS: The segment is up to date: nobody would enter or leave.",
            "1 of 2 segments would change, 1 up to date.",
        ],
        [],
        "",
    )
    assert (names_on(oslo), oslo.steps.count()) == (["Anna Dahl"], 1)


def test_what_cannot_be_refreshed_is_told_and_the_rest_is(oslo, moss):
    moss.steps.update(criteria=where("territory", "GONE"))
    out, err, failure = refreshed("--all-living")
    assert out == [
        "SM-OSLO: 1 entered, 0 taken off, 2 on the segment.",
        "1 of 2 segments refreshed, 0 up to date.",
    ]
    assert [line.split(" Edit")[0] for line in err] == [
        "SM-MOSS: Step 1 cannot be taken again: There is no territory GONE."
    ]
    assert failure == "1 segment could not be refreshed."
    assert names_on(oslo) == ["Anna Dahl", "Nils Ny"]


def test_undone_steps_are_not_dropped_unasked(oslo):
    nobody = where("city", "Nowhere")
    reduce_contacts(segment=oslo, criteria=nobody, user=None, at=NOW)
    go_back(segment=oslo, user=None)
    for arguments in (["--all-living"], ["SM-OSLO", "--dry-run"]):
        _out, err, failure = refreshed(*arguments)
        assert "1 undone step would be dropped for good." in err[0]
        assert failure == "1 segment could not be refreshed."
    assert (oslo.steps.count(), names_on(oslo)) == (2, ["Anna Dahl"])


def meanwhile(monkeypatch, happens):
    """Let this happen once, when the first segment was refreshed."""
    take, waiting = command.refresh, [happens]

    def refresh_and_then(**arguments):
        step = take(**arguments)
        while waiting:
            waiting.pop()()
        return step

    monkeypatch.setattr(command, "refresh", refresh_and_then)


def test_what_others_did_meanwhile_is_heeded(oslo, moss, monkeypatch):
    """A later segment got a step, and nobody is asked about what was undone later."""
    make_person("Nina Ny", city="Moss")
    nobody = where("city", "Nowhere")
    other = Segment.objects.get(pk=moss.pk)

    def take_a_step():
        reduce_contacts(segment=other, criteria=nobody, user=None, at=NOW)

    meanwhile(monkeypatch, take_a_step)
    out, err, failure = refreshed("--all-living")
    assert (out[-1], err, failure) == (
        "2 of 2 segments refreshed, 0 up to date.",
        [],
        "",
    )
    assert names_on(moss) == ["Mia Holm", "Nina Ny"]


def test_a_step_undone_meanwhile_is_not_dropped(oslo, moss, monkeypatch):
    nobody = where("city", "Nowhere")
    reduce_contacts(segment=moss, criteria=nobody, user=None, at=NOW)
    make_person("Nina Ny", city="Moss")
    other = Segment.objects.get(pk=moss.pk)
    meanwhile(monkeypatch, lambda: go_back(segment=other, user=None))
    _out, err, failure = refreshed("--all-living")
    assert "1 undone step would be dropped for good." in err[0]
    assert failure == "1 segment could not be refreshed."
    assert moss.steps.count() == 2


def test_what_is_gone_meanwhile_is_skipped_and_said(oslo, moss, monkeypatch):
    bergen = living("SM-BERGEN", "Bergen", "Berit By")
    larvik = living("SM-LARVIK", "Larvik", "Liv Lund")
    moss.template = make_template(
        languages={"en": make_document("Dear {{ contact_name }}")},
        default_language="en",
    )
    moss.save()

    def go():
        log_segment(segment=moss, user=None, at=NOW)
        delete_segment(segment=bergen)
        keep_living(segment=larvik, living=False, at=NOW)

    meanwhile(monkeypatch, go)
    assert refreshed("--all-living") == (
        [
            "SM-OSLO: 1 entered, 0 taken off, 2 on the segment.",
            "SM-MOSS: It was logged meanwhile.",
            "SM-BERGEN: It was deleted meanwhile.",
            "SM-LARVIK: It is not living any more.",
            "1 of 4 segments refreshed, 0 up to date.",
            "3 segments were skipped.",
        ],
        [],
        "",
    )


@pytest.fixture
def copied(moss):
    """Nina is by copy of Kaffe AS, whose letter goes where Mia's goes."""
    there = {"city": "Moss", "address": "Kaia 1"}
    kaffe = make_company("Kaffe AS", **there)
    make_person("Nina Ny", city="Moss", company=kaffe)
    Contact.objects.filter(name="Mia Holm").update(**there)
    refresh(segment=moss, user=None, at=NOW)
    options = {"per": "company", "choose": "by_hand", "by_copy": True}
    one_per_address(segment=moss, options=options, user=None, at=NOW)
    return moss


def test_who_is_by_copy_is_chosen_again_at_night(oslo, copied):
    make_person("Nora Ny", city="Moss", company=Contact.objects.get(name="Kaffe AS"))
    assert refreshed("--all-living") == (
        [
            "SM-OSLO: 1 entered, 0 taken off, 2 on the segment.",
            "SM-MOSS: 1 entered, 0 taken off, 4 on the segment.",
            "2 of 2 segments refreshed, 0 up to date.",
        ],
        [],
        "",
    )
    lines = copied.lines.live().exclude(represented_by=None).order_by("position")
    assert list(lines.values_list("contact__name", flat=True)) == ["Nina Ny", "Nora Ny"]


def test_who_cannot_be_chosen_again_is_passed_over_at_night(oslo, copied):
    options = {"per": "address", "choose": "by_hand"}
    one_per_address(segment=copied, options=options, user=None, at=NOW)
    said = "SM-MOSS: Step 4 cannot be taken again: it chose among those who were not"
    out, err, failure = refreshed("--all-living")
    assert out[1].startswith(said)
    assert (out[2:], err, failure) == (
        ["1 of 2 segments refreshed, 0 up to date.", "1 segment was skipped."],
        [],
        "",
    )
    out, err, failure = refreshed("SM-MOSS")
    assert err[0].startswith(said)
    assert failure == "1 segment could not be refreshed."


def test_without_saying_which_it_was_typed_wrongly():
    with pytest.raises(CommandError, match="Name segments, or say") as refused:
        call_command("refresh_segments")
    assert refused.value.returncode == 2


def test_bad_input_is_named(oslo):
    assert refreshed("SM-404")[2] == "There is no open segment SM-404."
    assert names_on(oslo) == ["Anna Dahl"]


def test_a_logged_segment_is_not_refreshed(oslo):
    oslo.template = make_template(
        languages={"en": make_document("Dear {{ contact_name }}")},
        default_language="en",
    )
    oslo.save()
    log_segment(segment=oslo, user=None, at=NOW)
    assert refreshed("SM-OSLO")[2] == "Segment SM-OSLO is logged already."
