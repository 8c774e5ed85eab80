"""The whole chain once, read aloud: from a contact file to a logged segment."""

import datetime
import io

import docx
import pytest
from django.contrib.auth.models import User

from contacts.choices import FormulaType, NamePart
from contacts.importing import open_contact_file
from contacts.models import (
    Contact,
    MarketingSetup,
    Salesperson,
    Salutation,
    SalutationFormula,
)
from contacts.services.importing.import_contacts import import_contacts
from interactions.models import InteractionLogEntry
from interactions.services.documents import store_document
from interactions.services.letters import letter_of
from interactions.tests.factories import letter, make_template
from segments_app.criteria import describe
from segments_app.models import Segment, SegmentDocument
from segments_app.services import (
    SegmentAlreadyLogged,
    add_contacts,
    create_segment,
    go_back,
    log_segment,
    preflight,
    redo,
    reduce_contacts,
)
from segments_app.services.letters import letter_of_line, letters_of
from segments_app.tests.factories import NOW, names_on
from segments_app.tests.merged import merge_again, merge_segment

pytestmark = pytest.mark.django_db

PEOPLE = """\
first_name,last_name,company_name,address,city,state,zip,email,country
Åse,Vik,Kaffe AS,Bakken 3,Bergen,,5003,aase@kaffe.example,NO
Bo,Lie,Kaffe AS,Bakken 3,Bergen,,5003,bo@kaffe.example,NO
Cecilie,Moe,Torg AS,Torget 1,Oslo,,0150,cecilie@torg.example,NO
Dag,Næss,Fjell AS,,Bergen,,,dag@fjell.example,NO
James,Butt,"Benton, John B Jr",Blue Gum St 6,New Orleans,LA,70116,j@benton.example,US
"""
IN_BERGEN = {"field": "city", "op": "is", "value": "bergen"}
AT_KAFFE = {
    "has": "company",
    "where": {"field": "name", "op": "is", "value": "Kaffe AS"},
}
PERSONS = {"field": "type", "op": "is", "value": "person"}


def paragraphs(data: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(data))
    return [each.text for each in document.paragraphs if each.text]


def merged(merge, **options) -> list[str]:
    out = io.BytesIO()
    merge(out=out, **options)
    return paragraphs(out.getvalue())


@pytest.fixture
def kari():
    return User.objects.create(username="kari")


@pytest.fixture(autouse=True)
def company():
    """A company that is set up: who it is, how it greets, who sells."""
    MarketingSetup.objects.create(company_name="Fjord & Co")
    Salesperson.objects.create(code="JON", name="Jon Berg")
    greeting = Salutation.objects.create(code="ANY", description="Anybody")
    SalutationFormula.objects.create(
        salutation=greeting,
        type=FormulaType.FORMAL,
        text="Dear %1 %2,",
        name_1=NamePart.FIRST_NAME,
        name_2=NamePart.SURNAME,
    )


def test_from_a_contact_file_to_a_logged_segment_with_a_follow_up(kari):
    # A contact file comes in: people, and the companies they work for.
    file = open_contact_file(PEOPLE.encode("utf-8-sig"))
    *_, summary = import_contacts(file=file, at=NOW)
    assert (summary.created, summary.companies, summary.refused) == (5, 4, 0)
    Contact.objects.update(salutation=Salutation.objects.get())

    # Kari makes a segment and adds everybody in Bergen.
    template = make_template(
        description="Christmas letter",
        default_language="en",
        correspondence_type="hard_copy",
        ignore_contact_correspondence_type=True,
    )
    segment = create_segment(
        description="Christmas letter",
        template=template,
        salesperson=Salesperson.objects.get(),
        user=kari,
        at=NOW,
    )
    add_contacts(
        segment=segment,
        criteria={"all": [PERSONS, IN_BERGEN]},
        user=kari,
        at=NOW,
    )
    assert names_on(segment) == ["Dag Næss", "Bo Lie", "Åse Vik"]

    # She takes Kaffe off, goes back, redoes it, and goes back for good.
    reduce_contacts(segment=segment, criteria=AT_KAFFE, user=kari, at=NOW)
    assert names_on(segment) == ["Dag Næss"]
    go_back(segment=segment, user=kari)
    assert names_on(segment) == ["Dag Næss", "Bo Lie", "Åse Vik"]
    redo(segment=segment, user=kari)
    assert names_on(segment) == ["Dag Næss"]
    go_back(segment=segment, user=kari)

    # A Word letter is attached, and Åse gets a personal line.
    document = store_document(
        data=letter(
            "{{ formal_salutation }}",
            "{{ personal_text }}",
            "Yours, {{ company_name }}",
        ),
        name="christmas.docx",
    )
    SegmentDocument.objects.create(segment=segment, language="en", document=document)
    aase = segment.lines.live().get(contact__name="Åse Vik")
    segment.lines.filter(pk=aase.pk).update(personal_text="Thank you & <see> you!")

    # One letter is looked at, then all of them are merged in printing order.
    assert paragraphs(letter_of_line(letters_of(segment).get(pk=aase.pk))) == [
        "Dear Åse Vik,",
        "Thank you & <see> you!",
        "Yours, Fjord & Co",
    ]
    for_bo = ["Dear Bo Lie,", "Yours, Fjord & Co"]
    for_aase = ["Dear Åse Vik,", "Thank you & <see> you!", "Yours, Fjord & Co"]
    for_dag = ["Dear Dag Næss,", "Yours, Fjord & Co"]
    asked = {"segment": segment, "user": kari, "at": NOW}
    assert merged(merge_segment, **asked) == for_dag + for_bo + for_aase

    # Before logging every problem is told at once: Dag has no street, two share one.
    problems = preflight(segment=segment, deliver=True)
    assert [(each.kind, each.severity, each.lines) for each in problems] == [
        ("address_missing", "problem", 1),
        ("same_address", "warning", 2),
    ]

    # Kari logs, delivers what can be delivered, and wants a follow-up.
    options = {"deliver": True, "follow_up": True, "skip_problem_lines": True}
    same = Segment.objects.get(pk=segment.pk)
    number = segment.number
    logged = log_segment(segment=segment, **options, user=kari, at=NOW)
    with pytest.raises(SegmentAlreadyLogged):
        log_segment(segment=same, **options, user=kari, at=NOW)

    # Every letter is in the log, with what holds in the end.
    entries = InteractionLogEntry.objects.order_by("pk").values_list(
        *("contact__name", "company__name", "date", "description", "segment_number"),
        *("correspondence_type", "delivery_status", "user__username"),
    )
    common = (datetime.date(2026, 11, 20), "Christmas letter", number, "hard_copy")
    assert list(entries) == [
        ("Bo Lie", "Kaffe AS", *common, "queued", "kari"),
        ("Åse Vik", "Kaffe AS", *common, "queued", "kari"),
    ]
    assert [describe(step["criteria"]) for step in logged.criteria["steps"]] == [
        "type is Person and city is “bergen”"
    ]

    # Dag is kept for later; the two who got a letter are on the follow-up.
    assert names_on(logged.left_overs.get()) == ["Dag Næss"]
    assert names_on(logged.follow_ups.get()) == ["Bo Lie", "Åse Vik"]
    assert Segment.objects.count() == 2

    # Years later the letters come again as they were, whatever changed since.
    Contact.objects.filter(name="Åse Vik").update(first_name="Åse", surname="Berg")
    MarketingSetup.objects.update(company_name="Fjord Group")
    assert merged(merge_again, logged_segment=logged) == for_bo + for_aase
    entry = InteractionLogEntry.objects.get(contact__name="Åse Vik")
    assert paragraphs(letter_of(entry)) == for_aase
