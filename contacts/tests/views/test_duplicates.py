"""Pages of duplicates: the list, both side by side, the merge and its journal."""

import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from contacts.models import (
    Contact,
    ContactComment,
    DuplicatePair,
    MarketingSetup,
    MergeJournal,
)
from contacts.services.duplicates.start_search import start_search
from contacts.tests.factories import make_company, make_person
from contacts.tests.held import who_waited
from contacts.tests.opened import opened
from contacts.tests.visitors import make_user
from jobs.models import Job

pytestmark = pytest.mark.django_db
LIST = reverse("contacts:duplicates")
CREATE = reverse("contacts:create")
BEYOND = "9" * 30
START = "contacts.services.duplicates.start_search"


def text(response) -> str:
    return " ".join(response.content.decode().split())


def messages(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def two():
    """Ingrid twice: with her e-mail, and with a phone."""
    foss = make_company("Foss AS", number="C-1")
    one = make_person(
        "Ingrid Solberg", number="C-2", company=foss, email="ingrid@foss.no"
    )
    other = make_person(
        "I. Solberg", number="C-3", email="ingrid@foss.no", phone="22 33 44 55"
    )
    return one, other


@pytest.fixture
def pair(two):
    one, other = two
    reasons = [["name", "similar"], ["email", "same"]]
    return DuplicatePair.objects.create(one=one, other=other, score=91, reasons=reasons)


def merge_page(one: Contact, number: str = "C-3") -> str:
    return f"{reverse('contacts:merge', args=[one.pk])}?with={number}"


# Who may


@pytest.mark.parametrize("visitor", ["reader", "assistant"])
def test_only_who_may_merge_gets_to_it(visitor, request, pair, two):
    client = request.getfixturevalue(visitor)
    one, _other = two
    journal = MergeJournal.objects.create(
        survivor=one, survivor_number="C-2", duplicate_number="C-9", duplicate_key=9
    )
    asked = [
        client.get(LIST),
        client.post(reverse("contacts:duplicate_search")),
        client.post(reverse("contacts:duplicate_reopen", args=[pair.pk])),
        client.post(reverse("contacts:separate", args=[one.pk]), {"number": "C-3"}),
        client.get(merge_page(one)),
        client.post(merge_page(one)),
        client.get(reverse("contacts:merges")),
        client.get(journal.get_absolute_url()),
        client.post(reverse("contacts:merge_undo", args=[journal.pk])),
    ]
    assert {response.status_code for response in asked} == {403}
    assert Contact.objects.count() == 3


LOOK = (
    "contacts.view_contact",
    "contacts.view_duplicatepair",
    "contacts.view_mergejournal",
)


@pytest.mark.parametrize("lacks", LOOK)
def test_pairs_and_merges_are_for_those_who_also_see_contacts(client, lacks, two):
    one, _other = two
    journal = MergeJournal.objects.create(
        survivor=one, survivor_number="C-2", duplicate_number="C-9", duplicate_key=9
    )
    client.force_login(make_user("rune", *(set(LOOK) - {lacks})))
    pages = (LIST, reverse("contacts:merges"), journal.get_absolute_url())
    seen = [client.get(page).status_code for page in pages]
    assert (
        seen
        == {
            "contacts.view_contact": [403, 403, 403],
            "contacts.view_duplicatepair": [403, 200, 200],
            "contacts.view_mergejournal": [200, 403, 403],
        }[lacks]
    )


def test_who_merges_also_sees_contacts(client, two):
    client.force_login(make_user("rune", "contacts.merge_contacts"))
    assert client.get(merge_page(two[0])).status_code == 403


def test_who_may_only_look_sees_pairs_and_no_button(client, pair):
    client.force_login(make_user("rune", *LOOK))
    page = text(client.get(LIST))
    assert "Ingrid Solberg" in page
    assert "Compare and merge" not in page


def test_looking_changes_nothing_and_changing_needs_a_post(merger, two, pair):
    for name, pk in (
        ("duplicate_search", None),
        ("duplicate_reopen", pair.pk),
        ("separate", two[0].pk),
    ):
        address = reverse(f"contacts:{name}", args=[pk] if pk else [])
        assert merger.get(address).status_code == 405


# The list


def test_a_pair_says_both_names_and_why(merger, pair):
    page = text(merger.get(LIST))
    assert "91&nbsp;%" in page
    assert "Ingrid Solberg" in page
    assert "I. Solberg" in page
    assert "similar name, same e-mail" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [91]),
        ({"state": ""}, [91, 70]),
        ({"state": "separate"}, [70]),
        ({"type": "person"}, [91]),
        ({"type": "company"}, []),
        ({"least": "95"}, []),
        ({"least": "x"}, []),
        ({"least": BEYOND}, []),
        ({"type": "nothing"}, []),
        ({"after": BEYOND}, [91]),
    ],
)
def test_pairs_are_narrowed_by_what_is_asked(merger, pair, query, found):
    foss = Contact.objects.get(number="C-1")
    other = make_company("Foss ApS")
    DuplicatePair.objects.create(one=foss, other=other, score=70, state="separate")
    table = merger.get(LIST, query).context["table"]
    assert [shown.score for shown in table.rows] == found


def test_the_list_costs_the_same_with_more_pairs(
    merger, pair, django_assert_num_queries
):
    merger.get(LIST)
    with django_assert_num_queries(9):
        merger.get(LIST)
    people = [make_person(f"Bo {number}") for number in range(12)]
    DuplicatePair.objects.bulk_create(
        DuplicatePair(one=one, other=other, score=80)
        for one, other in zip(people, people[1:], strict=False)
    )
    with django_assert_num_queries(9):
        merger.get(LIST)


def search(client):
    return client.post(reverse("contacts:duplicate_search"))


def test_a_small_register_is_searched_at_once(merger, two):
    response = search(merger)
    job = Job.objects.get()
    assert response.url == job.get_absolute_url()
    assert (job.state, job.result["found"]) == ("done", 1)
    assert DuplicatePair.objects.count() == 1


def test_a_search_is_asked_for_once(merger, two, monkeypatch):
    monkeypatch.setattr(f"{START}.MOST_WITHOUT_JOB", 2)
    addresses = {search(merger).url for _each in range(2)}
    job = Job.objects.get()
    assert addresses == {job.get_absolute_url()}
    assert job.parameters == {"least": 60}


def test_who_comes_second_is_told_and_stays_on_the_list(merger, two, monkeypatch):
    monkeypatch.setattr(f"{START}.MOST_WITHOUT_JOB", 2)
    search(merger)
    may = ("contacts.merge_contacts", "contacts.view_duplicatepair")
    merger.force_login(make_user("second", *may))
    response = merger.post(reverse("contacts:duplicate_search"), follow=True)
    assert response.redirect_chain == [(LIST, 302)]
    assert messages(response) == ["A search is running already."]
    assert Job.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_start_one_search(monkeypatch):
    monkeypatch.setattr(f"{START}.MOST_WITHOUT_JOB", -1)
    user = make_user("mona")

    def start():
        return start_search(user=user, at=timezone.now())

    ended = who_waited(first=start, second=start)
    assert ended == Job.objects.get()


def test_two_are_called_different_and_looked_at_again(merger, pair, two):
    one, other = two
    merger.post(reverse("contacts:separate", args=[other.pk]), {"number": "c-2"})
    pair.refresh_from_db()
    assert (pair.is_separate, pair.decided_by.username) == (True, "mona")

    merger.post(reverse("contacts:duplicate_reopen", args=[pair.pk]))
    pair.refresh_from_db()
    assert (pair.is_separate, pair.decided_by) == (False, None)


@pytest.mark.parametrize("number", ["C-2", "C-99", "", "\0", BEYOND])
def test_calling_different_what_is_none_is_told(merger, two, number):
    response = merger.post(
        reverse("contacts:separate", args=[two[0].pk]), {"number": number}, follow=True
    )
    assert messages(response)
    assert not DuplicatePair.objects.exists()


def test_nobody_is_sent_to_another_site(merger, pair):
    response = merger.post(
        reverse("contacts:duplicate_reopen", args=[pair.pk]),
        {"next": "https://evil.example/"},
    )
    assert response.url == LIST


# Side by side


def test_both_stand_side_by_side_with_what_hangs_on_them(merger, two):
    one, other = two
    other.comments.create(text="Met her")
    response = merger.get(merge_page(one))
    rows = {
        row.label: (row.survivor, row.duplicate, row.field and row.field.value())
        for row in response.context["rows"]
    }
    assert rows == {
        "name": (
            "Ingrid Solberg (Ingrid · Solberg)",
            "I. Solberg (I. · Solberg)",
            "survivor",
        ),
        "company": ("C-1 Foss AS", "empty", "survivor"),
        "country": ("Norway", "Norway", None),
        "phone": ("empty", "22 33 44 55", "duplicate"),
        "e-mail": ("ingrid@foss.no", "ingrid@foss.no", None),
    }
    assert "1 goes over." in text(response)
    assert Contact.objects.count() == 3
    assert other.comments.count() == 1


def test_the_page_of_two_with_very_much_says_that_it_only_counts(merger, two):
    one, other = two
    ContactComment.objects.bulk_create(
        ContactComment(contact=other, text="Rang") for _ in range(1_001)
    )
    said = text(merger.get(merge_page(one)))
    assert "This is so much that it is only counted here." in said
    assert '<td class="num">1,001</td>' in said
    assert "goes over" not in said


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("", "{card}"),
        (
            "&next=%2Fcontacts%2Fduplicates%2F%3Fpage%3D2",
            "/contacts/duplicates/?page=2",
        ),
        ("&next=https%3A%2F%2Felsewhere.example", "{card}"),
    ],
)
def test_cancel_leads_back_to_where_one_came_from(merger, two, asked, leads):
    one, other = two
    url = leads.format(card=one.get_absolute_url())
    page = text(merger.get(merge_page(one) + asked))
    assert f'href="{url}">Cancel</a>' in page
    # So it does after a look from the other side.
    (turned,) = re.findall(r'href="([^"]+)">Let C-3 stay instead', page)
    assert f'href="{url}">Cancel</a>' in text(merger.get(html.unescape(turned)))


def test_each_link_and_button_names_the_pair(merger, pair, two):
    one, other = two
    hidden = f'<span class="visually-hidden">{one}, {other}</span>'
    for page in (LIST, one.get_absolute_url()):
        said = text(merger.get(page))
        assert f"Compare and merge {hidden}</a>" in said
        assert f"They are different {hidden}</button>" in said
    pair.state = "separate"
    pair.save()
    said = text(merger.get(f"{LIST}?state=separate"))
    assert f"Look at them again {hidden}</button>" in said


def test_a_merge_from_the_page_takes_what_is_chosen(merger, two):
    one, other = two
    sent = opened(merger.get(merge_page(one)))
    sent["value_name"] = ["duplicate"]

    response = merger.post(merge_page(one), sent, follow=True)

    one.refresh_from_db()
    assert (one.name, one.phone, one.phone_e164) == (
        "I. Solberg",
        "22 33 44 55",
        "+4722334455",
    )
    assert messages(response) == [
        "C-3 I. Solberg was merged into C-2 Ingrid Solberg. It can be undone."
    ]
    assert "After the merge" in text(response)


def test_two_of_whom_nothing_is_alike_are_merged_only_when_that_is_confirmed(
    merger, two
):
    make_person("Bo Lie", number="C-9", country="DK", phone="33 12 34 56")
    page = merge_page(two[0], "C-9")
    said = text(merger.get(page))
    assert "Nothing of C-2 and C-9 is alike. Are they really the same?" in said
    sent = opened(merger.get(page))
    refused = text(merger.post(page, sent))
    assert "Nothing was merged. Confirm it at the end of the page." in refused
    assert "Say that you mean it: nothing of the two is alike." in refused
    assert Contact.objects.filter(number="C-9").exists()
    merger.post(page, sent | {"unlike": "on"})
    assert not Contact.objects.filter(number="C-9").exists()


def test_two_who_are_alike_are_merged_without_more_questions(merger, two):
    assert "Are they really the same?" not in text(merger.get(merge_page(two[0])))


def test_a_choice_that_is_none_merges_nothing(merger, two):
    sent = opened(merger.get(merge_page(two[0]))) | {"value_name": ["x"]}
    response = merger.post(merge_page(two[0]), sent)
    assert "Nothing was merged" in text(response)
    assert Contact.objects.count() == 3


def test_who_was_changed_meanwhile_is_not_merged(merger, two):
    one, other = two
    sent = opened(merger.get(merge_page(one)))
    other.updated_at = other.created_at.replace(year=2020)
    other.save()
    response = merger.post(merge_page(one), sent, follow=True)
    assert messages(response) == [
        "Somebody changed one of the two meanwhile. Look at them again."
    ]
    assert Contact.objects.count() == 3


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("C-1", "A person and a company cannot be merged"),
        ("C-2", "A contact cannot be merged with itself."),
        ("C-99", "There is no contact with the number “C-99”."),
        ("", "This field is required."),
        ("%00", "Null characters are not allowed."),
        (BEYOND, f"There is no contact with the number “{BEYOND}”."),
    ],
)
def test_whom_it_cannot_be_merged_with_is_said_at_the_number(merger, two, number, said):
    response = merger.get(merge_page(two[0], number))
    assert response.status_code == 200
    assert said in text(response)
    assert merger.post(merge_page(two[0], number), {}).status_code == 200
    assert Contact.objects.count() == 3


def test_without_a_number_the_page_asks_for_one(merger, two):
    page = text(merger.get(reverse("contacts:merge", args=[two[0].pk])))
    assert "Number of the other contact" in page
    assert "This field is required" not in page


@pytest.mark.parametrize("name", ["merge", "separate", "duplicate_reopen"])
def test_a_contact_that_is_not_there_is_not_found(merger, name):
    address = reverse(f"contacts:{name}", args=[10**30])
    assert merger.post(address).status_code == 404


# The journal, and where the old number leads


@pytest.fixture
def journal(merger, two):
    sent = opened(merger.get(merge_page(two[0])))
    merger.post(merge_page(two[0]), sent)
    return MergeJournal.objects.get()


def test_the_old_card_leads_to_the_one_that_stayed(merger, journal):
    response = merger.get(f"/contacts/{journal.duplicate_key}/", follow=True)
    assert response.redirect_chain == [(f"/contacts/{journal.survivor_id}/", 302)]
    assert messages(response)[-1] == "C-3 was merged into C-2."


def test_a_card_that_never_was_is_not_found(merger, journal):
    assert merger.get(f"/contacts/{10**30}/").status_code == 404


def test_searching_for_the_old_number_says_where_it_went(merger, journal):
    page = text(merger.get(reverse("contacts:list"), {"search": " c-3 "}))
    assert (
        "C-3 was merged into "
        f'<a href="/contacts/{journal.survivor_id}/">C-2 Ingrid Solberg</a>'
    ) in page


def test_merging_with_the_old_number_says_where_it_went(merger, journal, two):
    page = text(merger.get(merge_page(Contact.objects.get(number="C-1"))))
    assert "C-3 was merged into C-2." in page


def test_the_journal_is_listed_and_undone_once(merger, journal):
    assert "C-3" in text(merger.get(reverse("contacts:merges")))
    undo = reverse("contacts:merge_undo", args=[journal.pk])

    response = merger.post(undo, follow=True)
    assert messages(response) == ["The merge was undone: C-3 is there again."]
    assert Contact.objects.get(number="C-3").name == "I. Solberg"
    assert "Undo this merge" not in text(response)

    response = merger.post(undo, follow=True)
    assert messages(response) == ["This merge was undone already."]


def test_what_an_undo_left_is_said(merger, journal):
    Contact.objects.filter(number="C-2").update(phone="99")
    undo = reverse("contacts:merge_undo", args=[journal.pk])
    page = text(merger.post(undo, follow=True))
    assert "phone (1): changed since the merge, stays as it is" in page


# On the card, and before a contact is made


def test_the_card_says_who_may_be_the_same_both_ways(merger, two):
    for contact, alike in (two, reversed(two)):
        page = text(merger.get(contact.get_absolute_url()))
        assert "May be the same" in page
        assert f"/merge/?with={alike.number}" in page


def test_the_card_says_nothing_when_it_is_set_up_so(merger, two):
    MarketingSetup(warn_of_duplicates=False).save()
    assert "May be the same" not in text(merger.get(two[0].get_absolute_url()))


def test_what_the_search_found_is_on_the_card_too(merger):
    one, other = make_person("Kristian Lie"), make_person("Christian Li")
    DuplicatePair.objects.create(one=one, other=other, score=80)
    assert "May be the same" in text(merger.get(other.get_absolute_url()))


def new_contact(client, **values) -> dict:
    return opened(client.get(CREATE)) | {
        "type": ["person"],
        "name": ["Ingrid Solberg"],
        **values,
    }


def test_a_new_contact_like_another_is_warned_of_and_made_when_saved_again(
    assistant, two
):
    first = assistant.post(CREATE, new_contact(assistant, email=["ingrid@foss.no"]))
    page = text(first)
    assert "This may be <a" in page
    assert "C-2 Ingrid Solberg</a> (same name, same e-mail)." in page
    assert "C-3 I. Solberg</a> (similar name, same e-mail)." in page
    assert Contact.objects.count() == 3

    assistant.post(CREATE, opened(first))
    assert Contact.objects.count() == 4


def test_another_look_alike_is_warned_of_again(assistant, two):
    sent = new_contact(assistant, email=["ingrid@foss.no"], looked_at=["C-2"])
    assert "C-3" in text(assistant.post(CREATE, sent))
    assert Contact.objects.count() == 3


def test_a_new_contact_like_nobody_is_made_at_once(assistant, two):
    assistant.post(CREATE, new_contact(assistant, name=["Bo Berg"]))
    assert Contact.objects.count() == 4


def test_a_contact_that_is_changed_is_not_held_up(assistant, two):
    edit = reverse("contacts:edit", args=[two[0].pk])
    sent = opened(assistant.get(edit)) | {"city": ["Oslo"]}
    assert assistant.post(edit, sent).status_code == 302


def test_nobody_is_warned_where_it_is_set_up_so(assistant, two):
    MarketingSetup(warn_of_duplicates=False).save()
    assistant.post(CREATE, new_contact(assistant, email=["ingrid@foss.no"]))
    assert Contact.objects.count() == 4
