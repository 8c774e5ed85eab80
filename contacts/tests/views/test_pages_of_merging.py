"""Pages of pairs and of merges: one row follows the other, and nobody counts."""

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import DuplicatePair, MergeJournal
from contacts.tests.factories import make_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def pairs(monkeypatch):
    """Five pairs, three of them equally alike, two on a page."""
    monkeypatch.setattr("contacts.views.duplicates.PAGE", 2)
    people = [make_person(f"Bo {number}") for number in range(6)]
    for place, score in enumerate((70, 80, 80, 80, 90)):
        DuplicatePair.objects.create(
            one=people[place], other=people[place + 1], score=score
        )
    return reverse("contacts:duplicates"), lambda pair: (pair.score, pair.one.name)


@pytest.fixture
def merges(monkeypatch):
    """Five merges, three of them at the same moment, two on a page."""
    monkeypatch.setattr("contacts.views.merging.PAGE", 2)
    for number, day in enumerate((1, 2, 2, 2, 3)):
        MergeJournal.objects.create(
            survivor_number="C-1",
            duplicate_number=f"C-9{number}",
            duplicate_key=number,
            at=NOW + timedelta(days=day),
        )
    return reverse("contacts:merges"), lambda journal: journal.duplicate_number


def link(response, text: str) -> str:
    """Where the link with this text leads, "" where there is none."""
    before, found, _behind = response.content.decode().partition(f">{text}</a>")
    return unescape(before.rpartition('href="')[2].partition('"')[0]) if found else ""


def walk(client, page, way, said) -> list[list]:
    shown = []
    while True:
        response = client.get(page)
        shown.append([said(row) for row in response.context["table"].rows])
        following = link(response, way)
        if not following:
            return shown
        page = page.partition("?")[0] + following


PAIRS = [
    [(90, "Bo 4"), (80, "Bo 3")],
    [(80, "Bo 2"), (80, "Bo 1")],
    [(70, "Bo 0")],
]
MERGES = [["C-94", "C-93"], ["C-92", "C-91"], ["C-90"]]


@pytest.mark.parametrize(("which", "expected"), [("pairs", PAIRS), ("merges", MERGES)])
def test_one_page_follows_the_other_and_back(merger, request, which, expected):
    page, said = request.getfixturevalue(which)
    assert walk(merger, page, "Next", said) == expected
    first, second, third, fourth, fifth = (row for rows in expected for row in rows)
    assert walk(merger, f"{page}?end=1", "Previous", said) == [
        [fourth, fifth],
        [second, third],
        # Before the second is one alone, so the page begins at the beginning.
        [first, second],
    ]


@pytest.mark.parametrize("which", ["pairs", "merges"])
def test_no_page_skips_what_comes_before_it(merger, request, which):
    page, _said = request.getfixturevalue(which)
    following = link(merger.get(page), "Next")
    with CaptureQueriesContext(connection) as queries:
        merger.get(page + following)
    assert not [each["sql"] for each in queries if "OFFSET" in each["sql"]]


def test_a_page_keeps_the_filter(merger, pairs):
    page, said = pairs
    assert walk(merger, f"{page}?least=80", "Next", said) == PAIRS[:2]


def test_of_many_pairs_it_is_said_that_there_are_more(merger, pairs, monkeypatch):
    page, _said = pairs
    assert "5 pairs" in " ".join(merger.get(page).content.decode().split())
    monkeypatch.setattr("contacts.views.duplicates.counted", lambda _rows: 1_001)
    said = " ".join(merger.get(page).content.decode().split())
    assert "more than 1,000 pairs" in said
