from datetime import date

import pytest

from contacts.choices import BlockReason
from contacts.models import (
    Contact,
    DuplicatePair,
    JobResponsibility,
    MailingGroup,
    ProfileQuestionnaire,
    WebSource,
)
from contacts.tests.factories import make_company, make_person
from interactions.models import Run
from interactions.tests.factories import make_entry
from segments_app.tests.factories import make_segment


@pytest.fixture
def pair() -> tuple[Contact, Contact]:
    """Two persons that are one, each with everything a person can have."""
    foss = make_company("Foss AS")
    one = make_person("Ingrid Solberg", company=foss, email="ingrid@foss.no")
    other = make_person("I. Solberg", city="Oslo", phone="22 33 44 55")
    news, card = (MailingGroup.objects.create(code=code) for code in ("NEWS", "CARD"))
    one.mailing_groups.set([news])
    other.mailing_groups.set([news, card])
    buyer, boss = (JobResponsibility.objects.create(code=c) for c in ("BUYER", "BOSS"))
    one.job_responsibilities.set([buyer])
    other.job_responsibilities.set([buyer, boss])
    web = WebSource.objects.create(code="WEB", url="https://x.example/%1")
    questions = ProfileQuestionnaire.objects.create(code="P").questions
    single = questions.create(code="SIZE", description="How big?")
    many = questions.create(code="LIKES", description="Likes", multiple_answers=True)
    small, big = (single.answers.create(code=c, description=c) for c in ("S", "L"))
    tea, coffee = (many.answers.create(code=c, description=c) for c in ("TEA", "COF"))
    for contact, answers in ((one, (small, tea)), (other, (big, tea, coffee))):
        contact.web_source_links.create(web_source=web, search_word=contact.name)
        for answer in answers:
            contact.profile_answer_links.create(
                answer=answer, last_updated=date(2026, 1, contact.pk % 9 + 1)
            )
        home = contact.alternative_addresses.create(code="HOME", city=contact.name)
        contact.alternative_address_periods.create(
            address=home, starting_date="2026-01-01"
        )
        contact.comments.create(text=f"Met {contact.name}")
        make_entry(contact, company=contact.company)
    other.alternative_address_periods.create(address=home, starting_date="2026-06-01")
    one.channel_blocks.create(
        channel="email", since="2026-02-01", reason=BlockReason.BOUNCED
    )
    other.channel_blocks.create(
        channel="email", since="2026-01-01", reason=BlockReason.UNSUBSCRIBED
    )
    other.channel_blocks.create(
        channel="hard_copy", since="2026-01-01", reason=BlockReason.RETURNED
    )
    run = Run.objects.create(segment_number="SM-7", kind="print")
    for sequence, contact in enumerate((one, other), start=1):
        run.items.create(sequence=sequence, contact=contact)
    make_segment(one, other)
    make_segment(other)
    DuplicatePair.objects.create(one=one, other=other, score=90)
    return one, other
