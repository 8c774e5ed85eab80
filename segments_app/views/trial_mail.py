"""A test of an e-mail, to the one who asks for it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ..models import Segment
from ..services import SegmentError
from ..services.trial_mail import send_trial
from .letter import line_of, may_be_read
from .logged_meanwhile import leads_to_logged_segment


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def letter_trial(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Send the letter of one contact to the user, as the contact would get it."""
    segment = get_object_or_404(Segment, pk=pk)
    shown = line_of(segment, line)
    try:
        may_be_read(segment, shown)
        mail = send_trial(line=shown, user=request.user)
    except SegmentError as error:
        messages.error(request, str(error))
        return redirect("segments:letter", segment.pk, line)
    messages.success(
        request,
        _(
            "The letter is on its way to %s. In real letters there is a link to "
            "unsubscribe too."
        )
        % mail.to,
    )
    if mail.pictures_lost:
        said = ngettext(
            "%s picture is too large or of a kind that e-mails do not show: it is "
            "left out.",
            "%s pictures are too large or of a kind that e-mails do not show: they "
            "are left out.",
            mail.pictures_lost,
        )
        messages.warning(request, said % mail.pictures_lost)
    return redirect("segments:letter", segment.pk, line)
