"""The letters of a run as a stream: nothing is read before it is printed."""

from collections.abc import Iterator
from typing import NamedTuple

from ...merge import build_record
from ...models import Attachment, Run
from ...models.querysets import LetterSnapshotQuerySet
from ...printing import FileName

CHUNK = 500


class Letter(NamedTuple):
    """One letter: its number, the name of its file, its document and its values."""

    sequence: int
    name: str
    document: Attachment
    record: dict[str, str]


def stream(
    letters: LetterSnapshotQuerySet,
    *,
    run: Run,
    documents: dict[int, Attachment],
    file_name: FileName | None,
) -> Iterator[Letter]:
    """Yield these letters of a run in their order; one query.

    Without `file_name` they have no name, for they come in one file.
    """
    rows = letters.values_list("item__sequence", "document_id", "inputs")
    for sequence, document, inputs in rows.iterator(chunk_size=CHUNK):
        record = build_record(
            {
                **inputs,
                "own_company": run.own_company,
                "run": run.pk,
                "sequence": sequence,
            }
        )
        name = file_name.of(record) if file_name else ""
        yield Letter(sequence, name, documents[document], record)
