"""Names of persons: taken apart and put together (contacts_interactions.md 1.3)."""

from typing import NamedTuple


class NameParts(NamedTuple):
    first_name: str
    middle_name: str
    surname: str


def split_name(name: str) -> NameParts:
    """Take a name apart: the last word is the surname, the one before the middle name.

    A single word is a first name; what stands before the middle name belongs to the
    first name.
    """
    words = name.split()
    if len(words) < 2:
        return NameParts(" ".join(words), "", "")
    if len(words) == 2:
        return NameParts(words[0], "", words[1])
    return NameParts(" ".join(words[:-2]), words[-2], words[-1])


def compose_name(first_name: str, middle_name: str, surname: str) -> str:
    """Put a name together; missing parts leave no gap."""
    return " ".join(" ".join((first_name, middle_name, surname)).split())
