"""Letters that were logged: the same text again, from their frozen inputs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from contacts.models import MarketingSetup

from ..merge import build_record
from ..models import InteractionLogEntry, LetterSnapshot, RunItem
from .documents import compiled

CHUNK = 2_000


class NoLetter(Exception):
    """The interaction has no letter to show."""


@dataclass(frozen=True)
class Letter:
    """One letter: what it says of whom, in which language, as a Word document."""

    document: bytes
    record: Mapping[str, Any]
    language: str


def own_company(setup: MarketingSetup) -> dict[str, str]:
    """Return who we are, as the letters say it."""
    return {
        "name": setup.company_name,
        **{
            name: getattr(setup, name)
            for name in (
                "address",
                "address_2",
                "postcode",
                "city",
                "county",
                "country",
                "phone",
                "email",
                "home_page",
                "registration_number",
                "vat_number",
                "bank_account",
            )
        },
    }


def letter_of(entry: InteractionLogEntry) -> bytes:
    """Return the letter of a logged interaction as a Word document."""
    return logged_letter(entry).document


def logged_letter(entry: InteractionLogEntry) -> Letter:
    """Return the letter of a logged interaction with its values."""
    return _letter(LetterSnapshot.objects.filter(item__entry=entry))


def letter_of_item(item: RunItem) -> bytes:
    """Return one letter of a run as a Word document, as it was frozen."""
    return _letter(LetterSnapshot.objects.filter(item=item)).document


def letter_from(snapshot: LetterSnapshot) -> Letter:
    """Return the letter of these frozen inputs, with what an e-mail asks of it."""
    record = record_of(snapshot)
    return Letter(
        document=compiled(snapshot.document).render_letter(record),
        record=record,
        language=snapshot.inputs["locale"] or "",
    )


def _letter(snapshots: QuerySet[LetterSnapshot]) -> Letter:
    snapshot = snapshots.select_related("document", "item__run").first()
    if snapshot is None:
        raise NoLetter
    return letter_from(snapshot)


def records(snapshots: QuerySet[LetterSnapshot]) -> Iterator[dict[str, str]]:
    """Yield the merge record of each snapshot, in order, a chunk at a time."""
    rows = snapshots.select_related("item__run").iterator(chunk_size=CHUNK)
    return (record_of(snapshot) for snapshot in rows)


def record_of(snapshot: LetterSnapshot) -> dict[str, str]:
    """Return the merge record of frozen inputs that come with their run."""
    item = snapshot.item
    return build_record(
        {
            **snapshot.inputs,
            "own_company": item.run.own_company,
            "run": item.run_id,
            "sequence": item.sequence,
        }
    )
