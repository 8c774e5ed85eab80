"""The cover sheet of one contact, printed from the card."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.models import Contact
from interactions.views.files import download

from ..forms.paper import CoverForm
from ..services import SegmentError
from ..services.log_covers import print_cover


@login_required
@permission_required("interactions.add_interactionlogentry", raise_exception=True)
@require_http_methods(["GET", "POST"])
def contact_cover(request: HttpRequest) -> HttpResponse:
    """Make the cover sheet of the contact that the address names."""
    number = request.GET.get("contact", "").strip().upper()
    contact = get_object_or_404(Contact, number=number, anonymised_at=None)
    form = CoverForm(request.POST or None, numbered=True, may_log=True)
    if request.method == "POST" and form.is_valid():
        try:
            sheet = print_cover(
                contact=contact, asked=form.asked, user=request.user, at=timezone.now()
            )
        except SegmentError as refusal:
            form.add_error(None, str(refusal))
        else:
            name = f"{_('Cover sheet')} {contact.number}.pdf"
            return download(sheet, name, "application/pdf")
    context = {"form": form, "contact": contact}
    return render(request, "segments/contact_cover.html", context)
