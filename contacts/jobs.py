"""Long work of contacts: the import of a file, and the classification."""

import csv
import io
from collections.abc import Iterator
from datetime import date

from django.core.files.base import ContentFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from jobs.registry import JobError, Progress, register

from .importing import ContactFile, ImportProblem, open_contact_file
from .models import ProfileQuestionnaire
from .services.classify import classify_contacts
from .services.import_contacts import import_contacts
from .services.start_classification import CLASSIFY
from .services.start_import import IMPORT

REASON = _("Reason")
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


@register(
    CLASSIFY,
    label=_("Classification of contacts"),
    result_labels={
        "questions": _("Questions"),
        "answers": _("Answers given"),
        "minors": _("Minors left out"),
        "left_out": _("Questions left out"),
    },
    next_page=("contacts:questionnaires", _("Look at the questionnaires")),
)
def classify_contacts_of_job(job: Job) -> Iterator[Progress]:
    """Answer the automatic questions, each in one chunk; see `classify_contacts`.

    The parameters are the key of the `questionnaire`, None for all, and the day `on`.
    """
    questionnaire = None
    if job.parameters["questionnaire"]:
        found = ProfileQuestionnaire.objects.filter(pk=job.parameters["questionnaire"])
        questionnaire = found.first()
        if questionnaire is None:
            raise JobError(gettext("The questionnaire was deleted meanwhile."))
    before = job.result.get("answers", 0)
    for state in classify_contacts(
        on=date.fromisoformat(job.parameters["on"]),
        questionnaire=questionnaire,
        skip=tuple(job.resume.get("questions", ())),
    ):
        if state.question:
            job.resume.setdefault("questions", []).append(state.question.pk)
        job.result |= {
            "questions": state.done,
            "answers": before + state.answers,
            "minors": state.minors,
        }
        if state.left_out:
            job.result["left_out"] = " ".join(
                f"{finding.question.code}: {finding.said}" for finding in state.left_out
            )
        yield Progress(
            done=state.done,
            total=state.total,
            message=state.question.description if state.question else "",
        )


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
