"""Why a contact is in or out: each node's own condition asked for that contact."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any as Anything

from django.apps import apps
from django.db.models import BooleanField, Case, Value, When

from .compile import compile_criteria
from .describe import describe
from .expression import All, Any, Node, Not


@dataclass(frozen=True)
class Reason:
    """A node as a sentence, whether it holds for the contact, and its parts."""

    sentence: str
    holds: bool
    parts: tuple["Reason", ...] = ()


def explain(node: Node, *, contact_id: int, today: datetime.date) -> Reason | None:
    """Return the reasons for one contact in one query; None if there is no such."""
    nodes = list(_nodes(node))
    contacts = apps.get_model("contacts.Contact")._default_manager
    asked = {
        f"node_{index}": Case(
            When(compile_criteria(each, today=today), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
        for index, each in enumerate(nodes)
    }
    row: Anything = contacts.filter(pk=contact_id).values(**asked).first()
    if row is None:
        return None
    answers = iter(row[f"node_{index}"] for index in range(len(nodes)))
    return _reason(node, answers)


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


def _reason(node: Node, answers: Iterator[bool]) -> Reason:
    holds = next(answers)
    parts = tuple(_reason(child, answers) for child in _children(node))
    return Reason(describe(node), holds, parts)
