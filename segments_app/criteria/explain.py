"""Why a contact is in or out: each node's own condition asked for that contact.

Where related rows are asked for, `explain_all` also shows those that the contact
has, the nearest to what was asked first, each with the conditions it answers.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any as Anything

from django.apps import apps
from django.db.models import BooleanField, Case, F, Q, Value, When
from django.utils.formats import date_format

from .catalogue import RELATIONS, Relation
from .compile import (
    Standpoint,
    asked_of,
    compile_criteria,
    compile_where,
    counted,
    related,
)
from .describe import describe
from .expression import All, Any, Has, Node, Not
from .names import Names

ASKED_AT_ONCE = 400  # columns of one query; databases stop at 1,664 and 2,000
LOOKED_AT = 100
SHOWN = 3

# What a related row is called by, and which of them come first.
CALLED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    **{
        code: ((f"{code}__code", f"{code}__description"), (f"{code}__code",))
        for code in (
            *("mailing_group", "industry_group"),
            *("business_relation", "job_responsibility"),
        )
    },
    "profile_answer": (
        ("answer__question__description", "answer__description", "last_updated"),
        ("-last_updated", "-pk"),
    ),
    "interaction": (("date", "template__code", "description"), ("-date", "-pk")),
    **dict.fromkeys(
        ("segment", "other_segment"),
        (("segment__number", "segment__description"), ("-segment_id",)),
    ),
    "logged_segment": (
        ("logged_segment__segment_number", "logged_segment__description", "date"),
        ("-date", "-pk"),
    ),
    "campaign_target": (
        ("campaign__number", "campaign__description"),
        ("campaign__number",),
    ),
    "company": (("number", "name"), ("pk",)),
    "person": (("number", "name"), ("name", "pk")),
}


@dataclass(frozen=True)
class RelatedRow:
    """A row that the contact has; `reason` is what was asked of it, if anything."""

    called: str
    holds: bool
    reason: "Reason | None" = None


@dataclass(frozen=True)
class Related:
    """The rows that the contact has of a relation, cancelled entries left out.

    Of `count` rows `fitting` are what was asked for; `is_cut` says that only the
    first `LOOKED_AT` were looked at. `nearest` are those that answer most.
    """

    count: int
    fitting: int
    nearest: tuple[RelatedRow, ...] = ()
    is_cut: bool = False


@dataclass(frozen=True)
class Reason:
    """A node as a sentence, whether it holds for the contact, and its parts."""

    sentence: str
    holds: bool
    parts: tuple["Reason", ...] = ()
    related: Related | None = None


def explain(node: Node, *, contact_id: int, today: datetime.date) -> Reason | None:
    """Return the reasons for one contact; None if there is no such.

    One query, and one per kind of code for what they are called.
    """
    answers = _ask([node], contact_id=contact_id, place=Standpoint(today))
    if answers is None:
        return None
    return _reason(node, iter(answers), {}, _names([node]))


def explain_all(
    nodes: Sequence[Node],
    *,
    contact_id: int,
    today: datetime.date,
    segment: int | None = None,
) -> list[Reason] | None:
    """Return the reasons of several criteria, related rows shown.

    `segment` is that which is not another one, as for `compile_criteria`.

    One query for them all, one per relation that is asked for and one per kind of
    code; more only where there are more than `ASKED_AT_ONCE` conditions.
    """
    place = Standpoint(today, segment)
    answers = _ask(nodes, contact_id=contact_id, place=place)
    if answers is None:
        return None
    names = _names(nodes)
    shown = _related_rows(nodes, names, contact_id=contact_id, place=place)
    left = iter(answers)
    return [_reason(node, left, shown, names) for node in nodes]


def _names(nodes: Iterable[Node]) -> Names:
    names = Names()
    for node in nodes:
        names.note_node(node)
    return names


def _ask(
    nodes: Iterable[Node], *, contact_id: int, place: Standpoint
) -> list[bool] | None:
    """Whether each node and everything below it holds, each before its parts."""
    contacts = apps.get_model("contacts.Contact")._default_manager
    asked = [
        compile_criteria(each, today=place.today, segment=place.segment)
        for node in nodes
        for each in _nodes(node)
    ]
    answers: list[bool] = []
    for first in range(0, len(asked), ASKED_AT_ONCE):
        columns = _columns(asked[first : first + ASKED_AT_ONCE])
        row: Anything = contacts.filter(pk=contact_id).values(**columns).first()
        if row is None:
            return None
        answers += [row[name] for name in columns]
    return answers


def _columns(conditions: Iterable[Q]) -> dict[str, Case]:
    return {
        f"node_{index}": Case(
            When(condition, then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
        for index, condition in enumerate(conditions)
    }


def _children(node: Node) -> tuple[Node, ...]:
    match node:
        case All(nodes) | Any(nodes):
            return nodes
        case Not(inner):
            return (inner,)
        case _:
            return ()


def _nodes(node: Node) -> list[Node]:
    """The node and everything below it, each before its parts."""
    return [node, *(each for child in _children(node) for each in _nodes(child))]


def _reason(
    node: Node,
    answers: Iterator[bool],
    shown: dict[Has, Related],
    names: Names,
    scope: str = "contact",
    beside: Sequence[Node] = (),
) -> Reason:
    holds = next(answers)
    said = describe(node, scope=scope, names=names, beside=beside)
    together = node.nodes if isinstance(node, All) else ()
    parts = tuple(
        _reason(each, answers, shown, names, scope, together)
        for each in _children(node)
    )
    rows = shown.get(node) if isinstance(node, Has) else None
    return Reason(said, holds, parts, rows)


def _related_rows(
    nodes: Iterable[Node], names: Names, *, contact_id: int, place: Standpoint
) -> dict[Has, Related]:
    """What the contact has of everything asked for, by question."""
    parts = (each for node in nodes for each in _nodes(node))
    asked = list(dict.fromkeys(each for each in parts if isinstance(each, Has)))
    shown = {}
    for relation in RELATIONS.values():
        questions = [has for has in asked if has.relation == relation.code]
        for together in _in_turns(questions):
            rows = _rows(relation, together, contact_id=contact_id, place=place)
            for has in together:
                shown[has] = _nearest(has, rows, together, names)
    return shown


def _in_turns(questions: Iterable[Has]) -> Iterator[list[Has]]:
    """The questions, as many at once as one query has columns for."""
    together: list[Has] = []
    width = 0
    for has in questions:
        wide = len(_conditions(has))
        if together and width + wide > ASKED_AT_ONCE:
            yield together
            together, width = [], 0
        together.append(has)
        width += wide
    if together:
        yield together


def _conditions(has: Has) -> list[Node]:
    return [] if has.where is None else _nodes(has.where)


def _rows(
    relation: Relation,
    questions: Sequence[Has],
    *,
    contact_id: int,
    place: Standpoint,
) -> list[dict[str, Anything]]:
    """The related rows with the answer to every condition of these questions."""
    called, order = CALLED[relation.code]
    conditions = []
    for has in questions:
        counts = counted(has) if relation.counted else Q()
        conditions.append(counts or Q(pk__isnull=False))
        for each in _conditions(has):
            conditions.append(
                compile_where(each, relation, today=place.today, segment=place.segment)
            )
    rows, key = related(relation, segment=place.segment)
    contacts = apps.get_model("contacts.Contact")._default_manager
    contact = contacts.filter(pk=contact_id).values(asked=asked_of(relation, F))
    found = rows.filter(**{f"{key}__in": contact}).order_by(*order)
    return list(found.values(*called, **_columns(conditions))[: LOOKED_AT + 1])


def _nearest(
    has: Has,
    rows: Sequence[dict[str, Anything]],
    questions: Sequence[Has],
    names: Names,
) -> Related:
    """Those that answer the question first, then those that answer most of it."""
    first = sum(
        1 + len(_conditions(each)) for each in questions[: questions.index(has)]
    )
    called = CALLED[has.relation][0]
    looked_at = []
    for row in rows[:LOOKED_AT]:
        if not row[f"node_{first}"]:
            continue
        answers = [row[f"node_{first + 1 + at}"] for at in range(len(_conditions(has)))]
        reason = None
        if has.where is not None:
            reason = _reason(has.where, iter(answers), {}, names, has.relation)
        holds = reason is None or reason.holds
        shown = RelatedRow(_say_row(row, called), holds, reason)
        looked_at.append((holds, sum(answers), shown))
    nearest = sorted(looked_at, key=lambda each: each[:2], reverse=True)
    return Related(
        count=len(looked_at),
        fitting=sum(holds for holds, _answered, _shown in looked_at),
        nearest=tuple(shown for _holds, _answered, shown in nearest[:SHOWN]),
        is_cut=len(rows) > LOOKED_AT,
    )


def _say_row(row: dict[str, Anything], columns: Iterable[str]) -> str:
    said = (row[name] for name in columns)
    return " ".join(
        date_format(each) if isinstance(each, datetime.date) else str(each)
        for each in said
        if each
    )
