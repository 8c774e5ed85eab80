"""What became of a segment when it was logged: what goes where, and what is next."""

from dataclasses import dataclass

from django.db.models import Case, Count, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from contacts.choices import CorrespondenceType
from interactions.choices import DeliveryStatus, RunState
from interactions.models import LoggedSegment, Run

# Where interactions go, in the order of the page. Two ways lead nowhere: there was no
# letter, or it was held back in time.
WAYS = {
    **dict(CorrespondenceType.choices),
    "": _("None: only logged"),
    DeliveryStatus.WITHDRAWN.value: _("None: the letter was withdrawn before it went"),
}


@dataclass(frozen=True)
class Went:
    """How many interactions go one of the WAYS, and how many of them wait to go out."""

    way: str
    interactions: int
    queued: int

    @property
    def label(self) -> str:
        return str(WAYS[self.way])


@dataclass(frozen=True)
class Result:
    """By channel what went where, and the runs whose letters are to be printed."""

    went: list[Went]
    by_copy: int
    to_print: list[Run]
    cancelled: bool

    @property
    def emails_queued(self) -> int:
        """How many e-mails wait in the outbox."""
        by_email = (w for w in self.went if w.way == CorrespondenceType.EMAIL)
        return sum(each.queued for each in by_email)

    @property
    def has_more_to_do(self) -> bool:
        """Whether anything is next; what is cancelled waits until it counts again."""
        return not self.cancelled and bool(self.to_print or self.emails_queued)


def result_of(logged: LoggedSegment) -> Result:
    """Return what went where: two queries."""
    withdrawn = Value(DeliveryStatus.WITHDRAWN.value)
    way = Case(
        When(delivery_status=withdrawn, then=withdrawn),
        default=F("correspondence_type"),
    )
    rows = (
        logged.interactions.order_by()
        .values_list(way)
        .annotate(
            letters=Count("pk", filter=Q(by_copy_of=None)),
            queued=Count("pk", filter=Q(delivery_status=DeliveryStatus.QUEUED)),
            copied=Count("pk", filter=Q(by_copy_of__isnull=False)),
        )
    )
    found = sorted(rows, key=lambda row: list(WAYS).index(row[0]))
    prepared = logged.runs.waiting_for_post().filter(state=RunState.PREPARED)
    return Result(
        went=[Went(*row[:3]) for row in found if row[1]],
        by_copy=sum(row[3] for row in found),
        to_print=list(prepared.order_by("pk")),
        cancelled=logged.cancelled,
    )
