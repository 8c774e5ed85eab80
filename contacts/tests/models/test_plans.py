"""PostgreSQL knows how many rows there are, right after many were written."""

import pytest
from django.db import connection, transaction
from django.db.models import F

from contacts.models import Contact, ContactIndustryGroup, IndustryGroup
from contacts.models.insert_select import insert_from
from contacts.models.plans import MANY
from contacts.tests.factories import make_company

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people():
    Contact.objects.bulk_create(
        Contact(number=f"P-{number:05}", name="Anna Dahl") for number in range(3 * MANY)
    )
    return Contact.objects.filter(name="Anna Dahl").order_by("pk")


@pytest.fixture(autouse=True)
def counted_while_empty():
    ask("ANALYZE contacts_industrygroup")


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


def known():
    """How many groups PostgreSQL thinks there are."""
    return ask(
        "SELECT reltuples FROM pg_class WHERE relname = 'contacts_industrygroup'"
    )


def test_many_rows_in_an_empty_table_are_counted_at_once(people):
    assert insert_from(IndustryGroup, people[:MANY], code=F("number")) == MANY
    assert known() == MANY


def test_a_table_that_was_known_to_be_large_is_left_to_postgresql(people):
    insert_from(IndustryGroup, people[: 2 * MANY], code=F("number"))
    insert_from(IndustryGroup, people[2 * MANY :], code=F("number"))
    assert known() == 2 * MANY


def test_few_rows_are_not_worth_a_question(people, django_assert_num_queries):
    with django_assert_num_queries(1):
        insert_from(IndustryGroup, people[: MANY - 1], code=F("number"))
    assert known() == 0


@transaction.atomic
def test_a_connection_that_wrote_few_rows_checks_many_by_their_index(people):
    """How it looks foreign keys up is planned once, as suits the few."""
    for some, name in ((people[:10], "Kaffe AS"), (people[10:], "Te AS")):
        company = make_company(name)
        insert_from(IndustryGroup, some, code=F("number"))
        mine = IndustryGroup.objects.filter(code__in=some.values("number"))
        insert_from(ContactIndustryGroup, mine, contact=company, industry_group=F("pk"))
        before = read_one_by_one()
        ask("SET CONSTRAINTS ALL IMMEDIATE")
        ask("SET CONSTRAINTS ALL DEFERRED")
    assert read_one_by_one() - before < MANY


def read_one_by_one():
    """How many groups this transaction read without an index."""
    return ask(
        "SELECT seq_tup_read FROM pg_stat_xact_user_tables"
        " WHERE relname = 'contacts_industrygroup'"
    )
