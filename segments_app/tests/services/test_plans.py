"""How PostgreSQL looks up many keys: in a hash, not by going through them each time."""

import re

import pytest
from django.db import connection

from contacts.models import Contact
from segments_app.services.change_contacts import adding
from segments_app.tests.factories import NOW, make_segment

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
GONE_THROUGH = re.compile(r"\((?:NOT )?\(?SubPlan \d+\)")


@pytest.fixture
def more_than_memory_holds():
    """So many persons as a hash of the least memory cannot hold."""
    Contact.objects.bulk_create(
        Contact(number=f"P-{number}", type="person", name="Anna", country="NO")
        for number in range(4_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64kB'")
        cursor.execute("SET LOCAL hash_mem_multiplier = 1")
        cursor.execute("ANALYZE contacts_contact")


@pytest.mark.parametrize("option", ["expand_companies", "include_related_companies"])
def test_whole_companies_of_many_are_found(more_than_memory_holds, option):
    norway = {"field": "country", "op": "is", "value": "NO"}
    change = adding(
        segment=make_segment(), criteria=norway, options={option: True}, at=NOW
    )
    plan = change.coming().order_by().explain()
    assert "hashed SubPlan" in plan
    assert not GONE_THROUGH.search(plan), plan
    assert change.coming().count() == 4_000
