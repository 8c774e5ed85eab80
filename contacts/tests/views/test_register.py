"""The list of contacts: found, sorted, paged, at a fixed cost."""

import datetime

import pytest
from django.urls import reverse
from django.utils.translation import gettext, override

from contacts.filters import ContactFilter
from contacts.models import Contact, IndustryGroup, MailingGroup, Salesperson
from contacts.models.orders import ORDERS
from contacts.tests.factories import make_company, make_person
from contacts.views import table as table_view

pytestmark = pytest.mark.django_db
LIST = reverse("contacts:list")


def found(client, **query):
    table = client.get(LIST, query).context["table"]
    return [contact.name for contact in table.contacts]


@pytest.fixture
def register():
    """Fjordheim in Bergen with Åse; Nordlys in Tromsø; Jari on his own in Turku."""
    erik = Salesperson.objects.create(code="EH", name="Erik Holm")
    fjordheim = make_company(
        "Fjordheim Kaffe AS", number="K-100", city="Bergen", salesperson=erik
    )
    make_company("Nordlys AS", number="K-200", city="Tromsø")
    ase = make_person("Åse Lund", company=fjordheim, email="ase@fjordheim.example")
    make_person("Jari Virtanen", country="FI", city="Turku")
    fjordheim.industry_groups.add(IndustryGroup.objects.create(code="FOOD"))
    ase.mailing_groups.add(MailingGroup.objects.create(code="GIFT"))
    return fjordheim


EVERYBODY = ["Fjordheim Kaffe AS", "Jari Virtanen", "Nordlys AS", "Åse Lund"]


def test_who_is_not_logged_in_is_asked_to(client, register):
    response = client.get(LIST)
    assert response.status_code == 302
    assert response.url == f"{reverse('login')}?next={LIST}"


def test_a_user_without_the_permission_is_refused(client, register, django_user_model):
    client.force_login(django_user_model.objects.create_user("nobody"))
    assert client.get(LIST).status_code == 403


def test_everybody_is_listed_by_name_with_the_company(reader, register):
    response = reader.get(LIST)
    assert found(reader) == EVERYBODY
    assert f'<a href="/contacts/{register.pk}/">Fjordheim Kaffe AS</a>' in (
        response.content.decode()
    )
    assert reverse("contacts:create") not in response.content.decode()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("fjordheim", ["Fjordheim Kaffe AS"]),
        ("ase@fjord", ["Åse Lund"]),
        ("jordheim", []),
        ("åse", ["Åse Lund"]),
        ("kaffe berg", ["Fjordheim Kaffe AS"]),
        ("k-200", ["Nordlys AS"]),
        ("TROMSØ", ["Nordlys AS"]),
        ("100%", []),
        ("", EVERYBODY),
    ],
)
def test_the_start_of_every_word_is_looked_for(reader, register, text, names):
    assert found(reader, search=text) == names


def test_inside_words_is_looked_for_when_asked_and_said_to_be_slower(reader, register):
    both = ["Fjordheim Kaffe AS", "Åse Lund"]
    assert found(reader, search="jordheim", inside="on") == both
    assert "Search inside words (slower)" in reader.get(LIST).content.decode()


def test_filters_narrow_the_list(reader, register):
    assert found(reader, type="person") == ["Jari Virtanen", "Åse Lund"]
    assert found(reader, country="FI") == ["Jari Virtanen"]
    erik = Salesperson.objects.get()
    assert found(reader, salesperson=erik.pk) == ["Fjordheim Kaffe AS"]
    gift = MailingGroup.objects.get()
    assert found(reader, mailing_group=gift.pk) == ["Åse Lund"]
    assert found(reader, company="k-100") == ["Åse Lund"]


def test_an_industry_group_holds_the_people_of_its_companies(reader, register):
    food = IndustryGroup.objects.get()
    assert found(reader, industry_group=food.pk) == ["Fjordheim Kaffe AS", "Åse Lund"]


def test_a_heading_sorts_and_a_second_click_turns_it_round(reader, register):
    assert found(reader, ordering="-city")[:2] == ["Jari Virtanen", "Nordlys AS"]
    page = reader.get(LIST, {"ordering": "city", "type": "company"}).content.decode()
    assert 'aria-sort="ascending"><a href="?ordering=-city&amp;type=company">' in page


def test_every_order_is_offered_both_ways_in_our_own_words():
    labels = {code: order.label for code, order in ORDERS.items()}
    for language in ("en", "nb"):
        with override(language):
            order = ContactFilter.base_filters["ordering"]
            said = {code: str(label) for code, label in order.extra["choices"]}
            descending = gettext("{order}, descending")
            assert said == {code: str(label) for code, label in labels.items()} | {
                f"-{code}": descending.format(order=label)
                for code, label in labels.items()
            }


def test_an_unknown_choice_finds_nobody_and_is_said_at_its_field(reader, register):
    response = reader.get(LIST, {"country": "XX", "ordering": "shoe_size"})
    assert list(response.context["filter"].form.errors) == ["country", "ordering"]
    assert response.context["table"].found == 0


def test_an_unknown_order_leaves_nobody_out(reader, register):
    assert len(found(reader, ordering="shoe_size")) == 4


def test_a_long_list_has_pages_that_keep_the_search(reader):
    for number in range(51):
        make_company(f"Firma {number:02}")
    first = reader.get(LIST, {"search": "firma", "page": 2})
    assert first.context["table"].said_found == "51 contacts"
    last = first.context["table"].last
    assert f'href="?search=firma&amp;after={last.pk}"' in first.content.decode()
    assert found(reader, search="firma", after=last.pk) == ["Firma 50"]
    back = Contact.objects.get(name="Firma 50").pk
    assert len(found(reader, search="firma", before=back)) == 50
    assert found(reader, search="firma", end=1)[-1] == "Firma 50"
    assert found(reader, search="firma", start="firma 49") == ["Firma 49", "Firma 50"]


def test_many_finds_are_sorted_and_counted_as_truly_as_few(reader, monkeypatch):
    monkeypatch.setattr(table_view, "FEW", 2)
    for town in ("Bergen", "Oslo", "Voss"):
        make_company(f"Firma {town}")
    assert found(reader, search="firma") == ["Firma Bergen", "Firma Oslo", "Firma Voss"]
    assert found(reader, search="firma oslo") == ["Firma Oslo"]


def test_more_than_can_be_told_are_not_counted(reader, register, monkeypatch):
    monkeypatch.setattr(table_view, "COUNTED", 3)
    assert "More than 3 contacts" in reader.get(LIST).content.decode()
    assert "1 contact<" in reader.get(LIST, {"country": "FI"}).content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"language": "nb"}, ["Nordlys AS"]),
        ({"has_email": "yes"}, ["Åse Lund"]),
        ({"has_email": "no", "type": "person"}, ["Jari Virtanen"]),
        ({"eligible": "yes"}, ["Fjordheim Kaffe AS"]),
        ({"eligible": "no"}, ["Jari Virtanen", "Nordlys AS", "Åse Lund"]),
        ({"eligible": "privacy_blocked"}, ["Jari Virtanen"]),
        ({"eligible": "minor"}, ["Åse Lund"]),
        ({"eligible": "excluded"}, ["Nordlys AS"]),
        ({"changed_since": "2026-03-01"}, ["Nordlys AS"]),
    ],
)
def test_the_folded_filters_narrow_too(reader, register, query, names):
    day = datetime.datetime(2026, 2, 1, tzinfo=datetime.UTC)
    Contact.objects.update(updated_at=day)
    Contact.objects.filter(name="Jari Virtanen").update(privacy_blocked=True)
    Contact.objects.filter(name="Åse Lund").update(minor=True)
    Contact.objects.filter(name="Nordlys AS").update(
        exclude_from_segment=True,
        language="nb",
        updated_at=day + datetime.timedelta(days=28),
    )
    assert found(reader, **query) == names


@pytest.mark.parametrize(
    "query",
    [
        {"after": "9" * 30, "before": "x", "start": "\0", "end": ""},
        {"search": "\0", "inside": "on", "ordering": "\0"},
        {"changed_since": "yesterday", "company": "\0", "language": "\0"},
        {"salesperson": "9" * 30, "ordering": ["name", "-city"], "eligible": "x"},
    ],
)
def test_what_nobody_asks_is_answered(reader, register, query):
    assert reader.get(LIST, query).status_code == 200


def test_hits_are_shown_while_typing(reader, register):
    hits = reverse("contacts:hits")
    page = reader.get(hits, {"search": "fjord"}).content.decode()
    assert f'<a href="/contacts/{register.pk}/">' in page
    assert "1 contact found" in page
    assert "Nobody has" in reader.get(hits, {"search": "jord"}).content.decode()
    assert reader.get(hits, {"search": " "}).content.strip() == b""
    assert reader.get(hits, {"search": "\0"}).status_code == 200


@pytest.mark.parametrize("people", [1, 40])
def test_the_cost_of_the_list_does_not_grow(
    reader, register, people, django_assert_num_queries
):
    for number in range(people):
        make_person(f"Kari Nr{number}", company=register)
    # session, user, two for permissions, four choices, count, keys and rows of the
    # page, saved views
    with django_assert_num_queries(12):
        reader.get(LIST)
    with django_assert_num_queries(12):
        reader.get(LIST, {"search": "kari"})
    with django_assert_num_queries(6):
        reader.get(reverse("contacts:hits"), {"search": "kari"})


def test_companies_are_suggested_while_typing(reader, register):
    options = reverse("contacts:company_options")
    by_name = reader.get(options, {"company": "fjord"}).content.decode()
    assert by_name.split("\n")[0] == (
        '<option value="K-100">Fjordheim Kaffe AS, Bergen</option>'
    )
    assert "K-200" in reader.get(options, {"company": "k-2"}).content.decode()
    assert reader.get(options, {"company": "f"}).content.strip() == b""
    assert reader.get(options, {"company": "Åse"}).content.strip() == b""


def test_who_finds_nobody_may_search_inside_words(reader, register):
    nobody = reader.get(LIST, {"search": "jordheim"}).text
    assert "No contact is like that" in nobody
    assert 'href="?search=jordheim&amp;inside=on"' in nobody
    found = reader.get(LIST, {"search": "jordheim", "inside": "on"})
    assert [contact.name for contact in found.context["table"].contacts] == [
        "Fjordheim Kaffe AS",
        "Åse Lund",
    ]
