"""What other applications show on the card of a contact.

Contacts know nothing of what stands right of them. An application there registers
its panels in `AppConfig.ready()`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
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
