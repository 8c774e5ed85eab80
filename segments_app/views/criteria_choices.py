"""The codes of a long list, searched while somebody types."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ..criteria import RELATIONS, fields_of
from ..forms.criteria_choices import search


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_GET
def criteria_choices(request: HttpRequest, scope: str, field: str) -> JsonResponse:
    """Return the choices of a field that have every word of `q`, and how many more."""
    known = fields_of(scope) if scope == "contact" or scope in RELATIONS else {}
    if field not in known:
        raise Http404(_("There is no such field."))
    found, more = search(known[field], request.GET.get("q", ""))
    return JsonResponse({"found": found, "more": more})
