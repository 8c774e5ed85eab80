"""Rows in a temporary file: memory does not grow with them."""

import json
import tempfile
from collections.abc import Iterator


class KeptRows:
    """Rows with the lines of the file they stand on, to be read more than once.

    Readings may overlap: each opens the file for itself.
    """

    def __init__(self) -> None:
        self._file = tempfile.NamedTemporaryFile("w", encoding="ascii")  # noqa: SIM115

    def add(self, line: int, cells: list[str]) -> None:
        self._file.write(json.dumps((line, cells)) + "\n")

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        self._file.flush()
        with open(self._file.name, encoding="ascii") as file:
            for row in file:
                line, cells = json.loads(row)
                yield line, cells
