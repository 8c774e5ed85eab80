"""Bundles: letters that lie together, so that the post takes them as one."""

from collections.abc import Callable, Mapping
from typing import Any

# The bundle of a letter, by its number in the run and its address.
Bundles = Callable[[int, Mapping[str, Any]], str]

REGION = 2


def no_bundles(sequence: int, address: Mapping[str, Any]) -> str:
    return ""


def by_country(sequence: int, address: Mapping[str, Any]) -> str:
    return str(address.get("country") or "")


def by_postcode(sequence: int, address: Mapping[str, Any]) -> str:
    """The country and the first two signs of the postcode."""
    region = str(address.get("postcode") or "").strip()[:REGION]
    return f"{address.get('country') or ''} {region}".strip()


class Every:
    """A bundle of so many letters each."""

    def __init__(self, letters: int) -> None:
        self.letters = letters

    def __call__(self, sequence: int, address: Mapping[str, Any]) -> str:
        first = (sequence - 1) // self.letters * self.letters + 1
        return f"{first}-{first + self.letters - 1}"
