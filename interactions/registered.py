"""What interactions show on the card of a contact, and do with rows and files."""

from contacts.registry import (
    register_eraser,
    register_mover,
    register_panel,
    register_places,
    register_teller,
    register_timeline,
    register_value_source,
)
from jobs.registry import register_expirer

from . import jobs as jobs
from .models import InteractionLogEntry, RunItem
from .panels import CAMPAIGNS, STATISTICS
from .places import places_of_entries, places_of_run_items
from .services.about_contact import TELLER
from .services.forget_contact import ERASER
from .services.kept_previews import let_go
from .services.movers import MOVERS
from .services.once import forget_submissions
from .timeline import SOURCES
from .value_sources import VALUE_SOURCES

register_panel(STATISTICS)
register_panel(CAMPAIGNS)
register_places(InteractionLogEntry, places_of_entries)
register_places(RunItem, places_of_run_items)
for source in SOURCES:
    register_timeline(source)
for name, mover in MOVERS.items():
    register_mover(name, mover)
for value_source in VALUE_SOURCES:
    register_value_source(value_source)
register_teller("interactions", TELLER)
register_eraser("interactions", ERASER)
register_expirer(let_go)
register_expirer(forget_submissions)
