"""One open segment: made, copied, its header changed, deleted."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from contacts.choices import IneligibleReason
from contacts.services.edits import ChangedMeanwhile
from interactions.services.once import DoneAlready, only_once
from interactions.views.once import lead_to_made, led_to_made

from ..forms.header_changes import HeaderEditForm
from ..forms.seen import SeenForm
from ..forms.segments import CopyForm, NewSegmentForm
from ..models import Segment
from ..services import SegmentChanged, SegmentError, copy_segment, create_segment
from ..services.change_header import change_header
from ..services.copy_segment import kept_out_of_copy
from ..services.delete_segment import delete_segment, loss_of_segment
from ..services.orphaned_values import Orphans, orphaned_by
from ..services.steps import total_at
from .logged_meanwhile import leads_to_logged_segment
from .step_words import kept_out_labels


@login_required
@permission_required("segments_app.add_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
def segment_create(request: HttpRequest) -> HttpResponse:
    """Make a segment and go to its worksheet."""
    if done := led_to_made(request):
        return done
    salesperson = getattr(request.user, "salesperson", None)
    form = NewSegmentForm(request.POST or None, initial={"salesperson": salesperson})
    if request.method == "POST" and form.is_valid():
        now, key = timezone.now(), form.cleaned_data["once_key"]
        make = partial(create_segment, user=request.user, at=now, **form.values)
        try:
            segment = only_once(key=key, make=make, at=now)
        except DoneAlready as already:
            return lead_to_made(request, already, otherwise="segments:list")
        except SegmentError as error:
            form.add_error(None, str(error))
        else:
            said = _("Segment %s is made. Add contacts to it.")
            messages.success(request, said % segment.number)
            return redirect(segment)
    return render(request, "segments/create.html", {"form": form})


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the header; the lines follow by themselves."""
    segments = Segment.objects.select_related("template__campaign")
    segment = get_object_or_404(segments, pk=pk)
    form = HeaderEditForm(request.POST or None, instance=segment)
    orphans = []
    if request.method == "POST" and form.is_valid():
        as_stored = get_object_or_404(Segment, pk=pk)
        orphans = orphaned_by(segment=as_stored, values=form.changed_values)
        if not form.agrees_to(orphans):
            form.ask(orphans)
            return _edit_page(request, form, as_stored, orphans)
        try:
            change_header(
                segment=segment,
                values=form.changed_values,
                seen=form.seen,
                user=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile as error:
            form.refuse(error)
        except SegmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The header is changed."))
            return redirect(segment)
    stored = get_object_or_404(Segment, pk=pk) if form.is_bound else segment
    return _edit_page(request, form, stored, orphans)


def _edit_page(
    request: HttpRequest, form: HeaderEditForm, segment: Segment, orphans: list[Orphans]
) -> HttpResponse:
    context = {"form": form, "segment": segment, "orphans": orphans}
    return render(request, "segments/edit.html", context)


@login_required
@permission_required("segments_app.add_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who would come along, then copy the segment and go to the copy."""
    segment = get_object_or_404(Segment.objects.with_total(), pk=pk)
    kept_out = kept_out_of_copy(segment)
    excluded = bool(kept_out.get(IneligibleReason.EXCLUDED))
    form = CopyForm(request.POST or None, segment=segment, excluded=excluded)
    if request.method == "POST" and form.is_valid():
        now, key = timezone.now(), form.cleaned_data["once_key"]
        make = partial(
            copy_segment, segment=segment, user=request.user, at=now, **form.values
        )
        try:
            copy = only_once(key=key, make=make, at=now)
        except DoneAlready as already:
            return lead_to_made(request, already, otherwise=segment)
        except SegmentChanged as error:
            # What is shown below is how the segment stands now.
            segment = get_object_or_404(Segment.objects.with_total(), pk=pk)
            kept_out = kept_out_of_copy(segment)
            form.refuse(error)
        except SegmentError as error:
            form.add_error(None, str(error))
        else:
            _say_copied(request, segment, copy, form)
            return redirect(copy)
    context = {
        "segment": segment,
        "form": form,
        "kept_out": kept_out_labels(kept_out),
        "coming": segment.total - sum(kept_out.values()),
        "documents": segment.documents.count(),
    }
    return render(request, "segments/copy.html", context)


@login_required
@permission_required("segments_app.delete_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, saying what goes, then delete the segment."""
    segment = get_object_or_404(Segment, pk=pk)
    form = SeenForm(request.POST or None, segment=segment)
    if request.method == "POST" and form.is_valid():
        try:
            delete_segment(segment=segment, **form.cleaned_data)
        except SegmentChanged as error:
            segment = get_object_or_404(Segment, pk=pk)
            form.refuse(error)
        else:
            messages.success(request, _("Segment %s is deleted.") % segment.number)
            return redirect("segments:list")
    context = {"segment": segment, "form": form, "loss": loss_of_segment(segment)}
    return render(request, "segments/delete.html", context)


def _say_copied(
    request: HttpRequest, segment: Segment, copy: Segment, form: CopyForm
) -> None:
    """Say how many came along, and who was kept out and why."""
    names = {"copy": copy.number, "number": segment.number}
    said = [_("Segment %(copy)s is a copy of %(number)s.") % names]
    if copy.position:
        came = total_at(copy)
        along = ngettext("%s contact came along.", "%s contacts came along.", came)
        said.append(along % intcomma(came))
        excluded = form.cleaned_data.get("ignore_exclusion", False)
        kept_out = kept_out_labels(kept_out_of_copy(segment, ignore_exclusion=excluded))
        if kept_out:
            reasons = (f"{reason} ({intcomma(count)})" for reason, count in kept_out)
            said.append(_("Kept out: %s.") % ", ".join(reasons))
    messages.success(request, " ".join(said))
