"""What went where, as the page of a logged segment tells it."""

import pytest

from contacts.tests.factories import make_person
from interactions.models import Run
from interactions.tests.factories import make_entry, make_logged_segment
from segments_app.services.log_segment import logged_from
from segments_app.services.logged_result import result_of

pytestmark = pytest.mark.django_db


def test_every_way_is_told_with_what_still_waits():
    logged = make_logged_segment("SM-7")

    def entry(name, way, status="", **values):
        return make_entry(
            make_person(name),
            logged_segment=logged,
            correspondence_type=way,
            delivery_status=status,
            **values,
        )

    entry("Anna Dahl", "hard_copy", "queued")
    posted = entry("Bo Lie", "hard_copy", "posted")
    entry("Cecilie Moe", "email", "queued")
    entry("Dag Ek", "")
    entry("Eva Foss", "", "withdrawn")  # taken out of its run
    entry("Finn Rud", "email", "withdrawn")  # its reader was forgotten in time
    entry("Gro Li", "", by_copy_of=posted)
    result = result_of(logged)
    assert [(way.label, way.interactions, way.queued) for way in result.went] == [
        ("Hard copy", 2, 1),
        ("E-mail", 1, 1),
        ("None: only logged", 1, 0),
        ("None: the letter was withdrawn before it went", 2, 0),
    ]
    assert (result.by_copy, result.emails_queued) == (1, 1)


def test_what_is_next_is_to_print_what_was_not_and_to_see_to_the_outbox():
    logged = make_logged_segment("SM-7")
    assert not result_of(logged).has_more_to_do
    kinds = (("print", "printed"), ("send", "prepared"), ("print", "prepared"))
    *others, to_print, _empty = [
        Run.objects.create(
            segment_number="SM-7", logged_segment=logged, kind=kind, state=state
        )
        for kind, state in (*kinds, kinds[-1])
    ]
    for run in (*others, to_print):
        entry = make_entry(make_person("Bo Lie"))
        run.items.create(sequence=1, contact=entry.contact, entry=entry)
    result = result_of(logged)
    assert (result.to_print, result.has_more_to_do) == ([to_print], True)
    logged.cancelled = True
    assert not result_of(logged).has_more_to_do
    Run.objects.all().delete()
    logged.cancelled = False
    email = {"correspondence_type": "email", "delivery_status": "queued"}
    make_entry(make_person("Anna Dahl"), logged_segment=logged, **email)
    assert result_of(logged).has_more_to_do


def test_a_worksheet_leads_to_what_it_became_and_to_no_other():
    make_logged_segment("SM-6", worksheet=6)
    seventh = make_logged_segment("SM-7", worksheet=7)
    assert (logged_from(7), logged_from(8)) == (seventh, None)
