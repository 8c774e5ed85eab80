"""The greeting of a contact: the text of a formula with the parts of the name."""

import re
from collections.abc import Mapping, Sequence

PLACEHOLDER = re.compile(r"(\s*)%([1-5])")


def greeting(text: str, parts: Sequence[str], names: Mapping[str, str | None]) -> str:
    """Return the text with %1 to %5 replaced by the parts of the name.

    `parts` says what each placeholder stands for, `names` what the contact has. An
    empty part takes the space before it along: no double space in "Dear Mr. Jim
    Hart," when there is no middle name, and none before the comma. Nothing left
    to say gives no greeting.
    """

    def value(match: re.Match[str]) -> str:
        place = int(match[2])
        part = parts[place - 1] if place <= len(parts) else ""
        name = (names.get(part) or "").strip()
        return match[1] + name if name else ""

    result = " ".join(PLACEHOLDER.sub(value, text).split())
    return result if any(letter.isalnum() for letter in result) else ""
