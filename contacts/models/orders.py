"""The orders that the lists have: each has an index that carries it."""

from dataclasses import dataclass, replace

from django.db.models import F
from django.db.models.functions import Upper
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..folding import capitals
from .fields import NUL
from .keyset import KeyOrder
from .querysets import ContactQuerySet
from .term import LAST


@dataclass(frozen=True)
class ContactOrder(KeyOrder):
    """An order of contacts that one asks for by its code.

    `goes_to_text` says whether one can go to what starts like a text.
    """

    code: str
    label: str | Promise
    goes_to_text: bool = False

    @property
    def asked(self) -> str:
        """What a link asks for."""
        return f"-{self.code}" if self.descending else self.code

    def starting(self, rows: ContactQuerySet, key: str) -> ContactQuerySet:
        first = capitals(key)
        return super().starting(rows, first + LAST if self.descending else first)

    def start(self, typed: str) -> str | None:
        """Return what is gone to; None where nothing was typed or nobody can go."""
        text = typed.strip().replace(NUL, "")
        return text if text and self.goes_to_text else None


ORDERS = {
    order.code: order
    for order in (
        ContactOrder("name", _("Name"), keys=(Upper("name"),), goes_to_text=True),
        ContactOrder("number", _("Number"), keys=(F("number"),), goes_to_text=True),
        ContactOrder("city", _("City"), keys=(Upper("city"),), goes_to_text=True),
        ContactOrder(
            "country", _("Country and postcode"), keys=(F("country"), F("postcode"))
        ),
        ContactOrder("email", _("E-mail"), keys=(Upper("email"),), goes_to_text=True),
        ContactOrder("changed", _("Last changed"), keys=(F("updated_at"),)),
        ContactOrder("created", _("Created"), keys=(F("created_at"),)),
    )
}


# The most alike first, and the last merge; both the newest first.
PAIR_ORDER = KeyOrder(keys=(F("score"),), descending=True)
MERGE_ORDER = KeyOrder(keys=(F("at"),), descending=True)


def contact_order(asked: str) -> ContactOrder:
    """Return the order that is asked for, by name where there is no such."""
    order = ORDERS.get(asked.removeprefix("-"))
    if order is None:
        return ORDERS["name"]
    return replace(order, descending=asked.startswith("-"))
