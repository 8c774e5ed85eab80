"""Sending letters in processes that are killed; see `log_elsewhere`.

The database has letters in the outbox. The mail server outlives the senders; after
each kill another sender comes, and what became of every letter is printed as JSON.
"""

import json
import os
import sys
from collections import Counter
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "segments_app.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from interactions.delivery.outbox import send_due  # noqa: E402
from interactions.models import Delivery  # noqa: E402
from interactions.models.outbox import MINUTE, STALE_AFTER  # noqa: E402
from interactions.tests.delivery.mail_server import (  # noqa: E402
    MailServer,
    mail_server,
)

from .killing import count_statements, killed_before, spread  # noqa: E402


def send() -> None:
    list(send_due(at=timezone.now()))


def as_if_new(server: MailServer) -> None:
    """Put every letter into the outbox again."""
    server.taken.clear()
    Delivery.objects.update(
        status="queued",
        claim="",
        claimed_at=None,
        handed_over_at=None,
        sent_at=None,
        attempts=0,
        error="",
    )


def addresses(status: str) -> list[str]:
    letters = Delivery.objects.filter(status=status).order_by("pk")
    return list(letters.values_list("to_address", flat=True))


def killed(points: int) -> list[dict[str, Any]]:
    with mail_server(settings) as server:
        statements = count_statements(send)
        told = []
        for place in spread(points, statements):
            as_if_new(server)
            ended = killed_before(place, send)
            arrived = list(server.recipients)
            list(send_due(at=timezone.now() + STALE_AFTER + MINUTE))
            told.append(
                {
                    "place": place,
                    "ended": ended,
                    "arrived before": arrived,
                    "arrived": Counter(server.recipients),
                    "sent": addresses("sent"),
                    "unknown": addresses("unknown"),
                }
            )
    return told


if __name__ == "__main__":
    sys.stdout.write(json.dumps(killed(int(sys.argv[2]))))
