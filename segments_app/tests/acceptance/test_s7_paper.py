"""S7: cover sheets, as Business Central's own tests tell.

A contact's cover sheet is the one of a segment that has this contact alone. The contact
list of a segment (MReports.SegmentContactsReport) is in views/test_line_out.py.
"""

import datetime

import pytest
from django.urls import reverse

from contacts.models import MarketingSetup
from contacts.tests.factories import make_company, make_person
from interactions.models import InteractionLogEntry
from interactions.tests.factories import make_document, make_template
from interactions.tests.pdf.reading import text
from segments_app.forms.paper import CoverForm
from segments_app.services.print_paper import cover_of
from segments_app.tests.factories import make_segment

pytestmark = pytest.mark.django_db

FIVE = ["First line", "Second line", "Third line", "Fourth line", "Fifth line"]
TICKED = ["agreed", "information", "comments", "approval", "call", "returned"]


@pytest.fixture(autouse=True)
def own_company():
    MarketingSetup.objects.create(
        company_name="Fjord & Co",
        address="Havna 2",
        postcode="0150",
        city="Oslo",
        country="NO",
        phone="+47 22 00 00 00",
        vat_number="NO 987 654 321 MVA",
        bank_account="1234.56.78903",
    )


@pytest.fixture
def bo():
    return make_person(
        "Bo Ek",
        address="Gatan 1",
        address_2="2nd floor",
        postcode="111 22",
        city="Stockholm",
        country="SE",
    )


@pytest.fixture
def kaffe():
    return make_company("Kaffe AS", address="Torget 1", postcode="5003", city="Bergen")


@pytest.fixture
def covers(client, admin_user):
    """Print the cover sheets of these contacts; return the lines of each page."""
    client.force_login(admin_user)

    def printed(*contacts, **asked):
        template = make_template(languages={"en": make_document("Hello")})
        segment = make_segment(*contacts, template=template)
        address = reverse("segments:paper", args=[segment.pk, "covers"])
        answer = client.post(address, {"order": "step", **asked})
        shown = text(b"".join(answer.streaming_content), layout=False)
        return [page.splitlines() for page in shown.split("\f")[:-1]]

    return printed


ADDRESS_OF_BO = ["Bo Ek", "Gatan 1", "2nd floor", "111 22 Stockholm", "SWEDEN"]
ADDRESS_OF_KAFFE = ["Kaffe AS", "Torget 1", "5003 Bergen"]


def stands_in(lines, page):
    """Whether the lines stand on the page one below the other."""
    return any(page[n : n + len(lines)] == lines for n in range(len(page)))


class TestMSegmentSegmentCoverSheetNoLog:
    """MSegment.SegmentCoverSheetNoLog"""

    def test_the_contact_is_printed_and_nothing_is_logged(self, covers, bo):
        (page,) = covers(bo)
        assert stands_in(ADDRESS_OF_BO, page)
        assert not InteractionLogEntry.objects.exists()


class TestMContactsContactCoverSheetReportNoLog:
    """MContacts.ContactCoverSheetReportNoLog"""

    def test_our_own_company_is_printed_and_nothing_is_logged(self, covers, bo):
        (page,) = covers(bo)
        assert stands_in(
            [
                *("Fjord & Co", "Havna 2", "0150 Oslo"),
                *("Phone: +47 22 00 00 00", "VAT: NO 987 654 321 MVA"),
                "Bank account: 1234.56.78903",
            ],
            page,
        )
        assert not InteractionLogEntry.objects.exists()


class TestMContactsContactCoverSheetReportMultipleContacts:
    """MContacts.ContactCoverSheetReportMultipleContacts"""

    def test_each_has_a_page_with_the_address(self, covers, bo, kaffe):
        first, second = covers(bo, kaffe)
        assert stands_in(ADDRESS_OF_BO, first)
        assert stands_in(ADDRESS_OF_KAFFE, second)


class TestMReportsContactCountOnContactCoverSheetReport:
    """MReports.ContactCountOnContactCoverSheetReport"""

    def test_there_are_as_many_pages_as_contacts(self, covers, bo, kaffe):
        others = [
            make_person(f"Person {number}", address="Gata 1", city="Voss")
            for number in range(4)
        ]
        assert len(covers(bo, kaffe, *others)) == 6


class TestMReportsSegmentCoverSheetWithText:
    """MReports.SegmentCoverSheetWithText, MReports.ContactCoverSheetWithText"""

    def test_five_lines_stand_in_their_order(self, covers, bo):
        (page,) = covers(bo, notes="\n".join(FIVE))
        assert stands_in(FIVE, page)


@pytest.mark.parametrize(
    ("remark", "position"),
    [(code, place) for place, code in enumerate(TICKED, start=1)] + [("", 7)],
)
def test_a_remark_is_ticked_at_its_place(remark, position):
    """In the order of the places, each for a segment and for a contact:

    MReports.SegmentSheetAsAgreedUpon, MReports.ContactSheetAsAgreedUpon;
    MReports.SegmentSheetForYourInformation, MReports.ContactSheetForYourInformation;
    MReports.SegmentSheetYourCommentsPlease, MReports.ContactSheetYourCommentsPlease;
    MReports.SegmentSheetForYourApproval, MReports.ContactSheetForYourApproval;
    MReports.SegmentSheetPleaseCall, MReports.ContactSheetPleaseCall;
    MReports.SegmentSheetReturnedAfterUse, MReports.ContactSheetReturnedAfterUse;
    MReports.SegmentSheetCustomRemarks, MReports.ContactSheetCustomRemarks
    """
    given = {"remarks": [remark]} if remark else {"own_remark": "With our thanks"}
    form = CoverForm(given, numbered=False)
    assert form.is_valid()
    cover = cover_of({}, form.asked, datetime.date(2026, 11, 20))
    ticked = [place for place, (_text, on) in enumerate(cover.remarks, start=1) if on]
    assert ticked == [position]
