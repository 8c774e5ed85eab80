"""Single contacts of a segment: by hand on it and off it, and their own values."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from contacts.choices import IneligibleReason
from contacts.models import Contact
from contacts.services.edits import ChangedMeanwhile
from interactions.services.checking import check_document
from interactions.services.documents import kept_as

from ..forms.line_values import (
    LineForm,
    LineRowForm,
    ResetForm,
    field_column,
    own_as_text,
)
from ..forms.lines import AddByHandForm, RemoveForm
from ..models import LineColumns, Segment, SegmentLine
from ..models.line_columns import OWN_COLUMNS
from ..services import SegmentError, add_by_hand, remove_by_hand
from ..services.change_line import change_line
from ..services.shown_lines import show, shown_lines
from .logged_meanwhile import leads_to_logged_segment
from .shown_difference import difference_of
from .taking import take_step

FOUND_AT_MOST = 50


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def line_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Search contacts and put the chosen ones on the segment."""
    segment = get_object_or_404(Segment, pk=pk)
    form = AddByHandForm(request.POST or None, segment=segment)
    if "difference" in request.POST:
        page = difference_of(request, segment, kind="add_by_hand")
        if page:
            return page
    elif request.method == "POST" and form.is_valid():
        contacts = form.cleaned_data["contacts"]
        done = take_step(request, form, add_by_hand, contacts=contacts)
        if done:
            return done
    search = (request.POST or request.GET).get("search", "").strip()
    found = _found(segment, search)
    context = {
        "segment": segment,
        "form": form,
        "search": search,
        "found": found[:FOUND_AT_MOST],
        "more": len(found) > FOUND_AT_MOST,
        "most": FOUND_AT_MOST,
        "chosen": set(request.POST.getlist("contacts")),
    }
    return render(request, "segments/line_add.html", context)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def line_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take the chosen lines off the segment."""
    segment = get_object_or_404(Segment, pk=pk)
    chosen = (request.POST or request.GET).getlist("line")
    lines = RemoveForm.chosen(segment, chosen)
    if not lines:
        messages.error(request, _("Choose the contacts to remove."))
        return redirect(segment)
    initial = {"line": [line.pk for line in lines]}
    form = RemoveForm(request.POST or None, segment=segment, initial=initial)
    if "difference" in request.POST:
        page = difference_of(request, segment, kind="remove_by_hand")
        if page:
            return page
    elif request.method == "POST" and form.is_valid():
        chosen = Contact.objects.filter(segment_lines__in=form.cleaned_data["line"])
        done = take_step(request, form, remove_by_hand, contacts=chosen)
        if done:
            return done
    context = {"segment": segment, "form": form, "lines": lines}
    return render(request, "segments/line_remove.html", context)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def line_edit(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Change what differs for one contact; what is empty inherits.

    A page of its own, and in the table the row itself.
    """
    segment = get_object_or_404(Segment, pk=pk)
    edited = _line(segment, line)
    form_class = LineRowForm if request.htmx else LineForm
    form = form_class(
        request.POST or None,
        request.FILES or None,
        instance=edited,
        auto_id=f"line-{line}-%s" if request.htmx else "id_%s",
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_line(
                line=edited,
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
            return (
                _row(request, segment, line)
                if request.htmx
                else _changed(request, edited, form)
            )
    context = {"segment": segment, "line": edited, "form": form}
    if request.htmx:
        context["columns"] = len(LineColumns.objects.of(request.user))
        return render(request, "segments/_line_row_edit.html", context)
    (shown,) = show([edited], OWN_COLUMNS)
    context["own"] = [
        (cell, own_as_text(edited, cell.column.code)) for cell in shown.cells
    ]
    return render(request, "segments/line_edit.html", context)


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def line_row(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Show one row of the table again, as it was before it was edited."""
    segment = get_object_or_404(Segment, pk=pk)
    if not request.htmx:
        return redirect(segment)
    return _row(request, segment, _line(segment, line).pk)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def line_reset(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Take one own value away, so that the line inherits again."""
    segment = get_object_or_404(Segment, pk=pk)
    reset = _line(segment, line)
    form = ResetForm(request.POST)
    back = redirect("segments:line_edit", segment.pk, reset.pk)
    if not form.is_valid() or not form.has_seen(reset):
        messages.error(
            request, _("Somebody changed this value meanwhile. Look at it again.")
        )
        return back
    name = form.cleaned_data["name"]
    try:
        change_line(
            line=reset,
            values={name: None},
            seen={name: getattr(reset, field_column(name))},
            user=request.user,
            at=timezone.now(),
        )
    except (SegmentError, ChangedMeanwhile) as error:
        messages.error(request, str(error))
    else:
        field = SegmentLine._meta.get_field(name)
        messages.success(request, _("Own value taken away: %s.") % field.verbose_name)
    return back


def _line(segment: Segment, key: int) -> SegmentLine:
    lines = segment.lines.live().select_related("contact", "document")
    lines = lines.with_effective_values(origins=True).with_inherited_document()
    return get_object_or_404(lines.with_by_copy(), pk=key)


def _row(request: HttpRequest, segment: Segment, key: int) -> HttpResponse:
    (shown,) = shown_lines([key], LineColumns.objects.of(request.user))
    context = {"segment": segment, "shown": shown}
    return render(request, "segments/_line_row.html", context)


def _changed(request: HttpRequest, line: SegmentLine, form: LineForm) -> HttpResponse:
    said = _("The own values of %s are changed.")
    messages.success(request, said % line.contact.name)
    if own := form.cleaned_data["own_document"]:
        if another := kept_as(line.document, own.name):
            messages.info(request, another)
        for warning in check_document(own.data).warnings:
            messages.warning(request, f"{own.name}: {warning}")
    return redirect(line.segment)


def _found(segment: Segment, search: str) -> list[Contact]:
    """Contacts that fit, with whether they are in and why they may not enter."""
    if not search:
        return []
    is_in = Exists(segment.lines.live().filter(contact=OuterRef("pk")))
    contacts = Contact.objects.found_by(search).with_ineligible_reason()
    contacts = contacts.annotate(is_in=is_in).select_related("company")
    found = list(contacts.order_by("name", "number")[: FOUND_AT_MOST + 1])
    for contact in found:
        reason = contact.ineligible_reason
        contact.kept_out = IneligibleReason(reason).label if reason else ""
    return found
