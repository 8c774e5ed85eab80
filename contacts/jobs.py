"""Long work of contacts: the import of a file, the search for duplicates."""

import csv
import io
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jobs.choices import FINISHED
from jobs.models import Job
from jobs.registry import Progress, register

from .importing import ContactFile, ImportProblem, open_contact_file
from .models import DuplicateKey
from .services.find_duplicates import Search, find_duplicates
from .services.import_contacts import import_contacts
from .services.start_import import IMPORT
from .services.start_search import FIND_DUPLICATES

REASON = _("Reason")
COUNTED = ("created", "updated", "unchanged", "companies", "refused")
MOST_REFUSED = 10_000
SEARCHED = ("found", "compared", "gone", "shared_by_too_many")


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
    next_page=("contacts:list", _("Look at the contacts")),
)
def import_contacts_of_job(job: Job) -> Iterator[Progress]:
    """Import the input file of `job`, batch by batch.

    The parameters are the `mapping` and the `constants` of `open_contact_file`, and
    `use_setup`. The rows that were refused are the result file, the first 10,000 of
    them.
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
        file=file,
        at=job.created_at,
        use_setup=job.parameters.get("use_setup", True),
        skip=job.resume.get("rows", 0),
    ):
        refused = [[row.line, row.reason] for row in summary.refused_rows]
        job.result |= {name: before[name] + getattr(summary, name) for name in COUNTED}
        job.resume = {
            "rows": summary.done,
            "refused": [*refused_before, *refused][:MOST_REFUSED],
        }
        if summary.done >= summary.total:
            _keep_refused(job, file)
        yield Progress(done=summary.done, total=summary.total)


def _keep_refused(job: Job, file: ContactFile) -> None:
    """Put the refused rows in a file as they were, to be mended and imported again.

    Why stands behind what the row has, under a heading that no import looks at; what
    an earlier refusal wrote there goes.
    """
    reasons = dict(job.resume["refused"])
    if not reasons:
        return
    width = len(file.header)
    if file.header[-1] == str(REASON):
        width -= 1
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*file.header[:width], REASON])
    more = job.result["refused"] - len(reasons)
    for line, cells in file.lines(reasons):
        said = gettext("Line %(line)s: %(reason)s") % {
            "line": line,
            "reason": reasons[line],
        }
        if more and line == max(reasons):
            said = f"{said} ({gettext('and %s more') % more})"
        padded = cells[:width] + [""] * (width - len(cells))
        beyond = cells[len(file.header) :]
        writer.writerow([*padded, said, *beyond])
    content = ContentFile(text.getvalue().encode("utf-8-sig"))
    job.keep_result(content, name="refused.csv")


@register(
    FIND_DUPLICATES,
    label=_("Search for duplicates"),
    result_labels={
        "found": _("Possible duplicates"),
        "compared": _("Pairs compared"),
        "gone": _("No longer alike"),
        "shared_by_too_many": _("Left out: values that more than 50 contacts share"),
    },
    next_page=("contacts:duplicates", _("Look at the possible duplicates")),
)
def find_duplicates_of_job(job: Job) -> Iterator[Progress]:
    """Search the register; the parameters are `least` and `dry_run`."""
    over = Job.objects.filter(state__in=FINISHED).values("pk")
    DuplicateKey.objects.filter(search__in=over).delete()
    for search in find_duplicates(
        search=Search(**(job.resume or {"number": job.pk})),
        least=job.parameters["least"],
        at=job.created_at,
        dry_run=job.parameters.get("dry_run", False),
    ):
        job.resume = search.as_json()
        job.result = {name: getattr(search, name) for name in SEARCHED}
        yield Progress(done=search.done, total=search.total)
