"""The orders of the list: in each of them everybody comes once, to and fro."""

import datetime

import pytest
from django.db import connection

from contacts.models import Contact
from contacts.models.keyset import Place, keyset_page
from contacts.models.orders import ORDERS, contact_order
from contacts.tests.factories import make_company, make_person

pytestmark = pytest.mark.django_db
DAY = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def register():
    """Seven contacts, of whom several are alike in everything one sorts by."""
    for place, (name, city, country) in enumerate(
        [
            ("Anna", "Oslo", "NO"),
            ("bo", "", "NO"),
            ("Åse", "oslo", "DK"),
            ("anna", "Oslo", "NO"),
            ("Eva", "Bergen", "FI"),
            ("Anna", "Oslo", "NO"),
            ("Øyvind", "Ålesund", "NO"),
        ]
    ):
        make_company(
            name,
            number=f"K-{9 - place}",
            city=city,
            country=country,
            postcode="0150" if city else "",
            email=f"{name}@firm.example" if place % 2 else "",
            created_at=DAY,
            updated_at=DAY + datetime.timedelta(days=place // 3),
        )


def page(order, size=2, **place):
    everybody = Contact.objects.all()
    return keyset_page(
        everybody, everywhere=everybody, order=order, place=Place(**place), size=size
    )


def walk(order):
    """Every page from the first to the last, as the reader goes on."""
    pages = [page(order)]
    while pages[-1].has_next:
        pages.append(page(order, after=pages[-1].keys[-1]))
    return [key for each in pages for key in each.keys]


def walk_back(order):
    pages = [page(order, end=True)]
    while pages[0].has_previous:
        pages.insert(0, page(order, before=pages[0].keys[0]))
    return [key for each in pages for key in each.keys]


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("code", ORDERS)
def test_everybody_comes_once_forwards_and_backwards(register, code, sign):
    order = contact_order(sign + code)
    at_once = list(order.apply(Contact.objects.all()).values_list("pk", flat=True))
    assert len(set(at_once)) == 7
    assert walk(order) == at_once
    # From the end the pages are cut otherwise; the first may come again.
    assert walk_back(order)[-6:] == at_once[-6:]
    turned = contact_order(code if sign else f"-{code}")
    assert walk(turned) == at_once[::-1]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("name", "Anna anna Anna bo Eva Åse Øyvind"),
        ("-name", "Øyvind Åse Eva bo Anna anna Anna"),
        ("number", "Øyvind Anna Eva anna Åse bo Anna"),
        ("city", "bo Eva Anna Åse anna Anna Øyvind"),
        ("country", "Åse Eva bo Anna anna Anna Øyvind"),
        ("-changed", "Øyvind Anna Eva anna Åse bo Anna"),
        ("shoe_size", "Anna anna Anna bo Eva Åse Øyvind"),
    ],
)
def test_the_order_is_that_of_a_reader(register, asked, names):
    everybody = dict(Contact.objects.values_list("pk", "name"))
    assert [everybody[key] for key in walk(contact_order(asked))] == names.split()


@pytest.mark.parametrize(
    ("asked", "typed", "names"),
    [
        ("name", "an", "Anna anna Anna bo"),
        ("name", "B", "bo Eva Åse Øyvind"),
        ("-name", "anna", "Anna anna Anna"),
        ("-name", "b", "bo Anna anna Anna"),
        ("city", "os", "Anna Åse anna Anna"),
        ("number", "k-7", "Åse bo Anna"),
        ("name", "zz\0", "Åse Øyvind"),
        ("changed", "2026", None),
        ("name", " ", None),
    ],
)
def test_one_can_go_to_how_it_starts(register, asked, typed, names):
    order = contact_order(asked)
    start = order.start(typed)
    if names is None:
        assert start is None
        return
    everybody = dict(Contact.objects.values_list("pk", "name"))
    keys = page(order, size=4, start=start).keys
    assert [everybody[key] for key in keys] == names.split()


@pytest.mark.postgres
@pytest.mark.parametrize("code", ORDERS)
def test_an_index_carries_the_order(register, code):
    order = contact_order(code)
    people = [
        Contact(number=f"P-{n}", name=f"Anna {n}", city="Oslo") for n in range(2000)
    ]
    Contact.objects.bulk_create(people)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE contacts_contact")
    place = order.place(Contact.objects.all(), Contact.objects.get(number="P-1900").pk)
    rows = order.beyond(Contact.objects.all(), place, backwards=False)
    plan = order.apply(rows).values_list("pk")[:51].explain()
    assert "Index" in plan
    assert "Sort" not in plan or "Presorted Key: number" in plan


def test_who_is_deleted_is_a_place_no_more(register):
    order = contact_order("name")
    gone = make_person("Anna Zorn")
    key = gone.pk
    gone.delete()
    assert page(order, after=key) == page(order)
