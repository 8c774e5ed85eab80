"""Comments on an interaction: written on its page, changed by who wrote them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..forms import EntryCommentForm
from ..models import InteractionComment, InteractionLogEntry
from ..services.comments import (
    add_comment,
    change_comment,
    delete_comment,
    may_change,
    may_delete,
)


@login_required
@permission_required(
    ("interactions.view_interactionlogentry", "interactions.add_interactioncomment"),
    raise_exception=True,
)
@require_POST
def comment_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Note something on an interaction."""
    entry = get_object_or_404(InteractionLogEntry, pk=pk)
    form = EntryCommentForm(request.POST)
    if form.is_valid():
        add_comment(
            entry=entry,
            text=form.cleaned_data["text"],
            user=request.user,
            day=timezone.localdate(),
        )
        messages.success(request, _("The comment is added."))
    else:
        messages.error(request, " ".join(form.errors["text"]))
    return redirect(f"{entry.get_absolute_url()}#comments")


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
        return redirect(f"{comment.entry.get_absolute_url()}#comments")
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
        return redirect(f"{comment.entry.get_absolute_url()}#comments")
    return render(request, "interactions/comment_delete.html", {"comment": comment})


def _comment(pk: int) -> InteractionComment:
    found = InteractionComment.objects.select_related("entry", "user")
    return get_object_or_404(found, pk=pk)
