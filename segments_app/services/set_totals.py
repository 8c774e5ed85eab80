"""How many are in the set after every element of a recipe, in one query."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, Case, Count, IntegerField, Q, Value, When

from contacts.models import Contact

from .replay import SetChange, chosen_by

EVERY_ROW = 2**62  # no table has as many; the bound keeps a subquery in one piece


def totals_after(*chains: Sequence[SetChange]) -> list[list[int]]:
    """How many contacts are in the set after every change of each chain; one query.

    The database asks what each change finds once for a contact, however many totals
    are made of it.
    """
    chains = tuple(_each_by_itself(chain) for chain in chains)
    asked = {id(change): change for chain in chains for change in chain}
    added = Q()
    flags: dict[str, Any] = {}
    columns: dict[int, tuple[str, str]] = {}
    for number, (key, change) in enumerate(asked.items()):
        names = (f"adds_{number}", f"keeps_{number}")
        if change.adds is not None and change.may_enter is not None:
            comes = change.adds & change.may_enter
            added |= comes
            flags[names[0]] = _flag(comes)
        if change.keeps is not None:
            flags[names[1]] = _flag(change.keeps)
        columns[key] = (
            names[0] if names[0] in flags else "",
            names[1] if names[1] in flags else "",
        )
    if not added:
        return [[0] * len(chain) for chain in chains]
    totals = {
        f"total_{row}_{number}": Count(
            _one_if_in([columns[id(change)] for change in chain[: number + 1]])
        )
        for row, chain in enumerate(chains)
        for number in range(len(chain))
    }
    contacts = Contact.objects.filter(added).annotate(**flags).order_by()[:EVERY_ROW]
    counted = contacts.aggregate(**totals)
    return [
        [counted[f"total_{row}_{number}"] for number in range(len(chain))]
        for row, chain in enumerate(chains)
    ]


def _each_by_itself(chain: Sequence[SetChange]) -> Sequence[SetChange]:
    """The same changes, where those that stay are found without the ones before."""
    return [
        change
        if change.among is None
        else SetChange(change.step, keeps=change.among(chosen_by(chain[:number])))
        for number, change in enumerate(chain)
    ]


def _flag(condition: Q) -> Case:
    return Case(
        When(condition, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def _one_if_in(columns: Sequence[tuple[str, str]]) -> Case:
    """1 for who is in the set after these changes, else NULL: the last that tells.

    One list, for conditions inside each other Django hashes twice at every depth:
    twenty changes would take minutes.
    """
    told: list[When] = []
    for adds, keeps in reversed(columns):
        if keeps:
            told.append(When(**{keeps: False}, then=Value(None)))
        if adds:
            told.append(When(**{adds: True}, then=Value(1)))
    return Case(*told, default=Value(None), output_field=IntegerField())
