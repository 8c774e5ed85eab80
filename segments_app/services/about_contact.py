"""What segments that are open say about a person, and how they forget it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from contacts.registry import Eraser, Section, Teller
from contacts.services.about_contact import facts_of
from interactions.services.forget_contact import drop_unused

from ..models import SegmentLine, SegmentStepMember
from ..models.line import CARRIED, DOCUMENT_ORIGIN

PERSONAL = (
    "description",
    "subject",
    "personal_text",
    "document",
    "alternative_address",
    *DOCUMENT_ORIGIN,
)


def tell(contact: Contact) -> list[Section]:
    """Return the lines of `contact` with their own values, and steps naming it."""
    lines = SegmentLine.objects.filter(contact=contact).order_by("pk")
    told = [
        facts_of(line, only=("segment", *CARRIED))
        for line in lines.select_related(
            "segment", "template", "document", *DOCUMENT_ORIGIN[:2]
        )
    ]
    members = SegmentStepMember.objects.filter(contact=contact).order_by("pk")
    named = [
        [(_("Segment"), "segment", str(member.step.segment))]
        for member in members.select_related("step__segment")
    ]
    sections = []
    if told:
        sections.append(Section(_("Lines of segments"), "segment_lines", told))
    if named:
        sections.append(Section(_("Chosen by hand for"), "chosen_for", named))
    return sections


def forget(contact: Contact, at: datetime) -> None:
    """Take the personal values off the lines; the lines stay, and send nothing."""
    lines = SegmentLine.objects.filter(contact=contact)
    documents = {*lines.values_list("document", flat=True)} - {None}
    lines.update(**dict.fromkeys(PERSONAL))
    drop_unused(documents)


TELLER = Teller(models=(SegmentLine, SegmentStepMember), tell=tell)
ERASER = Eraser(
    goes=_("What was written for this person alone on the lines of open segments."),
    erase=forget,
)
