"""Handing out letters: few at once, many as a job, and what is kept of both."""

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from interactions.models import Run
from interactions.printing import PatternError
from interactions.services.errors import InteractionError
from jobs.models import Job
from jobs.registry import JobError

from ..forms.printing import OutputForm
from ..jobs import letters
from ..services import SegmentError
from ..services.print_letters import printable


def printed(
    request: HttpRequest, form: OutputForm, runs: list[Run]
) -> HttpResponse | None:
    """Answer with the file that the form asks for, or with the job that makes it.

    The file is whole before the answer begins, so an error is said in the form, by
    None, and never half a document.
    """
    asked = {
        "runs": runs,
        "output": form.output,
        "user": request.user,
        "at": timezone.now(),
    }
    try:
        count = printable(runs=runs, output=form.output).count
        if count > letters.most_without_job(form.output):
            return redirect(letters.print_later(**asked))
        job = letters.print_now(**asked)
        return redirect(job) if job.result.get("unmade") else file_of(job)
    except (SegmentError, InteractionError, PatternError, JobError) as error:
        form.add_error(None, forms.ValidationError(str(error)))
    return None


def file_of(job: Job) -> FileResponse:
    """Stream the result of a job; 404 where it is not there any more."""
    if not job.has_result_file:
        raise Http404
    try:
        content = job.result_file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(content, as_attachment=True, filename=job.result_name)
