"""Taking out the contacts that a filter of the list finds."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jobs.registry import JobError

from ..filters import ContactFilter
from ..forms.exporting import ExportForm
from ..models import Contact
from ..services.errors import ContactError
from ..services.export_contacts import start_export


@login_required
@permission_required("contacts.view_contact", raise_exception=True)
@permission_required("contacts.export_contacts", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Ask which columns, then write the file; `?...` is the filter of the list."""
    found = ContactFilter(request.GET, queryset=Contact.objects.all())
    query = request.GET.urlencode()
    back = f"{reverse('contacts:list')}?{query}"
    if found.is_refused:
        messages.error(request, _("The filter cannot be read. Choose it again."))
        return redirect(back)
    count = found.qs.order_by().count()
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            job = start_export(
                query=query,
                fields=form.cleaned_data["columns"],
                suffix=form.cleaned_data["suffix"],
                count=count,
                user=request.user,
                at=timezone.now(),
            )
        except ContactError as refusal:
            form.refuse(refusal)
        except JobError as problem:
            messages.error(request, str(problem))
        else:
            return redirect(job)
    context = {"form": form, "count": count, "back": back}
    return render(request, "contacts/export.html", context)
