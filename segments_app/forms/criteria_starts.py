"""Usual questions: rows that are ready but for what only the reader knows."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interactions.choices import InformationFlow

from .criteria import CONDITION, GROUP, HAS, Row


@dataclass(frozen=True)
class Start:
    """A usual question, and the rows that ask it."""

    label: str | Promise
    rows: Callable[[], Row]


def _condition(field: str, op: str, *values: str) -> Row:
    return Row(CONDITION, field=field, op=op, values=list(values))


def _has(relation: str, *rows: Row, denied: bool = False) -> Row:
    inner = list(rows) if len(rows) < 2 else [Row(GROUP, rows=list(rows))]
    return Row(HAS, relation=relation, rows=inner, negations=int(denied))


def _one_of(relation: str, *, denied: bool = False) -> Callable[[], Row]:
    return lambda: _has(relation, _condition("code", "in"), denied=denied)


def _not_written_to() -> Row:
    outbound = _condition("information_flow", "is", InformationFlow.OUTBOUND.value)
    lately = _condition("date", "within_days", "90")
    return _has("interaction", lately, outbound, denied=True)


def _got_a_letter() -> Row:
    lately = _condition("date", "within_days", "365")
    return _has("interaction", _condition("template", "in"), lately)


def _answered() -> Row:
    lately = _condition("date", "within_days", "365")
    return _has("interaction", _condition("evaluation", "is_not_empty"), lately)


STARTS = {
    "not-written-to": Start(
        _("Was not written to in the last 90 days"), _not_written_to
    ),
    "got-a-letter": Start(_("Got a certain letter in the last year"), _got_a_letter),
    "answered": Start(_("Answered a mailing in the last year"), _answered),
    "mailing-group": Start(_("Is in a mailing group"), _one_of("mailing_group")),
    "no-mailing-group": Start(
        _("Is not in a mailing group"), _one_of("mailing_group", denied=True)
    ),
    "job-responsibility": Start(
        _("Has a job responsibility"), _one_of("job_responsibility")
    ),
    "business-relation": Start(
        _("Works at a customer, vendor …"), _one_of("business_relation")
    ),
    "industry-group": Start(_("Is in an industry group"), _one_of("industry_group")),
    "new": Start(
        _("Is new: registered in the last 30 days"),
        lambda: _condition("created_at", "within_days", "30"),
    ),
}
