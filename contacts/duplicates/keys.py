"""Keys: two contacts are compared only if they share one."""

import hashlib
from collections.abc import Iterator

from .facts import Facts, sound


def keys_of(facts: Facts) -> set[int]:
    """Return the keys of a contact, each a number of 63 bits.

    A person shares none with a company, nor one kind of value with another.
    """
    kind = "c" if facts.is_company else "p"
    specific = _of_company(facts) if facts.is_company else _of_person(facts)
    return {_number(f"{kind}:{key}") for key in (*_of_both(facts), *specific)}


def _of_both(facts: Facts) -> Iterator[str]:
    for address in facts.mail:
        yield f"mail:{address}"
    for number in facts.numbers:
        yield f"phone:{number}"
    if facts.core:
        if facts.zip:
            yield f"name,zip:{facts.core},{facts.zip}"
        if facts.place:
            yield f"name,city:{facts.core},{facts.place}"


def _of_company(facts: Facts) -> Iterator[str]:
    for domain in facts.domains:
        yield f"domain:{domain}"
    if facts.core:
        yield f"name:{facts.core}"
        heard = sound(facts.core.split()[0])
        if facts.zip:
            yield f"sound,zip:{heard},{facts.zip}"
        if facts.place and facts.street:
            yield f"sound,city,street:{heard},{facts.place},{facts.street}"


def _of_person(facts: Facts) -> Iterator[str]:
    if facts.company and facts.core:
        yield f"name,company:{facts.core},{facts.company}"
    if not (facts.zip or facts.place or facts.company):
        yield f"name:{facts.core}"
    initial, surname = facts.sounds
    if surname:
        heard = f"{initial},{surname}"
        if facts.company:
            yield f"sound,company:{heard},{facts.company}"
        if facts.zip and facts.street:
            yield f"sound,zip,street:{heard},{facts.zip},{facts.street}"


def _number(key: str) -> int:
    digest = hashlib.blake2b(key.encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1
