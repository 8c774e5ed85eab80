"""What contacts themselves tell on the timeline: changes and comments."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from jobs.users import user_name

from ..choices import ChangeKind
from ..models import Contact, ContactChange, ContactComment
from .changes_in_words import say_changes
from .row_names import RowNames
from .timeline import Event, Moment, Source, moment_at

CHANGES = "changes"
COMMENTS = "comments"


def changes(contact: Contact, before: Moment | None, count: int) -> list[Event]:
    """The latest changes; the very first is that the contact was made."""
    asked = ContactChange.objects.filter(contact=contact).select_related("user")
    if before:
        asked = asked.filter(before.before_at(CHANGES, "at"))
    rows = list(asked.order_by("-at", "-pk")[:count])
    names = RowNames(row.values for row in rows)
    events = [_change(row, names) for row in rows]
    if len(rows) < count and not _is_told(contact):
        made = moment_at(contact.created_at, CHANGES, 0)
        if not before or made < before:
            title = pgettext("contact", "Created")
            events.append(Event(made, title))
    return sorted(events, key=lambda event: event.moment, reverse=True)


def comments(contact: Contact, before: Moment | None, count: int) -> list[Event]:
    """The latest comments."""
    asked = ContactComment.objects.filter(contact=contact).select_related("user")
    if before:
        asked = asked.filter(before.before_at(COMMENTS, "created_at"))
    return [
        Event(
            moment_at(row.created_at, COMMENTS, row.pk),
            _("Comment"),
            by=user_name(row.user),
            text=row.text,
        )
        for row in asked.order_by("-created_at", "-pk")[:count]
    ]


def _is_told(contact: Contact) -> bool:
    """Whether the trail itself says that the contact was made."""
    first = ContactChange.objects.filter(contact=contact, kind=ChangeKind.CREATED)
    at_once = ContactChange.objects.filter(contact=contact, at=contact.created_at)
    return (first | at_once).exists()


def _change(row: ContactChange, names: RowNames) -> Event:
    note = f": {row.note}" if row.note else ""
    return Event(
        moment_at(row.at, CHANGES, row.pk),
        f"{row.get_kind_display()}{note}",
        by=user_name(row.user),
        details=say_changes(row.values, names),
    )


SOURCES = (
    Source(CHANGES, gettext_lazy("Changes"), "contacts.view_contactchange", changes),
    Source(
        COMMENTS, gettext_lazy("Comments"), "contacts.view_contactcomment", comments
    ),
)
