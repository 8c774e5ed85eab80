"""From five kinds of problems to who did not answer: a segment that is delivered."""

import io

import docx
import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from contacts.models import Salesperson
from contacts.tests.factories import make_person
from interactions.models import LoggedSegment
from interactions.tests.delivery.mail_server import mail_server
from interactions.tests.factories import make_document, make_template
from segments_app.models import Segment
from segments_app.roles import MARKETING_MANAGER
from segments_app.tests.factories import make_segment, names_on

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BY_EMAIL = ("Anna Dahl", "Ivar Lund", "Jorunn Berg", "Kari Nes")
REFUSED = "anna@dahl.example"


@pytest.fixture
def server(settings):
    settings.SITE_URL = "https://crm.kaffe.example"
    with mail_server(settings) as server:
        server.answers[REFUSED] = "550 5.1.1 No such user here"
        yield server


@pytest.fixture
def walk(live_server, page):
    user = User.objects.create_user("mona", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_MANAGER))
    walk = Walk(page, live_server.url)
    walk.log_in("mona", "a good password")
    page.get_by_role("heading", level=1, name="What waits for you").wait_for()
    return walk


@pytest.fixture
def segment():
    """Four who can be written to, five who cannot, and one with a warning."""
    unsubscribed = by_email("Eva Foss")
    unsubscribed.channel_blocks.create(
        channel="email", reason="unsubscribed", since=timezone.localdate()
    )
    people = [
        *map(by_email, BY_EMAIL),
        by_email("Bo Lie", email=""),
        by_email("Cecilie Moe", correspondence_type="hard_copy"),
        by_email("Dag Ek", privacy_blocked=True),
        unsubscribed,
        by_email("Finn Aas", minor=True),
        by_email("Gro Vik", exclude_from_segment=True),
    ]
    template = make_template(
        description="Christmas letter",
        correspondence_type="email",
        default_language="en",
        languages={"en": make_document("{{ contact_name }}", "{{ response_code }}")},
    )
    jon = Salesperson.objects.create(code="JON", name="Jon Berg")
    return make_segment(
        *people,
        number="SM-7",
        template=template,
        salesperson=jon,
        date=timezone.localdate(),
    )


def by_email(name, **values):
    first, surname = name.lower().split()
    return make_person(name, **{"email": f"{first}@{surname}.example"} | values)


def mend(walk, message, heading, values):
    """Follow the number of one kind of problem and fill in what the contact lacks."""
    page = walk.page
    page.get_by_role("row", name=message).get_by_role("link", name="1 contact:").click()
    walk.look(heading)
    for label, value in values.items():
        page.get_by_label(label).fill(value)
    walk.button("Save")
    walk.reads("No contact has this problem")
    walk.link("Back to the check")


def problems(walk):
    """What the check says: how grave, and what."""
    walk.settle()
    table = walk.page.get_by_role("table", name="Problems and warnings")
    said = table.locator("tbody td:first-child").all_inner_texts()
    return [text.split("\n")[0] for text in said]


def letters_taken(server):
    """By their e-mail address the lines of the letters that the server took."""
    return {
        str(message["To"]): [
            paragraph.text
            for paragraph in docx.Document(
                io.BytesIO(next(message.iter_attachments()).get_content())
            ).paragraphs
        ]
        for message in server.taken
    }


def test_from_five_kinds_of_problems_to_those_who_did_not_answer(
    walk, segment, server, capsys
):
    page = walk.page

    # Mona looks at what stands in the way of delivering.
    page.goto(walk.start + segment.get_absolute_url())
    walk.link("Log", exact=True)
    page.get_by_label("Deliver the letters").check()
    walk.look("Log segment SM-7")
    assert problems(walk) == [
        "Problem Privacy blocked.",
        "Problem Minor without parental consent.",
        "Problem Does not want to receive anything through this channel.",
        "Problem To be sent by e-mail, but there is no e-mail address.",
        "Problem To be printed, but the postal address is incomplete.",
        "Warning Excluded from segments.",
    ]

    # Two kinds are mended where they are shown.
    mend(walk, "no e-mail address", "To be sent by", {"E-mail": "bo@lie.example"})
    home = {"Address": "Bakken 1", "Postcode": "5003", "City": "Bergen"}
    mend(walk, "postal address is incomplete", "To be printed", home)
    walk.reads("logged 7, kept in a new segment 3.")
    assert len(problems(walk)) == 4

    # Without a look at the warning nothing is logged; then the good ones are.
    expect(page.get_by_role("button", name="Log 10 contacts")).to_be_visible()
    page.get_by_label("Leave out the contacts with a problem").check()
    walk.button("Log 7 contacts")
    walk.look("Log segment SM-7")
    walk.reads("Look at the warnings below and confirm them.")
    page.get_by_label("I have looked at the warnings").check()
    walk.button("Log 7 contacts")
    walk.look("Logged segment SM-7")
    walk.reads("6 e-mails are in the outbox")
    logged = LoggedSegment.objects.get()
    rest = logged.left_overs.get()
    assert names_on(rest) == ["Dag Ek", "Eva Foss", "Finn Aas"]
    walk.link(str(rest))
    walk.look(rest.description)

    # The mail server refuses one of six; the outbox says so, and why.
    call_command("send_deliveries", "--once")
    assert capsys.readouterr().out == "5 sent, 1 failed.\n"
    page.goto(f"{walk.start}/interactions/outbox/?status=failed")
    walk.look("Outbox")
    assert walk.names("E-mails") == ["Anna Dahl"]
    walk.reads("No such user here")

    # Her mailbox was made meanwhile: sent again, to her alone.
    del server.answers[REFUSED]
    page.get_by_label("Choose Anna Dahl").check()
    walk.button("Send again")
    walk.look("Outbox")
    walk.reads("1 letter is sent again.")
    call_command("send_deliveries", "--once")
    assert capsys.readouterr().out == "1 sent, 0 failed.\n"
    assert len(server.taken) == len(set(server.recipients)) == 6
    page.goto(f"{walk.start}/interactions/outbox/")
    walk.look("Outbox")
    table = page.get_by_role("table", name="E-mails")
    expect(table.get_by_text("Sent", exact=True)).to_have_count(6)

    # Kari answers, and writes the code of her letter.
    name, code = letters_taken(server)["kari@nes.example"]
    assert name == "Kari Nes"
    page.goto(f"{walk.start}/interactions/responses/")
    walk.look("Enter responses")
    page.get_by_label("Response code").fill(code)
    page.keyboard.press("Enter")
    walk.look("Enter responses")
    walk.reads("Kari Nes is entered.")

    # The others whom the letter reached are followed up, if they may be: Cecilie's is
    # not posted yet, and Gro is excluded from segments.
    page.goto(walk.start + logged.get_absolute_url())
    page.get_by_label("Only those who did not answer").check()
    walk.look("Logged segment SM-7")
    walk.reads("Only those who did not answer: 4")
    walk.button("Create follow-up segment")
    follow_up = Segment.objects.exclude(pk=rest.pk).get()
    walk.look(follow_up.description)
    assert names_on(follow_up) == ["Anna Dahl", "Bo Lie", "Ivar Lund", "Jorunn Berg"]
    page.goto(walk.start + logged.get_absolute_url())
    walk.link(str(follow_up))
    walk.look(follow_up.description)
