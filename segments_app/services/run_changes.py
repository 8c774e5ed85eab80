"""What changed since a run was prepared: found by the database, told field by field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from contacts.choices import CorrespondenceType
from contacts.models import Contact, MarketingSetup
from interactions.choices import LeftOut
from interactions.merge import FIELDS, LISTS, MergeList, build_record
from interactions.models import Attachment, Run, RunItem
from interactions.services.letters import own_company
from interactions.services.mail_texts import mail_texts, words_in

from ..models import Segment, SegmentLine
from ..models.letter_inputs import in_letter_language
from ..models.querysets import SegmentLineQuerySet
from .freeze import with_frozen
from .letters import by_uses, letters_of, templates_of
from .preflight import lines_with_letter

# Whom a field of the letter left out was there already.
JOINED = Q(frozen__sequence=None) & ~Q(frozen__left_out=LeftOut.SKIPPED)


@dataclass(frozen=True)
class Changes:
    """How many letters a run prepared now would have more, fewer, and different.

    `own_company` says whether our own name or address is different, in every letter
    that has it; `mail_texts` whether e-mails would say something else beside them.
    """

    joined: int = 0
    left: int = 0
    changed: int = 0
    own_company: bool = False
    mail_texts: bool = False

    @property
    def letters(self) -> int:
        """How many letters are concerned."""
        return self.joined + self.left + self.changed

    def __bool__(self) -> bool:
        return bool(self.letters or self.own_company or self.mail_texts)


@dataclass(frozen=True)
class ChangedField:
    """A value that stands in the letter and would be another one now."""

    label: Any
    before: str
    now: str


@dataclass(frozen=True)
class ChangedLetter:
    """A letter of the run that would read differently now."""

    sequence: int
    contact: Contact
    fields: list[ChangedField]


def newest_run(segment: Segment) -> Run | None:
    """The newest run of the open segment that logging may take over."""
    return Run.objects.of_worksheet(segment.pk).prepared().order_by("-pk").first()


def unchanged(run: Run, segment: Segment) -> bool:
    """Whether a run prepared now would be the same.

    Of a run whose letter leaves contacts out nobody can say: only the letters that
    were frozen are compared.
    """
    if run.items.filter(left_out=LeftOut.SKIPPED).exists():
        return False
    return not changes_since(run, segment)


def changes_since(run: Run, segment: Segment) -> Changes:
    """Count what changed since `run` was prepared; a fixed number of queries."""
    lines = letters_of(segment)
    found = with_frozen(lines, run).aggregate(
        joined=Count("pk", filter=JOINED),
        stayed=Count("frozen__sequence"),
    )
    numbered = run.items.filter(sequence__isnull=False)
    return Changes(
        joined=found["joined"],
        left=numbered.count() - found["stayed"],
        changed=changed_lines(run, segment).count(),
        own_company=run.own_company != own_company(MarketingSetup.load()),
        mail_texts=_mail_texts_changed(run, lines),
    )


def _mail_texts_changed(run: Run, lines: SegmentLineQuerySet) -> bool:
    """Whether an e-mail would say something else in the language of its letter."""
    now = mail_texts()
    if run.mail_texts == now:
        return False
    by_email = lines.filter(effective_correspondence_type=CorrespondenceType.EMAIL)
    reads = in_letter_language(F("effective_language"), F("default_language"))
    languages = by_email.order_by().annotate(reads=reads).values_list("reads")
    return any(
        words_in(language or "", run.mail_texts) != words_in(language or "", now)
        for (language,) in languages.distinct()
    )


def changed_lines(run: Run, segment: Segment) -> SegmentLineQuerySet:
    """Lines whose letter in the run would read differently now."""
    differs = ~Q(letter_inputs=F("frozen__snapshot__inputs")) | ~Q(
        effective_document_id=F("frozen__snapshot__document_id")
    )
    letters = letters_of(segment, by_uses(templates_of(lines_with_letter(segment))))
    lines = with_frozen(letters, run).filter(differs, frozen__left_out="")
    return lines.order_by("frozen__sequence")


def joined_lines(run: Run, segment: Segment) -> SegmentLineQuerySet:
    """Lines that have a letter now and none in the run."""
    lines = with_frozen(letters_of(segment), run).filter(JOINED)
    return lines.select_related("contact")


def left_items(run: Run, segment: Segment) -> QuerySet[RunItem]:
    """Letters of the run to contacts who would get none now, in order.

    Of two contacts that were merged since, the one who is gone would get none.
    """
    still = letters_of(segment).filter(contact=OuterRef("contact")).order_by()
    items = run.items.filter(sequence__isnull=False).select_related("contact")
    gone = ~Exists(still.values("pk")) | ~Q(merged_number="")
    return items.filter(gone).order_by("sequence")


def in_words(lines: Iterable[SegmentLine], run: Run) -> list[ChangedLetter]:
    """Say of each of `changed_lines` what is different, with one query for all."""
    lines = list(lines)
    items = {
        item.contact_id: item
        for item in run.items.filter(
            contact__in=[line.contact_id for line in lines], merged_number=""
        ).select_related("snapshot", "contact")
    }
    keys = {line.effective_document_id for line in lines}
    keys |= {item.snapshot.document_id for item in items.values()}
    names = dict(Attachment.objects.filter(pk__in=keys).values_list("pk", "name"))
    said = []
    for line in lines:
        item = items[line.contact_id]
        frozen = item.snapshot
        fields = _differing(frozen.inputs, line.letter_inputs, run)
        if frozen.document_id != line.effective_document_id:
            before, now = names[frozen.document_id], names[line.effective_document_id]
            fields.insert(0, ChangedField(_("Document"), before, now))
        said.append(ChangedLetter(item.sequence or 0, item.contact, fields))
    return said


def _differing(
    before: dict[str, Any], now: dict[str, Any], run: Run
) -> list[ChangedField]:
    old, new = (
        build_record({**inputs, "own_company": run.own_company})
        for inputs in (before, now)
    )
    fields = [
        ChangedField(field.label, old[field.code], new[field.code])
        for field in FIELDS
        if old.get(field.code, "") != new.get(field.code, "")
    ]
    lists = [
        ChangedField(each.label, _rows(old, each), _rows(new, each))
        for each in LISTS
        if old.get(each.code) != new.get(each.code)
    ]
    was, are = old.get("pictures") or {}, new.get("pictures") or {}
    pictures = [
        ChangedField(_("Picture"), code, _("another one"))
        for code in sorted({*was, *are})
        if was.get(code) != are.get(code)
    ]
    return [*fields, *lists, *pictures]


def _rows(record: Mapping[str, Any], each: MergeList) -> str:
    """The rows of a list in a letter, as a reader takes them in."""
    rows = (filter(None, row.values()) for row in record.get(each.code, ()))
    return "; ".join(", ".join(row) for row in rows)
