"""What the parts of a document are called: capitals mean nothing in their names."""

import posixpath
from collections.abc import Iterable, Mapping

RELATIONS_FOLDER, RELATIONS_SUFFIX = "_rels", ".rels"


class PartNames:
    """The names of the parts of one document, as they are spelled."""

    def __init__(self, names: Iterable[str]) -> None:
        self._spelled = {name.lower(): name for name in names}

    def spelled(self, name: str) -> str:
        """Return the name of a part as the part itself has it, if there is one."""
        return self._spelled.get(name.lower(), name)


def relations_name(part: str) -> str:
    """Return the name of the part that holds a part's relationships."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, RELATIONS_FOLDER, f"{name}{RELATIONS_SUFFIX}")


def with_found_relations(members: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the members, with relationships where `relations_name` looks for them.

    Word finds those in `_RELS` too.
    """
    names = PartNames(members)
    return {_found(name, names): data for name, data in members.items()}


def _found(name: str, names: PartNames) -> str:
    folder, file = posixpath.split(name)
    above, own = posixpath.split(folder)
    if own.lower() != RELATIONS_FOLDER or not file.lower().endswith(RELATIONS_SUFFIX):
        return name
    part = posixpath.join(above, file[: -len(RELATIONS_SUFFIX)])
    return relations_name(names.spelled(part))
