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
from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_document, make_template
from segments_app.models import SegmentLine
from segments_app.services import lines_with_problem, preflight
from segments_app.services.preflight import checks_for
from segments_app.services.preflight.alike import (
    COMPARED,
    FILLED,
    OWN,
    SAID,
    count_by_kind,
)
from segments_app.services.preflight.kinds import names_in
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


def test_who_shares_is_counted_in_groups_of_any_size(segment):
    for town, people in (("Oslo", 2), ("Voss", 3), ("Bergen", 1)):
        for number in range(people):
            post = {"address": "Kirkegata 1", "city": town}
            mail = {"email": f"{town}@kaffe.example"}
            for channel, values in (("hard_copy", post), ("email", mail)):
                name = f"{town} {channel} {number}"
                person = make_person(name, correspondence_type=channel, **values)
                segment.lines.create(contact=person, added_step=1, position=1)
    told = {each.kind: each.lines for each in preflight(segment=segment, deliver=True)}
    assert (told["same_address"], told["same_email"]) == (5, 5)


@pytest.mark.parametrize("lines", [0, 2])
def test_where_there_is_no_letter_nothing_is_shared(segment, lines):
    for _line in range(lines):
        person = make_person("Anna Dahl", address="Kirkegata 1", city="Voss")
        segment.lines.create(contact=person, added_step=1, position=1)
    checks = [each for each in checks_for(segment, deliver=True) if each.shared]
    shared = {"same_email": 0, "same_address": 0}
    assert count_by_kind(segment, checks) == {"lines": lines, **shared}


def test_a_line_sent_elsewhere_is_asked_by_itself(segment):
    """By the line's own choice, or because the company is elsewhere for a time."""
    _sent_home, sent_away = put_on(segment, "Sent")
    cabin = AlternativeAddress.objects.create(contact=sent_away, code="CABIN")
    segment.lines.filter(contact=sent_away).update(alternative_address=cabin)
    hotel = make_company(name="Hotel", address="Quay 1", city="Voss")
    annex = AlternativeAddress.objects.create(contact=hotel, code="ANNEX")
    AlternativeAddressPeriod.objects.create(
        contact=hotel, address=annex, starting_date=datetime.date(2020, 1, 1)
    )
    _at_home, at_work = put_on(segment, "Cook")
    at_work.company, at_work.address = hotel, "Quay 1"
    at_work.save()
    told = {each.kind: each.lines for each in preflight(segment=segment, deliver=True)}
    missing = lines_with_problem(segment, deliver=True, kind="address_missing")
    assert {line.contact for line in missing} == {sent_away, at_work}
    assert told["address_missing"] == 2


def test_an_emptied_value_is_not_one_that_was_never_given(segment):
    """An own correspondence type that is empty: the letter goes nowhere."""
    letter = make_template(
        "OWN", default_language="en", languages={"en": make_document("Dear all")}
    )
    put_on(segment, "Inheriting", {"template": letter})
    put_on(segment, "Emptied", {"template": letter, "correspondence_type": ""})
    told = {each.kind: each.lines for each in preflight(segment=segment, deliver=True)}
    assert told["nothing_to_deliver"] == 2


def test_what_checks_look_at_tells_lines_apart(segment):
    """Whoever adds a check on another column adds it to what is compared."""
    checks = list(checks_for(segment, deliver=True))
    named = names_in(check.condition for check in checks)
    lines = checked_lines(segment, named)
    for check in checks:
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
        for name in (*COMPARED, *OWN, *SAID, *FILLED)
    }
    assert looked_at - OF_WHO_IS_ALONE - OF_THE_SEGMENT == compared
