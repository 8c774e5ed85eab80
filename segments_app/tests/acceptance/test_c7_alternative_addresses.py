"""C7: alternative addresses on lines, as Business Central's tests ask."""

import datetime

import pytest

from contacts.models import AlternativeAddress, AlternativeAddressPeriod
from contacts.services.parts import save_address
from contacts.tests.factories import make_company, make_person
from interactions.merge.record import build_record
from segments_app.models.letter_inputs import letter_inputs
from segments_app.services import add_by_hand
from segments_app.tests.factories import NOW, TODAY, make_segment, these

pytestmark = pytest.mark.django_db


def add_address(contact, first, last=None):
    cabin = AlternativeAddress(
        contact=contact, code="CABIN", address="Hytta 1", postcode="3580", city="Geilo"
    )
    period = AlternativeAddressPeriod(starting_date=first, ending_date=last)
    save_address(address=cabin, periods=[period], user=None, at=NOW)
    return cabin


def line_on(day, contact):
    segment = make_segment(date=day)
    add_by_hand(segment=segment, contacts=these(contact), user=None, at=NOW)
    lines = segment.lines.live().with_effective_values().with_letter_language()
    line = lines.annotate(inputs=letter_inputs()).get()
    record = build_record(line.inputs | {"own_company": {"country": "NO"}})
    return line.effective_address_id, record["contact_mail_address"].splitlines()[-2:]


class TestMContactsAlternativeAddressForContact:
    """MContacts.AlternativeAddressForContact"""

    def test_a_line_of_that_day_has_the_alternative_address(self):
        anna = make_person("Anna Dahl", address="Kaigaten 1", city="Bergen")
        cabin = add_address(anna, TODAY)
        assert line_on(TODAY, anna) == (cabin.pk, ["Hytta 1", "3580 Geilo"])

    @pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (1, False)])
    def test_the_letter_s_own_day_decides(self, days, holds):
        """Beside the case: before the period and after it the own address holds."""
        anna = make_person("Anna Dahl", address="Kaigaten 1", city="Bergen")
        cabin = add_address(anna, TODAY, TODAY)
        day = TODAY + datetime.timedelta(days=days)
        own = (None, ["Kaigaten 1", "Bergen"])
        expected = (cabin.pk, ["Hytta 1", "3580 Geilo"]) if holds else own
        assert line_on(day, anna) == expected

    def test_the_company_s_holds_for_who_is_reached_there(self):
        """Beside the case: contacts_interactions.md 3.3.5."""
        kaffe = make_company("Kaffe AS", address="Kaigaten 1", city="Bergen")
        cabin = add_address(kaffe, TODAY)
        there = make_person(
            "Anna Dahl", company=kaffe, address="Kaigaten 1", city="Bergen"
        )
        away = make_person("Bo Lie", company=kaffe, address="Torget 2", city="Voss")
        assert line_on(TODAY, there)[0] == cabin.pk
        assert line_on(TODAY, away)[0] is None
