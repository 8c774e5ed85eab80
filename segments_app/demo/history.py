"""What the demo company has said to its contacts, and what it is about to say."""

from datetime import datetime, timedelta
from typing import Any

from contacts.models import Contact, Salesperson
from interactions.choices import Evaluation, InformationFlow, InitiatedBy
from interactions.models import (
    Campaign,
    InteractionGroup,
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateLanguage,
    InteractionTemplateSetup,
)
from interactions.services.documents import store_document
from interactions.services.versions import keep_first
from segments_app.services import (
    add_contacts,
    create_segment,
    log_segment,
    reduce_contacts,
    refine_contacts,
    save_criteria,
)

from . import letters

DOCUMENTS = {
    "INVITE": {"en": letters.invitation_en, "nb": letters.invitation_nb},
    "NEWS": {"en": letters.newsletter_en},
}
US, THEM = InitiatedBy.US, InitiatedBy.THEM
OUT, IN = InformationFlow.OUTBOUND, InformationFlow.INBOUND
# Description, group, cost, minutes, flow, initiated by, correspondence type.
TEMPLATES: dict[str, tuple[str, str, int, int, str, str, str]] = {
    "INVITE": ("Invitation to the fair", "LETTER", 25, 5, OUT, US, "email"),
    "NEWS": ("Catalogue", "LETTER", 18, 3, OUT, US, "email"),
    "CALL": ("Telephone call", "PHONE", 0, 15, OUT, US, ""),
    "CALLED": ("They called us", "PHONE", 0, 10, IN, THEM, ""),
    "VISIT": ("Visit", "MEETING", 600, 90, OUT, US, ""),
}
# Days ago, template, description, evaluation: taken in turn by the contacts.
CONVERSATIONS = (
    (12, "CALL", "Asked about delivery of chairs", Evaluation.POSITIVE),
    (33, "VISIT", "Measured the meeting rooms", Evaluation.VERY_POSITIVE),
    (58, "CALLED", "Complained about a squeaking desk", Evaluation.NEGATIVE),
    (95, "CALL", "Nobody picked up the phone", ""),
    (140, "VISIT", "Showed the spring chairs", Evaluation.NEUTRAL),
    (210, "CALLED", "Ordered twelve lamps", Evaluation.VERY_POSITIVE),
    (400, "CALL", "Introduced ourselves", Evaluation.NEUTRAL),
)

Criteria = dict[str, Any]


def in_group(code: str) -> Criteria:
    where = {"field": "code", "op": "is", "value": code}
    return {"has": "mailing_group", "where": where}


CONTACTED: Criteria = {
    "has": "interaction",
    "where": {"field": "date", "op": "within_days", "value": 14},
}
CUSTOMERS: Criteria = {
    "has": "business_relation",
    "where": {"field": "code", "op": "is", "value": "CUSTOMER"},
}
PERSONS: Criteria = {"field": "type", "op": "is", "value": "person"}


def load_templates(campaign: Campaign) -> None:
    """Make the interaction templates with their letters."""
    for code, values in TEMPLATES.items():
        description, group, cost, minutes, flow, by, channel = values
        template = InteractionTemplate.objects.create(
            code=code,
            description=description,
            group=InteractionGroup.objects.get(code=group),
            unit_cost=cost,
            unit_duration=minutes,
            information_flow=flow,
            initiated_by=by,
            correspondence_type=channel,
            # Calls and visits are not written, whatever the contact prefers.
            ignore_contact_correspondence_type=not channel,
            default_language="en" if code in DOCUMENTS else "",
            campaign=campaign if code == "INVITE" else None,
        )
        for language, letter in DOCUMENTS.get(code, {}).items():
            name = f"{code.lower()}-{language}.docx"
            written = InteractionTemplateLanguage.objects.create(
                template=template,
                language=language,
                description=description,
                document=store_document(data=letter(), name=name),
            )
            keep_first(written)
    calls = InteractionTemplate.objects.get(code="CALL")
    InteractionTemplateSetup.objects.create(outgoing_calls=calls)


def load_conversations(at: datetime) -> None:
    """Log calls and visits; a third of the people was never spoken to."""
    templates = {t.code: t for t in InteractionTemplate.objects.all()}
    people = Contact.objects.persons().eligible().order_by("pk")
    InteractionLogEntry.objects.bulk_create(
        _entry(contact, templates, place + turn, at)
        for place, contact in enumerate(people)
        for turn in range(place % 3)
    )


def _entry(
    contact: Contact,
    templates: dict[str, InteractionTemplate],
    turn: int,
    at: datetime,
) -> InteractionLogEntry:
    days, code, description, evaluation = CONVERSATIONS[turn % len(CONVERSATIONS)]
    template = templates[code]
    when = at - timedelta(days=days)
    return InteractionLogEntry(
        contact=contact,
        company_id=contact.organisation_id,
        template=template,
        group_id=template.group_id,
        date=when.date(),
        created_at=when,
        description=description,
        information_flow=template.information_flow,
        initiated_by=template.initiated_by,
        evaluation=evaluation,
        attempt_failed=not evaluation,
        cost=template.unit_cost,
        duration=template.unit_duration,
        salesperson_id=contact.salesperson_id,
    )


def load_logged_segment(at: datetime) -> None:
    """Send everybody of the newsletter the catalogue, six weeks ago."""
    when = at - timedelta(weeks=6)
    segment = create_segment(
        description="Catalogue",
        subject="Our new catalogue",
        template=InteractionTemplate.objects.get(code="NEWS"),
        salesperson=Salesperson.objects.get(code="HST"),
        user=None,
        at=when,
    )
    wanted = {"all": [PERSONS, in_group("NEWS")]}
    add_contacts(segment=segment, criteria=wanted, user=None, at=when)
    log_segment(segment=segment, skip_problem_lines=True, user=None, at=when)


def load_open_segment(at: datetime) -> None:
    """Leave a segment on the desk: three steps taken, not yet logged."""
    segment = create_segment(
        description="Invitation to the autumn fair",
        subject="Will we see you in Lillestrøm?",
        template=InteractionTemplate.objects.get(code="INVITE"),
        salesperson=Salesperson.objects.get(code="HST"),
        user=None,
        at=at,
    )
    add_contacts(segment=segment, criteria=in_group("FAIR"), user=None, at=at)
    add_contacts(
        segment=segment,
        criteria={"all": [PERSONS, CUSTOMERS]},
        user=None,
        at=at,
    )
    refine_contacts(segment=segment, criteria=PERSONS, user=None, at=at)
    save_criteria(
        segment=segment,
        code="FAIR-PEOPLE",
        description="People for fairs and of customers",
        user=None,
        at=at,
    )
    reduce_contacts(segment=segment, criteria=CONTACTED, user=None, at=at)
