"""Long work of contacts: looking at a file, importing it, taking contacts out."""

import functools
import tempfile
from collections.abc import Iterator
from typing import Any

from django.core.files import File
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from jobs.registry import JobError, Progress, register

from ..filters import ContactFilter
from ..importing import ContactFile, ImportProblem, open_contact_file
from ..models import Contact
from ..services.export_contacts import EXPORT, write_contacts
from ..services.importing.import_contacts import MOST_REFUSED, import_contacts
from ..services.importing.refused_rows import write_refused
from ..services.importing.start_import import CHECK, IMPORT

COUNTED = ("created", "updated", "unchanged", "companies", "refused")
COUNTED_LABELS = {
    "created": _("Created"),
    "updated": _("Updated"),
    "unchanged": _("Unchanged"),
    "companies": _("Companies made"),
    "refused": _("Refused"),
}


@register(
    IMPORT,
    label=_("Import of contacts"),
    anticipated=(ImportProblem,),
    result_labels=COUNTED_LABELS | {"ignored": _("Columns you may not fill")},
    next_page=("contacts:list", _("Look at the contacts")),
)
def import_contacts_of_job(job: Job) -> Iterator[Progress]:
    """Import the input file of `job`, batch by batch.

    The parameters are the `mapping` and the `constants` of `open_contact_file`,
    `use_setup`, and the `name` of the file. The rows that were refused are the result
    file, the first 10,000 of them.
    """
    file = _opened(job)
    before = {name: job.result.get(name, 0) for name in COUNTED}
    refused_before = job.resume.get("refused", [])
    for summary in import_contacts(
        file=file,
        at=job.created_at,
        user=job.owner,
        name=job.parameters.get("name", ""),
        use_setup=job.parameters.get("use_setup", True),
        may_change_privacy=_may_change_privacy(job),
        skip=job.resume.get("rows", 0),
    ):
        refused = [[row.line, row.reason] for row in summary.refused_rows]
        job.result |= {name: before[name] + getattr(summary, name) for name in COUNTED}
        if summary.ignored:
            job.result["ignored"] = ", ".join(summary.ignored)
        job.resume = {
            "rows": summary.done,
            "refused": [*refused_before, *refused][:MOST_REFUSED],
        }
        if summary.done >= summary.total:
            _keep_refused(job, file)
        yield Progress(done=summary.done, total=summary.total)


@register(
    CHECK,
    label=_("Check of a contact file"),
    atomic=False,
    anticipated=(ImportProblem,),
    result_labels=COUNTED_LABELS,
    next_page=("contacts:import_columns", _("Back to the import")),
)
def check_contacts_of_job(job: Job) -> Iterator[Progress]:
    """Try the whole input file of `job` and change nothing; as the import otherwise.

    Interrupted, it begins again.
    """
    file = _opened(job)
    for summary in import_contacts(
        file=file,
        at=job.created_at,
        use_setup=job.parameters.get("use_setup", True),
        may_change_privacy=_may_change_privacy(job),
        dry_run=True,
    ):
        job.result = {name: getattr(summary, name) for name in COUNTED}
        if summary.done >= summary.total:
            refused = [[row.line, row.reason] for row in summary.refused_rows]
            job.resume = {"refused": refused}
            _keep_refused(job, file)
        yield Progress(done=summary.done, total=summary.total)


@register(
    EXPORT,
    label=_("Export of contacts"),
    atomic=False,
    result_labels={"exported": _("Contacts"), "filter": _("Filter")},
    next_page=("contacts:list", _("Look at the contacts")),
)
def export_contacts_of_job(job: Job) -> Iterator[Progress]:
    """Write the contacts that fit the `query` of `job` into its result file.

    The other parameters are the `fields` and the `suffix`.
    """
    query, suffix = job.parameters["query"], job.parameters["suffix"]
    found = ContactFilter(QueryDict(query), queryset=Contact.objects.all())
    if found.is_refused:
        raise JobError(gettext("The filter cannot be read. Choose it again."))
    contacts: Any = found.qs
    total = contacts.order_by().count()
    job.result = {"exported": 0, "filter": query or gettext("none")}
    with tempfile.TemporaryFile() as out:
        for done in write_contacts(
            contacts=contacts, fields=job.parameters["fields"], suffix=suffix, out=out
        ):
            job.result["exported"] = done
            yield Progress(done=done, total=max(done, total))
        out.seek(0)
        job.keep_result(File(out), name=f"{gettext('contacts')}.{suffix}")


def _opened(job: Job) -> ContactFile:
    stored = job.input_file
    return open_contact_file(
        functools.partial(stored.storage.open, stored.name),
        mapping=job.parameters.get("mapping"),
        constants=job.parameters.get("constants"),
    )


def _may_change_privacy(job: Job) -> bool:
    return bool(job.owner and job.owner.has_perm("contacts.change_privacy"))


def _keep_refused(job: Job, file: ContactFile) -> None:
    reasons = dict(job.resume["refused"])
    if not reasons:
        return
    suffix = "xlsx" if file.is_workbook else "csv"
    with tempfile.TemporaryFile() as out:
        write_refused(file=file, reasons=reasons, count=job.result["refused"], out=out)
        out.seek(0)
        job.keep_result(File(out), name=f"refused.{suffix}")
