"""What is known about a person, and forgetting it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ..choices import ContactType
from ..forms.privacy import AnonymiseForm
from ..models import Contact
from ..registry import erasers
from ..services.about_contact import about_contact as tell_about
from ..services.about_contact import as_json
from ..services.anonymise_contact import anonymise_contact
from ..services.errors import ContactError

FORMS = ("json", "html")


@login_required
@permission_required("contacts.view_contact", raise_exception=True)
@permission_required("contacts.tell_about_contact", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def about_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the file has; a POST hands it out, and that is noted."""
    contact = get_object_or_404(Contact, pk=pk, type=ContactType.PERSON)
    form = request.POST.get("form")
    if request.method != "POST" or form not in FORMS:
        return render(request, "contacts/about.html", {"contact": contact})
    at = timezone.now()
    sections = tell_about(contact=contact, user=request.user, at=at, form=form)
    if form == "json":
        text = as_json(contact, sections, at)
        response = HttpResponse(text, content_type="application/json")
    else:
        context = {"contact": contact, "sections": sections, "at": at}
        response = render(request, "contacts/about_file.html", context)
    name = "".join(c for c in contact.number if c.isascii() and c.isalnum() or c == "-")
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


@login_required
@permission_required("contacts.change_privacy", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def anonymise(request: HttpRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=pk, type=ContactType.PERSON)
    if contact.anonymised_at:
        messages.info(request, _("This contact was anonymised already."))
        return redirect(contact)
    form = AnonymiseForm(request.POST or None, contact=contact)
    if request.method == "POST" and form.is_valid():
        try:
            left = anonymise_contact(
                contact=contact,
                user=request.user,
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
            )
        except ContactError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The person was anonymised."))
            return redirect(left)
    context = {"contact": contact, "form": form, "erasers": erasers()}
    return render(request, "contacts/anonymise.html", context)
