"""Pages of lines by the line they follow: in every order each line once."""

import pytest

from contacts.models.keyset import Place, keyset_page
from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_template
from segments_app.models.keyset import LineOrder
from segments_app.models.line_columns import BY_CODE, COLUMNS
from segments_app.tests.factories import make_segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def segment():
    """Seven people; some cities and companies are the same, some are missing."""
    kaffe, te = make_company("Kaffe AS"), make_company("te as")
    people = [
        make_person("Anna Dahl", company=te, city="Oslo"),
        make_person("bo Lie", city="Bergen"),
        make_person("Cecilie Moe", company=kaffe, city="Oslo"),
        make_person("Dag Moe", company=kaffe),
        make_person("Eva Ås", city="oslo"),
        make_person("Finn Åse", company=te, city="Bergen"),
        make_person("Gro Li", city="Voss"),
    ]
    segment = make_segment(*people, template=make_template())
    segment.lines.filter(contact__name="Dag Moe").update(evaluation="neutral", cost=5)
    segment.lines.filter(contact__name="Gro Li").update(evaluation="positive", cost=9)
    return segment


def page(segment, order, size=2, **place):
    lines = segment.lines.all()
    return keyset_page(
        lines, everywhere=lines, order=order, place=Place(**place), size=size
    )


def first_names(segment, keys):
    names = dict(segment.lines.values_list("pk", "contact__name"))
    return [names[key].split()[0] for key in keys]


def walk(segment, order):
    """Every page from the first to the last, as the reader goes on."""
    pages = [page(segment, order)]
    while pages[-1].has_next:
        pages.append(page(segment, order, after=pages[-1].keys[-1]))
    return pages


def walk_back(segment, order):
    pages = [page(segment, order, end=True)]
    while pages[0].has_previous:
        pages.insert(0, page(segment, order, before=pages[0].keys[0]))
    return pages


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("code", [c.code for c in COLUMNS if c.sort is not None])
def test_every_line_comes_once_forwards_and_backwards(segment, code, descending):
    order = LineOrder(BY_CODE[code], descending=descending)
    sorted_at_once = list(order.apply(segment.lines.all()).values_list("pk", flat=True))
    forwards = [key for each in walk(segment, order) for key in each.keys]
    assert len(set(sorted_at_once)) == 7
    assert forwards == sorted_at_once
    last = page(segment, order, size=3, end=True).keys
    before_it = page(segment, order, size=3, before=last[0]).keys
    assert before_it + last == sorted_at_once[-6:]


@pytest.mark.parametrize(
    ("code", "descending", "names"),
    [
        ("position", False, "Anna bo Cecilie Dag Eva Finn Gro"),
        ("name", True, "Gro Finn Eva Dag Cecilie bo Anna"),
        ("city", False, "Dag bo Finn Anna Cecilie Eva Gro"),
        ("city", True, "Gro Anna Cecilie Eva bo Finn Dag"),
        ("company", False, "bo Eva Gro Cecilie Dag Anna Finn"),
        ("cost", True, "Gro Dag Anna bo Cecilie Eva Finn"),
        ("evaluation", False, "Gro Dag Anna bo Cecilie Eva Finn"),
    ],
)
def test_the_order_is_that_of_a_reader(segment, code, descending, names):
    order = LineOrder(BY_CODE[code], descending=descending)
    keys = [key for each in walk(segment, order) for key in each.keys]
    assert first_names(segment, keys) == names.split()


@pytest.mark.parametrize(
    ("descending", "names"),
    [
        (False, "bo Cecilie Eva Finn Gro Dag Anna"),
        (True, "Anna Dag bo Cecilie Eva Finn Gro"),
    ],
)
def test_by_who_gets_the_letter_those_without_a_copy_are_together(
    segment, descending, names
):
    """Dag is by copy of Cecilie, Anna of Finn; the others get their own letter."""
    lines = {line.contact.name: line for line in segment.lines.all()}
    for copy, letter in (("Dag Moe", "Cecilie Moe"), ("Anna Dahl", "Finn Åse")):
        one = segment.lines.filter(pk=lines[copy].pk)
        one.update(represented_by=lines[letter].pk)
    order = LineOrder(BY_CODE["by_copy_of"], descending=descending)
    keys = [key for each in walk(segment, order) for key in each.keys]
    assert first_names(segment, keys) == names.split()


def test_the_last_page_is_full_and_leads_back_to_the_first(segment):
    order = LineOrder(BY_CODE["position"])
    pages = walk_back(segment, order)
    assert [first_names(segment, each.keys) for each in pages] == [
        ["Anna", "bo"],
        ["bo", "Cecilie"],
        ["Dag", "Eva"],
        ["Finn", "Gro"],
    ]
    assert (pages[-1].has_previous, pages[-1].has_next) == (True, False)
    assert (pages[0].has_previous, pages[0].has_next) == (False, True)


def test_gaps_between_positions_do_not_matter(segment):
    for line in segment.lines.order_by("-position"):
        segment.lines.filter(pk=line.pk).update(position=line.position * 1000)
    order = LineOrder(BY_CODE["position"])
    assert first_names(segment, page(segment, order, start=2500).keys) == [
        "Cecilie",
        "Dag",
    ]


def test_a_text_is_gone_to_by_its_beginning(segment):
    order = LineOrder(BY_CODE["name"])
    assert first_names(segment, page(segment, order, start="CE").keys) == [
        "Cecilie",
        "Dag",
    ]


def test_a_place_that_is_no_more_is_the_beginning(segment):
    order = LineOrder(BY_CODE["position"])
    first = page(segment, order)
    assert page(segment, order, after=10**15) == first
    assert page(segment, order, start=10**6) == first
    last = segment.lines.get(contact__name="Gro Li")
    assert page(segment, order, after=last.pk) == first


def test_a_line_that_left_still_says_where_the_page_begins(segment):
    order = LineOrder(BY_CODE["position"])
    cecilie = segment.lines.get(contact__name="Cecilie Moe")
    segment.lines.filter(pk=cecilie.pk).update(removed_step=2)
    found = keyset_page(
        segment.lines.filter(removed_step=None),
        everywhere=segment.lines.all(),
        order=order,
        place=Place(after=cecilie.pk),
        size=2,
    )
    assert first_names(segment, found.keys) == ["Dag", "Eva"]
