"""What other applications show on the card of a contact, and what they ask for.

Contacts know nothing of what stands right of them. An application there registers
its panels, and who uses codes of set-up tables, in `AppConfig.ready()`.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model
from django.utils.functional import Promise

from .models import Contact


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


# --- what is known of a person, and how it is forgotten ----------------------------

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
