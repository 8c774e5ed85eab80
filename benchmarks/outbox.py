"""Sending letters by e-mail with one and with two workers, against a bare smtplib loop.

Run with DATABASE_URL naming a PostgreSQL database of its own, which is filled anew:

    DATABASE_URL=postgres://.../bench_outbox python benchmarks/outbox.py

The mail server on loopback is a process of its own and takes 5 ms for each letter. The
bare loop hands the same messages, made before, over one line. Rounds are interleaved.
"""

import argparse
import asyncio
import os
import smtplib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "segments_app.config.settings")
PORT = 2_525
ADDRESS = {
    "EMAIL_URL": f"smtp://127.0.0.1:{PORT}",
    "SITE_URL": "https://segments.example",
    "DEFAULT_FROM_EMAIL": "post@kaffe.example",
}
os.environ.update(ADDRESS)
django.setup()

from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.utils import timezone

from contacts.models import Contact
from interactions.choices import EmailForm
from interactions.delivery.compose import mail_of
from interactions.delivery.email import message_of
from interactions.delivery.outbox import send_due
from interactions.models import Delivery
from interactions.tests.factories import make_document, make_template
from segments_app.services import log_segment
from segments_app.tests.factories import NOW, make_segment

LEAST_RATIO = 0.6
TAKES = 0.005  # seconds that the server takes for a letter


class Slow:
    """Takes letters, 5 ms each, and forgets them."""

    async def handle_DATA(self, server: object, session: object, envelope: object):
        await asyncio.sleep(TAKES)
        return "250 OK"


def serve() -> None:
    """Be the mail server until the process is ended."""
    Controller(Slow(), hostname="127.0.0.1", port=PORT).start()
    print("ready", flush=True)
    sys.stdin.read()


@contextmanager
def mail_server() -> Iterator[None]:
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert server.stdout
    server.stdout.readline()
    try:
        yield
    finally:
        server.terminate()
        server.wait()


def worker() -> None:
    """Drain the outbox when told to, and say so."""
    print("ready", flush=True)
    sys.stdin.readline()
    sent = 0
    for outcome in send_due(at=timezone.now()):
        sent = outcome.sent
    print(sent, flush=True)


def drained_by(workers: int) -> float:
    """Seconds that so many workers take for what is queued, from a common start."""
    started = [
        subprocess.Popen(
            [sys.executable, __file__, "--worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _number in range(workers)
    ]
    for each in started:
        each.stdout.readline()
    began = time.perf_counter()
    for each in started:
        each.stdin.write(b"go\n")
        each.stdin.flush()
    sent = [int(each.stdout.readline()) for each in started]
    took = time.perf_counter() - began
    for each in started:
        each.wait()
    print(f"  {workers} workers: {sent} in {took:.2f} s", flush=True)
    return took


def queue_letters(count: int) -> None:
    """Fill an empty database with one logged segment that waits in the outbox."""
    call_command("migrate", verbosity=0)
    call_command("flush", interactive=False, verbosity=0)
    template = make_template(
        "MAIL",
        default_language="en",
        correspondence_type="email",
        email_form=EmailForm.DOCX,
        languages={"en": make_document("Dear {{ contact_name }}", "See you!")},
    )
    contacts = Contact.objects.bulk_create(
        Contact(
            number=f"C-{number:06}",
            type="person",
            name=f"Person No{number}",
            first_name="Person",
            surname=f"No{number}",
            email=f"no{number}@contacts.example",
        )
        for number in range(count)
    )
    segment = make_segment(*contacts, template=template, subject="Hello")
    log_segment(segment=segment, deliver=True, user=None, at=NOW)


def queue_again() -> None:
    Delivery.objects.update(
        status="queued", claim="", attempts=0, handed_over_at=None, message_id=""
    )


def made_before() -> list[tuple[str, bytes]]:
    """The same messages, ready for the wire."""
    rows = Delivery.objects.order_by("pk").with_letter()
    found = []
    for row in rows:
        row.message_id = f"<{row.pk}@kaffe.example>"
        message = message_of(mail_of(row)).message()
        found.append((row.to_address, message.as_bytes(linesep="\r\n")))
    return found


def bare(messages: list[tuple[str, bytes]]) -> float:
    """Seconds of the same messages over one line, and nothing else."""
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", PORT) as line:
        for to, content in messages:
            line.sendmail("post@kaffe.example", [to], content)
    took = time.perf_counter() - began
    print(f"  bare: {len(messages)} in {took:.2f} s", flush=True)
    return took


def main(count: int, rounds: int) -> int:
    queue_letters(count)
    messages = made_before()
    times: dict[str, list[float]] = {"bare": [], "one": [], "two": []}
    with mail_server():
        for _round in range(rounds):
            times["bare"].append(bare(messages))
            for name, workers in (("one", 1), ("two", 2)):
                queue_again()
                times[name].append(drained_by(workers))
    speed = {name: count / statistics.median(took) for name, took in times.items()}
    ratio = speed["one"] / speed["bare"]
    for name, each in speed.items():
        print(f"{name}: {each:.0f} letters a second")
    print(f"one worker to the bare loop: {ratio:.2f}, at least {LEAST_RATIO}")
    return 0 if ratio >= LEAST_RATIO else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--worker", action="store_true")
    parser.add_argument("--letters", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    if asked.serve:
        serve()
    elif asked.worker:
        worker()
    else:
        sys.exit(main(asked.letters, asked.rounds))
