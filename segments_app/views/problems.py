"""One kind of problem before logging: its contacts, and what mends it right there."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from contacts.models import Contact
from contacts.models.keys import listed
from contacts.services.errors import ContactError
from contacts.services.save_contact import save_contact

from ..forms.mending import OwnValueForm, contact_form
from ..forms.steps import StepForm
from ..models import Segment
from ..models.querysets import SegmentLineQuerySet
from ..services import SegmentError, lines_with_problem, remove_by_hand
from ..services.change_lines import change_lines
from ..services.preflight import Check, checks_for
from .logged_meanwhile import leads_to_logged_segment
from .mending import mending_of
from .taking import take

PER_PAGE = 50
CHANGE = "segments_app.change_segment"


class _Kind:
    """One kind of problem of a segment, as a request asks for it."""

    def __init__(self, request: HttpRequest, pk: int, kind: str) -> None:
        self.segment = get_object_or_404(Segment, pk=pk)
        self.deliver = "deliver" in request.GET
        checks = checks_for(self.segment, deliver=self.deliver)
        found = {check.kind: check for check in checks}
        if kind not in found:
            raise Http404(_("There is no such problem."))
        self.check: Check = found[kind]
        self.mending = mending_of(kind)
        self.query = "?deliver=on" if self.deliver else ""

    @property
    def lines(self) -> SegmentLineQuerySet:
        return lines_with_problem(
            self.segment, deliver=self.deliver, kind=self.check.kind
        )

    @property
    def leaving(self) -> SegmentLineQuerySet:
        """The lines that are taken off; all of them unless the check says which."""
        leaving = self.check.leaving
        return self.lines if leaving is None else self.segment.lines.filter(leaving)

    @property
    def url(self) -> str:
        address = reverse("segments:problem", args=[self.segment.pk, self.check.kind])
        return f"{address}{self.query}"

    @property
    def check_url(self) -> str:
        return f"{reverse('segments:log', args=[self.segment.pk])}{self.query}"


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def problem(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """List the contacts that have one kind of problem; on POST take them off."""
    asked = _Kind(request, pk, kind)
    form = StepForm(request.POST or None, segment=asked.segment)
    if request.method == "POST":
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        if not asked.leaving.exists():
            messages.warning(request, _("No contact has this problem"))
            return redirect(asked.check_url)
        if _take_off(request, asked, form):
            return redirect(asked.check_url)
    return _page(request, asked, form=form)


@login_required
@permission_required(CHANGE, raise_exception=True)
@require_POST
@leads_to_logged_segment
def problem_value(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Give all lines with the problem the same own value."""
    asked = _Kind(request, pk, kind)
    if not asked.mending.value:
        raise Http404
    form = OwnValueForm(request.POST, segment=asked.segment, name=asked.mending.value)
    if not form.is_valid():
        return _page(request, asked, value_form=form)
    try:
        changed = change_lines(
            segment=asked.segment,
            lines=asked.lines,
            values=form.values,
            user=request.user,
            at=timezone.now(),
            expected_version=form.cleaned_data["expected_version"],
            seen_at=form.cleaned_data["seen_at"],
        )
    except SegmentError as error:
        form = OwnValueForm(
            request.POST,
            segment=get_object_or_404(Segment, pk=pk),
            name=asked.mending.value,
        )
        form.refuse(error)
        return _page(request, asked, value_form=form)
    said = ngettext("%s line is changed.", "%s lines are changed.", changed)
    messages.success(request, said % intcomma(changed))
    return redirect(asked.url)


@login_required
@permission_required(
    ("segments_app.view_segment", "contacts.change_contact"), raise_exception=True
)
@require_POST
@leads_to_logged_segment
def problem_contact(
    request: HttpRequest, pk: int, kind: str, contact: int
) -> HttpResponse:
    """Fill in what one contact lacks."""
    asked = _Kind(request, pk, kind)
    mending = asked.mending
    if not mending.contact:
        raise Http404
    if mending.of_privacy and not request.user.has_perm("contacts.change_privacy"):
        raise PermissionDenied
    on_segment = asked.segment.lines.live().values("contact")
    mended = get_object_or_404(Contact, pk=contact, pk__in=on_segment)
    form = contact_form(mending.contact, mended, request.POST)
    if form.is_valid():
        try:
            save_contact(
                contact=form.instance,
                links={},
                user=request.user,
                at=timezone.now(),
                seen=form.cleaned_data["version"],
            )
        except ContactError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%s was saved.") % mended.name)
            return redirect(asked.url)
    return _page(request, asked, refused_form=form)


def _take_off(request: HttpRequest, asked: _Kind, form: StepForm) -> bool:
    """Take the contacts of these lines off, or say in the form why not."""
    keys = asked.leaving.values_list("contact", flat=True)
    contacts = Contact.objects.filter(pk__in=listed(keys))
    steps = take(
        request, form, remove_by_hand, segment=asked.segment, contacts=contacts
    )
    if not steps:
        return False
    (step,) = steps
    said = ngettext(
        "%s contact was taken off the segment.",
        "%s contacts were taken off the segment.",
        step.left,
    )
    messages.success(request, said % intcomma(step.left))
    return True


def _page(
    request: HttpRequest,
    asked: _Kind,
    *,
    form: StepForm | None = None,
    value_form: OwnValueForm | None = None,
    refused_form: forms.ModelForm | None = None,
) -> HttpResponse:
    segment, mending = asked.segment, asked.mending
    page = Paginator(
        asked.lines.select_related("contact").order_by("position", "pk"), PER_PAGE
    ).get_page(request.GET.get("page"))
    rows = [(line, _row_form(request, asked, line, refused_form)) for line in page]
    among_them = any(form is refused_form for _line, form in rows)
    context: dict[str, Any] = {
        "segment": segment,
        "check": asked.check,
        "query": asked.query,
        "page_obj": page,
        "back_url": asked.check_url,
        "form": form or StepForm(segment=segment),
        "leaving": _count_leaving(asked, page.paginator.count),
        "place": mending.place and reverse(mending.place, args=[segment.pk]),
        "rows": rows,
        # Somebody else mended it meanwhile, and what was typed is not lost.
        "refused": None if among_them else refused_form,
    }
    if mending.value:
        context["value_form"] = value_form or OwnValueForm(
            segment=segment, name=mending.value
        )
    return render(request, "segments/problem.html", context)


def _count_leaving(asked: _Kind, count: int) -> int:
    return count if asked.check.leaving is None else asked.leaving.count()


def _row_form(
    request: HttpRequest, asked: _Kind, line: Any, refused: forms.ModelForm | None
) -> forms.ModelForm | None:
    """The form of a contact, where its own values are those that lack."""
    mending, user = asked.mending, request.user
    if not mending.contact or not user.has_perm("contacts.change_contact"):
        return None
    if mending.of_privacy and not user.has_perm("contacts.change_privacy"):
        return None
    if "address" in mending.contact and line.effective_address_id:
        return None
    if refused is not None and refused.instance.pk == line.contact_id:
        return refused
    return contact_form(mending.contact, line.contact)
