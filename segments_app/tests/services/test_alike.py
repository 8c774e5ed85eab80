"""Lines that are alike are asked once: what they are told apart by is complete."""

import datetime

import pytest

from contacts.models import (
    AlternativeAddress,
    AlternativeAddressPeriod,
    Contact,
    ContactChannelBlock,
    Salesperson,
)
from contacts.tests.factories import make_person
from interactions.tests.factories import make_document, make_template
from segments_app.models import SegmentLine
from segments_app.services import lines_with_problem, preflight
from segments_app.services.preflight import checks_for
from segments_app.services.preflight.alike import COMPARED, FILLED
from segments_app.services.preflight.lines import checked_lines
from segments_app.tests.factories import make_segment

pytestmark = pytest.mark.django_db

# Lines are alike only if nothing elsewhere is told by these.
OF_WHO_IS_ALONE = {
    "segmentline.id",
    "segmentline.contact",
    "segmentline.alternative_address",
    "contact.id",
    "contact.company",
    "contact.address_2",
    "contact.postcode",
}
OF_THE_SEGMENT = {"segmentline.segment", "segmentline.added_step"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def segment():
    letter = make_template(
        default_language="en",
        languages={"en": make_document("{{ formal_salutation }}")},
    )
    return make_segment(template=letter, position=1)


def put_on(segment, name, own=None, **values):
    """Put two on the segment who are alike."""
    found = []
    for number in (1, 2):
        found.append(
            make_person(
                **{
                    "name": f"{name} {number}",
                    "correspondence_type": "hard_copy",
                    "address": f"{name} {number}",
                    "city": "Voss",
                    **values,
                }
            )
        )
        segment.lines.create(contact=found[-1], added_step=1, position=1, **(own or {}))
    return found


def test_each_kind_counts_the_lines_that_are_listed(segment):
    jon = Salesperson.objects.create(code="JON", name="Jon")
    put_on(segment, "Good", salesperson=jon)
    put_on(segment, "Nobody's")
    put_on(segment, "Undescribed", {"description": ""}, salesperson=jon)
    put_on(segment, "Texted", {"personal_text": "Thank you!"}, salesperson=jon)
    put_on(segment, "Called", {"template": make_template("CALL")}, salesperson=jon)
    put_on(segment, "Mailed", correspondence_type="email", salesperson=jon)
    put_on(segment, "Streetless", address="", salesperson=jon)
    put_on(segment, "Danish", language="da", salesperson=jon)
    closed, _open = put_on(segment, "Closed", salesperson=jon)
    ContactChannelBlock.objects.create(
        contact=closed,
        channel="hard_copy",
        reason="unsubscribed",
        since=datetime.date(2026, 1, 1),
    )
    away, _home = put_on(segment, "Away", salesperson=jon)
    cabin = AlternativeAddress.objects.create(contact=away, code="CABIN")
    AlternativeAddressPeriod.objects.create(
        contact=away, address=cabin, starting_date=datetime.date(2020, 1, 1)
    )
    told = {each.kind: each.lines for each in preflight(segment=segment, deliver=True)}
    listed = {
        kind: lines_with_problem(segment, deliver=True, kind=kind).count()
        for kind in told
    }
    assert told == listed
    assert told == {
        "salutation_missing": 18,
        "same_address": 2,
        "no_description": 2,
        "email_missing": 2,
        "address_missing": 3,
        "no_document": 2,
        "channel_blocked": 1,
        "other_language": 2,
        "salesperson_missing": 2,
        "personal_text_unused": 2,
    }


def test_what_checks_look_at_tells_lines_apart(segment):
    """Whoever adds a check on another column adds it to what is compared."""
    lines = checked_lines(segment)
    for check in checks_for(segment, deliver=True):
        if check.count is None:
            lines = lines.alias(**{f"is_{check.kind}": check.condition})
    conditions = (
        condition
        for name, condition in lines.query.annotations.items()
        if name.startswith("is_")
    )
    looked_at = {
        f"{column.target.model._meta.model_name}.{column.target.name}"
        for column in lines.query._gen_cols(conditions, include_external=True)
        if column.target.model in (SegmentLine, Contact)
    }
    compared = {
        f"contact.{name.removeprefix('contact__')}"
        if name.startswith("contact__")
        else f"segmentline.{name}"
        for name in (*COMPARED, *FILLED)
    }
    assert looked_at - OF_WHO_IS_ALONE - OF_THE_SEGMENT == compared
