"""Comments on an interaction: written on its page, changed by who wrote them."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..forms.entries import EntryCommentForm, NewCommentForm
from ..models import InteractionComment, InteractionLogEntry
from ..services.comments import (
    add_comment,
    change_comment,
    delete_comment,
    may_change,
    may_delete,
)
from ..services.once import DoneAlready, only_once


@login_required
@permission_required(
    ("interactions.view_interactionlogentry", "interactions.add_interactioncomment"),
    raise_exception=True,
)
@require_POST
def comment_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Note something on an interaction."""
    entry = get_object_or_404(InteractionLogEntry, pk=pk)
    form = NewCommentForm(request.POST)
    comments = f"{entry.get_absolute_url()}#comments"
    if not form.is_valid():
        said = " ".join(" ".join(errors) for errors in form.errors.values())
        messages.error(request, said)
        return redirect(comments)
    make = partial(
        add_comment,
        entry=entry,
        text=form.cleaned_data["text"],
        user=request.user,
        day=timezone.localdate(),
    )
    try:
        only_once(key=form.cleaned_data["once_key"], make=make, at=timezone.now())
    except DoneAlready:
        messages.warning(request, _("This comment was added already."))
    else:
        messages.success(request, _("The comment is added."))
    return redirect(comments)


@login_required
@permission_required("interactions.view_interactionlogentry", raise_exception=True)
@require_http_methods(["GET", "POST"])
def comment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a comment of one's own."""
    comment = _comment(pk)
    if not may_change(comment, request.user):
        raise PermissionDenied
    form = EntryCommentForm(request.POST or None, initial={"text": comment.text})
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        change_comment(comment=comment, text=text, user=request.user)
        messages.success(request, _("The comment is changed."))
        return redirect(comment)
    context = {"comment": comment, "form": form}
    return render(request, "interactions/comment_edit.html", context)


@login_required
@permission_required("interactions.view_interactionlogentry", raise_exception=True)
@require_http_methods(["GET", "POST"])
def comment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a comment away."""
    comment = _comment(pk)
    if not may_delete(comment, request.user):
        raise PermissionDenied
    if request.method == "POST":
        delete_comment(comment=comment, user=request.user)
        messages.success(request, _("The comment is gone."))
        return redirect(comment)
    return render(request, "interactions/comment_delete.html", {"comment": comment})


def _comment(pk: int) -> InteractionComment:
    found = InteractionComment.objects.select_related("entry", "user")
    return get_object_or_404(found, pk=pk)
