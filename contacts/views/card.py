"""The card of one contact: shown, made, changed, deleted."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ..card.changes_in_words import say_changes
from ..card.facts import greetings_of, holding_today, latest_privacy_change
from ..card.row_names import RowNames
from ..choices import ContactType
from ..forms.contact import CommentForm, ContactForm
from ..forms.fields import doubtful_postcode
from ..models import (
    Contact,
    ContactChannelBlock,
    MarketingSetup,
)
from ..registry import card_actions_for, panels_for
from ..services.comment import add_comment
from ..services.delete_contact import delete_contact
from ..services.errors import ContactError, ContactGone
from ..services.inherit import take_from_company
from ..services.references import references
from ..services.save_contact import Saved, save_contact
from .parts import say_lifted
from .profile_card import profile_context
from .timeline import timeline_of

PEOPLE_SHOWN = 20
EVENTS_SHOWN = 15
ONE_VALUE = (
    "company",
    "salutation",
    "salesperson",
    "territory",
    "organizational_level",
)


@login_required
@permission_required("contacts.view_contact", raise_exception=True)
@require_safe
def contact_detail(request: HttpRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(
        Contact.objects.select_related(*ONE_VALUE).prefetch_related(
            "mailing_groups",
            "job_responsibilities",
            "alternative_addresses__periods",
            Prefetch(
                "channel_blocks",
                queryset=ContactChannelBlock.objects.select_related("user"),
            ),
        ),
        pk=pk,
    )
    organisation = contact if contact.is_company else contact.company
    people = contact.people.order_by("name", "number")
    return render(
        request,
        "contacts/detail.html",
        {
            "contact": contact,
            **profile_context(contact, request.user),
            "industry_groups": organisation and organisation.industry_groups.all(),
            "business_relations": organisation
            and organisation.business_relation_links.select_related(
                "business_relation"
            ).order_by("business_relation__code"),
            "people": people[:PEOPLE_SHOWN],
            "people_count": people.count() if contact.is_company else 0,
            "holding": holding_today(contact),
            "privacy_change": latest_privacy_change(contact),
            "greetings": greetings_of(contact),
            "may_change": request.user.has_perm("contacts.change_contact")
            and not contact.anonymised_at,
            "comment_form": not contact.anonymised_at
            and request.user.has_perm("contacts.add_contactcomment")
            and CommentForm(),
            "actions": [] if contact.anonymised_at else card_actions_for(request.user),
            "panels": [
                {
                    "title": panel.title,
                    "html": render_to_string(
                        panel.template, panel.context(contact, request.user), request
                    ),
                }
                for panel in panels_for(request.user)
            ],
            **timeline_of(request, contact, size=EVENTS_SHOWN),
        },
    )


@login_required
@permission_required("contacts.add_contact", raise_exception=True)
def contact_create(request: HttpRequest) -> HttpResponse:
    """Make a contact; `?company=NUMBER` starts a person of that company."""
    company = Contact.objects.companies().filter(
        number=request.GET.get("company", "").strip().upper()
    )
    contact = Contact(company=company.first())
    if contact.company:
        contact.type = ContactType.PERSON
        take_from_company(person=contact, previous=None, setup=MarketingSetup.load())
    return _edit(request, contact, _("%s was added."))


@login_required
@permission_required("contacts.change_contact", raise_exception=True)
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact.objects.select_related(*ONE_VALUE), pk=pk)
    return _edit(request, contact, _("%s was saved."))


@login_required
@permission_required("contacts.delete_contact", raise_exception=True)
def contact_delete(request: HttpRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=pk)
    if request.method == "POST":
        try:
            delete_contact(contact=contact, user=request.user, at=timezone.now())
        except ContactGone as refusal:
            messages.error(request, str(refusal))
            return redirect("contacts:list")
        except ContactError as refusal:
            messages.error(request, str(refusal))
            return redirect(contact)
        messages.success(request, _("%s was deleted.") % contact.name)
        return redirect("contacts:list")
    return render(
        request,
        "contacts/delete.html",
        {"contact": contact, "references": references(contact)},
    )


@login_required
@permission_required("contacts.add_contactcomment", raise_exception=True)
@require_POST
def contact_comment(request: HttpRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=pk)
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            add_comment(
                contact=contact,
                text=form.cleaned_data["text"],
                user=request.user,
                at=timezone.now(),
            )
        except ContactGone as refusal:
            messages.error(request, str(refusal))
            return redirect("contacts:list")
        except ContactError as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, _("The comment was empty."))
    return redirect(contact)


def _edit(request: HttpRequest, contact: Contact, done: str) -> HttpResponse:
    called = contact.name
    form = ContactForm(request.POST or None, instance=contact, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_contact(
                contact=form.instance,
                links=form.links,
                user=request.user,
                at=timezone.now(),
                seen=form.seen,
                inherits=form.inherits,
            )
        except ContactError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, done % saved.contact.name)
            _tell(request, saved)
            if doubt := doubtful_postcode(form):
                messages.warning(request, doubt)
            return redirect(saved.contact)
    context: dict[str, Any] = {"form": form, "contact": contact, "called": called}
    return render(request, "contacts/edit.html", context)


def _tell(request: HttpRequest, saved: Saved) -> None:
    """Say what was changed beyond what the form was sent with."""
    for told in saved.privacy:
        messages.warning(request, told)
    say_lifted(request, saved.lifted)
    if saved.still_blocked:
        channels = ", ".join(
            f"{block.get_channel_display()} ({block.get_reason_display()})"
            for block in saved.still_blocked
        )
        said = _("Still blocked, and lifted one by one on the card: %s.") % channels
        messages.warning(request, said)
    if saved.taken:
        names = RowNames([saved.taken])
        taken = "; ".join(
            f"{detail.label}: {detail.before or _('nothing')} → {detail.after}"
            for detail in say_changes(saved.taken, names)
        )
        said = _("Taken over from %(company)s: %(fields)s.")
        said %= {"company": saved.contact.company, "fields": taken}
        messages.info(request, said)
    if saved.stays:
        stays = "; ".join(
            f"{detail.label}: {detail.after}"
            for detail in say_changes(saved.stays, RowNames([]))
        )
        said = _("Not changed with the employer, so see whether it still holds: %s.")
        messages.warning(request, said % stays)
    if saved.passed_on.people:
        text = ngettext(
            "%(count)s person of the company took this over: %(fields)s.",
            "%(count)s people of the company took this over: %(fields)s.",
            saved.passed_on.people,
        )
        labels = [
            str(Contact._meta.get_field(name).verbose_name)
            for name in saved.passed_on.fields
        ]
        said = {"count": saved.passed_on.people, "fields": ", ".join(labels)}
        messages.info(request, text % said)
