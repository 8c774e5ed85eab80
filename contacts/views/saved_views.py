"""The saved views of a user: their own, and nobody else's."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..filters import ContactFilter
from ..forms.contact import ViewNameForm
from ..models import SavedView
from ..services.errors import ContactError
from ..services.saved_views import delete_view, rename_view, save_view


@login_required
@permission_required("contacts.view_contact", raise_exception=True)
@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep what the list is filtered and sorted by, as it was sent."""
    query = _known(request.POST.get("query", ""))
    form = ViewNameForm(request.POST)
    if form.is_valid():
        try:
            view = save_view(
                name=form.cleaned_data["name"],
                query=query,
                user=request.user,
                at=timezone.now(),
            )
        except ContactError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The view “%s” is saved.") % view.name)
            return redirect(view)
    else:
        for said in form.errors.get("name", []):
            messages.error(request, _("The view was not saved: %s") % said)
    return redirect(f"{reverse('contacts:list')}?{query}")


@login_required
@permission_required("contacts.view_contact", raise_exception=True)
@require_http_methods(["GET", "POST"])
def view_rename(request: HttpRequest, pk: int) -> HttpResponse:
    view = _own(request, pk)
    form = ViewNameForm(request.POST or None, initial={"name": view.name})
    if request.method == "POST" and form.is_valid():
        try:
            rename_view(view=view, name=form.cleaned_data["name"], user=request.user)
        except ContactError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The view is now called “%s”.") % view.name)
            return redirect(view)
    context = {"view": _own(request, pk), "form": form}
    return render(request, "contacts/view_rename.html", context)


@login_required
@permission_required("contacts.view_contact", raise_exception=True)
@require_http_methods(["GET", "POST"])
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    view = _own(request, pk)
    if request.method == "POST":
        delete_view(view=view, user=request.user)
        messages.success(request, _("The view “%s” was deleted.") % view.name)
        return redirect("contacts:list")
    return render(request, "contacts/view_delete.html", {"view": view})


def _own(request: HttpRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)


def _known(sent: str) -> str:
    """Return the filters and the order of a query string, and nothing else."""
    query = QueryDict(sent.replace("\0", ""), mutable=True)
    for name in set(query) - set(ContactFilter.base_filters):
        query.pop(name)
    for name, values in list(query.lists()):
        query.setlist(name, [value for value in values if value])
    return query.urlencode()
