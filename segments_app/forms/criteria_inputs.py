"""How the rows of the builder are filled in: which choices, which input."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from contacts.places import countries, languages

from ..criteria import OPERATOR_LABELS, RELATIONS, fields_of
from ..criteria.catalogue import (
    CHOICE,
    CODE,
    DATE,
    DAYS,
    EMPTINESS,
    LISTS,
    NUMBER,
    RANGES,
    YES_NO,
    Field,
)
from .criteria import CONDITION, GROUP, HAS, Row, all_rows

MOST_CODES = 300

Choice = tuple[str, str]


@dataclass
class Input:
    """What a row offers: denials, fields or relations, operators, and the value.

    `type` is `none`, `choice`, `choices`, `lines`, or a type of HTML's input;
    `values` are what the inputs hold.
    """

    denials: list[Choice] = field(default_factory=list)
    fields: list[Choice] = field(default_factory=list)
    operators: list[Choice] = field(default_factory=list)
    type: str = "none"
    choices: list[Choice] = field(default_factory=list)
    values: list[str] = field(default_factory=list)


def dress(root: Row) -> Row:
    """Give every row its input; each list of codes is read once."""
    codes = _Codes()
    for row in all_rows(root):
        if row.kind == HAS:
            relations = RELATIONS.values()
            row.input = Input(
                fields=[(each.code, capfirst(each.label)) for each in relations]
            )
        elif row.kind == CONDITION:
            row.input = _input(row, codes)
        else:
            row.input = Input()
        row.input.denials = _denials(row)
    return root


def _denials(row: Row) -> list[Choice]:
    """Whether the row must hold; a `not` of a `not` stays what it was."""
    said = {
        CONDITION: (pgettext("criteria", "where"), pgettext("criteria", "not where")),
        HAS: (pgettext("criteria", "has"), pgettext("criteria", "has no")),
        GROUP: (pgettext("criteria", "Match"), pgettext("criteria", "Do not match")),
    }
    choices = [(str(count), text) for count, text in enumerate(said[row.kind])]
    if row.negations > 1:
        choices.append((str(row.negations), _("not × %d") % row.negations))
    return choices


def _input(row: Row, codes: "_Codes") -> Input:
    known = fields_of(row.scope) if row.scope else {}
    fields = [(each.code, capfirst(each.label)) for each in known.values()]
    asked = known.get(row.field)
    if asked is None:
        return Input(fields=fields)
    operators = [(op, str(OPERATOR_LABELS[op])) for op in asked.operators]
    kind, choices = _kind(asked, row.op, codes)
    if kind in ("choice", "choices"):
        choices = _with_chosen(choices, row.values)
    return Input(
        fields=fields,
        operators=operators,
        type=kind,
        choices=choices,
        values=_values(kind, row),
    )


def _kind(asked: Field, op: str, codes: "_Codes") -> tuple[str, list[Choice]]:
    if not op or op in EMPTINESS:
        return "none", []
    if op in DAYS or asked.type == NUMBER:
        return "number", []
    if asked.type == DATE:
        return "date", []
    choices = _choices(asked, codes)
    if choices:
        return "choices" if op in LISTS else "choice", choices
    return "lines" if op in LISTS else "text", []


def _choices(asked: Field, codes: "_Codes") -> list[Choice]:
    if asked.type == YES_NO:
        return [("true", _("Yes")), ("false", _("No"))]
    if asked.type == CHOICE and asked.choices:
        return [(value, str(label)) for value, label in asked.choices.choices]
    if asked.type == CODE and asked.source:
        return codes.of(asked.source)
    if asked.type == CODE:
        named = countries if asked.code == "country" else languages
        return list(named(get_language() or "en"))
    return []


def _with_chosen(choices: list[Choice], chosen: Iterable[str]) -> list[Choice]:
    """The choices, and before them chosen values that are none of them."""
    known = {value for value, _label in choices}
    others = [value for value in chosen if value and value not in known]
    return [*((value, value) for value in others), *choices]


def _values(kind: str, row: Row) -> list[str]:
    if kind == "lines":
        return ["\n".join(row.values)]
    if row.op in RANGES:
        return [*row.values, "", ""][:2]
    return row.values or [""]


class _Codes:
    """The codes of set-up tables with what they mean; too many are none."""

    def __init__(self) -> None:
        self._read: dict[str, list[Choice]] = {}

    def of(self, source: str) -> list[Choice]:
        if source not in self._read:
            self._read[source] = self._load(source)
        return self._read[source]

    def _load(self, source: str) -> list[Choice]:
        label, column = source.split(":")
        model = apps.get_model(label)
        names = {each.name for each in model._meta.get_fields()}
        said = "description" if "description" in names else "name"
        rows = model._default_manager.order_by(column).values_list(column, said)
        labels: dict[str, str] = {}
        for code, text in rows[: MOST_CODES + 1]:
            labels.setdefault(code, f"{code} {text}".strip())
        return list(labels.items()) if len(labels) <= MOST_CODES else []
