"""Contacts chosen in the list, for what is done to many at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from django.http import QueryDict

from .filters import ContactFilter
from .models import Contact
from .models.keyset import whole_number
from .models.querysets import ContactQuerySet

# More than any page shows.
MOST_KEYS = 500


@dataclass(frozen=True)
class Selection:
    """The contacts with these keys, or everybody that a query string finds."""

    keys: tuple[int, ...] = ()
    query: str = ""
    everybody: bool = False

    @classmethod
    def sent(cls, data: QueryDict) -> Self:
        """Read what the form of the list sends; see `fields`."""
        keys = (whole_number(key) for key in data.getlist("contact")[:MOST_KEYS])
        return cls(
            keys=tuple(key for key in keys if key is not None),
            query=data.get("query", ""),
            everybody=data.get("all") == "on",
        )

    @classmethod
    def kept(cls, parameters: dict[str, Any]) -> Self:
        """Read what a job was given; see `parameters`."""
        return cls(
            keys=tuple(parameters["keys"]),
            query=parameters["query"],
            everybody=parameters["everybody"],
        )

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "keys": list(self.keys),
            "query": self.query,
            "everybody": self.everybody,
        }

    @property
    def contacts(self) -> ContactQuerySet:
        """Those who fit now; nobody by a filter that cannot be read."""
        everybody = Contact.objects.all()
        if not self.everybody:
            return everybody.filter(pk__in=self.keys)
        found: Any = ContactFilter(QueryDict(self.query), queryset=everybody).qs
        return found

    @property
    def fields(self) -> Iterator[tuple[str, str]]:
        """Names and values that a form carries on."""
        yield "query", self.query
        if self.everybody:
            yield "all", "on"
        else:
            yield from (("contact", str(key)) for key in self.keys)
