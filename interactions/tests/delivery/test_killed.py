"""A sender that is killed at any moment: nothing lost, nothing taken sent twice.

Kills before each kind of SQL statement are in `segments_app/tests/killed`.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone

from interactions.models import Delivery
from interactions.models.outbox import MINUTE, STALE_AFTER

from .outbox import outcome_at

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("server"),
    pytest.mark.postgres,
]
LETTERS = 30
SENDER = """
import django; django.setup()
from django.utils import timezone
from interactions.delivery.outbox import send_due
list(send_due(at=timezone.now()))
"""


@pytest.fixture
def sender(settings, server):
    """Start a sender as a process of its own."""
    at = connection.settings_dict
    password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
    place = f"{at['HOST']}:{at['PORT'] or 5432}/{at['NAME']}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "segments_app.config.settings",
        "DATABASE_URL": f"postgres://{at['USER']}{password}@{place}",
        "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "SECRET_KEY": "x" * 50,
    }

    def start():
        return subprocess.Popen([sys.executable, "-c", SENDER], env=environment)

    return start


def wait_for(letters, server, process):
    until = time.monotonic() + 60
    while len(server.taken) < letters and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.001)


@pytest.mark.parametrize("letters", [5, 23])
def test_at_any_letter(queue, sender, server, letters):
    for number in range(LETTERS):
        queue(f"Person No{number}")
    process = sender()
    wait_for(letters, server, process)
    assert len(server.taken) >= letters
    process.send_signal(signal.SIGKILL)
    process.wait()

    assert outcome_at(timezone.now() + STALE_AFTER + MINUTE)

    states = Counter(Delivery.objects.values_list("status", flat=True))
    assert states["sent"] + states["unknown"] == LETTERS
    assert states["unknown"] <= 2
    assert max(Counter(server.recipients).values()) == 1
    arrived = set(server.recipients)
    sent = Delivery.objects.filter(status="sent")
    assert set(sent.values_list("to_address", flat=True)) <= arrived
    assert len(arrived) >= LETTERS - states["unknown"]


def test_two_senders_share_the_letters(queue, sender, server):
    for number in range(LETTERS * 4):
        queue(f"Person No{number}")
    both = [sender(), sender()]
    assert [each.wait(60) for each in both] == [0, 0]
    assert Delivery.objects.filter(status="sent").count() == LETTERS * 4
    assert max(Counter(server.recipients).values()) == 1
    assert len(server.taken) == LETTERS * 4
