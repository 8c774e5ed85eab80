"""The orders that the register is listed in: each has an index that carries it."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Upper
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..folding import capitals
from .fields import NUL
from .keyset import RowCompare
from .querysets import ContactQuerySet
from .term import LAST


@dataclass(frozen=True)
class ContactOrder:
    """The order by `keys` and then as contacts were added; descending it is reversed.

    `goes_to_text` says whether one can go to what starts like a text.
    """

    code: str
    label: str | Promise
    keys: tuple[Combinable, ...]
    goes_to_text: bool = False
    descending: bool = False

    @property
    def asked(self) -> str:
        """What a link asks for."""
        return f"-{self.code}" if self.descending else self.code

    def apply(
        self, rows: ContactQuerySet, *, backwards: bool = False
    ) -> ContactQuerySet:
        turned = self.descending != backwards
        columns = (*self.keys, F("pk"))
        return rows.order_by(*(c.desc() if turned else c.asc() for c in columns))

    def beyond(
        self, rows: ContactQuerySet, place: tuple[Any, ...], *, backwards: bool
    ) -> ContactQuerySet:
        operator = "<" if self.descending != backwards else ">"
        values = [Value(value) for value in place]
        return rows.filter(RowCompare([*self.keys, F("pk")], operator, values))

    def starting(self, rows: ContactQuerySet, key: str) -> ContactQuerySet:
        first = capitals(key)
        operator = ">="
        if self.descending:
            first, operator = first + LAST, "<="
        return rows.filter(RowCompare([self.keys[0]], operator, [Value(first)]))

    def place(self, rows: ContactQuerySet, pk: int) -> tuple[Any, ...] | None:
        return rows.filter(pk=pk).order_by().values_list(*self.keys, "pk").first()

    def start(self, typed: str) -> str | None:
        """Return what is gone to; None where nothing was typed or nobody can go."""
        text = typed.strip().replace(NUL, "")
        return text if text and self.goes_to_text else None


ORDERS = {
    order.code: order
    for order in (
        ContactOrder("name", _("Name"), (Upper("name"),), goes_to_text=True),
        ContactOrder("number", _("Number"), (F("number"),), goes_to_text=True),
        ContactOrder("city", _("City"), (Upper("city"),), goes_to_text=True),
        ContactOrder(
            "country", _("Country and postcode"), (F("country"), F("postcode"))
        ),
        ContactOrder("email", _("E-mail"), (Upper("email"),), goes_to_text=True),
        ContactOrder("changed", _("Last changed"), (F("updated_at"),)),
        ContactOrder("created", _("Created"), (F("created_at"),)),
    )
}


def contact_order(asked: str) -> ContactOrder:
    """Return the order that is asked for, by name where there is no such."""
    order = ORDERS.get(asked.removeprefix("-"))
    if order is None:
        return ORDERS["name"]
    return replace(order, descending=asked.startswith("-"))
