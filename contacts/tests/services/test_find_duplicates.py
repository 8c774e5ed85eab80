"""The search for duplicates: who is found, who is not, and what stays decided."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from contacts.choices import PairState
from contacts.models import DuplicateKey, DuplicatePair
from contacts.services.duplicates import find_duplicates as search_module
from contacts.services.duplicates.call_separate import call_open, call_separate
from contacts.services.duplicates.find_duplicates import Search, find_duplicates
from contacts.services.duplicates.likeness import facts_of
from contacts.services.duplicates.look_alikes import look_alikes
from contacts.tests.factories import make_company, make_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
OSLO = {"address": "Storgata 1", "postcode": "0155", "city": "Oslo"}


def search(*, least: int = 60, at: datetime = NOW, **options) -> Search:
    *_chunks, last = find_duplicates(
        search=Search(number=1), least=least, at=at, **options
    )
    return last


def found() -> list[tuple]:
    pairs = DuplicatePair.objects.order_by("-score", "one")
    return list(pairs.values_list("one__name", "other__name", "score", "state"))


@pytest.fixture
def register():
    """Two companies and two persons that are one, and others that are not."""
    foss = make_company("Foss AS", **OSLO)
    make_company("FOSS Ltd", **OSLO, phone_e164="+4722334455")
    make_company("Rema Bergen", city="Bergen")
    ingrid = {"email": "ingrid@foss.no"}
    make_person("Ingrid Solberg", company=foss, **ingrid, **OSLO)
    make_person("I. Solberg", email="INGRID@foss.no")
    make_person("Kåre Lie", company=foss, **OSLO)


FOUND = [
    ("Ingrid Solberg", "I. Solberg", 91, "open"),
    ("Foss AS", "FOSS Ltd", 86, "open"),
]


def test_companies_and_persons_are_found_with_reasons(register):
    last = search()

    assert found() == FOUND
    assert DuplicatePair.objects.first().reasons == [
        ["name", "similar"],
        ["email", "same"],
    ]
    assert (last.found, last.compared, last.gone, last.phase) == (2, 2, 0, "over")
    assert not DuplicateKey.objects.exists()


def test_a_search_in_small_chunks_that_is_taken_up_again_finds_the_same(
    register, monkeypatch
):
    for chunk in ("KEYS_AT_ONCE", "SORTED_AT_ONCE"):
        monkeypatch.setattr(search_module, chunk, 2)
    monkeypatch.setattr(search_module, "COMPARED_AT_ONCE", 1)
    states = [Search(number=7).as_json()]
    while states[-1]["phase"] != "over":
        # Each time a new process takes it up and is killed after another chunk.
        killed = find_duplicates(search=Search(**states[-1]), least=60, at=NOW)
        with transaction.atomic():
            next(killed)
            transaction.set_rollback(True)
        again = find_duplicates(search=Search(**states[-1]), least=60, at=NOW)
        states.append(next(again).as_json())

    assert found() == FOUND
    assert [state["phase"] for state in states].count("sort") > 4
    done = [state["done"] for state in states]
    assert done == sorted(done)
    assert all(state["done"] <= state["total"] for state in states)
    assert states[-1]["done"] == states[-1]["total"]
    assert not DuplicateKey.objects.exists()


def test_each_chunk_of_sorting_looks_at_its_own_keys(monkeypatch):
    monkeypatch.setattr(search_module, "SORTED_AT_ONCE", 3)
    monkeypatch.setattr(search_module, "MOST_SHARING", 2)
    shares = {1: [1, 2], 2: [3], 3: [1, 2, 3], 4: [2, 3], 5: [1], 6: [1, 2, 3]}
    DuplicateKey.objects.bulk_create(
        DuplicateKey(search=1, key=key, holder=holder)
        for key, holders in shares.items()
        for holder in holders
    )
    search = Search(number=1, phase="sort", after=-1, written=3)

    seen = []
    for state in find_duplicates(search=search, least=60, at=NOW):
        if state.phase != "sort":
            break
        left = DuplicateKey.objects.values_list("key", flat=True)
        seen.append(sorted(set(left)))

    assert seen == [[1, 3, 4, 5, 6], [1, 4, 5, 6], [1, 4, 6], [1, 4]]
    assert search.shared_by_too_many == 2


def test_less_alike_is_found_when_asked_for(register):
    search(least=95)
    assert found() == []


def test_a_pair_called_different_stays_so_until_that_is_taken_back(register):
    search()
    pair = DuplicatePair.objects.get(score=91)
    call_separate(one=pair.one, other=pair.other, user=None, at=NOW)

    search(at=NOW + timedelta(days=1))
    assert found()[0] == ("Ingrid Solberg", "I. Solberg", 91, PairState.SEPARATE)

    call_open(pair=pair)
    assert found() == FOUND


def test_an_open_pair_that_is_no_longer_alike_goes(register):
    search()
    pair = DuplicatePair.objects.get(score=91)
    pair.other.email = "another@foss.no"
    pair.other.save()

    last = search(at=NOW + timedelta(days=1))

    assert found() == FOUND[1:]
    assert last.gone == 1


def test_what_too_many_share_is_no_hint_and_is_counted(monkeypatch):
    monkeypatch.setattr(search_module, "MOST_SHARING", 3)
    for name in ("Ann Ask", "Bo Bu", "Cato Csaki", "Dag Dal"):
        make_person(name, phone_e164="+4722334455")

    last = search(least=1)

    assert (last.compared, last.shared_by_too_many) == (0, 1)


def test_a_dry_run_counts_and_keeps_nothing(register):
    out = StringIO()
    call_command("find_duplicates", "--dry-run", stdout=out)

    assert out.getvalue() == (
        "2 possible duplicates, 2 pairs compared (dry run, nothing was changed).\n"
    )
    assert not DuplicatePair.objects.exists()


def test_the_command_searches_by_its_own_bound(register):
    out = StringIO()
    call_command("find_duplicates", "--least", "90", stdout=out)

    assert out.getvalue() == "1 possible duplicate, 2 pairs compared.\n"
    assert found() == FOUND[:1]


@pytest.mark.parametrize("least", ["0", "101", "x", "-1", "9" * 30, "²"])
def test_a_bound_that_is_none_is_refused(least):
    with pytest.raises(CommandError, match="is no number from 1 to 100"):
        call_command("find_duplicates", f"--least={least}")


def test_one_contact_is_looked_up_both_ways(register):
    one, other = make_person("Bo Li", email="bo@x.no"), make_person("Bo Li")
    other.email_2 = "bo@x.no"
    other.save()

    assert [
        [
            alike.contact.pk
            for alike in look_alikes(facts=facts_of(c), least=60, contact=c)
        ]
        for c in (one, other)
    ] == [[other.pk], [one.pk]]


def test_a_company_is_looked_up_by_its_name_and_not_by_numbers_that_start_like_it():
    for number in range(51):
        make_company(f"Firm {number}", number=f"24-{number}")
    one, other = make_company("24 Hours AS", **OSLO), make_company("24-Hours", **OSLO)

    alike = look_alikes(facts=facts_of(one), least=60, contact=one)

    assert [each.contact for each in alike] == [other]


def test_who_was_called_different_is_not_brought_up_on_the_card():
    one = make_person("Bo Li", email="bo@x.no")
    make_person("Bo Li", email="bo@x.no")
    search()
    pair = DuplicatePair.objects.get()
    call_separate(one=pair.other, other=pair.one, user=None, at=NOW)

    assert look_alikes(facts=facts_of(one), least=60, contact=one) == []


@pytest.mark.parametrize("others", [1, 30])
def test_looking_up_one_costs_the_same_however_many_are_alike(
    others, django_assert_max_num_queries
):
    company = make_company()
    values = {"company": company, "email": "a@b.no", "phone_e164": "+4722334455"}
    one = make_person("Bo Li", **values)
    for _other in range(others):
        make_person("Bo Li", **values)

    with django_assert_max_num_queries(7):
        alike = look_alikes(facts=facts_of(one), least=60, contact=one)

    assert len(alike) == min(others, 5)
