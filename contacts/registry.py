"""What other applications show on the card of a contact, and what they ask for.

Contacts know nothing of what stands right of them. An application there registers
its panels, and who uses codes of set-up tables, in `AppConfig.ready()`.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model
from django.urls import reverse
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
