"""Interaction templates, documents and log entries for tests."""

import datetime
import io
from typing import Any

import docx

from contacts.models import Contact
from interactions.models import (
    Attachment,
    InteractionGroup,
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateLanguage,
    LetterSnapshot,
    LoggedSegment,
    Run,
)


def letter(*paragraphs: str) -> bytes:
    """Return a Word document with these paragraphs; tags are merge fields."""
    document = docx.Document()
    for paragraph in paragraphs or (
        "{{ formal_salutation }}",
        "Yours, {{ company_name }}",
    ):
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def make_document(*paragraphs: str, name: str = "letter.docx") -> Attachment:
    """Return a stored Word document."""
    return Attachment.objects.store(data=letter(*paragraphs), name=name)


def lose(document: Attachment) -> None:
    """Take the file of a stored document out of the storage."""
    document.file.storage.delete(document.file.name)


def make_template(code: str = "LETTER", **values: Any) -> InteractionTemplate:
    """Return a stored template; `languages` maps language tags to documents."""
    languages = values.pop("languages", {})
    group, _created = InteractionGroup.objects.get_or_create(code="LETTERS")
    values.setdefault("description", "A letter")
    template = InteractionTemplate.objects.create(code=code, group=group, **values)
    for language, document in languages.items():
        InteractionTemplateLanguage.objects.create(
            template=template, language=language, document=document
        )
    return template


def make_entry(contact: Contact, **values: Any) -> InteractionLogEntry:
    """Return a stored log entry with this contact."""
    values.setdefault("date", datetime.date(2026, 3, 2))
    values.setdefault("description", "Spring letter")
    if "template" not in values:
        values["template"] = (
            InteractionTemplate.objects.filter(code="LETTER").first() or make_template()
        )
    values.setdefault("group", values["template"].group)
    return InteractionLogEntry.objects.create(contact=contact, **values)


def make_logged_segment(number: str = "SM-000001", **values: Any) -> LoggedSegment:
    """Return a stored logged segment without entries."""
    values.setdefault("description", "Spring letter")
    return LoggedSegment.objects.create(segment_number=number, **values)


def freeze_letter(entry: InteractionLogEntry, *paragraphs: str) -> LetterSnapshot:
    """Freeze a letter for the entry, as logging does."""
    run = Run.objects.create(
        segment_number="SM-7", kind="print", own_company={"name": "Fjordheim AS"}
    )
    item = run.items.create(sequence=3, contact=entry.contact, entry=entry)
    return LetterSnapshot.objects.create(
        item=item,
        document=make_document(*paragraphs),
        inputs=letter_inputs(entry.contact.name),
        engine_version=1,
    )


def letter_inputs(name: str) -> dict[str, Any]:
    """Return raw inputs of a letter, in the shape that logging freezes."""
    nobody = dict.fromkeys(
        ("address", "address_2", "postcode", "city", "county", "country"), ""
    )
    names = ("first_name", "middle_name", "surname", "job_title")
    channels = ("phone", "mobile", "email", "home_page")
    return {
        "locale": "en",
        "date": "2026-03-02",
        "contact": {
            "number": "C-1",
            "type": "person",
            "name": name,
            "company_name": "",
            **dict.fromkeys((*names, *channels), ""),
            **nobody,
        },
        "address": {"company_name": "", **nobody},
        "salesperson": None,
        "salutation": {"formal": None, "informal": None},
        "line": {
            "description": "Spring letter",
            "subject": "Spring",
            "personal_text": "",
            "segment_number": "SM-7",
            "campaign_number": None,
            "campaign_description": None,
        },
    }
