"""The codes of set-up tables that saved criteria ask for: missing ones, and uses."""

from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from typing import Any

from django.utils.translation import gettext as _

from ..criteria import (
    CriteriaError,
    Node,
    existing_codes,
    fields_of,
    missing_codes,
    validate,
)
from ..criteria.catalogue import Field
from ..criteria.expression import Condition, walk
from ..models import SavedCriteria, SavedCriteriaStep


def missing_codes_of(parts: Sequence[Mapping[str, Any]]) -> list[list[tuple[str, str]]]:
    """Return for each step the codes that do not exist any more, as (place, code).

    One query per set-up table. Criteria that cannot be read have none.
    """
    nodes = [_readable(part["criteria"]) for part in parts]
    known = _known_codes(node for node in nodes if node is not None)
    return [
        [] if node is None else missing_codes(node, known_codes=known) for node in nodes
    ]


def saved_with_code(label: str, codes: Iterable[str]) -> list[SavedCriteria]:
    """Saved criteria that ask for one of these codes of a set-up table.

    `label` is that of its model, as `contacts.MailingGroup`. One query.
    """
    wanted = {code.strip().upper() for code in codes}
    found: dict[int, SavedCriteria] = {}
    steps = SavedCriteriaStep.objects.filter(criteria__isnull=False)
    for step in steps.select_related("saved__owner").order_by("saved__code"):
        node = _readable(step.criteria)
        if node is None or step.saved_id in found:
            continue
        asked = {
            code.strip().upper()
            for field, codes in _coded([node])
            if field.source.partition(":")[0] == label
            for code in codes
        }
        if asked & wanted:
            found[step.saved_id] = step.saved
    return list(found.values())


def say_users(label: str, codes: Collection[str]) -> list[str]:
    """Name the saved criteria that ask for one of these codes.

    Private ones are said to be their owner's, not what they are called.
    """
    return [
        _("Saved criteria %s") % saved.code
        if saved.shared
        else _("Private saved criteria of %s") % (saved.owner or _("somebody"))
        for saved in saved_with_code(label, codes)
    ]


def _readable(criteria: Any) -> Node | None:
    if criteria is None:
        return None
    try:
        return validate(criteria)
    except CriteriaError:
        return None


def _known_codes(
    nodes: Iterable[Node],
) -> Callable[[Field, Iterable[str]], set[str]]:
    """Read the codes of all these nodes at once, one query per set-up table."""
    asked: dict[str, tuple[Field, set[str]]] = {}
    for field, codes in _coded(nodes):
        asked.setdefault(field.source, (field, set()))[1].update(codes)
    found = {
        source: existing_codes(field, codes) for source, (field, codes) in asked.items()
    }
    return lambda field, _values: found[field.source]


def _coded(nodes: Iterable[Node]) -> Iterator[tuple[Field, list[str]]]:
    """The fields with a set-up table that criteria compare, and with what."""
    for node in nodes:
        for each, scope, _place in walk(node):
            if isinstance(each, Condition) and each.value is not None:
                field = fields_of(scope)[each.field]
                if field.source:
                    several = isinstance(each.value, tuple)
                    yield field, list(each.value) if several else [each.value]
