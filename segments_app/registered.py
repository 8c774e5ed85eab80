"""What segments show on the card of a contact, ask of it and do with their own rows."""

from django.utils.translation import gettext_lazy as _

from contacts.registry import (
    BulkAction,
    CardAction,
    register_bulk_action,
    register_card_action,
    register_code_users,
    register_eraser,
    register_mover,
    register_places,
    register_teller,
    register_timeline,
)

from . import checks as checks
from . import jobs as jobs
from .models import SegmentLine
from .places import places_of_lines
from .services.about_contact import ERASER, TELLER
from .services.movers import MOVERS
from .services.saved_codes import say_users
from .timeline import SOURCE

register_code_users("saved", say_users)
for name, mover in MOVERS.items():
    register_mover(name, mover)
register_places(SegmentLine, places_of_lines)
register_timeline(SOURCE)
register_teller("segments", TELLER)
# Before the interactions: they ask whether a document is still used.
register_eraser("segments", ERASER)
for label, page in (
    (_("Create interaction"), "segments:interaction_create"),
    (_("Write an e-mail"), "segments:email_create"),
    (_("Make a call"), "segments:phone_call"),
):
    register_card_action(
        CardAction(label, page, "interactions.add_interactionlogentry")
    )
register_bulk_action(
    BulkAction(_("Add to segment"), "segments:bulk_add", "segments_app.change_segment")
)
