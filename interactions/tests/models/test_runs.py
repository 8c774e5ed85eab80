"""Which runs are on their way out by e-mail, and which are not done with."""

import pytest

from contacts.tests.factories import make_person
from interactions.models import Delivery, InteractionLogEntry, Run
from interactions.tests.factories import make_entry, make_logged_segment

pytestmark = pytest.mark.django_db

OPEN = ("queued", "sending", "failed", "unknown")


@pytest.fixture
def logged():
    return make_logged_segment("SM-7")


@pytest.fixture
def make_run(logged):
    """A run of one letter that goes this way and is so far."""

    def make(channel="email", status="queued", **values):
        values.setdefault("logged_segment", logged)
        kind = "send" if channel == "email" else "print"
        run = Run.objects.create(**{"segment_number": "SM-7", "kind": kind} | values)
        entry = make_entry(make_person("Anna Dahl"), delivery_status=status)
        if status:
            Delivery.objects.create(entry=entry, channel=channel, status=status)
        run.items.create(sequence=1, contact=entry.contact, entry=entry)
        return run

    return make


def test_those_with_an_e_mail_that_waits_or_that_are_held_back_are_sending(make_run):
    queued, handed_over = make_run(), make_run(status="sending")
    held_back = make_run(status="sent", paused=True)
    alone = make_run(logged_segment=None, segment_number="")
    make_run(status="sent")
    make_run(status="failed")
    make_run("hard_copy")
    make_run(logged_segment=None)
    runs = [make_run(status="queued"), make_run(status="sending")]
    InteractionLogEntry.objects.filter(run_item__run__in=runs).update(cancelled=True)
    cancelled_too_late = runs[1]
    sending = list(Run.objects.sending().order_by("pk"))
    assert sending == [queued, handed_over, held_back, alone, cancelled_too_late]
    found = Delivery.objects.sendings(Run.objects.logged())
    assert {run.pk for run in sending if not run.paused} == {
        key for key, sending in found.items() if sending.waiting
    }


def test_not_done_with_are_those_with_e_mails_that_wait_or_did_not_arrive(make_run):
    open_still = {status: make_run(status=status) for status in OPEN}
    alone = make_run(logged_segment=None, segment_number="")
    make_run(status="sent")
    make_run("hard_copy")
    cancelled = {status: make_run(status=status) for status in OPEN}
    runs = cancelled.values()
    InteractionLogEntry.objects.filter(run_item__run__in=runs).update(cancelled=True)
    too_late = cancelled["sending"]
    found = {
        row["run"]: (row["number"], row["contact"], [row[status] for status in OPEN])
        for row in Delivery.objects.by_run()
    }
    assert found == {
        open_still["queued"].pk: ("SM-7", None, [1, 0, 0, 0]),
        open_still["sending"].pk: ("SM-7", None, [0, 1, 0, 0]),
        open_still["failed"].pk: ("SM-7", None, [0, 0, 1, 0]),
        open_still["unknown"].pk: ("SM-7", None, [0, 0, 0, 1]),
        alone.pk: ("", "Anna Dahl", [1, 0, 0, 0]),
        too_late.pk: ("SM-7", None, [0, 1, 0, 0]),
    }


def test_what_was_cancelled_is_not_counted_beside_what_was_not(make_run):
    run = make_run()
    for number, status in enumerate(("queued", "failed", "unknown"), start=2):
        entry = make_entry(make_person(f"{status} Person"), cancelled=True)
        Delivery.objects.create(entry=entry, channel="email", status=status)
        run.items.create(sequence=number, contact=entry.contact, entry=entry)
    (row,) = Delivery.objects.by_run()
    assert [row[status] for status in OPEN] == [1, 0, 0, 0]


def test_in_progress_is_what_is_neither_posted_nor_withdrawn_nor_sent(make_run):
    on_paper = make_run("hard_copy")
    printed = make_run("hard_copy", "printed", state="printed")
    not_logged = make_run("hard_copy", "", logged_segment=None)
    to_be_sent = make_run(logged_segment=None)
    one_letter = make_run("hard_copy", logged_segment=None, segment_number="")
    logged_only = make_run("hard_copy", "")
    make_run()
    make_run("hard_copy", "", logged_segment=None, segment_number="")
    make_run("hard_copy", "posted", state="posted")
    make_run("hard_copy", "withdrawn", state="withdrawn")
    in_progress = Run.objects.in_progress().order_by("pk")
    assert list(in_progress) == [
        *(on_paper, printed, not_logged, to_be_sent, one_letter, logged_only)
    ]


def test_a_run_waits_for_the_post_while_one_of_its_letters_is_in_the_house(make_run):
    prepared = make_run("hard_copy")
    printed = make_run("hard_copy", "printed", state="printed")
    not_delivered = make_run("hard_copy", "")
    for name, change in {
        "taken_out": lambda item: item.run.events.create(kind="taken_out", letters=1),
        "cancelled": lambda item: True,
        "correspondence_type": lambda item: "email",
        "delivery_status": lambda item: "failed",
    }.items():
        item = make_run("hard_copy").items.get()
        changed = item if name == "taken_out" else item.entry
        setattr(changed, name, change(item))
        changed.save()
    make_run("hard_copy").items.all().delete()
    make_run("hard_copy").items.update(sequence=None, left_out="no_document")
    make_run("hard_copy", logged_segment=None)
    make_run("hard_copy", state="posted")
    make_run()
    waiting = Run.objects.waiting_for_post().order_by("pk")
    assert list(waiting) == [prepared, printed, not_delivered]
    assert [run for run in Run.objects.order_by("pk") if run.waits_for_post] == [
        *(prepared, printed, not_delivered)
    ]
    logged = Run.objects.in_progress().filter(logged_segment__isnull=False)
    assert list(logged.order_by("pk")) == [prepared, printed, not_delivered]


def test_letters_are_left_while_any_is_in_the_house_or_has_gone(make_run):
    def taken_out(run):
        event = run.events.create(kind="taken_out", letters=1)
        run.items.update(taken_out=event)

    def cancelled(run):
        InteractionLogEntry.objects.filter(run_item__run=run).update(cancelled=True)

    posted_without_any = make_run("hard_copy", "withdrawn", state="posted")
    posted_without_any.items.create(
        contact=make_person("Eva Foss"), left_out="no_document"
    )
    taken_out(posted_without_any)
    for change in (taken_out, cancelled):
        change(make_run("hard_copy", "printed", state="printed"))
    make_run().items.all().delete()
    left = [
        make_run("hard_copy"),
        make_run("hard_copy", "printed", state="printed"),
        make_run("hard_copy", "posted", state="posted"),
        make_run("hard_copy", "returned", state="posted"),
        make_run("hard_copy", "", logged_segment=None),
        make_run(),
        make_run(status="sent"),
    ]
    gone_and_cancelled = make_run("hard_copy", "posted", state="posted")
    cancelled(gone_and_cancelled)
    found = Run.objects.with_letters().filter(letters_left=True).order_by("pk")
    assert list(found) == [*left, gone_and_cancelled]


def test_their_letters_are_counted_apart_from_those_of_others(make_run):
    run = make_run("hard_copy")
    for name in ("Bo Ek", "Eva Foss"):
        run.items.create(contact=make_person(name), left_out="no_document")
    make_run("hard_copy")
    told = Run.objects.with_letters().order_by("pk")
    assert list(told.values_list("letters", "left_out")) == [(1, 2), (1, 0)]
