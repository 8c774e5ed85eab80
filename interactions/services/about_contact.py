"""What the log says about a person, with each letter as it was sent."""

import io

import docx
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from contacts.registry import Fact, Section, Teller
from contacts.services.about_contact import facts_of

from ..merge import RenderError, TemplateError
from ..models import (
    CampaignTarget,
    Delivery,
    EarlierSending,
    InteractionComment,
    InteractionDraft,
    InteractionLogEntry,
    LetterReturn,
    LetterSnapshot,
    RunItem,
)
from .letters import letter_of, records

RELATED = (
    *("alternative_address", "group", "template", "document", "campaign"),
    *("campaign_entry", "logged_segment", "salesperson", "user", "company"),
    "cancellation",
)


BESIDE_ENTRIES = (
    (InteractionComment, "comments"),
    (InteractionDraft, "drafts"),
    (Delivery, "deliveries"),
    (EarlierSending, "earlier_sendings"),
    (LetterReturn, "returns"),
)


def tell(contact: Contact) -> list[Section]:
    """Return the entries, comments, letters, deliveries and campaigns of `contact`."""
    entries = InteractionLogEntry.objects.filter(contact=contact)
    told = [
        facts_of(entry, without=("contact", "by_copy_of"))
        for entry in entries.select_related(*RELATED).order_by("pk")
    ]
    sections = [Section(_("Interactions"), "interactions", told)] if told else []
    for table, name in BESIDE_ENTRIES:
        rows = table.objects.filter(entry__contact=contact).order_by("pk")
        said = [
            [
                (_("Interaction"), "entry", str(row.entry_id)),
                *facts_of(row, without=("entry",)),
            ]
            for row in rows
        ]
        if said:
            title = capfirst(str(table._meta.verbose_name_plural))
            sections.append(Section(title, f"interaction_{name}", said))
    targets = CampaignTarget.objects.filter(contact=contact).select_related("campaign")
    if targets:
        said = [facts_of(target, without=("contact",)) for target in targets]
        title = capfirst(str(CampaignTarget._meta.verbose_name_plural))
        sections.append(Section(title, "campaign_targets", said))
    letters = _letters(contact)
    return (
        [*sections, Section(_("Letters"), "letters", letters)] if letters else sections
    )


def _letters(contact: Contact) -> list[list[Fact]]:
    """Each letter of a run with what was merged into it and how it read."""
    items = RunItem.objects.filter(contact=contact).select_related("run", "entry")
    frozen = LetterSnapshot.objects.filter(item__contact=contact).order_by("pk")
    merged = dict(
        zip(frozen.values_list("pk", flat=True), records(frozen), strict=True)
    )
    told = []
    for item in items.order_by("pk"):
        facts: list[Fact] = [(_("Run"), "run", str(item.run))]
        if item.left_out:
            facts.append((_("Left out"), "left_out", item.get_left_out_display()))
        if item.entry:
            facts.append((_("Interaction"), "entry", str(item.entry_id)))
        if item.pk in merged:
            record = merged[item.pk].items()
            facts += [(name, name, value) for name, value in record if value]
        if item.entry and item.pk in merged:
            facts.append((_("Text"), "text", _text(item.entry)))
        told.append(facts)
    return told


def _text(entry: InteractionLogEntry) -> str:
    try:
        document = docx.Document(io.BytesIO(letter_of(entry)))
    except (RenderError, TemplateError, FileNotFoundError) as error:
        return str(error)
    return "\n".join(each.text for each in document.paragraphs)


TELLER = Teller(models=(CampaignTarget, InteractionLogEntry, RunItem), tell=tell)
