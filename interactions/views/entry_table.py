"""A list of interactions: filtered, summed, a page at a time, however long it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.models import MarketingSetup
from contacts.models.keyset import KeyOrder, KeysetPage, keyset_page, place_asked

from ..filters import InteractionLogFilter
from ..models import InteractionLogEntry

PER_PAGE = 50
# So many are summed up with the page; a longer log when somebody waits for it.
SUMMED = 10_000
NOT_FILTERS = ("after", "before", "end", "page")
NEWEST_FIRST = KeyOrder(keys=(F("date"),), descending=True)
# A draft may have no date yet.
AS_BEGUN = KeyOrder(keys=(), descending=True)
AS_LOGGED = KeyOrder(keys=())


@dataclass(frozen=True)
class EntryTable:
    """What a list of interactions shows; `query` is what it is filtered by.

    `sums` are those of all that are found, unless there are more than are summed.
    """

    filter: InteractionLogFilter
    page: KeysetPage
    entries: Sequence[InteractionLogEntry]
    sums: dict[str, Any]
    currency: str
    query: str

    @property
    def has_more(self) -> bool:
        return bool(self.sums["found"] > SUMMED)

    @property
    def found(self) -> int:
        return int(self.sums["found"])

    @property
    def first(self) -> InteractionLogEntry | None:
        return self.entries[0] if self.entries else None

    @property
    def last(self) -> InteractionLogEntry | None:
        return self.entries[-1] if self.entries else None

    @property
    def said_found(self) -> str:
        """How many there are, in words."""
        if self.has_more:
            return _("More than %s interactions") % intcomma(SUMMED)
        said = ngettext("%s interaction", "%s interactions", self.found)
        return said % intcomma(self.found)


def entry_table(query: QueryDict, *, order: KeyOrder | None = None) -> EntryTable:
    """Return the interactions that a query string asks for: a few queries, always."""
    everything = InteractionLogEntry.objects.order_by()
    narrowed = InteractionLogFilter(query, queryset=everything)
    if order is None:
        order = AS_BEGUN if narrowed.asks_for_drafts else NEWEST_FIRST
    page = keyset_page(
        narrowed.qs,
        everywhere=everything,
        order=order,
        place=place_asked(query),
        size=PER_PAGE,
    )
    by_key = InteractionLogEntry.objects.for_list().in_bulk(page.keys)
    kept = query.copy()
    for name in NOT_FILTERS:
        kept.pop(name, None)
    return EntryTable(
        filter=narrowed,
        page=page,
        entries=[by_key[key] for key in page.keys if key in by_key],
        sums=narrowed.qs.sums(at_most=SUMMED + 1),
        currency=MarketingSetup.load().currency,
        query=kept.urlencode(),
    )
