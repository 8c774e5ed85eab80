"""The demo company as a whole: loaded once into an empty database."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from contacts.models import Contact, NumberSeries
from segments_app.models.segment import NUMBER_SERIES as SEGMENTS

from .history import (
    load_conversations,
    load_logged_segment,
    load_open_segment,
    load_templates,
)
from .people import load_people
from .tables import load_campaigns, load_tables

# The series of the contacts made by the thousand; where it is, the demo was here.
SERIES = "DEMO"
SERIES_PREFIX = "D-"


class NotOurDatabase(Exception):
    """The database has contacts that the demo did not make."""


def load_company(*, at: datetime) -> bool:
    """Load the demo company; False where it is loaded already.

    Raises NotOurDatabase where contacts are that it did not make.
    """
    with transaction.atomic():
        fresh = not NumberSeries.objects.filter(code=SERIES).exists()
        if fresh:
            _load_register(at)
    # Logging opens its own transaction; the series tells whether we came this far.
    if not NumberSeries.objects.filter(code=SEGMENTS).exists():
        load_logged_segment(at)
        load_open_segment(at)
    return fresh


def _load_register(at: datetime) -> None:
    if Contact.objects.exists():
        raise NotOurDatabase(
            _(
                "This database has contacts that the demo did not make. Use an empty "
                "one: set DATABASE_URL, or move the file db.sqlite3 away."
            )
        )
    NumberSeries.objects.create(code=SERIES, prefix=SERIES_PREFIX, digits=7)
    load_tables()
    load_people(at - timedelta(days=500))
    load_templates(load_campaigns(at.year))
    load_conversations(at)
