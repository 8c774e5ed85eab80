"""Logging what is due: each segment for itself, and a report to its owner."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.mail import EmailMessage
from django.db import DatabaseError
from django.utils.translation import gettext as _

from interactions.models import LoggedSegment

from .errors import SegmentError
from .log_refusals import ProblemsFound, SegmentAlreadyLogged, WarningsFound
from .release import due, log_released


@dataclass(frozen=True)
class Outcome:
    """What became of a segment that was due: logged, or why not, line by line."""

    number: str
    description: str
    owner: Any
    logged: LoggedSegment | None = None
    why: list[str] = field(default_factory=list)


def log_due(*, day: date, at: datetime) -> Iterator[Outcome]:
    """Log what was released for `day` or earlier, one segment after the other."""
    for segment in due(day):
        owner = segment.owner or segment.released_by
        said: dict[str, Any] = {
            "number": segment.number,
            "description": segment.description,
            "owner": owner,
        }
        try:
            yield Outcome(**said, logged=log_released(segment=segment, at=at))
        except SegmentAlreadyLogged as error:
            yield Outcome(**said, logged=error.logged_segment)
        except (ProblemsFound, WarningsFound) as error:
            why = [
                f"{each.message} ({each.lines}) {each.fix}" for each in error.problems
            ]
            yield Outcome(**said, why=why)
        except SegmentError as error:
            yield Outcome(**said, why=[str(error)])
        except DatabaseError as error:
            # As two who waited for each other: the others are logged all the same.
            refused = _("The database did not allow it: %s. It stays due.")
            yield Outcome(**said, why=[refused % str(error).strip()])


def reports(outcomes: Iterable[Outcome]) -> list[EmailMessage]:
    """An e-mail to each owner who has an address: what was logged, what was not."""
    of_owner: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.owner is not None and outcome.owner.email:
            of_owner[outcome.owner.email].append(outcome)
    return [_report(email, some) for email, some in of_owner.items()]


def _report(email: str, outcomes: list[Outcome]) -> EmailMessage:
    refused = sum(outcome.logged is None for outcome in outcomes)
    subject = _("Segments logged: %(logged)s, not logged: %(refused)s")
    subject %= {"logged": len(outcomes) - refused, "refused": refused}
    body = "\n\n".join(in_words(outcome) for outcome in outcomes)
    return EmailMessage(subject=subject, body=f"{body}\n", to=[email])


def in_words(outcome: Outcome) -> str:
    """Say what became of a segment, and where what is next is found."""
    head = f"{outcome.number} {outcome.description}"
    if outcome.logged is None:
        said = _("Not logged:")
        return "\n".join([f"{head}: {said}", *(f"- {why}" for why in outcome.why)])
    lines = [f"{head}: " + _("logged")]
    count = outcome.logged.interactions.count()
    lines.append("- " + _("Interactions: %s") % count)
    for rest in outcome.logged.left_overs.all():
        lines.append("- " + _("The rest is kept in %s") % rest.number)
    for follow_up in outcome.logged.follow_ups.all():
        lines.append("- " + _("Follow-up segment: %s") % follow_up.number)
    return "\n".join(lines)
