"""Contact pressure: who was written to lately or is elsewhere (issue 3, point 9)."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.tests.factories import make_person
from interactions.tests.factories import make_entry, make_template
from segments_app.choices import StepKind
from segments_app.criteria import Related
from segments_app.models import SavedCriteria
from segments_app.services import (
    SegmentChanged,
    go_back,
    refine_contacts,
    remove_by_hand,
    reuse_criteria,
    save_criteria,
)
from segments_app.services.by_hand import NobodyChanged
from segments_app.services.condition_counts import count_each
from segments_app.services.copy_segment import copy_segment
from segments_app.services.dry_run import dry_run
from segments_app.services.pressure import (
    EverybodyKept,
    NothingAsked,
    Pressure,
    count_by_reason,
    reasons_of,
    relieve,
    under_pressure,
)
from segments_app.services.refresh import refresh
from segments_app.services.why import why
from segments_app.tests.criteria.asking import where
from segments_app.tests.factories import (
    NOW,
    TODAY,
    make_segment,
    names_on,
    these,
    version_at,
)

pytestmark = pytest.mark.django_db


def days_ago(count):
    return TODAY - datetime.timedelta(days=count)


def written(contact, days, **values):
    sent = {"information_flow": "outbound", "correspondence_type": "hard_copy"}
    values = sent | {"date": days_ago(days)} | values
    return make_entry(contact, **values)


@pytest.fixture
def cast():
    """Anna was written to, Bo is on another segment, Cecilie both, Dag neither.

    Dag was called, wrote to us, and got letters that came back, were cancelled, are
    drafts, or are older or yet to come.
    """
    names = ("Anna Dahl", "Bo Lie", "Cecilie Moe", "Dag Ek")
    anna, bo, cecilie, dag = (make_person(name) for name in names)
    written(anna, 30)
    written(cecilie, 2)
    written(cecilie, 1)
    written(dag, 31)
    written(dag, 1, cancelled=True)
    written(dag, 1, postponed=True)
    written(dag, 1, information_flow="inbound")
    written(dag, 1, correspondence_type="")
    written(dag, 1, attempt_failed=True)
    written(dag, -1)
    gone = make_segment(dag, bo, cecilie, description="Other letter", number="SM-9")
    remove_by_hand(segment=gone, contacts=these(dag), user=None, at=NOW)
    return {"anna": anna, "bo": bo, "cecilie": cecilie, "dag": dag}


@pytest.fixture
def segment(cast):
    return make_segment(*cast.values(), number="SM-7")


def found(segment, pressure):
    lines = under_pressure(segment=segment, pressure=pressure, at=NOW)
    return list(lines.order_by("position").values_list("contact__name", flat=True))


def take(segment, kind, pressure=None, chosen=None, **values):
    return relieve(
        segment=segment,
        kind=StepKind(kind),
        pressure=pressure or Pressure(),
        chosen=chosen,
        user=None,
        at=NOW,
        **values,
    )


def lines_of(segment, *contacts):
    return segment.lines.live().filter(contact__in=contacts)


class TestWho:
    def test_written_to_in_the_last_days_or_on_another_open_segment(self, segment):
        pressure = Pressure(days=30)
        assert found(segment, pressure) == ["Anna Dahl", "Bo Lie", "Cecilie Moe"]
        lines = under_pressure(segment=segment, pressure=pressure, at=NOW)
        assert count_by_reason(lines, pressure) == {
            "all": 3,
            "written": 2,
            "elsewhere": 2,
        }
        by_name = lines.values_list("contact__name", "is_written", "is_elsewhere")
        assert set(by_name) == {
            ("Anna Dahl", True, False),
            ("Bo Lie", False, True),
            ("Cecilie Moe", True, True),
        }

    def test_each_reason_alone(self, segment):
        assert found(segment, Pressure(days=29, elsewhere=False)) == ["Cecilie Moe"]
        assert found(segment, Pressure(days=0, elsewhere=False)) == []
        assert found(segment, Pressure(days=None)) == ["Bo Lie", "Cecilie Moe"]
        with pytest.raises(NothingAsked):
            found(segment, Pressure(days=None, elsewhere=False))

    def test_only_letters_of_one_template_group_and_channel_count(self, segment, cast):
        card = make_template("CARD")
        sent = {"template": card, "correspondence_type": "email"}
        written(cast["dag"], 3, **sent)
        letters = {"days": 30, "elsewhere": False}
        assert found(segment, Pressure(**letters, template="CARD")) == ["Dag Ek"]
        assert found(segment, Pressure(**letters, correspondence_type="email")) == [
            "Dag Ek"
        ]
        assert found(segment, Pressure(**letters, group="LETTERS")) == [
            *("Anna Dahl", "Cecilie Moe", "Dag Ek"),
        ]

    def test_a_letter_counts_though_nobody_noted_which_way_it_went(self, segment, cast):
        written(cast["dag"], 3, information_flow="", correspondence_type="email")
        assert "Dag Ek" in found(segment, Pressure())

    def test_when_what_and_which_segment(self, segment, cast):
        for day in range(3, 6):
            written(cast["cecilie"], day)
        pressure = Pressure()
        lines = under_pressure(segment=segment, pressure=pressure, at=NOW)
        reasons = reasons_of(lines, segment=segment, pressure=pressure, at=NOW)
        said = {
            contact: (
                [entry.date for entry in why.entries],
                why.more_letters,
                [line.segment.number for line in why.lines],
            )
            for contact, why in reasons.items()
        }
        assert said == {
            cast["anna"].pk: ([days_ago(30)], 0, []),
            cast["bo"].pk: ([], 0, ["SM-9"]),
            cast["cecilie"].pk: ([days_ago(n) for n in (1, 2, 3)], 2, ["SM-9"]),
        }


class TestTheStep:
    def test_all_are_taken_off_by_criteria_and_come_back(self, segment):
        step = take(segment, "reduce", Pressure(days=30, template="LETTER"))
        assert names_on(segment) == ["Dag Ek"]
        assert (step.kind, step.left, step.total) == ("reduce", 3, 1)
        assert step.criteria == {
            "any": [
                {
                    "has": "interaction",
                    "where": {
                        "all": [
                            where("date", "within_days", 30),
                            where("correspondence_type", "is_not_empty"),
                            where("information_flow", "is_not", "inbound"),
                            where("attempt_failed", "is", False),
                            where("template", "is", "LETTER"),
                        ]
                    },
                },
                {"has": "other_segment"},
            ]
        }
        go_back(segment=segment, user=None)
        assert len(names_on(segment)) == 4

    def test_only_they_are_kept(self, segment):
        step = take(segment, "refine", Pressure(days=None))
        assert names_on(segment) == ["Bo Lie", "Cecilie Moe"]
        assert step.criteria == {"has": "other_segment"}

    def test_the_chosen_are_taken_off_or_kept_by_hand(self, segment, cast):
        chosen = lines_of(segment, cast["anna"], cast["bo"])
        step = take(segment, "reduce", chosen=chosen)
        assert names_on(segment) == ["Cecilie Moe", "Dag Ek"]
        assert (step.kind, step.criteria, step.left) == ("by_hand", None, 2)
        go_back(segment=segment, user=None)
        take(segment, "refine", chosen=lines_of(segment, cast["bo"]))
        assert names_on(segment) == ["Bo Lie"]

    def test_to_keep_only_the_ticked_somebody_must_not_be(self, segment, cast):
        with pytest.raises(EverybodyKept, match="Nobody would be taken off"):
            take(segment, "refine", chosen=lines_of(segment, *cast.values()))
        with pytest.raises(SegmentChanged):
            take(
                segment,
                "refine",
                chosen=lines_of(segment, *cast.values()),
                expected_version=version_at(segment, 0),
            )
        assert (len(names_on(segment)), segment.steps.count()) == (4, 1)

    def test_nothing_is_done_over_somebody_else_or_for_nobody(self, segment, cast):
        with pytest.raises(SegmentChanged):
            take(segment, "reduce", expected_version=version_at(segment, 0))
        with pytest.raises(NobodyChanged):
            take(segment, "reduce", chosen=segment.lines.none())
        with pytest.raises(NothingAsked):
            take(segment, "reduce", Pressure(days=None, elsewhere=False))
        assert (len(names_on(segment)), segment.steps.count()) == (4, 1)


class TestWhatThisSegmentIs:
    """“On another open segment” is relative to the segment of the step."""

    def test_a_copy_asks_for_the_others_of_the_copy(self, segment):
        """Who stayed on the first segment is on another one than the copy."""
        take(segment, "reduce", Pressure(days=None))
        copied = copy_segment(
            segment=segment, description="Again", parts="steps", user=None, at=NOW
        )
        assert names_on(copied) == names_on(segment) == ["Anna Dahl", "Dag Ek"]
        refresh(segment=copied, user=None, at=NOW)
        assert (names_on(copied), names_on(segment)) == ([], ["Anna Dahl", "Dag Ek"])

    def test_saved_they_ask_for_the_others_of_the_segment_they_are_taken_on(
        self, segment, cast
    ):
        take(segment, "reduce", Pressure(days=None))
        saved = save_criteria(
            segment=segment, code="FREE", description="", shared=True, user=None, at=NOW
        )
        mine = make_segment(cast["dag"])
        reuse_criteria(segment=mine, saved=saved, mode="add", user=None, at=NOW)
        # Anna and Dag are on the first segment too; nobody is free.
        assert names_on(mine) == []

    def test_a_dry_run_is_on_no_segment_so_every_open_one_is_another(self, cast):
        saved = SavedCriteria.objects.create(code="BUSY")
        saved.steps.create(position=1, kind="add", criteria={"has": "other_segment"})
        assert dry_run(saved=saved, at=NOW).total == 2

    def test_steps_that_name_the_segment_go_on_as_they_were(self, segment):
        number = {"field": "number", "op": "is_not", "value": "SM-7"}
        refine_contacts(
            segment=segment,
            criteria={"has": "segment", "where": number},
            user=None,
            at=NOW,
        )
        assert names_on(segment) == ["Bo Lie", "Cecilie Moe"]

    def test_counting_and_asking_why_mean_the_same_segment(self, segment, cast):
        other = {"has": "other_segment"}
        assert count_each(segment=segment, kind="refine", criteria=[other], at=NOW) == (
            4,
            [2],
        )
        take(segment, "reduce", Pressure(days=None))
        answer = why(segment=segment, contact_id=cast["anna"].pk, at=NOW)
        assert answer.is_on
        reason = answer.steps[-1].asked.reason
        assert (reason.sentence, reason.holds) == ("has other open segment", False)
        assert reason.related == Related(count=0, fitting=0)
        assert not answer.steps[-1].changed_since


def test_the_number_of_queries_does_not_grow():
    def queries(size):
        people = [make_person(f"Many {number}") for number in range(size)]
        for person in people:
            written(person, 1)
            make_segment(person)
        segment, pressure = make_segment(*people), Pressure()
        with CaptureQueriesContext(connection) as captured:
            lines = under_pressure(segment=segment, pressure=pressure, at=NOW)
            count_by_reason(lines, pressure)
            found = reasons_of(lines, segment=segment, pressure=pressure, at=NOW)
            for why in found.values():
                (entry,), (line,) = why.entries, why.lines
                assert entry.template.code
                assert line.segment.owner is None
            take(segment, "reduce")
        assert names_on(segment) == []
        return len(captured)

    assert queries(2) == queries(20)
