"""Own values that a change of the header would leave behind.

A change of the header never writes on a line (segments.md 1.6.8: what a line has of its
own it keeps). But an own value is *orphaned* when the letter it was written for is
another afterwards, and whoever changes the header shall see that before. The rule:

- Only lines without a template of their own follow the header (1.4.1).
- When the template is exchanged for another, every own document, subject, description
  and personal text was written for the old letter.
- When only the language changes, so are those of lines that take their language from
  the header; a line or a contact with a language of its own keeps it.
- An own language is orphaned when there was a document in it and there will be none:
  the line falls back to the default language (2.4) or has no letter at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from contacts.models.languages import serves
from interactions.merge import TemplateError
from interactions.models import Attachment, InteractionTemplate
from interactions.services.documents import DocumentLost, compiled

from ..choices import Origin
from ..models import Segment, SegmentLine
from ..models.querysets import SegmentLineQuerySet
from .steps import in_segment

WRITTEN = {
    "document": Q(document__isnull=False),
    "subject": Q(subject__gt=""),
    "description": Q(description__gt=""),
    "personal_text": Q(personal_text__gt=""),
}
NAMED = 10


@dataclass(frozen=True)
class Orphans:
    """The own values of one kind: on how many lines, the first names, and why."""

    value: str
    lines: int
    names: list[str]
    reason: str

    @property
    def label(self) -> str:
        field: Any = SegmentLine._meta.get_field(self.value)
        return str(field.verbose_name)

    @property
    def unnamed(self) -> int:
        return self.lines - len(self.names)


def orphaned_by(*, segment: Segment, values: Mapping[str, Any]) -> list[Orphans]:
    """Return what writing `values` on the header would orphan.

    `segment` is as it is stored. A fixed number of queries, whatever the lines.
    """
    old = segment.template
    new = values.get("template", old)
    exchanged = old is not None and new != old
    if not exchanged and "language" not in values:
        return []
    lines = segment.lines.filter(in_segment(segment), template__isnull=True)
    found = _languages_lost(segment, lines, new) if exchanged else []
    if exchanged:
        for name, lost in _written(lines).items():
            reason = _("Written for the letter of %s.") % old
            if name == "personal_text" and not _has_place_for_text(segment, new):
                reason = _("No letter of the new template has a place for it.")
            found.append(_orphans(name, lost, reason))
    else:
        following = _following_language(segment, lines, values["language"])
        reason = _("Written for a letter in another language.")
        found += [
            _orphans(name, lost, reason) for name, lost in _written(following).items()
        ]
    return [orphans for orphans in found if orphans.lines]


def _written(lines: SegmentLineQuerySet) -> dict[str, SegmentLineQuerySet]:
    """The lines with each own value that is written for one letter."""
    counts = lines.aggregate(
        **{name: Count("pk", filter=has) for name, has in WRITTEN.items()}
    )
    return {name: lines.filter(has) for name, has in WRITTEN.items() if counts[name]}


def _orphans(name: str, lines: SegmentLineQuerySet, reason: str) -> Orphans:
    named = lines.order_by("position", "pk").values_list("contact__name", flat=True)
    return Orphans(name, lines.count(), list(named[:NAMED]), reason)


def _following_language(
    segment: Segment, lines: SegmentLineQuerySet, language: str
) -> SegmentLineQuerySet:
    """The lines whose letter will be in another language when the header's is this."""
    template = segment.template
    first = segment.documents.order_by("pk").values_list("language", flat=True).first()
    coming = language or (template and template.default_language) or first or ""
    return (
        lines.with_effective_values(only=["language"], origins=True)
        .filter(origin_language__in=[Origin.SEGMENT, Origin.TEMPLATE])
        .exclude(effective_language=coming)
    )


def _languages_lost(
    segment: Segment, lines: SegmentLineQuerySet, new: InteractionTemplate | None
) -> list[Orphans]:
    """The own languages that have a document now and will have none."""
    own = lines.filter(language__gt="", document__isnull=True).order_by()
    spoken = own.values_list("language", flat=True).distinct()
    ours = list(segment.documents.values_list("language", flat=True))
    before = ours + _languages_of(segment.template)
    after = ours + _languages_of(new)
    lost = [
        language
        for language in spoken
        if _is_served(language, before) and not _is_served(language, after)
    ]
    reason = _("The new template has no document in this language.")
    return [_orphans("language", own.filter(language__in=lost), reason)]


def _languages_of(template: InteractionTemplate | None) -> list[str]:
    if template is None:
        return []
    documents = template.languages.filter(document__isnull=False)
    return list(documents.values_list("language", flat=True))


def _is_served(wanted: str, stored: Iterable[str]) -> bool:
    return any(serves(language, wanted) for language in stored)


def _has_place_for_text(segment: Segment, new: InteractionTemplate | None) -> bool:
    """Whether a letter that will be used prints the personal text."""
    used = Q(segment_documents__segment=segment)
    if new is not None:
        used |= Q(template_languages__template=new)
    for document in Attachment.objects.filter(used).distinct():
        try:
            if "personal_text" in compiled(document).fields:
                return True
        except (TemplateError, DocumentLost, OSError):
            # Which document cannot be read is said before logging, not here.
            continue
    return False
