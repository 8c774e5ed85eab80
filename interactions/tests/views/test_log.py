"""Finding out who got what, when and why, and what came of it."""

import datetime
import io

import docx
import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Salesperson
from contacts.tests.factories import make_company, make_person
from interactions.models import (
    Campaign,
    Delivery,
    InteractionComment,
    InteractionGroup,
    LetterSnapshot,
)
from interactions.tests.factories import (
    freeze_letter,
    lose,
    make_document,
    make_entry,
    make_logged_segment,
    make_template,
)

pytestmark = pytest.mark.django_db

LOG = reverse("interactions:log")


@pytest.fixture
def anna():
    return make_person("Anna Dahl", company=make_company("Kaffe AS"))


@pytest.fixture
def bo():
    return make_person("Bo Lie")


def shown(browser, **conditions):
    """Return the descriptions on the first page of the log, as listed."""
    table = browser.get(LOG, conditions).context["table"]
    return [entry.description for entry in table.entries]


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_stranger_must_log_in_and_somebody_without_rights_is_refused(
    stranger, nobody, anna
):
    entry = make_entry(anna)
    for name, pk in (("log", []), ("entry", [entry.pk]), ("entry_letter", [entry.pk])):
        url = reverse(f"interactions:{name}", args=pk)
        assert stranger.get(url)["Location"] == f"{reverse('login')}?next={url}"
        assert nobody.get(url).status_code == 403


def test_the_log_is_newest_first_and_leaves_the_postponed_out(rolf, anna, bo):
    make_entry(anna, description="Old", date=datetime.date(2025, 1, 1))
    make_entry(bo, description="New", date=datetime.date(2026, 5, 1))
    make_entry(bo, description="Cancelled", cancelled=True)
    make_entry(bo, description="Draft", postponed=True)
    assert shown(rolf) == ["New", "Cancelled", "Old"]
    assert shown(rolf, postponed="only") == ["Draft"]
    assert shown(rolf, cancelled="yes") == ["Cancelled"]
    assert shown(rolf, cancelled="no") == ["New", "Old"]


def test_every_condition_finds_the_one_it_means_and_nothing_else(rolf, anna, bo):
    jon = Salesperson.objects.create(code="JON", name="Jon")
    spring = Campaign.objects.create(description="Spring")
    calls = InteractionGroup.objects.create(code="CALLS")
    call = make_template("CALL")
    call.group = calls
    call.save()
    entry = make_entry(
        anna,
        description="The one",
        date=datetime.date(2026, 4, 10),
        template=call,
        campaign=spring,
        salesperson=jon,
        company=anna.company,
        segment_number="SM-7",
        evaluation="positive",
        delivery_status="sent",
    )
    make_entry(bo, description="Another", date=datetime.date(2026, 4, 20))
    assert shown(rolf) == ["Another", "The one"]
    for condition in (
        {"date_from": "2026-04-10", "date_to": "2026-04-10"},
        {"template": call.pk},
        {"group": calls.pk},
        {"campaign": spring.pk},
        {"salesperson": jon.pk},
        {"contact": "dahl anna"},
        {"contact": anna.number},
        {"contact": "kaffe"},
        {"segment_number": "sm-7"},
        {"evaluation": "positive"},
        {"delivery_status": "sent"},
    ):
        assert shown(rolf, **condition) == [entry.description], condition
    assert shown(rolf, evaluation="none") == ["Another"]
    assert shown(rolf, delivery_status="none") == ["Another"]
    assert shown(rolf, contact="dahl bo") == []


def test_every_choice_is_in_words(rolf, anna):
    assert "---" not in rolf.get(LOG).content.decode()


def test_a_date_that_is_none_is_said_at_its_field(rolf, anna):
    make_entry(anna)
    form = rolf.get(LOG, {"date_from": "tomorrow"}).context["table"].filter.form
    assert form.errors == {"date_from": ["Enter a valid date."]}


def test_the_log_asks_as_many_questions_for_forty_entries_as_for_two(rolf, anna, bo):
    jon = Salesperson.objects.create(code="JON", name="Jon")

    def log(number):
        for _count in range(number):
            make_entry(anna, company=anna.company, salesperson=jon)
            make_entry(bo, salesperson=jon)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            rolf.get(LOG)
        return len(asked)

    log(1)
    few = queries()
    log(19)
    assert (queries(), few) == (few, 12)


@pytest.mark.parametrize("comments", [1, 20])
def test_an_entry_asks_as_much_with_one_comment_as_with_twenty(
    rolf, anna, comments, django_assert_num_queries
):
    entry = make_entry(anna, company=anna.company, document=make_document())
    freeze_letter(entry, "Dear {{ contact_name }}")
    user = User.objects.create_user("karin")
    for number in range(comments):
        InteractionComment.objects.create(entry=entry, text=f"{number}", user=user)
    with django_assert_num_queries(11):
        rolf.get(entry.get_absolute_url())
    with django_assert_num_queries(6):
        rolf.get(reverse("interactions:entry_letter", args=[entry.pk]))


def test_a_long_log_has_pages(rolf, anna):
    for number in range(51):
        make_entry(anna, description=f"Letter {number}")
    last_shown = rolf.get(LOG).context["table"].last
    assert shown(rolf, after=last_shown.pk) == ["Letter 0"]


def test_an_entry_shows_all_that_is_known_of_it(rolf, anna):
    logged = make_logged_segment("SM-7", description="Spring to all")
    entry = make_entry(
        anna,
        company=anna.company,
        logged_segment=logged,
        segment_number="SM-7",
        campaign=Campaign.objects.create(number="CP-9", description="Spring"),
        document=make_document(name="spring.docx"),
        correspondence_type="email",
        contact_via="anna@example.no",
        delivery_status="failed",
        subject="Coffee in spring",
        cost="1.20",
    )
    Delivery.objects.create(
        entry=entry,
        channel="email",
        to_address="anna@example.no",
        status="failed",
        attempts=2,
        error="550 No such mailbox",
    )
    InteractionComment.objects.create(entry=entry, text="She moved to Voss.")
    page = rolf.get(entry.get_absolute_url()).content.decode()
    for fact in (
        "Anna Dahl",
        "Kaffe AS",
        "SM-7 Spring to all",
        "CP-9 Spring",
        "spring.docx",
        "anna@example.no",
        "Coffee in spring",
        "1.20",
        "550 No such mailbox",
        "She moved to Voss.",
    ):
        assert fact in page
    # The table of the delivery leads nowhere: it is scrolled by the keyboard itself.
    assert '<div class="table-wrap" tabindex="0" role="region" aria-label="Del' in page


def test_mona_says_what_came_of_it_and_may_take_it_back(mona, anna):
    entry = make_entry(anna)
    url = reverse("interactions:entry_evaluate", args=[entry.pk])
    response = mona.post(url, {"evaluation": "very_positive"})
    assert response["Location"] == entry.get_absolute_url()
    entry.refresh_from_db()
    assert entry.evaluation == "very_positive"
    mona.post(url, {"evaluation": ""})
    entry.refresh_from_db()
    assert entry.evaluation == ""


def test_an_evaluation_is_one_of_five_and_not_rolfs_to_give(mona, rolf, anna):
    entry = make_entry(anna, evaluation="neutral")
    url = reverse("interactions:entry_evaluate", args=[entry.pk])
    assert said(mona.post(url, {"evaluation": "great"})) == [
        "This is not one of the evaluations."
    ]
    assert rolf.post(url, {"evaluation": "positive"}).status_code == 403
    assert mona.get(url).status_code == 405
    entry.refresh_from_db()
    assert entry.evaluation == "neutral"


def test_the_letter_comes_as_it_was_sent_whatever_the_contact_is_called_now(rolf, anna):
    entry = make_entry(anna, description="Spring letter")
    freeze_letter(entry, "Dear {{ contact_name }}")
    anna.name = "Anna Berg"
    anna.save()
    response = rolf.get(reverse("interactions:entry_letter", args=[entry.pk]))
    text = [
        line.text for line in docx.Document(io.BytesIO(response.content)).paragraphs
    ]
    assert "Dear Anna Dahl" in text
    assert response["Content-Disposition"] == (
        f'attachment; filename="{entry.pk}_Spring_letter.docx"'
    )


def test_the_subject_is_shown_as_it_was_sent(rolf, anna):
    subject = "News for {{ contact_name }}"
    entry = make_entry(anna, correspondence_type="email", subject=subject)
    freeze_letter(entry)
    page = rolf.get(entry.get_absolute_url())
    assert page.context["subject"] == "News for Anna Dahl"
    assert "{{ contact_name }}" not in page.content.decode()


def test_without_a_letter_the_page_says_so(rolf, anna):
    entry = make_entry(anna)
    response = rolf.get(reverse("interactions:entry_letter", args=[entry.pk]))
    assert response["Location"] == entry.get_absolute_url()
    assert said(response) == ["No letter was written for this interaction."]
    assert (
        "Download the letter" not in rolf.get(entry.get_absolute_url()).content.decode()
    )


def test_a_letter_that_cannot_be_made_any_more_says_why(rolf, anna):
    entry = make_entry(anna)
    freeze_letter(entry, "Dear {{ contact_name }}")
    LetterSnapshot.objects.update(
        document=make_document("{{ a_field_of_long_ago }}", name="old.docx")
    )
    page = rolf.get(entry.get_absolute_url())
    problem = page.context["letter_problem"]
    assert "a_field_of_long_ago" in problem
    letter = rolf.get(reverse("interactions:entry_letter", args=[entry.pk]))
    assert letter["Location"] == entry.get_absolute_url()
    assert said(letter) == [problem]


def test_a_letter_whose_document_is_gone_from_the_storage_says_so(rolf, anna):
    entry = make_entry(anna)
    freeze_letter(entry, "Dear lost {{ contact_name }}")
    lose(LetterSnapshot.objects.get().document)
    problem = rolf.get(entry.get_absolute_url()).context["letter_problem"]
    assert "“letter.docx” is gone from the storage" in problem
    letter = rolf.get(reverse("interactions:entry_letter", args=[entry.pk]))
    assert letter["Location"] == entry.get_absolute_url()
    assert said(letter) == [problem]
