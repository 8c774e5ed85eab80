"""What contacts show, move and tell themselves, registered when they start."""

from . import jobs as jobs
from .card.history import SOURCES
from .registry import (
    BulkAction,
    register_bulk_action,
    register_mover,
    register_teller,
    register_timeline,
    register_value_source,
)
from .services.about_contact import TELLER
from .services.bulk_changes import BULK_CHANGES
from .services.merging.movers import MOVERS
from .value_sources import VALUE_SOURCES

for name, mover in MOVERS.items():
    register_mover(name, mover)
for source in SOURCES:
    register_timeline(source)
for value_source in VALUE_SOURCES:
    register_value_source(value_source)
register_teller("contacts", TELLER)
for code, change in BULK_CHANGES.items():
    register_bulk_action(
        BulkAction(change.label, "contacts:bulk", change.permission, (code,))
    )
