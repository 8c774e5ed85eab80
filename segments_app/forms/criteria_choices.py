"""The values of code fields: lists to choose from, searched where they are long."""

from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contacts.folding import capitals
from contacts.places import countries, languages

from ..criteria import fields_of
from ..criteria.catalogue import CHOICE, CODE, YES_NO, Field
from ..criteria.names import coded_rows
from ..criteria.validate import UNREADABLE
from .criteria import CONDITION, Row, all_rows

FEW = 12  # so many are shown at once
MOST_CODES = 300  # so many travel with the page; of more, what a search finds
MOST_FOUND = 50

Choice = tuple[str, str]


class Choices:
    """The choices of fields with their labels; each table is read once."""

    def __init__(self) -> None:
        self._read: dict[str, list[Choice] | None] = {}

    def of(self, asked: Field) -> list[Choice] | None:
        """Return all choices of a field; None if there are too many or none known."""
        if asked.type == YES_NO:
            return [("true", _("Yes")), ("false", _("No"))]
        if asked.type == CHOICE and asked.choices:
            return [(value, str(label)) for value, label in asked.choices.choices]
        if asked.type != CODE:
            return None
        if asked.source:
            if asked.source not in self._read:
                self._read[asked.source] = _all_of(asked.source)
            return self._read[asked.source]
        return _named(asked)

    def labels(self, asked: Field, values: Iterable[str]) -> dict[str, str]:
        """Return the labels of those values that exist, by the value as written."""
        written = [each for each in values if each and not UNREADABLE.search(each)]
        choices = self.of(asked)
        if choices is None and asked.source and written:
            model, column, said = coded_rows(asked.source)
            rows = model.filter(
                **{f"{column}__in": [_folded(each) for each in written]}
            )
            choices = _labelled(rows.values_list(column, said))
        known = {value.upper(): label for value, label in choices or ()}
        return {
            value: known[_folded(value)] for value in written if _folded(value) in known
        }


def search(asked: Field, text: str) -> tuple[list[Choice], int]:
    """Return the choices that have every word of `text`, and how many more do."""
    words = text.split()
    if asked.source:
        if UNREADABLE.search(text):
            return [], 0
        model, column, said = coded_rows(asked.source)
        for word in words:
            has_it = Q(**{f"{column}__icontains": word})
            model = model.filter(has_it | Q(**{f"{said}__icontains": word}))
        rows = model.order_by(column)
        found = _labelled(rows.values_list(column, said)[:MOST_FOUND])
        return found, max(rows.count() - MOST_FOUND, 0)
    folded = [word.casefold() for word in words]
    found = [
        (value, label)
        for value, label in Choices().of(asked) or ()
        if all(word in f"{value} {label}".casefold() for word in folded)
    ]
    return found[:MOST_FOUND], max(len(found) - MOST_FOUND, 0)


def name_codes(root: Row) -> Row:
    """Put the code where somebody wrote its name or chose its label: Norway is NO."""
    choices = Choices()
    for row in all_rows(root):
        known = fields_of(row.scope) if row.kind == CONDITION and row.scope else {}
        asked = known.get(row.field)
        if (
            asked is None
            or asked.type != CODE
            or UNREADABLE.search("".join(row.values))
        ):
            continue
        is_known = choices.labels(asked, row.values)
        unknown = [each for each in row.values if each.strip() and each not in is_known]
        codes = _codes_of(asked, unknown, choices) if unknown else {}
        row.values = [codes.get(_plain(value), value) for value in row.values]
    return root


def _codes_of(asked: Field, written: list[str], choices: Choices) -> dict[str, str]:
    """The codes that go by these names or labels, by what was written."""
    listed = choices.of(asked)
    if listed is None:
        model, column, said = coded_rows(asked.source)
        named = Q(name_upper__in=[capitals(each.strip()) for each in written])
        coded = Q(**{f"{column}__in": [_folded(each.split()[0]) for each in written]})
        rows = model.alias(name_upper=Upper(said)).filter(named | coded)
        listed = _labelled(rows.values_list(column, said))
    codes: dict[str, str] = {}
    for value, label in listed:
        for name in (label, label.removeprefix(value)):
            codes.setdefault(_plain(name), value)
    return codes


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _all_of(source: str) -> list[Choice] | None:
    model, column, said = coded_rows(source)
    rows = model.order_by(column).values_list(column, said)
    found = _labelled(rows[: MOST_CODES + 1])
    return found if len(found) <= MOST_CODES else None


def _labelled(rows: Iterable[Choice]) -> list[Choice]:
    labels: dict[str, str] = {}
    for code, text in rows:
        labels.setdefault(code, f"{code} {text}".strip())
    return list(labels.items())


def _named(asked: Field) -> list[Choice]:
    named = countries if asked.code == "country" else languages
    return list(named(get_language() or "en"))


def _folded(code: str) -> str:
    return code.strip().upper()
