"""Questionnaires: answered for a contact, looked at, printed, and classified by."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count, OuterRef, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from jobs.registry import JobError

from ..bounded import Counted
from ..forms.answers import AnswersForm, Relations, WebSources
from ..models import Contact, ContactProfileAnswer, ProfileAnswer, ProfileQuestionnaire
from ..services.errors import ContactError, ContactGone
from ..services.links import save_links
from ..services.profiles.answer_questionnaire import (
    answer_questionnaire,
    check_may_be_asked,
)
from ..services.profiles.questionnaire_test import questionnaire_findings
from ..services.profiles.start_classification import start_classification


@login_required
@permission_required("contacts.change_contact", raise_exception=True)
@require_http_methods(["GET", "POST"])
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a questionnaire; `?questionnaire=CODE` chooses which."""
    contact = get_object_or_404(Contact, pk=pk)
    try:
        check_may_be_asked(contact)
    except ContactError as refusal:
        messages.error(request, str(refusal))
        return redirect(contact)
    allowed = list(
        ProfileQuestionnaire.objects.for_contact(contact).order_by("-priority", "code")
    )
    asked = request.GET.get("questionnaire", "").strip().upper()
    chosen = next((each for each in allowed if each.code == asked), None)
    if chosen is None and asked:
        messages.error(request, _("This questionnaire is not for this contact."))
        return redirect("contacts:profile", pk=contact.pk)
    chosen = chosen or (allowed[0] if allowed else None)
    context: dict[str, Any] = {
        "contact": contact,
        "questionnaires": allowed,
        "chosen": chosen,
    }
    if chosen is None:
        return render(request, "contacts/profile.html", context)
    sent = request.POST if request.method == "POST" else None
    form = AnswersForm(sent, contact=contact, questionnaire=chosen)
    if form.is_valid():
        try:
            answer_questionnaire(
                contact=contact,
                questionnaire=chosen,
                given=form.given,
                user=request.user,
                at=timezone.now(),
                seen=form.seen,
            )
        except ContactGone as refusal:
            messages.error(request, str(refusal))
            return redirect("contacts:list")
        except ContactError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The answers were saved."))
            return redirect(contact)
    automatic = contact.profile_answer_links.filter(
        answer__question__questionnaire=chosen
    ).exclude(answer__question__source="")
    context |= {
        "form": form,
        "automatic": automatic.select_related("answer__question").order_by(
            "answer__question__position", "answer__position"
        ),
    }
    return render(request, "contacts/profile.html", context)


@login_required
@permission_required("contacts.change_contact", raise_exception=True)
@require_http_methods(["GET", "POST"])
def relations(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a company is to us, with its number in another system."""
    return _edit_links(
        request, pk, Relations, "business_relation_links", _("Business relations")
    )


@login_required
@permission_required("contacts.change_contact", raise_exception=True)
@require_http_methods(["GET", "POST"])
def web_sources(request: HttpRequest, pk: int) -> HttpResponse:
    """Say where a company is looked up, and by which word."""
    return _edit_links(request, pk, WebSources, "web_source_links", _("Web sources"))


@login_required
@permission_required("contacts.view_profilequestionnaire", raise_exception=True)
@require_safe
def questionnaires(request: HttpRequest) -> HttpResponse:
    """All questionnaires, and the way to classify contacts by them."""
    rows = ProfileQuestionnaire.objects.select_related("business_relation").annotate(
        counted=Count("questions")
    )
    return render(
        request,
        "contacts/questionnaires.html",
        {"questionnaires": rows.order_by("code")},
    )


@login_required
@permission_required("contacts.view_profilequestionnaire", raise_exception=True)
@require_safe
def questionnaire(request: HttpRequest, pk: int) -> HttpResponse:
    """One questionnaire: what is wrong with it, and who answered what."""
    asked = get_object_or_404(ProfileQuestionnaire, pk=pk)
    links = ContactProfileAnswer.objects.filter(answer=OuterRef("pk"))
    answers = ProfileAnswer.objects.annotate(contacts_with_it=Counted(links))
    context = {
        "questionnaire": asked,
        "findings": questionnaire_findings(asked),
        "questions": asked.questions.prefetch_related(
            Prefetch("answers", queryset=answers),
            "points__answer__question__questionnaire",
        ),
    }
    return render(request, "contacts/questionnaire.html", context)


@login_required
@permission_required("contacts.view_profilequestionnaire", raise_exception=True)
@require_safe
def questionnaire_print(request: HttpRequest, pk: int) -> HttpResponse:
    """A form to fill in by hand: what people answer, with boxes to tick."""
    asked = get_object_or_404(ProfileQuestionnaire, pk=pk)
    questions = asked.questions.filter(source="").prefetch_related("answers")
    return render(
        request,
        "contacts/questionnaire_print.html",
        {"questionnaire": asked, "questions": questions},
    )


@login_required
@permission_required("contacts.classify_contacts", raise_exception=True)
@require_POST
def classify(request: HttpRequest) -> HttpResponse:
    """Classify contacts in the background, by one questionnaire or by all."""
    code = request.POST.get("questionnaire", "").strip().upper()
    chosen = None
    if code:
        chosen = ProfileQuestionnaire.objects.filter(code=code).first()
        if chosen is None:
            messages.error(request, _("There is no such questionnaire."))
            return redirect("contacts:questionnaires")
    try:
        job = start_classification(
            questionnaire=chosen, user=request.user, at=timezone.now()
        )
    except JobError as problem:
        messages.error(request, str(problem))
        return redirect("contacts:questionnaires")
    return redirect(job)


def _edit_links(
    request: HttpRequest, pk: int, formset_class: Any, name: str, heading: str
) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=pk)
    if not contact.is_company:
        messages.error(request, _("Only for companies."))
        return redirect(contact)
    formset = formset_class(request.POST or None, instance=contact)
    if request.method == "POST" and formset.is_valid():
        try:
            save_links(
                contact=contact,
                name=name,
                saved=formset.save(commit=False),
                removed=formset.deleted_objects,
                user=request.user,
                at=timezone.now(),
            )
        except ContactGone as refusal:
            messages.error(request, str(refusal))
            return redirect("contacts:list")
        except ContactError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("%s was saved.") % heading)
            return redirect(contact)
    context = {"contact": contact, "heading": heading, "formset": formset}
    return render(request, "contacts/profile_links.html", context)
