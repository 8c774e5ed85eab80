"""What holds for a line in the end: DESIGN section 5, line by line of its table."""

import datetime
from decimal import Decimal

import pytest

from contacts.choices import CorrespondenceType
from contacts.models import (
    AlternativeAddress,
    AlternativeAddressPeriod,
    Salesperson,
    Salutation,
    SalutationFormula,
)
from contacts.tests.factories import make_company, make_person
from interactions.models import Campaign
from interactions.tests.factories import make_document, make_template
from segments_app.models import SegmentDocument
from segments_app.tests.factories import make_segment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def the_line(segment):
    return segment.lines.live().with_letter_inputs().get()


def set_own(segment, **values):
    segment.lines.update(**values)


class TestPlainValues:
    def test_a_line_without_own_values_takes_everything_from_segment_and_template(self):
        template = make_template(
            unit_cost=Decimal("2.50"),
            unit_duration=3,
            information_flow="outbound",
            initiated_by="us",
            campaign_target=True,
        )
        jon = Salesperson.objects.create(code="JON", name="Jon")
        segment = make_segment(make_person(), template=template, salesperson=jon)
        line = the_line(segment)
        assert (
            line.effective_template_id,
            line.effective_group_id,
            line.effective_description,
            line.effective_cost,
            line.effective_duration,
            line.effective_information_flow,
            line.effective_initiated_by,
            line.effective_campaign_target,
            line.effective_campaign_response,
            line.effective_salesperson_id,
            line.effective_date,
            line.effective_evaluation,
            line.effective_personal_text,
        ) == (
            template.pk,
            template.group_id,
            "Christmas letter",
            Decimal("2.50"),
            3,
            "outbound",
            "us",
            True,
            False,
            jon.pk,
            segment.date,
            "",
            "",
        )

    def test_the_segment_beats_its_template(self):
        template = make_template(unit_cost=2, unit_duration=3, initiated_by="us")
        segment = make_segment(
            make_person(),
            template=template,
            unit_cost=Decimal(9),
            unit_duration=0,
            initiated_by="",
        )
        line = the_line(segment)
        assert (line.effective_cost, line.effective_duration) == (9, 0)
        assert line.effective_initiated_by == ""

    def test_a_template_of_its_own_beats_the_segment(self):
        call = make_template("CALL", description="A call", unit_cost=1, unit_duration=7)
        segment = make_segment(
            make_person(), template=make_template(), unit_cost=9, unit_duration=9
        )
        set_own(segment, template=call)
        line = the_line(segment)
        assert (
            line.effective_template_id,
            line.effective_description,
            line.effective_cost,
            line.effective_duration,
        ) == (call.pk, "A call", 1, 7)

    def test_the_own_value_beats_everything_and_an_empty_text_is_a_deliberate_blank(
        self,
    ):
        call = make_template("CALL", description="A call", unit_cost=1)
        segment = make_segment(make_person(), template=make_template())
        set_own(segment, template=call, cost=5, description="", evaluation="positive")
        line = the_line(segment)
        assert (
            line.effective_cost,
            line.effective_description,
            line.effective_evaluation,
        ) == (5, "", "positive")

    def test_campaign_comes_from_line_then_segment_then_template(self):
        summer, winter, autumn = (
            Campaign.objects.create(description=name)
            for name in ("Summer", "Winter", "Autumn")
        )
        segment = make_segment(make_person(), template=make_template(campaign=autumn))
        assert the_line(segment).effective_campaign_id == autumn.pk
        segment.campaign = winter
        segment.save()
        assert the_line(segment).effective_campaign_id == winter.pk
        set_own(segment, campaign=summer)
        assert the_line(segment).effective_campaign_id == summer.pk

    def test_salesperson_falls_back_to_the_contacts(self):
        kari = Salesperson.objects.create(code="KARI", name="Kari")
        segment = make_segment(make_person(salesperson=kari))
        assert the_line(segment).effective_salesperson_id == kari.pk


PAPER, EMAIL = CorrespondenceType.HARD_COPY, CorrespondenceType.EMAIL


@pytest.mark.parametrize(
    ("contact", "template", "ignores", "segment", "segment_ignores", "own", "expected"),
    [
        (EMAIL, PAPER, False, PAPER, False, None, EMAIL),
        ("", PAPER, False, EMAIL, False, None, PAPER),
        ("", "", False, EMAIL, False, None, EMAIL),
        ("", "", False, "", False, None, ""),
        (EMAIL, PAPER, True, "", False, None, PAPER),
        (EMAIL, "", True, "", False, None, ""),
        (EMAIL, EMAIL, True, PAPER, True, None, PAPER),
        (EMAIL, PAPER, False, "", True, None, EMAIL),
        (EMAIL, PAPER, True, PAPER, True, "", ""),
        (PAPER, PAPER, True, PAPER, True, EMAIL, EMAIL),
    ],
)
def test_the_channel(
    contact, template, ignores, segment, segment_ignores, own, expected
):
    worksheet = make_segment(
        make_person(correspondence_type=contact),
        template=make_template(
            correspondence_type=template, ignore_contact_correspondence_type=ignores
        ),
        correspondence_type=segment,
        ignore_contact_correspondence_type=segment_ignores,
    )
    set_own(worksheet, correspondence_type=own)
    assert the_line(worksheet).effective_correspondence_type == expected


class TestLanguageAndDocument:
    @pytest.fixture
    def english(self):
        return make_document("English")

    @pytest.fixture
    def bokmal(self):
        return make_document("Bokmål")

    def values(self, segment):
        line = the_line(segment)
        return line.effective_language, line.effective_document_id

    def test_the_contacts_language_if_there_is_a_document_in_it(self, english, bokmal):
        template = make_template(
            default_language="en", languages={"en": english, "nb": bokmal}
        )
        segment = make_segment(make_person(language="nb-NO"), template=template)
        assert self.values(segment) == ("nb-NO", bokmal.pk)

    def test_else_the_language_of_the_template(self, english, bokmal):
        template = make_template(
            default_language="en", languages={"en": english, "nb": bokmal}
        )
        segment = make_segment(make_person(language="fi"), template=template)
        assert self.values(segment) == ("en", english.pk)

    def test_the_segments_language_comes_before_the_templates(self, english, bokmal):
        template = make_template(
            default_language="en", languages={"en": english, "nb": bokmal}
        )
        segment = make_segment(
            make_person(language="fi"), template=template, language="nb"
        )
        assert self.values(segment) == ("nb", bokmal.pk)

    def test_last_of_all_the_language_of_the_segments_first_document(
        self, english, bokmal
    ):
        segment = make_segment(make_person(language="fi"), make_person(language="nb"))
        for language, document in (("nb", bokmal), ("en", english)):
            SegmentDocument.objects.create(
                segment=segment, language=language, document=document
            )
        SegmentDocument.objects.filter(language="nb").delete()
        lines = segment.lines.live().with_letter_inputs().order_by("position")
        assert [
            (line.effective_language, line.effective_document_id) for line in lines
        ] == [("en", english.pk), ("en", english.pk)]

    def test_a_language_that_the_segment_names_is_not_replaced_by_another(
        self, english
    ):
        segment = make_segment(make_person(language="fi"), language="nb")
        SegmentDocument.objects.create(segment=segment, language="en", document=english)
        assert self.values(segment) == ("nb", None)

    def test_norwegian_is_not_mistaken_for_a_language_with_the_same_letters(
        self, english
    ):
        template = make_template(default_language="", languages={"n": english})
        segment = make_segment(make_person(language="nb"), template=template)
        assert self.values(segment) == ("", None)

    def test_the_segments_document_beats_the_templates_in_the_same_language(
        self, english, bokmal
    ):
        ours = make_document("Ours")
        template = make_template(default_language="en", languages={"en": english})
        segment = make_segment(make_person(language="en"), template=template)
        SegmentDocument.objects.create(segment=segment, language="en", document=ours)
        assert self.values(segment) == ("en", ours.pk)

    def test_a_line_with_its_own_template_ignores_the_segments_documents(
        self, english, bokmal
    ):
        segment = make_segment(make_person(language="en"), template=make_template())
        SegmentDocument.objects.create(segment=segment, language="en", document=bokmal)
        other = make_template("OTHER", default_language="en", languages={"en": english})
        set_own(segment, template=other)
        assert self.values(segment) == ("en", english.pk)

    def test_the_own_document_beats_everything(self, english, bokmal):
        template = make_template(default_language="en", languages={"en": english})
        segment = make_segment(make_person(language="en"), template=template)
        set_own(segment, document=bokmal)
        assert self.values(segment) == ("en", bokmal.pk)

    def test_subject_line_document_segment_description(self, english):
        template = make_template(default_language="en", languages={"en": english})
        segment = make_segment(make_person(), template=template)
        assert the_line(segment).effective_subject == "Christmas letter"
        segment.subject = "From all of us"
        segment.save()
        assert the_line(segment).effective_subject == "From all of us"
        SegmentDocument.objects.create(
            segment=segment, language="en", document=english, subject="Merry Christmas"
        )
        assert the_line(segment).effective_subject == "Merry Christmas"
        set_own(segment, subject="Dear friend")
        assert the_line(segment).effective_subject == "Dear friend"


class TestAddress:
    def summer_house(self, contact, **period):
        address = AlternativeAddress.objects.create(
            contact=contact,
            code="SUMMER",
            company_name="Summer house",
            address="Strandveien 1",
            city="Lillesand",
            email="summer@example.no",
        )
        if period:
            AlternativeAddressPeriod.objects.create(
                contact=contact, address=address, **period
            )
        return address

    def test_the_contacts_own_where_there_is_no_other(self):
        segment = make_segment(
            make_person(address="Storgata 2", city="Oslo", email="ingrid@example.no")
        )
        line = the_line(segment)
        assert (line.effective_address_id, line.effective_email) == (
            None,
            "ingrid@example.no",
        )
        assert line.letter_inputs["address"]["address"] == "Storgata 2"

    def test_the_alternative_address_valid_on_the_date(self):
        ingrid = make_person(address="Storgata 2", email="ingrid@example.no")
        summer = self.summer_house(ingrid, starting_date=datetime.date(2026, 6, 1))
        segment = make_segment(ingrid)
        line = the_line(segment)
        assert (line.effective_address_id, line.effective_email) == (
            summer.pk,
            "summer@example.no",
        )
        assert line.letter_inputs["address"]["city"] == "Lillesand"
        set_own(segment, date=datetime.date(2026, 5, 31))
        assert the_line(segment).effective_address_id is None

    def test_of_two_periods_the_one_that_starts_latest(self):
        ingrid = make_person()
        self.summer_house(ingrid, starting_date=datetime.date(2026, 1, 1))
        cabin = AlternativeAddress.objects.create(contact=ingrid, code="CABIN")
        AlternativeAddressPeriod.objects.create(
            contact=ingrid, address=cabin, starting_date=datetime.date(2026, 11, 1)
        )
        assert the_line(make_segment(ingrid)).effective_address_id == cabin.pk

    def test_the_employers_if_the_person_lives_at_its_address(self):
        home = {"address": "Kaia 1", "postcode": "5003", "city": "Bergen"}
        company = make_company(**home)
        summer = self.summer_house(company, starting_date=datetime.date(2026, 1, 1))
        at_work = make_segment(make_person(company=company, **home))
        assert the_line(at_work).effective_address_id == summer.pk
        at_home = make_segment(make_person(company=company, **{**home, "city": "Voss"}))
        assert the_line(at_home).effective_address_id is None

    def test_the_one_chosen_by_hand_beats_the_calendar(self):
        ingrid = make_person()
        self.summer_house(ingrid, starting_date=datetime.date(2026, 1, 1))
        cabin = AlternativeAddress.objects.create(contact=ingrid, code="CABIN")
        segment = make_segment(ingrid)
        set_own(segment, alternative_address=cabin)
        assert the_line(segment).effective_address_id == cabin.pk


def test_the_inputs_of_a_letter_are_one_json_object():
    salutation = Salutation.objects.create(code="F")
    for language, text in (("", "Dear %1 %2,"), ("nb", "Kjære %1,")):
        SalutationFormula.objects.create(
            salutation=salutation,
            language=language,
            type="formal",
            text=text,
            name_1="first_name",
            name_2="surname" if not language else "",
        )
    company = make_company("Kaffe AS", address="Kaia 1", city="Bergen", postcode="5003")
    åse = make_person(
        "Åse Vik",
        company=company,
        number="C-17",
        job_title="Daglig leder",
        language="nb-NO",
        email="aase@example.no",
        salutation=salutation,
        address='Bakken 3 "oppe"',
        postcode="5003",
        city="Bergen",
        salesperson=Salesperson.objects.create(
            code="JON", name="Jon", phone="22334455"
        ),
    )
    template = make_template(languages={"nb": make_document("Hei")})
    segment = make_segment(
        åse,
        template=template,
        number="SM-9",
        campaign=Campaign.objects.create(number="CP-1", description="Jul"),
    )
    set_own(segment, personal_text="Takk for sist!\nHilsen oss")
    address = {
        "address": 'Bakken 3 "oppe"',
        "address_2": "",
        "postcode": "5003",
        "city": "Bergen",
        "county": "",
        "country": "NO",
    }
    assert the_line(segment).letter_inputs == {
        "locale": "nb-NO",
        "date": "2026-11-20",
        "contact": {
            "number": "C-17",
            "type": "person",
            "name": "Åse Vik",
            "first_name": "Åse",
            "middle_name": "",
            "surname": "Vik",
            "job_title": "Daglig leder",
            "company_name": "Kaffe AS",
            "phone": "",
            "mobile": "",
            "email": "aase@example.no",
            "home_page": "",
            **address,
        },
        "address": {"company_name": "Kaffe AS", **address},
        "salesperson": {
            "code": "JON",
            "name": "Jon",
            "job_title": "",
            "phone": "22334455",
            "email": "",
        },
        "salutation": {
            "formal": {"text": "Kjære %1,", "parts": ["first_name", "", "", "", ""]},
            "informal": None,
        },
        "line": {
            "description": "Christmas letter",
            "subject": "Christmas letter",
            "personal_text": "Takk for sist!\nHilsen oss",
            "segment_number": "SM-9",
            "campaign_number": "CP-1",
            "campaign_description": "Jul",
        },
    }
