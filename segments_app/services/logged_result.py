"""What became of a segment when it was logged: what goes where, and what is next."""

from dataclasses import dataclass

from django.db.models import Count, Q

from contacts.choices import CorrespondenceType
from interactions.choices import DeliveryStatus, RunKind, RunState
from interactions.models import LoggedSegment, Run


@dataclass(frozen=True)
class Went:
    """How many interactions go through a channel, and how many wait to go out.

    An empty channel is that of those that go nowhere.
    """

    channel: str
    interactions: int
    queued: int

    @property
    def label(self) -> str:
        """What the channel is called; empty for none."""
        return str(dict(CorrespondenceType.choices).get(self.channel, ""))


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
        by_email = (w for w in self.went if w.channel == CorrespondenceType.EMAIL)
        return sum(each.queued for each in by_email)

    @property
    def has_more_to_do(self) -> bool:
        """Whether anything is next; what is cancelled waits until it counts again."""
        return not self.cancelled and bool(self.to_print or self.emails_queued)


def result_of(logged: LoggedSegment) -> Result:
    """Return what went where: two queries."""
    rows = (
        logged.interactions.order_by()
        .values_list("correspondence_type")
        .annotate(
            letters=Count("pk", filter=Q(by_copy_of=None)),
            queued=Count("pk", filter=Q(delivery_status=DeliveryStatus.QUEUED)),
            copied=Count("pk", filter=Q(by_copy_of__isnull=False)),
        )
        .order_by("-correspondence_type")
    )
    found = list(rows)
    prepared = logged.runs.filter(kind=RunKind.PRINT, state=RunState.PREPARED)
    return Result(
        went=[Went(*row[:3]) for row in found if row[1]],
        by_copy=sum(row[3] for row in found),
        to_print=list(prepared.order_by("pk")),
        cancelled=logged.cancelled,
    )
