"""What an import would do, shown before it does it."""

from datetime import datetime

from ...importing import ContactFile
from .import_contacts import BATCH, Summary, import_contacts

PREVIEWED = 2 * BATCH
TOLD = 20


def preview_import(
    *, file: ContactFile, at: datetime, use_setup: bool, may_change_privacy: bool = True
) -> Summary:
    """Try the first rows of a file and change nothing; `done` says how many.

    The first 20 rows that can be taken are told as they would become.
    """
    summary = Summary(total=file.total)
    for summary in import_contacts(
        file=file,
        at=at,
        use_setup=use_setup,
        may_change_privacy=may_change_privacy,
        dry_run=True,
        tell=TOLD,
    ):
        if summary.done >= PREVIEWED:
            break
    return summary
