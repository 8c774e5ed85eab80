"""What holds in the end, in words: on an open segment, to be logged, or logged."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from interactions.models import Campaign, InteractionTemplate, LoggedSegment
from jobs.users import user_name

from ..forms.inherited import field_in_words
from ..models import Segment
from ..services.logged_header import logged_with
from ..services.preflight import loggable_lines


@dataclass(frozen=True)
class Fact:
    """A value of the header; `source` says where it is from, if not from there."""

    label: str
    value: str
    source: str = ""


@dataclass(frozen=True)
class ShownHeader:
    """The header of an open segment: what matters first, and the rest."""

    facts: list[Fact]
    others: list[Fact]


FIRST_FACTS = ("date", "subject", "campaign", "salesperson", "language")
OTHER_FACTS = (
    "email_form",
    "campaign_target",
    "campaign_response",
    "unit_cost",
    "unit_duration",
    "information_flow",
    "initiated_by",
)


def shown_header(segment: Segment) -> ShownHeader:
    """Return what holds for a contact without values of its own."""
    facts = [
        *_documents(segment),
        *(fact for name in FIRST_FACTS if (fact := _fact(segment, name))),
        _channel(segment),
    ]
    others = [fact for name in OTHER_FACTS if (fact := _fact(segment, name))]
    return ShownHeader(facts, others)


def _fact(segment: Segment, name: str) -> Fact | None:
    """The value of the segment, else of its template; None where neither has one."""
    label = _label(name)
    if segment.leaves_open(name):
        given = field_in_words(Segment, name, segment.from_template(name))
        return Fact(label, given, _("from the template")) if given else None
    value = field_in_words(Segment, name, getattr(segment, name))
    return Fact(label, value or _("none, on purpose"))


def _channel(segment: Segment) -> Fact:
    """How the letters go out (segments.md 2.2.2)."""
    label, name = _label("correspondence_type"), "correspondence_type"
    own = field_in_words(Segment, name, segment.correspondence_type)
    given = field_in_words(Segment, name, segment.from_template(name))
    by_template = _("from the template")
    everybody = _("%s, for everybody")
    if own and segment.ignore_contact_correspondence_type:
        return Fact(label, everybody % own)
    template = segment.template
    if template and template.ignore_contact_correspondence_type:
        return Fact(label, everybody % (given or _("none")), by_template)
    if given or own:
        said = _("as each contact prefers, else %s") % (given or own)
        return Fact(label, said, by_template if given else "")
    return Fact(label, _("as each contact prefers"))


def _documents(segment: Segment) -> Iterator[Fact]:
    """The documents by language; the segment's own come before its template's."""
    own = list(segment.documents.select_related("document"))
    covered = {attached.language for attached in own}
    for attached in own:
        yield Fact(_document_in(attached.language), attached.document.name)
    if segment.template:
        for attached in segment.template.languages.select_related("document"):
            if attached.language not in covered:
                yield Fact(
                    _document_in(attached.language),
                    attached.document.name,
                    _("from the template"),
                )


def _document_in(language: str) -> str:
    return _("Document (%s)") % language


def _label(name: str) -> str:
    return capfirst(str(Segment._meta.get_field(name).verbose_name))


def in_effect(segment: Segment) -> dict[str, str]:
    """Return template and campaign as the contacts have them; empty is none."""
    held = loggable_lines(segment).in_effect("template", "campaign")
    templates, campaigns = held["template"], held["campaign"]
    template = segment.template
    by_template = template.campaign if template else None
    if not templates:
        templates = {segment.template_id}
        campaigns = {segment.campaign_id or (template and template.campaign_id)}
    campaign = _one(Campaign, campaigns)
    if segment.campaign is None and by_template and campaigns == {by_template.pk}:
        campaign = _("%s (from the template)") % by_template
    return {"template": _one(InteractionTemplate, templates), "campaign": campaign}


def _one(model: type[Model], keys: set[int | None]) -> str:
    """Name the one row that all have, or say that they differ."""
    if len(keys) > 1:
        return _("differs from contact to contact")
    return str(model._default_manager.filter(pk__in=keys - {None}).first() or "")


def logged_names(logged: LoggedSegment, header: Mapping[str, Any]) -> dict[str, str]:
    """Return template, campaign and salesperson of a logged segment by name."""
    return {
        name: str(row or header.get(name) or "")
        for name, row in logged_with(logged).items()
    }


def full_names(logins: Iterable[str]) -> dict[str, str]:
    """Return the full names behind logins, where there are any."""
    users = get_user_model()
    found = users._default_manager.filter(**{f"{users.USERNAME_FIELD}__in": logins})
    return {user.get_username(): user_name(user) for user in found}
