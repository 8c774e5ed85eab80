"""Pages of jobs. A job is a page for its owner and for superusers: for everybody
else it does not exist, whatever permissions they have."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from .models import Job
from .services import cancel_job

PAGE_SIZE = 25


@login_required
@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    jobs = Job.objects.visible_to(request.user).select_related("owner")
    page = Paginator(jobs, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "jobs/list.html", {"page_obj": page})


@login_required
@require_safe
@never_cache
@vary_on_headers("HX-Request")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a job; for the page's own question each second only its state."""
    template = "jobs/_progress.html" if request.htmx else "jobs/detail.html"
    return render(request, template, {"job": _job(request, pk)})


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    job = _job(request, pk)
    if not cancel_job(job=job, at=timezone.now()):
        messages.warning(request, _("The job was over already."))
    elif job.is_finished:
        messages.success(request, _("The job is cancelled."))
    else:
        messages.success(request, _("The job stops after the part it is working on."))
    return redirect(job)


@login_required
@require_safe
@never_cache
def result(request: HttpRequest, pk: int) -> FileResponse:
    """Download the result, never shown in the browser itself."""
    job = _job(request, pk)
    if not job.has_result_file:
        raise Http404
    try:
        content = job.result_file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(content, as_attachment=True, filename=job.result_name)


def _job(request: HttpRequest, pk: int) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
