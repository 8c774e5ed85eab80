"""Pages off the beaten track, light and dark: accessible, and fit for a phone."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_document, make_template
from segments_app.models import LineColumns
from segments_app.models.line_columns import COLUMNS
from segments_app.roles import MARKETING_ASSISTANT
from segments_app.services import add_contacts, save_criteria
from segments_app.tests.factories import NOW, make_segment

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ANYBODY = {"any": [{"field": "city", "op": "is", "value": "Oslo"}]}


@pytest.fixture(params=["light", "dark"])
def walk(request, live_server, page):
    user = User.objects.create_user("anne", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_ASSISTANT))
    page.emulate_media(color_scheme=request.param)
    walk = Walk(page, live_server.url)
    walk.log_in("anne", "a good password")
    walk.look("What waits for you")
    return walk


@pytest.fixture
def segment():
    """Anna, who has a text of her own, and Bo of one company, and Cecilie."""
    kaffe = make_company("Kaffe AS", city="Bergen")
    template = make_template(
        "LETTER",
        languages={"en": make_document()},
        default_language="en",
        correspondence_type="hard_copy",
    )
    segment = make_segment(
        make_person("Anna Dahl", city="Oslo", company=kaffe),
        make_person("Bo Lie", city="Oslo", company=kaffe),
        make_person("Cecilie Moe", city="Voss"),
        template=template,
        number="SM-1",
    )
    lines = segment.lines.filter(contact__name="Anna Dahl")
    lines.update(personal_text="See you at the fair!")
    make_person("Ida Foss", city="Oslo")
    make_person("Blocked Berit", city="Oslo", privacy_blocked=True)
    add_contacts(segment=segment, criteria=ANYBODY, user=None, at=NOW)
    return segment


def goes(walk, segment, name, *arguments, query=""):
    address = reverse(f"segments:{name}", args=[segment.pk, *arguments])
    walk.page.goto(f"{walk.start}{address}{query}")


def test_the_lines_and_what_is_done_with_them(walk, segment):
    page, first = walk.page, segment.lines.order_by("position").first()
    every = [column.code for column in COLUMNS]
    LineColumns.objects.create(user=User.objects.get(), columns=every)
    goes(walk, segment, "detail")
    walk.look("Christmas letter")
    goes(walk, segment, "detail", query="?language=klingon")
    walk.look("Christmas letter")
    goes(walk, segment, "lines_export", "csv", query="?language=klingon")
    walk.look("Christmas letter")
    page.goto(f"{walk.start}{reverse('segments:list')}?owner=999")
    walk.look("Segments")
    goes(walk, segment, "line_edit", first.pk)
    walk.look("Anna Dahl")
    goes(walk, segment, "contact_list")
    walk.look("Contact list")
    goes(walk, segment, "contact_list", query="?search=anna")
    walk.look("Contact list")
    goes(walk, segment, "lines_change", query="?all=on")
    walk.look("Change many lines")
    page.get_by_label("Date: new value").fill("2026-12-01")
    walk.button("See what changes")
    walk.look("Change many lines")


def test_what_a_change_of_the_header_leaves_behind(walk, segment):
    make_template("OTHER", description="Another letter")
    goes(walk, segment, "edit")
    walk.look("Header of SM-1")
    walk.page.get_by_label("Interaction template").select_option("OTHER Another letter")
    walk.button("Save")
    walk.reads("Nothing is saved yet.")
    walk.look("Header of SM-1")


def test_why_comparing_and_saved_criteria(walk, segment):
    anna = segment.lines.order_by("position").first().contact
    goes(walk, segment, "why", query=f"?contact={anna.pk}")
    walk.look("Why in, why out")
    other = make_segment(anna, number="SM-2", description="Easter letter")
    address = reverse("segments:compare")
    query = f"?first={segment.number}&second={other.number}"
    walk.page.goto(walk.start + address + query)
    walk.look("Compare segments")
    saved = save_criteria(
        **{"segment": segment, "code": "OSLO", "description": "In Oslo"},
        **{"shared": True, "user": User.objects.get(), "at": NOW},
    )
    walk.page.goto(walk.start + saved.get_absolute_url())
    walk.look("OSLO")


def test_everybody_a_step_moves(walk, segment):
    other = make_segment(*(line.contact for line in segment.lines.all()), number="SM-3")
    make_segment(number="SM-4")
    goes(walk, other, "combine_take", "segment", segment.pk)
    walk.button("See everybody")
    walk.look("Combine segments: how many and who")
    goes(walk, segment, "one_per_address")
    walk.page.get_by_label("The others stay on the segment, by copy").check()
    walk.settle()
    walk.look("One per company or address")
    walk.button("See everybody")
    walk.look("One letter per company: how many and who")
    walk.reads("Put 1 contact by copy")
    goes(walk, segment, "line_add", query="?search=ida")
    walk.look("Add by hand")
    goes(walk, segment, "step_leave_out", 2)
    walk.button("See everybody")
    walk.look("Leave out step 2: how many and who")
