"""What codes are called: each set-up table is asked once for many sentences.

Criteria keep codes. A sentence says what they mean when it is shown: countries and
languages in the reader's language, other codes by their description.
"""

from collections.abc import Iterable, Mapping
from typing import Any as Anything

from django.apps import apps
from django.db.models import QuerySet
from django.utils.translation import get_language

from contacts.places import country_name, language_name

from .catalogue import Field, fields_of
from .expression import Condition, CriteriaError, Node, walk
from .validate import validate

MOST_SAID = 5  # of a list so many values are said, the others counted
BIGGEST = 2**63 - 1  # what a database stores as a number
NAMED_OPERATORS = ("is", "is_not", "in", "not_in")
PLACES = {"country": country_name, "language": language_name}
Row = tuple[str, tuple[str, ...]]  # a description, and the codes it stands below


class Names:
    """The names of the codes that were noted; what was not keeps its code.

    Noting is cheap; when the first code of a kind is said, all of that kind are
    looked up in one query.
    """

    def __init__(self, criteria: Iterable[Anything] = ()) -> None:
        self._noted: dict[str, tuple[Field, dict[str, Anything]]] = {}
        self._known: dict[str, dict[str, list[Row]]] = {}
        for each in criteria:
            self.note(each)

    def note(self, criteria: Anything) -> None:
        """Note the codes of criteria; of those that make no sense there are none."""
        try:
            node = validate(criteria)
        except CriteriaError:
            return
        self.note_node(node)

    def note_node(self, node: Node, *, scope: str = "contact") -> None:
        """As `note`, of criteria that were validated."""
        for each, within, _place in walk(node, scope=scope):
            if isinstance(each, Condition) and each.op in NAMED_OPERATORS:
                field = fields_of(within)[each.field]
                self.note_codes(field, said_values(each.value))

    def note_codes(self, field: Field, values: Iterable[Anything]) -> None:
        """Note codes that are said outside criteria."""
        if field.named_by:
            _field, noted = self._noted.setdefault(field.named_by, (field, {}))
            noted |= {_key(value): value for value in values}

    def say(
        self, field: Field, value: Anything, *, beside: Mapping[str, str] | None = None
    ) -> str:
        """Return the name with the code, as “Manager (MGR)”; empty if there is none.

        `beside` are the codes of other fields that the same row must have: they tell
        apart what has the same code below different ones, as profile answers have.
        """
        if field.code in PLACES:
            return PLACES[field.code](_place(field, value), get_language() or "en")
        asked = [(beside or {}).get(above) for above, _column in field.below]
        names = {
            name
            for name, above in self._rows(field).get(_key(value), [])
            if all(code in (None, it) for code, it in zip(asked, above, strict=True))
        }
        if len(names) != 1:
            return ""
        (name,) = names
        return f"{name} ({_key(value)})" if name else ""

    def _rows(self, field: Field) -> Mapping[str, list[Row]]:
        source = field.named_by
        if source not in self._noted:
            return {}
        if source not in self._known:
            asked, noted = self._noted[source]
            self._known[source] = _look_up(asked, noted)
        return self._known[source]


def coded_rows(source: str) -> tuple[QuerySet, str, str]:
    """The rows of a set-up table, the column of the code, and that of its meaning."""
    label, column = source.split(":")
    model = apps.get_model(label)
    names = {each.name for each in model._meta.get_fields()}
    return (
        model._default_manager.all(),
        column,
        "description" if "description" in names else "name",
    )


def said_values(value: Anything) -> tuple[Anything, ...]:
    """The values of a condition that its sentence says."""
    return value[:MOST_SAID] if isinstance(value, tuple) else (value,)


def _look_up(field: Field, noted: Mapping[str, Anything]) -> dict[str, list[Row]]:
    """The rows with these codes: one query."""
    model, column, said = coded_rows(field.named_by)
    numbers = [each for each in noted.values() if isinstance(each, int)]
    codes = [each for each in numbers if abs(each) <= BIGGEST] if numbers else noted
    found = model.filter(**{f"{column}__in": list(codes)}).order_by()
    rows: dict[str, list[Row]] = {}
    columns = (column, said, *(column for _above, column in field.below))
    for code, name, *above in found.values_list(*columns):
        rows.setdefault(_key(code), []).append((name, tuple(above)))
    return rows


def _key(value: Anything) -> str:
    return str(value).strip().upper()


def _place(field: Field, value: str) -> str:
    return _key(value) if field.upper else value.strip()
