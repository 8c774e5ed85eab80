"""Where each value of a line comes from: said by the query that gives the value."""

import pytest

from contacts.models import (
    AlternativeAddress,
    AlternativeAddressPeriod,
    Salesperson,
)
from contacts.tests.factories import make_person
from interactions.models import Campaign
from interactions.tests.factories import make_document, make_template
from segments_app.models import SegmentDocument
from segments_app.tests.factories import TODAY, make_segment

pytestmark = pytest.mark.django_db


def origins(segment, *names):
    line = segment.lines.with_effective_values(origins=True).get()
    return {name: str(getattr(line, f"origin_{name}")) for name in names}


def letter_in(*languages, **values):
    documents = {language: make_document(language) for language in languages}
    return make_template(languages=documents, **values)


def test_a_line_without_anything_has_no_origins_but_the_segments():
    segment = make_segment(make_person())
    assert origins(
        segment,
        *("template", "description", "cost", "campaign", "salesperson", "date"),
        *("language", "document", "subject", "correspondence_type", "evaluation"),
        *("personal_text", "address", "email_form"),
    ) == {
        "template": "",
        "description": "segment",
        "cost": "",
        "campaign": "",
        "salesperson": "",
        "date": "segment",
        "language": "",
        "document": "",
        "subject": "segment",
        "correspondence_type": "",
        "evaluation": "",
        "personal_text": "",
        "address": "",
        "email_form": "",
    }


def test_what_the_contact_brings_is_told_from_what_the_template_gives():
    person = make_person(
        language="nb",
        correspondence_type="hard_copy",
        salesperson=Salesperson.objects.create(code="JON", name="Jon"),
    )
    campaign = Campaign.objects.create(description="Spring")
    template = letter_in("nb", default_language="nb", unit_cost=2, campaign=campaign)
    segment = make_segment(person, template=template)
    home = AlternativeAddress.objects.create(contact=person, code="HOME")
    AlternativeAddressPeriod.objects.create(
        contact=person, address=home, starting_date=TODAY
    )
    assert origins(
        segment,
        *("template", "language", "document", "correspondence_type", "salesperson"),
        *("cost", "campaign", "address"),
    ) == {
        "template": "segment",
        "language": "contact",
        "document": "template",
        "correspondence_type": "contact",
        "salesperson": "contact",
        "cost": "template",
        "campaign": "template",
        "address": "contact",
    }


def test_the_segment_takes_over_what_it_says_itself():
    person = make_person(correspondence_type="hard_copy")
    segment = make_segment(
        person,
        template=letter_in("nb", default_language="nb"),
        language="en",
        correspondence_type="email",
        ignore_contact_correspondence_type=True,
        unit_cost=0,
        subject="Good news",
    )
    SegmentDocument.objects.create(
        segment=segment, language="en", document=make_document("ours")
    )
    names = ("language", "document", "correspondence_type", "cost", "subject")
    assert set(origins(segment, *names).values()) == {"segment"}


def test_own_values_are_the_lines_even_where_they_are_blank_or_false():
    call = letter_in("en", code="CALL", default_language="en", description="A call")
    segment = make_segment(make_person(), template=letter_in("nb"))
    segment.lines.update(
        template=call,
        subject="",
        correspondence_type="",
        campaign_target=False,
        personal_text="Dear you",
    )
    assert origins(
        segment,
        *("template", "subject", "correspondence_type", "campaign_target"),
        *("personal_text", "description", "document"),
    ) == {
        "template": "line",
        "subject": "line",
        "correspondence_type": "line",
        "campaign_target": "line",
        "personal_text": "line",
        "description": "template",
        "document": "template",
    }


def test_a_subject_that_is_the_description_comes_from_where_that_comes_from():
    segment = make_segment(make_person())
    segment.lines.update(description="For you")
    assert origins(segment, "description", "subject") == {
        "description": "line",
        "subject": "line",
    }


def test_only_what_is_wanted_is_resolved_with_what_it_needs():
    template = letter_in("nb", default_language="nb")
    segment = make_segment(make_person(), template=template)
    line = segment.lines.with_effective_values(only=["document_id"]).get()
    annotated = {name for name in vars(line) if name.startswith("effective_")}
    assert annotated == {
        "effective_template_id",
        "effective_language",
        "effective_document_id",
    }
    assert line.effective_document_id == template.languages.get().document_id
