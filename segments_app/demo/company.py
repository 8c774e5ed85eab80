"""The demo company as a whole: loaded once into an empty database."""

from datetime import datetime, timedelta

from django.apps import apps
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from contacts.models import NumberSeries
from segments_app.models.segment import NUMBER_SERIES as SEGMENTS

from .campaigns import load_campaign_letters, load_campaigns
from .history import (
    load_conversations,
    load_logged_segment,
    load_open_segment,
    load_templates,
)
from .people import load_people
from .questionnaires import load_answers
from .tables import load_tables

# The series of the contacts made by the thousand; where it is, the demo was here.
SERIES = "DEMO"
SERIES_PREFIX = "D-"
# What is in every database as soon as it is migrated.
BY_MIGRATE = {
    "auth.Group",
    "auth.Group_permissions",
    "auth.Permission",
    "contenttypes.ContentType",
}


class NotOurDatabase(Exception):
    """The database holds something that the demo did not make."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This database has tables or rows that the demo did not make. Use an "
                "empty one: set DATABASE_URL, or move the file db.sqlite3 away."
            )
        )


def check_database() -> None:
    """Refuse a database that is neither empty nor the demo's. Changes nothing.

    Works before the tables are made. What `migrate` itself writes does not count.
    Raises NotOurDatabase.
    """
    tables = set(connection.introspection.table_names())
    if NumberSeries._meta.db_table in tables and _was_here():
        return
    ours = {model._meta.db_table: model for model in _all_models()}
    strange = tables - set(ours) - {MigrationRecorder.Migration._meta.db_table}
    filled = any(
        model._default_manager.exists()
        for table, model in ours.items()
        if table in tables and model._meta.label not in BY_MIGRATE
    )
    if strange or filled:
        raise NotOurDatabase


def load_company(*, at: datetime) -> bool:
    """Load the demo company; False where it is loaded already.

    Raises NotOurDatabase where something is that it did not make.
    """
    check_database()
    with transaction.atomic():
        fresh = not _was_here()
        if fresh:
            _load_register(at)
    # Logging opens its own transaction; the series tells whether we came this far.
    if not NumberSeries.objects.filter(code=SEGMENTS).exists():
        load_logged_segment(at)
        load_open_segment(at)
        load_campaign_letters(at)
    return fresh


def _was_here() -> bool:
    return NumberSeries.objects.filter(code=SERIES).exists()


def _all_models() -> list[type[models.Model]]:
    return apps.get_models(include_auto_created=True)


def _load_register(at: datetime) -> None:
    NumberSeries.objects.create(code=SERIES, prefix=SERIES_PREFIX, digits=7)
    load_tables()
    load_people(at - timedelta(days=500))
    load_templates(load_campaigns(at))
    load_conversations(at)
    load_answers(at)
