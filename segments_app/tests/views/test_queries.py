"""What a page asks of the database does not grow with what it shows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Contact, MailingGroup
from contacts.tests.factories import make_company, make_person
from interactions.models import InteractionTemplateLanguage
from interactions.tests.factories import make_document, make_template
from segments_app.models import Segment, SegmentDocument
from segments_app.services import add_contacts, remove_by_hand
from segments_app.tests.factories import NOW, make_segment

pytestmark = pytest.mark.django_db


def people(count: int) -> list[Contact]:
    """Return so many persons, each of a company of their own."""
    return [
        make_person(f"Many No{number}", company=make_company(f"Kaffe {number} AS"))
        for number in range(count)
    ]


def asked(browser, url, **query):
    """How many queries the page needs."""
    with CaptureQueriesContext(connection) as captured:
        page = browser.get(url, query)
    assert page.status_code == 200
    return len(captured)


def at(segment: Segment, name: str, *arguments) -> str:
    return reverse(f"segments:{name}", args=[segment.pk, *arguments])


SIZES = [2, 30]


def same(costs: list) -> bool:
    assert len(costs) == len(SIZES)
    return len(set(costs)) == 1


def test_a_step_with_those_who_came_and_went(rolf):
    costs = []
    for size in SIZES:
        segment = make_segment(*people(size))
        remove_by_hand(
            segment=segment, contacts=Contact.objects.all(), user=None, at=NOW
        )
        came, went = (asked(rolf, at(segment, "step", step)) for step in (1, 2))
        costs.append((came, went))
    assert same(costs)


def test_the_search_for_contacts_to_add(anne):
    segment = make_segment(make_person("Bo Lie"))
    costs = []
    for size in SIZES:
        people(size)
        costs.append(asked(anne, at(segment, "line_add"), search="many"))
    assert same(costs)


def test_the_question_before_lines_are_removed(anne):
    costs = []
    for size in SIZES:
        segment = make_segment(*people(size))
        chosen = list(segment.lines.values_list("pk", flat=True))
        costs.append(asked(anne, at(segment, "line_remove"), line=chosen))
    assert same(costs)


def test_the_own_values_of_a_line(anne):
    costs = []
    for size in SIZES:
        segment = make_segment(*people(size))
        for number in range(size):
            make_template(f"{size}-{number}", languages={"en": make_document()})
        line = segment.lines.first()
        costs.append(asked(anne, at(segment, "line_edit", line.pk)))
    assert same(costs)


def test_the_documents_of_a_segment_and_of_its_template(anne):
    costs = []
    for size in SIZES:
        template = make_template(f"T-{size}")
        segment = make_segment(template=template)
        for number in range(size):
            document = make_document(f"Letter {number}", name=f"{number}.docx")
            language = f"x{number}"
            SegmentDocument.objects.create(
                segment=segment, language=language, document=document
            )
            InteractionTemplateLanguage.objects.create(
                template=template, language=language, document=document
            )
        costs.append(asked(anne, at(segment, "documents")))
    assert same(costs)


def test_the_builder_with_the_criteria_of_an_earlier_step(anne):
    costs = []
    for size in SIZES:
        codes = [f"G{size}-{number}" for number in range(size)]
        MailingGroup.objects.bulk_create(MailingGroup(code=code) for code in codes)
        wanted = [
            {
                "has": "mailing_group",
                "where": {"field": "code", "op": "is", "value": code},
            }
            for code in codes
        ]
        segment = make_segment()
        add_contacts(segment=segment, criteria={"any": wanted}, user=None, at=NOW)
        costs.append(asked(anne, at(segment, "criteria", "add"), step=1))
    assert same(costs)


def test_the_header_and_the_question_before_deleting(mona):
    for name in ("edit", "delete", "save_criteria", "merge"):
        costs = [asked(mona, at(make_segment(*people(n)), name)) for n in SIZES]
        assert same(costs), name
