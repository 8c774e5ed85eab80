"""Long work of contacts: the import of a file."""

import csv
import io
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from jobs.registry import Progress, register

from .importing import ImportProblem, open_contact_file
from .services.import_contacts import import_contacts
from .services.start_import import IMPORT

COUNTED = ("created", "updated", "unchanged", "companies", "refused")
MOST_REFUSED = 10_000


@register(
    IMPORT,
    label=_("Import of contacts"),
    anticipated=(ImportProblem,),
    result_labels={
        "created": _("Created"),
        "updated": _("Updated"),
        "unchanged": _("Unchanged"),
        "companies": _("Companies made"),
        "refused": _("Refused"),
    },
)
def import_contacts_of_job(job: Job) -> Iterator[Progress]:
    """Import the input file of `job`, batch by batch.

    The parameters are the `mapping` and the `constants` of `open_contact_file`. The
    rows that were refused are the result file, the first 10,000 of them.
    """
    with job.input_file.open() as stored:
        data = stored.read()
    file = open_contact_file(
        data,
        mapping=job.parameters.get("mapping"),
        constants=job.parameters.get("constants"),
    )
    before = {name: job.result.get(name, 0) for name in COUNTED}
    refused_before = job.resume.get("refused", [])
    for summary in import_contacts(
        file=file, at=job.created_at, skip=job.resume.get("rows", 0)
    ):
        refused = [[row.line, row.reason] for row in summary.refused_rows]
        job.result |= {name: before[name] + getattr(summary, name) for name in COUNTED}
        job.resume = {
            "rows": summary.done,
            "refused": [*refused_before, *refused][:MOST_REFUSED],
        }
        if summary.done >= summary.total:
            _keep_refused(job)
        yield Progress(done=summary.done, total=summary.total)


def _keep_refused(job: Job) -> None:
    """Put the refused rows in a file, to be mended and imported again."""
    if not job.resume["refused"]:
        return
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([gettext("Line"), gettext("Reason")])
    writer.writerows(job.resume["refused"])
    if job.result["refused"] > MOST_REFUSED:
        more = job.result["refused"] - MOST_REFUSED
        writer.writerow(["", gettext("and %s more") % more])
    content = ContentFile(text.getvalue().encode("utf-8-sig"))
    job.keep_result(content, name="refused.csv")
