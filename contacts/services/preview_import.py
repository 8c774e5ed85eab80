"""What an import would do, shown before it does it."""

from datetime import datetime

from ..importing import ContactFile
from .import_contacts import BATCH, Summary, import_contacts

PREVIEWED = 2 * BATCH


def preview_import(*, file: ContactFile, at: datetime, use_setup: bool) -> Summary:
    """Try the first rows of a file and change nothing; `done` says how many."""
    summary = Summary(total=file.total)
    for summary in import_contacts(file=file, at=at, use_setup=use_setup, dry_run=True):
        if summary.done >= PREVIEWED:
            break
    return summary
