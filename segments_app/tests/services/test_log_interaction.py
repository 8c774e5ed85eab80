"""A letter to one contact is kept as the letters of a segment are."""

import pytest

from contacts.models import Salesperson
from contacts.tests.factories import make_person
from interactions.models import MailText
from interactions.tests.factories import make_document, make_template
from segments_app.services.log_interaction import log_interaction
from segments_app.tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def values():
    """An e-mail from Nina to Anna."""
    template = make_template(
        description="Spring letter",
        correspondence_type="email",
        default_language="en",
        languages={"en": make_document("Dear {{ contact_name }}")},
    )
    nina = Salesperson.objects.create(code="NINA", name="Nina Holm")
    anna = make_person("Anna Dahl", salesperson=nina, email="anna@example.no")
    return {"contact": anna, "template": template}


def logged(values):
    entry = log_interaction(values=values, deliver=True, user=None, at=NOW)
    entry.refresh_from_db()
    return entry


def test_the_log_says_the_subject_as_the_contact_reads_it(values):
    entry = logged(values | {"subject": "News for {{ contact_name }}"})
    assert entry.subject == "News for Anna Dahl"


def test_the_texts_of_the_set_up_are_kept_with_the_letter(values):
    MailText.objects.create(language="en", text="Here it is.", unsubscribe="Enough?")
    run = logged(values).run_item.run
    assert run.mail_texts == {"en": {"text": "Here it is.", "unsubscribe": "Enough?"}}
