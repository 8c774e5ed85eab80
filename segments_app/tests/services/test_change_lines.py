"""Own values of many lines: what is said before is what happens, or nothing does."""

import datetime

import pytest

from contacts.tests.factories import make_person
from interactions.tests.factories import make_template
from segments_app.models import Segment
from segments_app.services import SegmentChanged, go_back, remove_by_hand
from segments_app.services.change_line import change_line
from segments_app.services.change_lines import (
    LinesChange,
    NothingToChange,
    change_lines,
    preview_lines_change,
)
from segments_app.tests.factories import NOW, make_segment, these, version_at

pytestmark = pytest.mark.django_db

LATER = NOW + datetime.timedelta(minutes=5)


@pytest.fixture
def segment():
    """Anna has a subject of her own, Bo a blank one, Cecilie none."""
    segment = make_segment(
        *(make_person(name) for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe")),
        updated_at=NOW,
    )
    segment.lines.filter(contact__first_name="Anna").update(subject="For Anna")
    segment.lines.filter(contact__first_name="Bo").update(subject="")
    return segment


def change(segment, lines=None, **kwargs):
    values = kwargs.pop("values")
    lines = segment.lines.all() if lines is None else lines
    return change_lines(
        segment=segment, lines=lines, values=values, user=None, at=LATER, **kwargs
    )


def own(segment, name):
    lines = segment.lines.order_by("position")
    return list(lines.values_list(name, flat=True))


@pytest.mark.parametrize(
    ("value", "would_change", "replaced"),
    [("News", 3, 2), ("For Anna", 2, 1), ("", 2, 1), (None, 2, 2)],
)
def test_what_is_said_before_is_what_happens(segment, value, would_change, replaced):
    values = {"subject": value}
    said = preview_lines_change(
        segment=segment, lines=segment.lines.all(), values=values
    )
    assert said == LinesChange(
        lines=3, changed=would_change, replaced={"subject": replaced}
    )
    assert change(segment, values=values) == would_change
    assert own(segment, "subject") == [value] * 3


def test_several_values_at_once_and_nothing_else(segment):
    call = make_template("CALL")
    anna = segment.lines.filter(contact__first_name="Anna")
    values = {"template": call, "cost": 3, "evaluation": "positive", "subject": None}
    assert change(segment, anna, values=values) == 1
    assert [own(segment, n) for n in ("template", "cost", "evaluation", "subject")] == [
        [call.pk, None, None],
        [3, None, None],
        ["positive", None, None],
        [None, "", None],
    ]


def test_a_hundred_lines_cost_what_two_do(
    django_assert_num_queries, django_assert_max_num_queries
):
    def asked(count):
        people = [make_person(f"Many No{number}") for number in range(count)]
        segment = make_segment(*people)
        values = {"subject": "News", "duration": 4}
        with django_assert_max_num_queries(9) as captured:
            assert change(segment, values=values) == count
        return len(captured)

    assert asked(2) == asked(100)


def test_lines_that_left_or_are_elsewhere_are_never_changed(segment):
    other = make_segment(make_person("Dag Li"))
    remove_by_hand(
        segment=segment,
        contacts=these(segment.lines.first().contact),
        user=None,
        at=NOW,
    )
    everybody = type(other.lines.first()).objects.all()
    assert change(segment, everybody, values={"personal_text": "Hello"}) == 2
    assert own(segment, "personal_text") == [None, "Hello", "Hello"]
    assert own(other, "personal_text") == [None]


class TestNothingIsWrittenOverUnseen:
    def test_an_own_value_written_meanwhile(self, segment):
        anna = segment.lines.first()
        change_line(line=anna, values={"subject": "Mine"}, user=None, at=LATER)
        with pytest.raises(SegmentChanged):
            change(segment, values={"subject": "News"}, seen_at=NOW)
        assert own(segment, "subject") == ["Mine", "", None]

    def test_a_step_taken_meanwhile(self, segment):
        go_back(segment=Segment.objects.get(pk=segment.pk), user=None)
        with pytest.raises(SegmentChanged):
            change(
                segment,
                values={"subject": "News"},
                expected_version=version_at(segment, 1),
            )
        assert own(segment, "subject") == ["For Anna", "", None]

    def test_other_lines_that_fit_meanwhile(self, segment):
        segment.lines.first().contact.__class__.objects.filter(
            first_name="Cecilie"
        ).update(city="Oslo")
        with pytest.raises(SegmentChanged):
            change(
                segment,
                segment.lines.filter(contact__city="Oslo"),
                values={"subject": "News"},
                expected_changes=0,
            )
        assert own(segment, "subject") == ["For Anna", "", None]

    def test_what_is_as_it_was_seen_is_changed_and_the_segment_says_when(self, segment):
        changed = change(
            segment,
            values={"subject": "News"},
            seen_at=NOW,
            expected_version=version_at(segment, 1),
            expected_changes=3,
        )
        segment.refresh_from_db()
        assert (changed, segment.updated_at) == (3, LATER)

    def test_a_segment_that_is_gone(self, segment):
        Segment.objects.filter(pk=segment.pk).delete()
        with pytest.raises(SegmentChanged):
            change(segment, values={"subject": "News"})


@pytest.mark.parametrize("values", [{}, {"document": None}, {"position": 1}])
def test_only_what_makes_sense_on_many_lines_is_changed(segment, values):
    with pytest.raises(NothingToChange):
        change(segment, values=values)
    with pytest.raises(NothingToChange):
        preview_lines_change(segment=segment, lines=segment.lines.all(), values=values)
