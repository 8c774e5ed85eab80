"""Interaction templates: the list, the page of one, their Word documents."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from contacts.models import MarketingSetup
from contacts.services.edits import ChangedMeanwhile
from contacts.services.uses import uses_of

from ..forms.templates import TemplateForm, TemplateLanguageFormSet, TemplateLanguages
from ..merge import FIELDS
from ..models import InteractionTemplate, InteractionTemplateLanguage
from ..models.attachment import DOCX
from ..services.checking import check_document
from ..services.documents import DocumentLost, kept_as, read
from ..services.languages import languages_served
from ..services.reading import sample_letter, text_of
from ..services.templates import (
    DefaultLanguageUnknown,
    TemplateGone,
    TemplateInUse,
    delete_template,
    save_template,
)
from ..services.versions import kept_by
from .files import UNREADABLE, download

LANGUAGES = Prefetch(
    "languages", InteractionTemplateLanguage.objects.select_related("document")
)


@login_required
@permission_required("interactions.view_interactiontemplate", raise_exception=True)
@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """List all templates with the languages they have documents in."""
    found = InteractionTemplate.objects.select_related("group", "campaign")
    context = {"templates": found.prefetch_related("languages")}
    return render(request, "interactions/templates.html", context)


@login_required
@permission_required("interactions.view_interactiontemplate", raise_exception=True)
@require_GET
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the defaults and the documents of one template."""
    found = InteractionTemplate.objects.select_related("group", "campaign")
    template = get_object_or_404(found.prefetch_related(LANGUAGES), pk=pk)
    context = {"template": template, "merge_fields": FIELDS}
    if request.user.has_perm("interactions.view_interactionlogentry"):
        context["sums"] = template.entries.sums()
        context["currency"] = MarketingSetup.load().currency
    return render(request, "interactions/template.html", context)


@login_required
@permission_required("interactions.add_interactiontemplate", raise_exception=True)
def template_create(request: HttpRequest) -> HttpResponse:
    """Make a template."""
    return _edit(request, InteractionTemplate())


@login_required
@permission_required("interactions.change_interactiontemplate", raise_exception=True)
def template_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a template and its documents."""
    return _edit(request, get_object_or_404(InteractionTemplate, pk=pk))


def _edit(request: HttpRequest, template: InteractionTemplate) -> HttpResponse:
    form = TemplateForm(request.POST or None, instance=template)
    languages = TemplateLanguages(
        request.POST or None,
        request.FILES or None,
        instance=template,
        queryset=InteractionTemplateLanguage.objects.select_related("document"),
    )
    if request.method == "POST" and form.is_valid() and languages.is_valid():
        try:
            saved = save_template(
                template=form.instance,
                values=form.changed_values,
                seen=form.seen,
                languages=languages.languages,
                removed=languages.removed,
                user=request.user,
                at=timezone.now(),
            )
        except DefaultLanguageUnknown as refusal:
            form.add_error("default_language", str(refusal))
        except TemplateGone as refusal:
            form.add_error(None, str(refusal))
        except ChangedMeanwhile as refusal:
            (edited,) = (
                one for one in (form, *languages) if one.instance == refusal.row
            )
            edited.refuse(refusal)
        else:
            messages.success(request, _("%s is saved.") % saved.code)
            _warn(request, languages)
            if "another" in request.POST:
                return redirect("interactions:template_edit", saved.pk)
            return redirect(saved)
    context = {
        "template": template,
        "form": form,
        "languages": languages,
        "merge_fields": FIELDS,
    }
    return render(request, "interactions/template_edit.html", context)


def _warn(request: HttpRequest, languages: TemplateLanguageFormSet) -> None:
    """Say what is odd about the documents that were uploaded, and who keeps which."""
    for language in languages.languages:
        if not language.document:
            continue
        language.row.refresh_from_db(fields=["document"])
        another = kept_as(language.row.document, language.document.name)
        for said in filter(None, (another, kept_by(language.row))):
            messages.info(request, said)
        for warning in check_document(language.document.data).warnings:
            messages.warning(request, f"{language.document.name}: {warning}")


@login_required
@permission_required("interactions.delete_interactiontemplate", raise_exception=True)
def template_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a template that nothing uses; say what uses it otherwise."""
    template = get_object_or_404(InteractionTemplate, pk=pk)
    uses = uses_of(template)
    if request.method == "POST":
        try:
            delete_template(template=template)
        except TemplateInUse as refusal:
            uses = refusal.uses
        else:
            messages.success(request, _("%s is deleted.") % template.code)
            return redirect("interactions:templates")
    context = {"template": template, "uses": uses}
    return render(request, "interactions/template_delete.html", context)


@login_required
@permission_required("interactions.view_interactiontemplate", raise_exception=True)
@require_GET
def template_document(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the Word document of one language, as it was uploaded."""
    language = _language(pk)
    try:
        data = read(language.document)
    except DocumentLost as error:
        messages.error(request, str(error))
        return redirect(language.template)
    return download(data, language.document.name, DOCX)


@login_required
@permission_required("interactions.view_interactiontemplate", raise_exception=True)
@require_GET
def template_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the letter says with sample values; `?file` downloads it."""
    written = _language(pk)
    try:
        letter = sample_letter(written.document)
    except UNREADABLE as error:
        messages.error(request, str(error))
        return redirect(written.template)
    if "file" in request.GET:
        name = _("Sample %s") % written.document.name
        return download(letter, name, DOCX)
    context = {"written": written, "letter": text_of(letter)}
    return render(request, "interactions/template_preview.html", context)


@login_required
@permission_required("interactions.view_interactiontemplate", raise_exception=True)
@require_GET
def template_languages(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which contacts get which language; a fragment of the template's page."""
    found = InteractionTemplate.objects.prefetch_related("languages")
    template = get_object_or_404(found, pk=pk)
    served = languages_served(template)
    context = {
        "template": template,
        "served": served,
        "others": sum(one.contacts for one in served if one.falls_back),
        "without": sum(one.contacts for one in served if not one.gets),
    }
    page = "_languages.html" if request.htmx else "languages.html"
    return render(request, f"interactions/{page}", context)


def _language(pk: int) -> InteractionTemplateLanguage:
    found = InteractionTemplateLanguage.objects.select_related("template", "document")
    return get_object_or_404(found, pk=pk)
