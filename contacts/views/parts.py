"""What hangs on a contact, changed from its card."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ..forms.fields import doubtful_postcode
from ..forms.parts import AddressForm, BlockForm, GroupsForm, Periods
from ..models import AlternativeAddress, Contact, ContactChannelBlock
from ..services.blocks import block_channel, lift_block
from ..services.errors import ContactError
from ..services.parts import (
    choose_mailing_groups,
    remove_address,
    save_address,
)


@login_required
@permission_required("contacts.change_contact", raise_exception=True)
@require_http_methods(["GET", "POST"])
def address_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an alternative address."""
    contact = get_object_or_404(Contact, pk=pk)
    return _edit_address(request, AlternativeAddress(contact=contact))


@login_required
@permission_required("contacts.change_contact", raise_exception=True)
@require_http_methods(["GET", "POST"])
def address_edit(request: HttpRequest, pk: int, address: int) -> HttpResponse:
    """Change an alternative address and its periods."""
    return _edit_address(request, _address(pk, address))


@login_required
@permission_required("contacts.change_contact", raise_exception=True)
@require_http_methods(["GET", "POST"])
def address_delete(request: HttpRequest, pk: int, address: int) -> HttpResponse:
    """Ask, then delete an alternative address."""
    removed = _address(pk, address)
    if request.method == "POST":
        code = removed.code
        try:
            lifted = remove_address(
                address=removed, user=request.user, at=timezone.now()
            )
        except ContactError as refusal:
            return _gone(request, refusal)
        messages.success(request, _("%s was deleted.") % code)
        say_lifted(request, lifted)
        return redirect(removed.contact)
    question = _("Delete the address %s?") % removed.code
    return _ask(request, removed.contact, question, _("Delete"))


@login_required
@permission_required("contacts.change_contact", raise_exception=True)
@require_http_methods(["GET", "POST"])
def block_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Block a channel of the contact."""
    contact = get_object_or_404(Contact, pk=pk)
    form = BlockForm(
        request.POST or None,
        instance=ContactChannelBlock(contact=contact, since=timezone.localdate()),
    )
    if request.method == "POST" and form.is_valid():
        try:
            block_channel(block=form.instance, user=request.user, at=timezone.now())
        except ContactError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The channel is blocked."))
            return redirect(contact)
    return _page(request, contact, _("Block a channel"), form)


@login_required
@permission_required("contacts.change_privacy", raise_exception=True)
@require_http_methods(["GET", "POST"])
def block_delete(request: HttpRequest, pk: int, block: int) -> HttpResponse:
    """Ask, then lift the block of a channel: a change of privacy."""
    blocks = ContactChannelBlock.objects.select_related("contact")
    lifted = get_object_or_404(blocks, contact=pk, pk=block)
    if request.method == "POST":
        try:
            lift_block(block=lifted, user=request.user, at=timezone.now())
        except ContactError as refusal:
            return _gone(request, refusal)
        messages.success(request, _("The block is lifted."))
        return redirect(lifted.contact)
    question = _("Lift the block of %s?") % lifted.get_channel_display()
    return _ask(request, lifted.contact, question, _("Lift the block"))


@login_required
@permission_required("contacts.change_contact", raise_exception=True)
@require_http_methods(["GET", "POST"])
def groups(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the mailing groups of the contact."""
    contact = get_object_or_404(Contact, pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = GroupsForm(sent, contact=contact)
    if form.is_valid():
        try:
            choose_mailing_groups(
                contact=contact,
                groups=form.cleaned_data["mailing_groups"],
                user=request.user,
                at=timezone.now(),
            )
        except ContactError as refusal:
            return _gone(request, refusal)
        messages.success(request, _("The mailing groups were saved."))
        return redirect(contact)
    return _page(request, contact, _("Mailing groups"), form)


def say_lifted(request: HttpRequest, lifted: int) -> None:
    """Say that a corrected address is written to again."""
    if not lifted:
        return
    said = ngettext(
        "The address that mail came back from was changed: letters are sent again.",
        "The address that mail came back from was changed: letters are sent again to "
        "%(count)s contacts.",
        lifted,
    )
    messages.info(request, said % {"count": lifted})


def _address(pk: int, address: int) -> AlternativeAddress:
    addresses = AlternativeAddress.objects.select_related("contact")
    return get_object_or_404(addresses, contact=pk, pk=address)


def _edit_address(request: HttpRequest, address: AlternativeAddress) -> HttpResponse:
    form = AddressForm(request.POST or None, instance=address)
    periods = Periods(request.POST or None, instance=address)
    # Both are asked, so that everything wrong is said at once.
    if request.method == "POST" and all([form.is_valid(), periods.is_valid()]):
        try:
            lifted = save_address(
                address=form.instance,
                periods=periods.save(commit=False),
                removed=periods.deleted_objects,
                user=request.user,
                at=timezone.now(),
            )
        except ContactError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("%s was saved.") % address.code)
            say_lifted(request, lifted)
            if doubt := doubtful_postcode(form):
                messages.warning(request, doubt)
            return redirect(address.contact)
    context = {"contact": address.contact, "form": form, "periods": periods}
    return render(request, "contacts/address.html", context)


def _page(
    request: HttpRequest, contact: Contact, heading: str, form: Any
) -> HttpResponse:
    context = {"contact": contact, "heading": heading, "form": form}
    return render(request, "contacts/part.html", context)


def _ask(
    request: HttpRequest, contact: Contact, question: str, submit_label: str
) -> HttpResponse:
    context = {"contact": contact, "question": question, "submit_label": submit_label}
    return render(request, "contacts/part_delete.html", context)


def _gone(request: HttpRequest, refusal: ContactError) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect("contacts:list")
