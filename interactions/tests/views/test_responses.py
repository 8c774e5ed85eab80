"""Entering responses: one code after the other, by hand or with a scanner."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from contacts.models import ContactChannelBlock
from contacts.tests.factories import make_person
from interactions.models import InteractionLogEntry, LetterReturn
from interactions.services.responses import code_of
from interactions.tests.factories import freeze_letter, make_entry

pytestmark = pytest.mark.django_db

PAGE = reverse("interactions:responses")
UNDO = reverse("interactions:undo_response")


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def letter():
    anna = make_person("Anna Dahl", number="C-1")
    entry = make_entry(anna, correspondence_type="hard_copy", delivery_status="posted")
    freeze_letter(entry)
    return InteractionLogEntry.objects.get(pk=entry.pk)


def last_seen(browser):
    """Return what the button to undo sends, from its page."""
    page = text(browser.get(PAGE))
    return {"last": re.search('name="last" value="([^"]+)"', page)[1]}


def sent(**values):
    return {"kind": "response", "date": timezone.localdate().isoformat()} | values


def test_enter_records_and_the_field_is_empty_for_the_next(mona, letter):
    page = text(mona.get(PAGE))
    assert "autofocus" in page
    assert "Nothing yet." in page
    answer = mona.post(PAGE, sent(code=code_of(letter), evaluation="positive"))
    assert "evaluation=positive" in answer.url
    page = mona.get(answer.url)
    assert "The response of C-1 Anna Dahl is entered." in text(page)
    assert page.context["form"]["code"].value() is None
    assert page.context["form"]["evaluation"].value() == "positive"
    assert [each.letter for each in page.context["recorded"]] == [letter]
    entry = text(mona.get(letter.get_absolute_url()))
    assert code_of(letter) in entry
    assert "Response of" in entry


def test_a_name_that_turns_the_text_round_turns_only_itself(mona, letter):
    turned = "Anna\N{RIGHT-TO-LEFT OVERRIDE}lhaD"
    type(letter.contact).objects.update(name=turned)
    type(letter).objects.update(description=turned)
    mona.post(PAGE, sent(code=code_of(letter)), follow=True)
    page = mona.get(PAGE).content.decode()
    assert page.count(turned) == page.count(f"<bdi>{turned}</bdi>") == 2


def test_the_same_code_again_is_told_at_the_field(mona, letter):
    for _time in range(2):
        page = mona.post(PAGE, sent(code=code_of(letter)))
    assert "was entered already" in page.context["form"].errors["code"][0]
    assert page.context["form"]["code"].value() == ""
    assert InteractionLogEntry.objects.responded().count() == 1


@pytest.mark.parametrize("kind", ["response", "return"])
def test_a_day_before_the_letter_is_told_at_the_date(mona, letter, kind):
    data = sent(date="0001-01-01", kind=kind, reason="moved")
    of_it = reverse("interactions:entry_response", args=[letter.pk])
    for page in (PAGE, of_it):
        answer = mona.post(page, data | {"code": code_of(letter)})
        assert answer.context["form"].errors == {
            "date": ["Nothing can have come of this letter before 03/02/2026."]
        }
    assert list(letter.contact.interactions.all()) == [letter]
    assert not LetterReturn.objects.exists()


@pytest.mark.parametrize(
    ("code", "why"),
    [("", "required"), ("111F", "mistyped"), ("111E", "No letter that was logged")],
)
def test_a_code_that_leads_nowhere_is_told(mona, letter, code, why):
    page = mona.post(PAGE, sent(code=code))
    assert why in page.context["form"].errors["code"][0]


def test_a_letter_that_came_back(mona, letter):
    page = mona.post(PAGE, sent(code=code_of(letter), kind="return"))
    assert page.context["form"].errors.keys() == {"reason"}
    data = sent(code=code_of(letter), kind="return", reason="moved", comment="Label")
    page = text(mona.post(PAGE, data, follow=True))
    assert "Nothing is sent to the address until it is corrected." in page
    assert ContactChannelBlock.objects.count() == 1
    entry = text(mona.get(letter.get_absolute_url()))
    assert "Came back" in entry
    assert "Label" in entry
    page = text(mona.post(UNDO, last_seen(mona), follow=True))
    assert "Undone: C-1 Anna Dahl." in page
    assert not LetterReturn.objects.exists()
    assert "nothing today that could be undone" in text(mona.post(UNDO, follow=True))


def test_two_clicks_undo_one(mona, letter):
    second = make_entry(make_person("Bo Ek"), correspondence_type="hard_copy")
    mona.post(PAGE, sent(code=code_of(letter)))
    mona.post(reverse("interactions:entry_response", args=[second.pk]), sent())
    last = last_seen(mona)
    mona.post(UNDO, last)
    assert "That is undone already" in text(mona.post(UNDO, last, follow=True))
    assert InteractionLogEntry.objects.responded().get().response_to == letter


def test_without_a_code_from_the_card_or_the_entry(mona, letter):
    make_entry(letter.contact, information_flow="inbound")
    card = text(mona.get(letter.contact.get_absolute_url()))
    letters_of = reverse("interactions:letters_of", args=[letter.contact_id])
    assert letters_of in card
    page = mona.get(letters_of)
    assert list(page.context["letters"]) == [letter]
    enter = reverse("interactions:entry_response", args=[letter.pk])
    assert enter in text(page)
    assert enter in text(mona.get(letter.get_absolute_url()))
    assert "Response code" not in text(mona.get(enter))
    assert mona.post(enter, sent()).url == letter.get_absolute_url()
    page = text(mona.post(enter, sent()))
    assert "was entered already" in page


def test_a_response_names_its_letter(mona, letter):
    mona.post(PAGE, sent(code=code_of(letter)))
    response = InteractionLogEntry.objects.responded().get()
    page = text(mona.get(response.get_absolute_url()))
    assert "This is the response to" in page
    assert reverse("interactions:entry_response", args=[response.pk]) not in page


def test_who_only_reads_enters_nothing(rolf, nobody, stranger, letter):
    pages = [
        PAGE,
        reverse("interactions:letters_of", args=[letter.contact_id]),
        reverse("interactions:entry_response", args=[letter.pk]),
    ]
    for visitor in (rolf, nobody):
        assert {visitor.get(page).status_code for page in pages} == {403}
        assert visitor.post(UNDO).status_code == 403
    assert all("/login" in stranger.get(page).url for page in pages)
    assert "Enter a response" not in text(rolf.get(letter.get_absolute_url()))
