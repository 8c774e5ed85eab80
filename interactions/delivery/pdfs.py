"""The PDFs of the letters that a sender took: made together before they go.

It is the start of LibreOffice that takes time. A letter that breaks it fails alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from ..merge import RenderError, TemplateError
from ..models import Attachment, Delivery
from ..pdf import Limits, Office, OfficeBroken, Unmade, split
from ..services.converting import (
    convert_merged,
    office,
    said_of_office,
)
from ..services.documents import DocumentLost, compiled
from ..services.letters import record_of
from .errors import DeliveryError

# A letter, or why there is none.
Pdf = bytes | DeliveryError
# Other letters wait meanwhile.
LIMITS = Limits(document=20, letter=1)
# What a letter that cannot be merged says when its turn comes.
UNMERGED = (ObjectDoesNotExist, TemplateError, RenderError, DocumentLost, OSError)


@dataclass(frozen=True)
class Letter:
    """A letter to be converted; `key` is that of its delivery."""

    key: int
    record: Mapping[str, Any]


def pdfs_of(
    deliveries: Iterable[Delivery], *, tick: Callable[[], None]
) -> dict[int, Pdf]:
    """Return the PDFs of these e-mails by their keys.

    What cannot be merged has none here, nor anything where there is no LibreOffice.
    `tick` is called about twice a second; what it raises stops everything.
    """
    program = office()
    if program is None:
        return {}
    made: dict[int, Pdf] = {}
    for document, letters in _by_document(deliveries).items():
        with suppress(*UNMERGED):  # then each is made when its turn comes
            made.update(_converted(document, letters, program, tick))
    return made


def _by_document(deliveries: Iterable[Delivery]) -> dict[Attachment, list[Letter]]:
    found: dict[Attachment, list[Letter]] = defaultdict(list)
    for delivery in deliveries:
        with suppress(*UNMERGED):
            snapshot = delivery.entry.run_item.snapshot
            record = record_of(snapshot)
            compiled(snapshot.document).render_letter(record)
            found[snapshot.document].append(Letter(delivery.pk, record))
    return found


def _converted(
    document: Attachment,
    letters: list[Letter],
    program: Office,
    tick: Callable[[], None],
) -> Iterator[tuple[int, Pdf]]:
    left = {letter.key for letter in letters}
    results = convert_merged(
        letters,
        template=compiled(document),
        office=program,
        expected=len(letters),
        limits=LIMITS,
        tick=tick,
    )
    try:
        for result in results:
            if isinstance(result, Unmade):
                said = str(result.reason)
                left.discard(result.letter.key)
                yield result.letter.key, DeliveryError(said, permanent=True)
                continue
            pdfs = split(result.path, result.starts)
            for letter, pdf in zip(result.letters, pdfs, strict=True):
                left.discard(letter.key)
                yield letter.key, pdf
    except OfficeBroken as error:
        said = said_of_office(error)
        for key in left:
            yield key, DeliveryError(said, permanent=False)
