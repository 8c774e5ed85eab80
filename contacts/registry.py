"""What other applications show on the card of a contact, and what they ask for.

Contacts know nothing of what stands right of them. An application there registers
what it shows, keeps and knows of contacts, and how its rows follow one that is merged
or forgotten, in `AppConfig.ready()`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from .card.timeline import Link, Source
from .choices import ContactType
from .models import Contact
from .profiles import Period
from .services.merging.moving import Mover


@dataclass(frozen=True)
class Panel:
    """A card beside the facts of a contact.

    `template` gets what `context` returns, besides the request; it renders what
    stands under the title. Who lacks `permission` does not see the panel.
    """

    title: str | Promise
    template: str
    context: Callable[[Contact, Any], dict[str, Any]]
    permission: str


_panels: dict[str, Panel] = {}


def register_panel(panel: Panel) -> None:
    """Show `panel` on every card; the same template again replaces it."""
    _panels[panel.template] = panel


def panels_for(user: AbstractBaseUser) -> list[Panel]:
    """Return the panels that `user` may see, in the order they were registered."""
    return [panel for panel in _panels.values() if user.has_perm(panel.permission)]


@dataclass(frozen=True)
class BulkAction:
    """Something that is done to many contacts of the list: a button under it.

    The page called `url_name` is given the selection, as `Selection.sent` reads it.
    Who lacks `permission` does not see the button.
    """

    label: str | Promise
    url_name: str
    permission: str
    arguments: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=self.arguments)


_bulk_actions: dict[tuple[str, ...], BulkAction] = {}


def register_bulk_action(action: BulkAction) -> None:
    """Offer `action` under the list; the same page again replaces it."""
    _bulk_actions[action.url_name, *action.arguments] = action


def bulk_actions_for(user: AbstractBaseUser) -> list[BulkAction]:
    """Return the actions that `user` may take, in the order they were registered."""
    return [
        action for action in _bulk_actions.values() if user.has_perm(action.permission)
    ]


@dataclass(frozen=True)
class CardAction:
    """Something that is done with the contact of a card: a link above it.

    The page called `url_name` is given the contact's number as `contact`. Who lacks
    `permission` does not see the link.
    """

    label: str | Promise
    url_name: str
    permission: str

    @property
    def url(self) -> str:
        return reverse(self.url_name)


_card_actions: dict[str, CardAction] = {}


def register_card_action(action: CardAction) -> None:
    """Offer `action` on every card; the same page again replaces it."""
    _card_actions[action.url_name] = action


def card_actions_for(user: AbstractBaseUser) -> list[CardAction]:
    """Return the actions that `user` may take, in the order they were registered."""
    return [
        action for action in _card_actions.values() if user.has_perm(action.permission)
    ]


# Given the label of a set-up model and some of its codes, says who asks for them.
CodeUsers = Callable[[str, Collection[str]], list[str]]

_code_users: dict[str, CodeUsers] = {}


def register_code_users(name: str, users: CodeUsers) -> None:
    """Let `users` keep codes from being deleted; the same name again replaces it."""
    _code_users[name] = users


def users_of_codes(rows: Iterable[Model]) -> list[str]:
    """Return who in other applications asks for these rows of set-up by their code.

    They refer by text, so no foreign key keeps the rows.
    """
    codes: dict[str, set[str]] = {}
    for row in rows:
        code = getattr(row, "code", None) or getattr(row, "number", None)
        if code:
            codes.setdefault(row._meta.label, set()).add(code)
    return [
        said
        for users in _code_users.values()
        for label, asked in codes.items()
        for said in users(label, asked)
    ]


@dataclass(frozen=True)
class Figures:
    """What a figure of contacts is made of, in whole numbers.

    `parts` are querysets of three columns: the key of a contact, a numerator and a
    denominator. They are summed per contact and divided; `denominator`, where it is
    given, stands for the sum of theirs. Whole numbers, so that every database comes
    to the same figure.
    """

    parts: Sequence[QuerySet]
    denominator: int | None = None


@dataclass(frozen=True)
class ValueSource:
    """A figure of contacts that a profile question may be answered by.

    `figures` gets the period, None where `needs_period` is not set, and the day of
    the classification. Of whom nothing is found the figure is 0 with
    `zero_if_none`, else there is none. `only` is the type of contact that has it.
    """

    code: str
    label: str | Promise
    figures: Callable[[Period | None, date], Figures]
    needs_period: bool = False
    zero_if_none: bool = False
    only: ContactType | None = None


_value_sources: dict[str, ValueSource] = {}


def register_value_source(source: ValueSource) -> None:
    """Let questions be answered by `source`; the same code again replaces it."""
    _value_sources[source.code] = source


def value_sources() -> Mapping[str, ValueSource]:
    """Return every figure by its code, in the order they were registered."""
    return dict(_value_sources)


_movers: dict[str, Mover] = {}


def register_mover(name: str, mover: Mover) -> None:
    """Let `mover` take rows along in a merge; the same name again replaces it.

    Every foreign key to a contact needs one.
    """
    _movers[name] = mover


def movers() -> list[Mover]:
    """Return what moves rows in a merge, in the order it was registered."""
    return list(_movers.values())


# Given rows that refer to a contact, says where the first so many of them are, and in
# how many places they are altogether.
Places = Callable[[QuerySet, int], tuple[list[Link], int]]

_places: dict[type[Model], Places] = {}


def register_places(model: type[Model], places: Places) -> None:
    """Say where rows of `model` are that keep a contact from being deleted."""
    _places[model] = places


def places_of(model: type[Model], rows: QuerySet, first: int) -> tuple[list[Link], int]:
    """Return where `rows` are: the first places, and how many there are.

    These are counted as by `bounded.counted`.
    """
    places = _places.get(model)
    return places(rows, first) if places else ([], 0)


_sources: dict[str, Source] = {}


def register_timeline(source: Source) -> None:
    """Merge the events of `source` into every timeline; its code again replaces it."""
    _sources[source.code] = source


def sources_for(user: AbstractBaseUser) -> list[Source]:
    """Return what `user` may see on a timeline, in the order it was registered."""
    return [source for source in _sources.values() if user.has_perm(source.permission)]


# The label of a value, its name in the file, and the value in words.
Fact = tuple[str | Promise, str, str]


@dataclass(frozen=True)
class Section:
    """A part of what is known about somebody: rows of facts under a title."""

    title: str | Promise
    name: str
    rows: Sequence[Sequence[Fact]]


@dataclass(frozen=True)
class Teller:
    """Tells what an application knows about a contact.

    `models` are those that refer to a contact and are told here.
    """

    models: tuple[type[Model], ...]
    tell: Callable[[Contact], list[Section]]


_tellers: dict[str, Teller] = {}


def register_teller(name: str, teller: Teller) -> None:
    """Let `teller` speak about contacts; the same name again replaces it."""
    _tellers[name] = teller


def tellers() -> list[Teller]:
    return list(_tellers.values())


@dataclass(frozen=True)
class Eraser:
    """Forgets who a contact was, and leaves the figures.

    `goes` says in words what is removed. `refuse` says why it cannot be just now, or
    nothing. `erase` runs in the transaction that anonymises the contact.
    """

    goes: str | Promise
    erase: Callable[[Contact, datetime], None]
    refuse: Callable[[Contact], str] = lambda contact: ""


_erasers: dict[str, Eraser] = {}


def register_eraser(name: str, eraser: Eraser) -> None:
    """Let `eraser` forget contacts; the same name again replaces it."""
    _erasers[name] = eraser


def erasers() -> list[Eraser]:
    return list(_erasers.values())
