"""Duplicates on other pages: who looks like this contact, where a number went."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.db.models import Q

from ..card.reasons import say_reasons
from ..choices import PairState
from ..models import Contact, DuplicatePair, MarketingSetup, MergeJournal
from ..services.duplicates.likeness import facts_of
from ..services.duplicates.look_alikes import LookAlike, look_alikes

LONGEST_NUMBER = 20
SHOWN = 5

register = template.Library()


@register.filter
def reasons(stored: Iterable[Iterable[str]]) -> str:
    """Say the reasons of a pair."""
    return say_reasons(stored)


@register.inclusion_tag("contacts/_possible_duplicates.html", takes_context=True)
def possible_duplicates(context: dict[str, Any], contact: Contact) -> dict[str, Any]:
    """Show who may be the same as the contact of a card; at most ten queries."""
    user = context["request"].user
    alike: list[LookAlike] = []
    if user.has_perm("contacts.view_duplicatepair"):
        setup = MarketingSetup.load()
        if setup.warn_of_duplicates:
            alike = _all_alike(contact, setup.least_likeness)
    return {
        "alike": alike,
        "contact": contact,
        "perms": context["perms"],
        "csrf_token": context.get("csrf_token"),
    }


def _all_alike(contact: Contact, least: int) -> list[LookAlike]:
    """Who the search found, and who is alike by now; the most alike first."""
    found = {
        one.contact.pk: one
        for one in look_alikes(facts=facts_of(contact), least=least, contact=contact)
    }
    pairs = DuplicatePair.objects.filter(
        Q(one=contact) | Q(other=contact), state=PairState.OPEN, score__gte=least
    ).select_related("one__company", "other__company")
    for pair in pairs.order_by("-score", "pk")[:SHOWN]:
        other = pair.other if pair.one_id == contact.pk else pair.one
        found.setdefault(other.pk, LookAlike(other, pair.score, pair.reasons))
    return sorted(found.values(), key=lambda one: (-one.score, one.contact.pk))[:SHOWN]


@register.inclusion_tag("contacts/_merged_into.html")
def merged_into(text: str | None) -> dict[str, Any]:
    """Where the contact of this number went, if that is what is searched for."""
    number = (text or "").strip()
    journal = None
    if 0 < len(number) <= LONGEST_NUMBER and not number.isalpha():
        journal = (
            MergeJournal.objects.filter(
                duplicate_number=number, undone_at=None, survivor__isnull=False
            )
            .select_related("survivor")
            .first()
        )
    return {"journal": journal}
