"""Own values of many lines at once: chosen ones, or all that fit the filter."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ..forms.line_changes import ChangeLinesForm, change_in_words
from ..forms.lines import RemoveForm
from ..models import Segment, SegmentLine
from ..models.querysets import SegmentLineQuerySet
from ..services import SegmentChanged, SegmentError
from ..services.change_lines import LinesChange, change_lines, preview_lines_change
from .line_table import filter_refused, line_filter
from .logged_meanwhile import leads_to_logged_segment


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def lines_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what to change, say how many lines that changes, then change them."""
    segment = get_object_or_404(Segment, pk=pk)
    if "all" in request.GET and line_filter(request, segment).is_refused:
        return filter_refused(request, segment)
    lines = _chosen(request, segment)
    count = lines.count()
    if not count:
        messages.error(request, _("Choose the contacts whose values to change."))
        return redirect(segment)
    form = ChangeLinesForm(request.POST or None, segment=segment)
    context = {"segment": segment, "form": form, "count": count}
    if request.method == "POST" and form.is_valid() and "again" not in request.POST:
        try:
            if "apply" in request.POST:
                return _apply(request, segment, lines, form)
            context["change"] = preview_lines_change(
                segment=segment, lines=lines, values=form.values
            )
        except SegmentChanged as error:
            # The figures that were agreed to do not hold any more: show those of now.
            segment = get_object_or_404(Segment, pk=pk)
            form.look_again(segment)
            context["refusal"] = str(error)
            context["change"] = preview_lines_change(
                segment=segment, lines=_chosen(request, segment), values=form.values
            )
        except SegmentError as error:
            form.add_error(None, str(error))
        else:
            form.look_again(get_object_or_404(Segment, pk=pk))
    if "change" in context:
        context["said"] = _said(form, context["change"])
        return render(request, "segments/lines_change_confirm.html", context)
    return render(request, "segments/lines_change.html", context)


def _chosen(request: HttpRequest, segment: Segment) -> SegmentLineQuerySet:
    """Return the lines that were ticked, or all that fit the filter."""
    if "all" in request.GET:
        return line_filter(request, segment).qs
    ticked = RemoveForm.chosen(segment, request.GET.getlist("line"))
    return segment.lines.filter(pk__in=[line.pk for line in ticked])


def _apply(
    request: HttpRequest,
    segment: Segment,
    lines: SegmentLineQuerySet,
    form: ChangeLinesForm,
) -> HttpResponse:
    changed = change_lines(
        segment=segment,
        lines=lines,
        values=form.values,
        user=request.user,
        at=timezone.now(),
        **{
            name: form.cleaned_data[name]
            for name in ("expected_version", "seen_at", "expected_changes")
        },
    )
    said = ngettext("%s line is changed.", "%s lines are changed.", changed)
    messages.success(request, said % intcomma(changed))
    return redirect(segment)


def _said(form: ChangeLinesForm, change: LinesChange) -> list[tuple[str, str, int]]:
    """Return each value with what becomes of it, and how many lose an own one."""
    return [
        (
            str(SegmentLine._meta.get_field(name).verbose_name),
            change_in_words(name, value),
            change.replaced[name],
        )
        for name, value in form.values.items()
    ]
