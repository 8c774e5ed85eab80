"""Interactions chosen in a list, for what is done to many at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from django.http import QueryDict
from django.urls import reverse

from contacts.models.keyset import whole_number

from .filters import InteractionLogFilter
from .models import InteractionLogEntry
from .models.querysets import InteractionLogEntryQuerySet

# More than any page shows.
MOST_KEYS = 500


@dataclass(frozen=True)
class Selection:
    """The interactions with these keys, or all that a query string finds."""

    keys: tuple[int, ...] = ()
    query: str = ""
    everything: bool = False

    @classmethod
    def sent(cls, data: QueryDict) -> Self:
        """Read what the form of a list sends; see `fields`."""
        keys = (whole_number(key) for key in data.getlist("entry")[:MOST_KEYS])
        return cls(
            keys=tuple(key for key in keys if key is not None),
            query=data.get("query", ""),
            everything=data.get("all") == "on",
        )

    @classmethod
    def kept(cls, parameters: dict[str, Any]) -> Self:
        """Read what a job was given; see `parameters`."""
        return cls(
            keys=tuple(parameters["keys"]),
            query=parameters["query"],
            everything=parameters["everything"],
        )

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "keys": list(self.keys),
            "query": self.query,
            "everything": self.everything,
        }

    @property
    def entries(self) -> InteractionLogEntryQuerySet:
        """Those that fit now, drafts aside; none by a filter that cannot be read."""
        logged = InteractionLogEntry.objects.logged().order_by()
        if not self.everything:
            return logged.filter(pk__in=self.keys)
        found: Any = InteractionLogFilter(QueryDict(self.query), queryset=logged).qs
        return found

    @property
    def fields(self) -> Iterator[tuple[str, str]]:
        """Names and values that a form carries on."""
        yield "query", self.query
        if self.everything:
            yield "all", "on"
        else:
            yield from (("entry", str(key)) for key in self.keys)

    @property
    def back(self) -> str:
        """Where it was chosen: an interaction, a logged segment, or the log."""
        query = QueryDict(self.query, mutable=True)
        if not query and len(self.keys) == 1:
            return reverse("interactions:entry", args=self.keys)
        logged = whole_number(query.get("logged_segment", ""))
        if logged is None:
            return f"{reverse('interactions:log')}?{self.query}"
        del query["logged_segment"]
        page = reverse("segments:logged_detail", args=[logged])
        return f"{page}?{query.urlencode()}#entries"
