"""Contacts as a file that the import takes again: then nothing changes.

The headings are the names of the fields in the reader's language, which the import
knows in every language; the values are codes, the same in all of them.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from jobs.choices import MOST_WITHOUT_JOB
from jobs.models import Job
from jobs.services import run_here, start_job

from ..batches import ROWS_AT_ONCE, key_batches
from ..importing.fields import CODE_FIELDS, FIELDS, FLAG_FIELDS, LINK_FIELDS
from ..importing.rows import NO, YES, join_codes
from ..models import Contact
from ..models.querysets import ContactQuerySet
from ..spreadsheets import LAST_ROW_OF_EXCEL, CsvWriter, WorkbookWriter
from .errors import ContactError

EXPORT = "export_contacts"
FORMATS = ("csv", "xlsx")


def start_export(
    *,
    query: str,
    fields: Sequence[str],
    suffix: str,
    count: int,
    user: Any,
    at: datetime,
) -> Job:
    """Take out the contacts that fit `query`, a filter of the list; return the job.

    The job stays as the note of who took out what and when. Few contacts are written
    before this returns. Raises ContactError where a spreadsheet cannot hold
    `count` contacts, and JobError when it fails.
    """
    if suffix == "xlsx" and count >= LAST_ROW_OF_EXCEL:
        raise ContactError(
            _("A spreadsheet cannot hold that many contacts. Take them out as CSV."),
            field="suffix",
        )
    job = {
        "kind": EXPORT,
        "label": _("Export of contacts"),
        "owner": user,
        "at": at,
        "parameters": {"query": query, "fields": list(fields), "suffix": suffix},
    }
    if count <= MOST_WITHOUT_JOB:
        return run_here(**job, progress_bar=False)
    return start_job(**job)


def write_contacts(
    *, contacts: ContactQuerySet, fields: Sequence[str], suffix: str, out: BinaryIO
) -> Iterator[int]:
    """Write `contacts` in their order into `out`; yields how many are written.

    `fields` are codes of the import's fields. Memory does not grow with the contacts.
    """
    header = [capfirst(str(FIELDS[field].label)) for field in fields]
    rows = contact_rows(contacts=contacts, fields=fields)
    if suffix == "xlsx":
        book = WorkbookWriter(header, out)
        yield from _write(book, rows)
        book.close()
        return
    text = io.TextIOWrapper(out, "utf-8", newline="")
    yield from _write(CsvWriter(header, text), rows)
    text.detach()


def contact_rows(
    *, contacts: ContactQuerySet, fields: Sequence[str]
) -> Iterator[list[str]]:
    """Yield the cells of each contact, read a batch at a time.

    The keys are read once, so a file has nobody twice whatever happens meanwhile.
    """
    for batch in key_batches(contacts):
        stored = Contact.objects.select_related("company", *CODE_FIELDS).in_bulk(batch)
        codes = {
            field: _codes(field, batch) for field in LINK_FIELDS if field in fields
        }
        for pk in batch:
            if pk in stored:
                yield [_cell(stored[pk], field, codes) for field in fields]


def _write(
    writer: CsvWriter | WorkbookWriter, rows: Iterable[list[str]]
) -> Iterator[int]:
    number = 0
    for number, row in enumerate(rows, start=1):
        writer.add(row)
        if number % ROWS_AT_ONCE == 0:
            yield number
    yield number


def _codes(field: str, batch: Sequence[int]) -> dict[int, list[str]]:
    through = getattr(Contact, field).through.objects
    meta: Any = Contact._meta
    name = meta.get_field(field).m2m_reverse_field_name()
    found: dict[int, list[str]] = defaultdict(list)
    links = through.filter(contact__in=batch).order_by()
    for contact, code in links.values_list("contact_id", f"{name}__code"):
        found[contact].append(code)
    return found


def _cell(contact: Contact, field: str, codes: dict[str, dict[int, list[str]]]) -> str:
    if field in codes:
        return (
            join_codes(codes[field][contact.pk]) if contact.pk in codes[field] else ""
        )
    if field == "company":
        return contact.company.name if contact.company else ""
    if field == "company_number":
        return contact.company.number if contact.company else ""
    value = getattr(contact, field)
    if field in FLAG_FIELDS:
        return YES if value else NO
    if field in CODE_FIELDS:
        return value.code if value else ""
    return str(value)
