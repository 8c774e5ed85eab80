"""Written to alone: one contact without a segment, by the rules of a segment.

What holds in the end, what stands in the way and what a letter says is resolved for
lines of segments, in SQL. Who is written to alone is such a line for the time of a
transaction: nobody else ever sees the segment, and it is gone before the transaction
ends. So a letter to one contact cannot differ from the same letter to many.
"""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from contacts.models import Contact, MarketingSetup
from interactions.merge import build_record
from interactions.models import Attachment
from interactions.services.letters import own_company

from ..models import Segment, SegmentLine
from .letters import by_uses, letter_template, letters_of, telling_why, templates_of
from .preflight import Problem, lines_with_letter, loggable_lines, preflight

NO_STEP = 0
# What only a segment needs that somebody made.
OF_SEGMENT = "no_segment_description"


def put_alone(*, contact: Contact, values: Mapping[str, Any]) -> Segment:
    """Return a segment of this contact alone, to be deleted in the same transaction.

    `values` are own values of the line, by name; what is missing is inherited.
    """
    values = {name: value for name, value in values.items() if value is not None}
    segment = Segment.objects.create(number=uuid.uuid4().hex[:20])
    own = {name: values[name] for name in SegmentLine.OWN_VALUES if name in values}
    SegmentLine.objects.create(
        segment=segment, contact=contact, added_step=NO_STEP, **own
    )
    return segment


def line_alone(segment: Segment) -> SegmentLine:
    """Its line, with what holds in the end."""
    return loggable_lines(segment).select_related("contact").get()


@contextmanager
def only_looking(*, contact: Contact, values: Mapping[str, Any]) -> Iterator[Segment]:
    """Put the contact alone on a segment, and take everything back afterwards."""
    with transaction.atomic():
        yield put_alone(contact=contact, values=values)
        transaction.set_rollback(True)


def proposed(*, contact: Contact, values: Mapping[str, Any]) -> SegmentLine:
    """Return what would hold for this contact with these values, and why."""
    with only_looking(contact=contact, values=values) as segment:
        return segment.lines.with_effective_values(origins=True).get()


def problems_alone(segment: Segment, *, deliver: bool) -> list[Problem]:
    """Return what stands in the way of the contact on this segment."""
    return [
        problem
        for problem in preflight(segment=segment, deliver=deliver)
        if problem.kind != OF_SEGMENT
    ]


def letter_alone(*, contact: Contact, values: Mapping[str, Any]) -> bytes | None:
    """Return the letter as a Word document; None where there is none.

    It is made after the transaction has ended, so nobody waits for it. Raises
    LetterUnmade.
    """
    with only_looking(contact=contact, values=values) as segment:
        uses = by_uses(templates_of(lines_with_letter(segment)))
        line = letters_of(segment, uses).first()
    if line is None:
        return None
    template = letter_template(Attachment.objects.get(pk=line.effective_document_id))
    inputs = {
        **line.letter_inputs,
        "own_company": own_company(MarketingSetup.load()),
    }
    with telling_why():
        return template.render_letter(build_record(inputs))
