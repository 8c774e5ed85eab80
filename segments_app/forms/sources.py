"""Sources as pages know them: by a kind and a key in the address or the form."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _

from contacts.models import ContactMailingGroup, MailingGroup
from interactions.models import LoggedSegment

from ..choices import SourceKind
from ..models import Segment
from ..services.kept_lists import ListGone, drop_list, kept_list
from ..services.paste import Found, look_up
from ..services.sources import (
    Group,
    Listed,
    Logged,
    OnBoth,
    OnlyOn,
    OpenSegment,
    PartOfTwo,
    Source,
    on_segment,
)
from .sets import CombineForm

PERMISSIONS = {
    SourceKind.SEGMENT: "segments_app.view_segment",
    SourceKind.LOGGED_SEGMENT: "interactions.view_loggedsegment",
    SourceKind.MAILING_GROUP: "contacts.view_mailinggroup",
    SourceKind.LIST: "contacts.view_contact",
    SourceKind.ONLY_ON: "segments_app.view_segment",
    SourceKind.ON_BOTH: "segments_app.view_segment",
}
# Those a user chooses from; the others come from a comparison.
CHOSEN = (
    SourceKind.SEGMENT,
    SourceKind.LOGGED_SEGMENT,
    SourceKind.MAILING_GROUP,
    SourceKind.LIST,
)


@dataclass(frozen=True)
class SourceNotFound(Exception):
    """What the address names is not there; the text is for the user."""

    said: str


@dataclass(frozen=True)
class Chosen:
    """A source by its kind and key; a list with what was found of it."""

    kind: SourceKind
    key: str
    source: Source
    found: Found | None = None
    file: str = ""

    @property
    def sharing(self) -> list[str]:
        return sorted(self.found.sharing()) if self.found else []

    def as_wanted(self, wanted: CombineForm) -> Source:
        """The source with those of a list who were chosen among the sharing."""
        if self.found is None or "contact" not in wanted.fields:
            return self.source
        numbers = self.found.chosen(
            all_sharing=wanted.cleaned_data["all_sharing"],
            ticked=wanted.cleaned_data["contact"],
        )
        return Listed(numbers=sorted(numbers), file=self.file)

    def forget(self) -> None:
        """Drop the list: its contacts are on the segment now."""
        if self.kind == SourceKind.LIST:
            drop_list(name=self.key)


def chosen_source(kind: str, key: str, user: Any) -> Chosen:
    """Return the source that kind and key name; raises as `find_source` does."""
    wanted = check_kind(kind, user)
    if wanted != SourceKind.LIST:
        return Chosen(wanted, key, find_source(wanted, key, user))
    try:
        kept = kept_list(name=key, user=user)
    except ListGone as gone:
        raise SourceNotFound(str(gone)) from None
    found = look_up(kept.entries)
    source = Listed(numbers=sorted(found.numbers), file=kept.file)
    return Chosen(wanted, key, source, found, kept.file)


def check_kind(kind: str, user: Any) -> SourceKind:
    """Return the kind; raises Http404 and PermissionDenied."""
    if kind not in SourceKind.values:
        raise Http404(_("There is no such source."))
    if not user.has_perm(PERMISSIONS[SourceKind(kind)]):
        raise PermissionDenied
    return SourceKind(kind)


def kinds_for(user: Any) -> list[SourceKind]:
    """The kinds of sources that the user may choose from."""
    return [kind for kind in CHOSEN if user.has_perm(PERMISSIONS[kind])]


def find_source(kind: SourceKind, key: str, user: Any) -> Source:
    """Return the source that is no list; raises SourceNotFound."""
    if kind in (SourceKind.ONLY_ON, SourceKind.ON_BOTH):
        return _part(kind, key, user)
    found = _FIND[kind](_number(key))
    if found is None:
        raise SourceNotFound(
            _("It is not there any more: it was logged or deleted. Choose again.")
        )
    return found


def key_of(source: OpenSegment | Logged | PartOfTwo) -> str:
    """The key by which `find_source` finds a segment or a part of two again."""
    if isinstance(source, PartOfTwo):
        return f"{key_of(source.first)}-{key_of(source.second)}"
    if isinstance(source, Logged):
        return f"l{source.logged_segment.pk}"
    return f"s{source.segment.pk}"


def mailing_groups() -> QuerySet[MailingGroup]:
    """The mailing groups with `members`, how many contacts each has."""
    links = (
        ContactMailingGroup.objects.filter(mailing_group=OuterRef("pk"))
        .order_by()
        .values("mailing_group")
        .annotate(count=Count("pk"))
        .values("count")
    )
    counted = Coalesce(Subquery(links, output_field=IntegerField()), 0)
    return MailingGroup.objects.annotate(members=counted)


def _part(kind: SourceKind, key: str, user: Any) -> PartOfTwo:
    match = re.fullmatch(r"([sl])(\d{1,18})-([sl])(\d{1,18})", key, re.ASCII)
    if match is None:
        raise Http404(_("There is no such source."))
    letters = {"s": SourceKind.SEGMENT, "l": SourceKind.LOGGED_SEGMENT}
    first, second = (
        find_source(check_kind(letters[letter], user), number, user)
        for letter, number in (match.groups()[:2], match.groups()[2:])
    )
    part = OnBoth if kind == SourceKind.ON_BOTH else OnlyOn
    return part(first=first, second=second)


def _number(key: str) -> int:
    if not re.fullmatch(r"\d{1,18}", key, re.ASCII):
        raise Http404(_("There is no such source."))
    return int(key)


def _open(pk: int) -> Source | None:
    segment = Segment.objects.filter(pk=pk).first()
    return on_segment(segment) if segment else None


def _logged(pk: int) -> Source | None:
    logged = LoggedSegment.objects.filter(pk=pk).first()
    return Logged(logged_segment=logged) if logged else None


def _group(pk: int) -> Source | None:
    group = MailingGroup.objects.filter(pk=pk).first()
    return Group(group=group) if group else None


_FIND: dict[str, Callable[[int], Source | None]] = {
    SourceKind.SEGMENT: _open,
    SourceKind.LOGGED_SEGMENT: _logged,
    SourceKind.MAILING_GROUP: _group,
}
