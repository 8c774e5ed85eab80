"""Who refers to a contact and therefore keeps it from being deleted."""

from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, ngettext

from ..bounded import MOST, counted, say_count
from ..card.timeline import Link
from ..models import Contact
from ..registry import places_of

FIRST = 5


@dataclass(frozen=True)
class Reference:
    """So many rows of one table refer to the contact; where the first of them are.

    `count` is bounded, as by `bounded.counted`.
    """

    name: str
    count: int
    places: tuple[Link, ...] = ()
    more: int = 0

    @property
    def counted(self) -> str:
        return f"{self.name}: {say_count(self.count)}"

    def __str__(self) -> str:
        """How many, and where: "segments: 2 (SM-1 Letter, SM-2 Call)"."""
        if not self.places:
            return self.counted
        named = [place.label for place in self.places]
        if self.more > MOST - FIRST:
            named.append("…")
        elif self.more:
            named.append(
                ngettext("%(count)s more", "%(count)s more", self.more)
                % {"count": self.more}
            )
        return f"{self.counted} ({', '.join(named)})"


def references(contact: Contact) -> list[Reference]:
    """Return what refers to `contact` in every application: one per kind of row.

    Rows that go with the contact (its groups, addresses, comments) are not meant.
    """
    asked: dict[type[models.Model], Q] = {}
    for relation in Contact._meta.related_objects:
        if relation.on_delete is models.PROTECT:
            model = relation.related_model
            asked[model] = asked.get(model, Q()) | Q(**{relation.field.name: contact})
    found = []
    for model, condition in asked.items():
        rows = model._default_manager.filter(condition).order_by()
        if count := counted(rows):
            known = _people if model is Contact else places_of
            places, there = known(model, rows, FIRST)
            found.append(
                Reference(_name(model), count, tuple(places), there - len(places))
            )
    return found


def _people(
    model: type[models.Model], rows: models.QuerySet, first: int
) -> tuple[list[Link], int]:
    named = rows.order_by("name", "number")[:first]
    places = [Link(str(person), person.get_absolute_url()) for person in named]
    return places, counted(rows)


def _name(model: type[models.Model]) -> str:
    if model is Contact:
        return gettext("people of the company")
    return str(model._meta.verbose_name_plural)
