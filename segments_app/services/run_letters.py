"""The letters of a run to look through: pages, a search, who has none."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from contacts.models import Contact
from contacts.models.keyset import KeysetPage, keyset_page, place_asked, whole_number
from interactions.merge import Names
from interactions.models import Run, RunItem
from interactions.models.querysets import MUST_NOT_ITEM
from interactions.printing import FileName
from interactions.services.letters import records
from interactions.services.printing import WRITERS, Output

PER_PAGE = 50
FIRST_NAMES = 3
# More than any run has, and what a column can be compared with.
HIGHEST = 2**31 - 1


class _BySequence:
    """The order of the letters; contacts without one as they came."""

    goes_to_text = False

    def __init__(self, column: str) -> None:
        self.column = column

    def apply(self, items: Any, *, backwards: bool = False) -> Any:
        return items.order_by(f"-{self.column}" if backwards else self.column)

    def beyond(self, items: Any, place: Any, *, backwards: bool) -> Any:
        way = "lt" if backwards else "gt"
        return items.filter(**{f"{self.column}__{way}": place})

    def starting(self, items: Any, key: Any) -> Any:
        return items.filter(**{f"{self.column}__gte": key})

    def place(self, items: Any, pk: int) -> Any:
        return items.filter(pk=pk).values_list(self.column, flat=True).first()


@dataclass(frozen=True)
class ItemPage:
    """One page of letters, or of contacts without one."""

    items: list[RunItem]
    page: KeysetPage
    order: _BySequence

    @property
    def first(self) -> RunItem:
        return self.items[0]

    @property
    def last(self) -> RunItem:
        return self.items[-1]


def letters_page(run: Run, query: Any) -> ItemPage:
    """A page of the letters, narrowed to a name, a contact number or their number."""
    letters = run.items.filter(sequence__isnull=False)
    return _page(
        _searched(letters, query.get("search", "")), letters, query, "sequence"
    )


def left_out_page(run: Run, query: Any) -> ItemPage:
    """A page of those who were on the segment and get no letter, now or from then."""
    items = run.items.filter(Q(sequence=None) | MUST_NOT_ITEM)
    return _page(_searched(items, query.get("search", "")), items, query, "pk")


def blocked_since(run: Run) -> int:
    """How many letters are left out of the printing, for their contacts are blocked."""
    return run.items.filter(MUST_NOT_ITEM, sequence__isnull=False).count()


def first_names(run: Run, output: Output) -> list[str]:
    """What the first files of contacts would be called. Raises PatternError."""
    letters = output.chosen([run]).may_be_printed()[:FIRST_NAMES]
    name = output.file_name([run])
    return names_of(name, list(records(letters)), kind=output.kind)


def names_of(name: FileName, letters: list[dict[str, str]], *, kind: str) -> list[str]:
    """The names of the files of the first letters, as they stand in a folder."""
    names, suffix = Names(), WRITERS[kind].suffix
    return [names.take(name.of(record), suffix=suffix) for record in letters]


def _searched(items: Any, text: str) -> Any:
    text = text.strip()
    if not text:
        return items
    fitting = Q(contact__in=Contact.objects.search(text).values("pk"))
    number = whole_number(text)
    if number is not None and number <= HIGHEST:
        fitting |= Q(sequence=number)
    return items.filter(fitting)


def _page(items: Any, everywhere: Any, query: Any, column: str) -> ItemPage:
    order = _BySequence(column)
    page = keyset_page(
        items,
        everywhere=everywhere,
        order=order,
        place=place_asked(query),
        size=PER_PAGE,
    )
    rows = RunItem.objects.filter(pk__in=page.keys).order_by(column)
    related = ("contact__company", "snapshot__document", "entry")
    return ItemPage(
        list(rows.select_related(*related)),
        page,
        order,
    )
