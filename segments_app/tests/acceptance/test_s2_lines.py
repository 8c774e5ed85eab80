"""S2: lines, and what the header means for them, as Business Central's tests ask.

Our header touches no line (DESIGN 5): a line inherits until it has a value of its
own, so where BC asks whether to update the lines there is nothing to ask.
"""

import pytest

from contacts.models import Contact
from contacts.tests.factories import make_person
from interactions.tests.factories import make_document, make_template
from segments_app.models import SegmentLine
from segments_app.services import add_by_hand, log_segment, remove_by_hand
from segments_app.services.change_header import change_header
from segments_app.services.change_line import change_line
from segments_app.tests.factories import NOW, make_segment, these

pytestmark = pytest.mark.django_db


def line_of(segment, contact):
    """The line of this contact with what holds for it in the end."""
    return segment.lines.live().with_effective_values().get(contact=contact)


def own(line, **values):
    change_line(line=line, values=values, user=None, at=NOW)


def in_effect(line):
    return (
        line.effective_template_id,
        line.effective_language,
        line.effective_document_id,
    )


@pytest.fixture
def template():
    """T1: English with a document."""
    return make_template(
        "T1",
        default_language="en",
        correspondence_type="hard_copy",
        languages={"en": make_document("Dear {{ contact_name }}")},
    )


@pytest.fixture
def letter(template):
    return template.languages.get().document


@pytest.fixture
def anna():
    return make_person("Anna Dahl", address="Bakken 1", city="Voss")


class TestMSegmentInteractionTemplateCodeValidateHdrWhenConfirmUpdateSegLines:
    """MSegment.InteractionTemplateCodeValidateHdrWhenConfirmUpdateSegLines

    BC asks, then writes T1 into every line, except over its own document and
    language. With us a line keeps all that is its own, its template too, and T1
    holds wherever it has none: nothing is asked, and nothing is lost. Taking the own
    template back gives what BC's answer gives.
    """

    @pytest.fixture
    def lines(self, anna):
        """Line 1 has T2 and a document of its own, line 2 has T3, line 3 nothing."""
        bo, cecilie = make_person("Bo Lie"), make_person("Cecilie Moe")
        segment = make_segment(anna, bo, cecilie)
        t2 = make_template("T2", languages={"nb": make_document("Hei")})
        t3 = make_template("T3")
        mine = make_document("Dear Anna alone")
        own(line_of(segment, anna), template=t2, document=mine, language="nb")
        own(line_of(segment, bo), template=t3)
        return segment, (anna, bo, cecilie), (t2, t3), mine

    def test_the_header_has_its_language_and_document(self, lines, template, letter):
        segment, (_anna, _bo, cecilie), _templates, _mine = lines
        change_header(segment=segment, values={"template": template}, user=None, at=NOW)
        assert in_effect(line_of(segment, cecilie)) == (template.pk, "en", letter.pk)

    def test_a_line_keeps_its_own_document_and_language(self, lines, template):
        segment, (anna, _bo, _cecilie), (t2, _t3), mine = lines
        values = {"template": template}
        change_header(segment=segment, values=values, user=None, at=NOW)
        assert in_effect(line_of(segment, anna)) == (t2.pk, "nb", mine.pk)
        own(line_of(segment, anna), template=None)
        assert in_effect(line_of(segment, anna)) == (template.pk, "nb", mine.pk)

    def test_a_line_without_own_document_takes_those_of_the_header(
        self, lines, template, letter
    ):
        segment, (_anna, bo, _cecilie), (_t2, t3), _mine = lines
        values = {"template": template}
        change_header(segment=segment, values=values, user=None, at=NOW)
        assert line_of(segment, bo).effective_template_id == t3.pk
        own(line_of(segment, bo), template=None)
        assert in_effect(line_of(segment, bo)) == (template.pk, "en", letter.pk)


class TestMSegmentPersonContactInfoInSegmentLine:
    """MSegment.PersonContactInfoInSegmentLine"""

    def test_phones_and_e_mail_are_looked_up_not_stored(self, anna):
        segment = make_segment(anna)
        reached = {"phone": "55 51 00 00", "mobile": "918 00 000"}
        reached["email"] = "anna@example.no"
        Contact.objects.filter(pk=anna.pk).update(**reached)
        line = line_of(segment, anna)
        assert {name: getattr(line.contact, name) for name in reached} == reached
        assert line.effective_email == "anna@example.no"
        stored = {field.name for field in SegmentLine._meta.concrete_fields}
        assert not stored & reached.keys()


class TestMInteractionVerifyAttachmentNoOnSegemntLineIfRevalidateContactNo:
    """MInteraction.VerifyAttachmentNoOnSegemntLineIfRevalidateContactNo

    A contact is on a segment once, so entering it again changes nothing and says so.
    """

    def test_entering_the_contact_again_leaves_the_document(
        self, anna, template, letter
    ):
        segment = make_segment(anna, template=template)
        again = add_by_hand(segment=segment, contacts=these(anna), user=None, at=NOW)
        assert (again.entered, again.kept_out) == (0, {"already_in": 1})
        assert line_of(segment, anna).effective_document_id == letter.pk
        logged = log_segment(segment=segment, deliver=True, user=None, at=NOW)
        entry = logged.interactions.get()
        assert (entry.contact, entry.document) == (anna, letter)


class TestMInteractionVerifyChangingContactNoOnSegmentLineNotDeletingAttachment:
    """MInteraction.VerifyChangingContactNoOnSegmentLineNotDeletingAttachment

    A line has one contact for good: one is taken off and the other put on, as two
    steps that can be gone back.
    """

    def test_another_contact_has_the_document_of_the_header(
        self, anna, template, letter
    ):
        bo = make_person("Bo Lie")
        segment = make_segment(anna, template=template)
        remove_by_hand(segment=segment, contacts=these(anna), user=None, at=NOW)
        add_by_hand(segment=segment, contacts=these(bo), user=None, at=NOW)
        (line,) = segment.lines.live().with_effective_values()
        assert (line.contact, line.effective_document_id) == (bo, letter.pk)


class TestMIntUISegmentLineDescriptionNotChangedByTemplateIfNotBlank:
    """MIntUI.SegmentLineDescriptionNotChangedByTemplateIfNotBlank"""

    def test_the_own_description_of_a_line_stays(self, anna, template):
        segment = make_segment(anna)
        own(line_of(segment, anna), description="Line Description")
        own(line_of(segment, anna), template=template)
        line = line_of(segment, anna)
        assert line.effective_template_id == template.pk
        assert line.effective_description == "Line Description"
