"""What is done to many contacts of the list at once: asked first, then done."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jobs.choices import MOST_WITHOUT_JOB
from jobs.models import Job
from jobs.registry import JobError

from ..forms.bulk import BulkForm
from ..selection import Selection
from ..services.bulk_changes import BULK_CHANGES, start_bulk


@login_required
@permission_required("contacts.view_contact", raise_exception=True)
@require_http_methods(["GET", "POST"])
def bulk_change(request: HttpRequest, code: str) -> HttpResponse:
    """Say how many contacts it is about, then change them."""
    bulk = BULK_CHANGES.get(code)
    if bulk is None:
        raise Http404
    if not request.user.has_perm(bulk.permission):
        raise PermissionDenied
    selection = Selection.sent(request.POST or request.GET)
    count = selection.contacts.count()
    back = f"{reverse('contacts:list')}?{selection.query}"
    if not count:
        messages.error(request, _("Choose the contacts first."))
        return redirect(back)
    form = BulkForm(request.POST or None, bulk=bulk, count=count)
    if request.method == "POST" and form.is_valid():
        try:
            job = start_bulk(
                code=code,
                selection=selection.parameters,
                count=count,
                mailing_group=form.cleaned_data.get("mailing_group"),
                user=request.user,
                at=timezone.now(),
            )
        except JobError as problem:
            form.add_error(None, str(problem))
        else:
            if count > MOST_WITHOUT_JOB:
                return redirect(job)
            messages.success(request, _say(job))
            return redirect(back)
    context: dict[str, Any] = {
        "bulk": bulk,
        "form": form,
        "selection": selection,
        "count": count,
        "is_long": count > MOST_WITHOUT_JOB,
        "back": back,
    }
    return render(request, "contacts/bulk.html", context)


def _say(job: Job) -> str:
    changed, already = job.result["changed"], job.result["already"]
    said = [
        ngettext("%s contact is changed.", "%s contacts are changed.", changed)
        % intcomma(changed)
    ]
    if already:
        were = ngettext("%s was so already.", "%s were so already.", already)
        said.append(were % intcomma(already))
    if anonymised := job.result["anonymised"]:
        said.append(f"{_('Anonymised')}: {intcomma(anonymised)}")
    return " ".join(said)
