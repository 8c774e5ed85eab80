"""The timeline of a contact: events of every kind, newest first.

Each kind has its own source, which is asked for its latest before a moment; the
moments of all of them are in one order, so what the sources answer is merged.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise

from ..models import Contact

FIRST_YEAR, LAST_YEAR = 1900, 9000
MOST = 2**63 - 1


@dataclass(frozen=True, order=True)
class Moment:
    """Where an event stands: by its day, when it was written down, source and key."""

    day: date
    at: datetime
    source: str
    pk: int

    def __str__(self) -> str:
        """As it stands in an address; `moment_from` reads it again."""
        at = self.at.astimezone(timezone.get_default_timezone())
        return f"{self.day.isoformat()}~{at.isoformat()}~{self.source}~{self.pk}"

    def before(self, source: str, *, day: str, at: str, pk: str = "pk") -> Q:
        """Rows of `source` that stand before this moment; the names of its columns."""
        same_day = Q(**{f"{at}__lt": self.at}) | self._tied(source, at, pk)
        return Q(**{f"{day}__lt": self.day}) | Q(**{day: self.day}) & same_day

    def before_at(self, source: str, at: str, *, pk: str = "pk") -> Q:
        """The same for rows whose day is that of their time."""
        first = timezone.make_aware(datetime.combine(self.day, time()))
        last = timezone.make_aware(
            datetime.combine(self.day + timedelta(days=1), time())
        )
        if self.at < first:
            return Q(**{f"{at}__lt": first})
        if self.at >= last:
            return Q(**{f"{at}__lt": last})
        return Q(**{f"{at}__lt": self.at}) | self._tied(source, at, pk)

    def _tied(self, source: str, at: str, pk: str) -> Q:
        if source == self.source:
            return Q(**{at: self.at, f"{pk}__lt": self.pk})
        return Q(**{at: self.at}) if source < self.source else Q(pk__in=[])


def moment_from(text: str) -> Moment | None:
    """Read a moment from an address; None if it is none."""
    day, at, source, pk = ([*text.split("~"), "", "", "", ""])[:4]
    try:
        moment = Moment(
            date.fromisoformat(day), datetime.fromisoformat(at), source, int(pk)
        )
    except ValueError:
        return None
    years = {moment.day.year, moment.at.year}
    sound = timezone.is_aware(moment.at) and 0 <= moment.pk <= MOST
    if not sound or min(years) < FIRST_YEAR or max(years) > LAST_YEAR:
        return None
    return moment


def moment_at(at: datetime, source: str, pk: int) -> Moment:
    """The moment of an event whose day is that of its time."""
    return Moment(timezone.localdate(at), at, source, pk)


@dataclass(frozen=True)
class Badge:
    label: str
    css: str = ""


@dataclass(frozen=True)
class Detail:
    """One value that was changed; empty is none."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Link:
    label: str
    url: str = ""


@dataclass(frozen=True)
class Event:
    """One entry of the timeline.

    `about` is the contact, where it is another than the card's; `by` is who did it.
    `shows_time` is false where only the day is known.
    """

    moment: Moment
    title: str
    url: str = ""
    by: str = ""
    about: Contact | None = None
    text: str = ""
    badges: tuple[Badge, ...] = ()
    links: tuple[Link, ...] = ()
    details: tuple[Detail, ...] = ()
    shows_time: bool = True


# Given a contact, the moment that the events stand before (None: the latest) and how
# many are wanted, returns them newest first.
Events = Callable[[Contact, Moment | None, int], list[Event]]


@dataclass(frozen=True)
class Source:
    """A kind of events; `code` stands in addresses. Needs `permission`."""

    code: str
    label: str | Promise
    permission: str
    events: Events


@dataclass(frozen=True)
class Page:
    """Events newest first, and the moment that older ones stand before."""

    events: list[Event]
    older: Moment | None = None


def merged(
    sources: list[Source], contact: Contact, before: Moment | None, size: int
) -> Page:
    """Return the latest `size` events of all sources: as many queries as they need."""
    found: list[Any] = []
    for source in sources:
        found += source.events(contact, before, size + 1)
    found.sort(key=lambda event: event.moment, reverse=True)
    shown = found[:size]
    return Page(shown, shown[-1].moment if len(found) > size else None)
