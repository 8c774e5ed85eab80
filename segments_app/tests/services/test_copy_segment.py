"""A copy of a segment: what comes along, who is kept out, what it costs."""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from contacts.models import Contact, Salesperson
from contacts.tests.factories import make_company, make_person
from interactions.models import Campaign
from interactions.tests.factories import make_document, make_entry, make_template
from segments_app.models import Segment, SegmentDocument
from segments_app.models.segment import HEADER_VALUES
from segments_app.services import (
    SegmentChanged,
    add_by_hand,
    add_contacts,
    copy_segment,
    go_back,
    go_to_step,
    reduce_contacts,
    refresh,
    reuse_criteria,
    save_criteria,
)
from segments_app.services.copy_segment import kept_out_of_copy
from segments_app.services.one_per_address import one_per_address
from segments_app.services.refresh import NothingToRefresh
from segments_app.services.steps import total_at
from segments_app.tests.factories import (
    NOW,
    TODAY,
    make_segment,
    names_on,
    these,
    version_at,
)
from segments_app.views.shown_steps import shown_steps

pytestmark = pytest.mark.django_db

IN_OSLO = {"field": "city", "op": "is", "value": "Oslo"}
LATER = NOW + datetime.timedelta(days=40)


@pytest.fixture
def kari():
    return get_user_model().objects.create_user("kari")


@pytest.fixture
def people():
    """Anna and Bo of Oslo, Cecilie of Bergen."""
    return {
        "anna": make_person("Anna Dahl", city="Oslo"),
        "bo": make_person("Bo Lie", city="Oslo"),
        "cecilie": make_person("Cecilie Moe", city="Bergen"),
    }


@pytest.fixture
def segment(people):
    """Cecilie by hand, Oslo added, Bo taken off and put on again."""
    segment = make_segment(number="SM-7")
    add_by_hand(segment=segment, contacts=these(people["cecilie"]), user=None, at=NOW)
    add_contacts(segment=segment, criteria=IN_OSLO, user=None, at=NOW)
    bo = {"field": "surname", "op": "is", "value": "Lie"}
    reduce_contacts(segment=segment, criteria=bo, user=None, at=NOW)
    add_contacts(segment=segment, criteria=IN_OSLO, user=None, at=NOW)
    return segment


def copied(segment, parts="contacts", user=None, **values):
    values.setdefault("description", "Again")
    return copy_segment(segment=segment, parts=parts, user=user, at=NOW, **values)


def block(contact):
    Contact.objects.filter(pk=contact.pk).update(privacy_blocked=True)


def figures(segment):
    steps = segment.steps.order_by("position")
    return list(steps.values_list("kind", "entered", "left", "total", "kept_out"))


class TestHeader:
    @pytest.fixture
    def full(self, segment):
        """Every value of the header is set."""
        Segment.objects.filter(pk=segment.pk).update(
            template=make_template(),
            campaign=Campaign.objects.create(description="Fair"),
            salesperson=Salesperson.objects.create(code="JON", name="Jon"),
            date=TODAY + datetime.timedelta(days=9),
            language="nb",
            subject="Hello",
            correspondence_type="email",
            ignore_contact_correspondence_type=True,
            email_form="pdf",
            unit_cost=3,
            unit_duration=4,
            information_flow="outbound",
            initiated_by="us",
            campaign_target=True,
            campaign_response=False,
            notes="Ring first",
            living=True,
        )
        document = make_document()
        SegmentDocument.objects.create(
            segment=segment, language="nb", document=document, subject="Hei!"
        )
        segment.refresh_from_db()
        return segment

    @pytest.mark.parametrize("parts", ["header", "contacts", "steps"])
    def test_comes_along_whatever_else_does(self, full, kari, parts):
        copy = copied(full, parts, user=kari, description="Autumn")
        copy.refresh_from_db()
        wanted = {name: getattr(full, name) for name in HEADER_VALUES}
        wanted["description"] = "Autumn"
        assert {name: getattr(copy, name) for name in HEADER_VALUES} == wanted
        assert (copy.notes, copy.owner, copy.number) == (
            "Ring first",
            kari,
            "SM-000001",
        )
        assert (copy.created_at, copy.updated_at) == (NOW, NOW)
        assert (copy.follow_up_of, copy.left_over_of) == (None, None)
        own = full.documents.get()
        assert list(copy.documents.values_list("language", "document", "subject")) == [
            ("nb", own.document_id, "Hei!")
        ]

    def test_only_the_header_has_neither_contacts_nor_steps(self, full):
        copy = copied(full, "header")
        assert (copy.position, copy.steps.count(), names_on(copy)) == (0, 0, [])

    def test_only_with_its_steps_does_the_copy_of_a_living_segment_live(self, full):
        parts = ("header", "contacts", "steps")
        assert [copied(full, part).living for part in parts] == [False, False, True]

    def test_a_day_that_has_passed_becomes_today(self, segment):
        copy = copy_segment(segment=segment, description="Again", user=None, at=LATER)
        assert (segment.date, copy.date) == (TODAY, LATER.date())

    def test_a_salesperson_left_to_the_contacts_is_left_to_them(self, segment, kari):
        Salesperson.objects.create(code="KARI", name="Kari", user=kari)
        assert copied(segment, user=kari).salesperson is None


class TestContacts:
    def test_come_in_their_order_by_one_step_that_names_them(self, segment, people):
        assert names_on(segment) == ["Cecilie Moe", "Anna Dahl", "Bo Lie"]
        copy = copied(segment)
        assert names_on(copy) == ["Cecilie Moe", "Anna Dahl", "Bo Lie"]
        assert list(copy.lines.values_list("position", "added_step")) == [
            *((1, 1), (2, 1), (3, 1))
        ]
        step = copy.steps.get()
        assert figures(copy) == [("by_hand", 3, 0, 3, {})]
        assert (step.name, step.options) == ("", {"copied_from": "SM-7"})
        assert (copy.position, total_at(copy)) == (1, 3)
        assert set(step.members.values_list("contact", "removed")) == {
            (person.pk, False) for person in people.values()
        }

    def test_where_it_comes_from_is_told_in_the_language_of_the_reader(self, segment):
        with translation.override("nb"):
            copy = copied(segment)
        (shown,) = shown_steps(copy)
        assert (shown.name, shown.options) == ("", ["Copied from SM-7"])

    def test_can_be_saved_and_reused(self, segment):
        saved = save_criteria(segment=copied(segment), code="A", user=None, at=NOW)
        again = make_segment()
        (step,) = reuse_criteria(segment=again, saved=saved, user=None, at=NOW)
        assert sorted(names_on(again)) == ["Anna Dahl", "Bo Lie", "Cecilie Moe"]
        assert step.options == {}

    def test_come_as_they_stand_at_the_cursor(self, segment):
        go_to_step(segment=segment, position=1, user=None)
        assert names_on(copied(segment)) == ["Cecilie Moe"]

    def test_keep_their_own_values_but_not_that_they_are_done(self, segment, people):
        document = make_document("Dear Bo")
        segment.lines.filter(contact=people["bo"]).update(
            personal_text="See you!",
            subject="",
            document=document,
            cost=0,
            done_entry=make_entry(people["bo"]),
        )
        line = copied(segment).lines.get(contact=people["bo"])
        assert (line.personal_text, line.subject, line.cost) == ("See you!", "", 0)
        assert (line.document, line.done_entry, line.date) == (document, None, None)

    def test_who_may_not_enter_any_more_is_kept_out_and_counted(self, segment, people):
        block(people["bo"])
        people["anna"].exclude_from_segment = True
        people["anna"].save()
        told = {"privacy_blocked": 1, "excluded": 1}
        assert kept_out_of_copy(segment) == told
        copy = copied(segment)
        assert names_on(copy) == ["Cecilie Moe"]
        assert figures(copy) == [("by_hand", 1, 0, 1, told)]
        assert copy.steps.get().members.count() == 3
        on_purpose = copied(segment, ignore_exclusion=True)
        assert names_on(on_purpose) == ["Cecilie Moe", "Anna Dahl"]
        assert figures(on_purpose) == [("by_hand", 2, 0, 2, {"privacy_blocked": 1})]

    def test_who_left_before_is_not_counted_as_kept_out(self, segment, people):
        block(people["bo"])
        go_to_step(segment=segment, position=3, user=None)
        assert kept_out_of_copy(segment) == {}
        assert figures(copied(segment)) == [("by_hand", 2, 0, 2, {})]

    def test_an_empty_segment_gives_an_empty_copy_without_a_step(self):
        copy = copied(make_segment())
        assert (copy.position, copy.steps.count()) == (0, 0)

    @pytest.mark.parametrize("parts", ["contacts", "steps"])
    def test_who_gets_a_copy_of_the_letter_of_another_still_does(
        self, segment, people, parts
    ):
        lines = {line.contact.name: line for line in segment.lines.live()}
        for name in ("Anna Dahl", "Bo Lie"):
            segment.lines.filter(pk=lines[name].pk).update(
                represented_by=lines["Cecilie Moe"]
            )
        copy = copied(segment, parts)
        spoken_for = ("contact__name", "represented_by__contact__name")
        live = copy.lines.live().order_by("position")
        assert list(live.values_list(*spoken_for)) == [
            ("Cecilie Moe", None),
            ("Anna Dahl", "Cecilie Moe"),
            ("Bo Lie", "Cecilie Moe"),
        ]
        assert set(live.values_list("represented_by__segment", flat=True)) == {
            None,
            copy.pk,
        }
        block(people["cecilie"])
        alone = copied(segment, parts).lines.live()
        assert list(alone.order_by("position").values_list(*spoken_for)) == [
            ("Anna Dahl", None),
            ("Bo Lie", None),
        ]


class TestSteps:
    def test_come_up_to_the_cursor_with_who_took_them_and_when(self, segment, kari):
        segment.steps.filter(position=2).update(
            user=kari, name="Oslo", created_at=LATER, recipe=[{"kind": "add"}]
        )
        go_back(segment=segment, user=None)
        copy = copied(segment, "steps")
        columns = [
            *("position", "kind", "criteria", "options", "recipe", "name"),
            *("user", "created_at", "entered", "left", "total", "kept_out"),
        ]
        kept = segment.steps.filter(position__lte=3)
        assert list(copy.steps.values(*columns)) == list(kept.values(*columns))
        assert (copy.position, names_on(copy)) == (3, ["Cecilie Moe", "Anna Dahl"])
        assert copy.steps.get(position=1).members.count() == 1

    def test_can_be_gone_back_one_by_one(self, segment):
        copy = copied(segment, "steps")
        seen = []
        for position in range(4, -1, -1):
            go_to_step(segment=copy, position=position, user=None)
            seen.append(names_on(copy))
        assert seen == [
            ["Cecilie Moe", "Anna Dahl", "Bo Lie"],
            ["Cecilie Moe", "Anna Dahl"],
            ["Cecilie Moe", "Anna Dahl", "Bo Lie"],
            ["Cecilie Moe"],
            [],
        ]

    def test_a_step_of_the_copy_leaves_the_segment_alone(self, segment):
        copy = copied(segment, "steps")
        reduce_contacts(segment=copy, criteria=IN_OSLO, user=None, at=NOW)
        assert names_on(copy) == ["Cecilie Moe"]
        assert names_on(segment) == ["Cecilie Moe", "Anna Dahl", "Bo Lie"]
        assert segment.steps.count() == 4

    def test_who_may_not_enter_any_more_is_on_no_step_of_the_copy(
        self, segment, people
    ):
        block(people["bo"])
        copy = copied(segment, "steps")
        assert figures(copy) == [
            ("by_hand", 1, 0, 1, {}),
            ("add", 1, 0, 2, {"privacy_blocked": 1}),
            ("reduce", 0, 0, 2, {}),
            ("add", 0, 0, 2, {"already_in": 1, "privacy_blocked": 1}),
        ]
        for position in range(5):
            go_to_step(segment=copy, position=position, user=None)
            assert len(names_on(copy)) == total_at(copy)
            assert "Bo Lie" not in names_on(copy)

    def test_who_stayed_by_copy_and_may_not_enter_any_more_is_taken_out_of_that_step(
        self, people
    ):
        kaffe = make_company("Kaffe AS")
        bert, carl = (make_person(name, company=kaffe) for name in ("Bert", "Carl"))
        everybody = [people["anna"], kaffe, bert, carl]
        segment = make_segment(*everybody)
        per_company = {"per": "company", "choose": "by_hand", "by_copy": True}
        one_per_address(
            segment=segment,
            options=per_company,
            by_hand=these(kaffe),
            user=None,
            at=NOW,
        )
        assert figures(segment)[1:] == [("one_per_address", 0, 0, 4, {"by_copy": 2})]
        block(carl)
        copy = copied(segment, "steps")
        assert figures(copy) == [
            ("by_hand", 3, 0, 3, {"privacy_blocked": 1}),
            ("one_per_address", 0, 0, 3, {"by_copy": 1}),
        ]
        live = copy.lines.live().with_by_copy().order_by("position")
        assert list(live.values_list("contact__name", "by_copy_of_name")) == [
            ("Anna Dahl", None),
            ("Kaffe AS", None),
            ("Bert", "Kaffe AS"),
        ]
        go_back(segment=copy, user=None)
        assert names_on(copy) == ["Anna Dahl", "Kaffe AS", "Bert"]


def test_who_was_let_in_on_purpose_stays_when_the_copy_is_refreshed(segment, people):
    Contact.objects.filter(pk=people["bo"].pk).update(exclude_from_segment=True)
    strict = copied(segment, "contacts")
    assert (names_on(strict), strict.steps.get().options) == (
        ["Cecilie Moe", "Anna Dahl"],
        {"copied_from": "SM-7"},
    )
    copy = copied(segment, "contacts", ignore_exclusion=True)
    everybody = ["Cecilie Moe", "Anna Dahl", "Bo Lie"]
    assert names_on(copy) == everybody
    with pytest.raises(NothingToRefresh):
        refresh(segment=copy, user=None, at=NOW)
    block(people["anna"])
    step = refresh(segment=copy, user=None, at=NOW)
    assert names_on(copy) == ["Cecilie Moe", "Bo Lie"]
    assert (step.left, step.kept_out) == (1, {"privacy_blocked": 1})
    saved = save_criteria(segment=copy, code="COPY", user=None, at=NOW)
    again = make_segment()
    reuse_criteria(segment=again, saved=saved, user=None, at=NOW)
    assert sorted(names_on(again)) == ["Bo Lie", "Cecilie Moe"]


def test_the_steps_of_a_copy_ask_what_those_of_the_segment_asked(segment, people):
    """Bo was excluded after he entered: the step does not let excluded ones in."""
    Contact.objects.filter(pk=people["bo"].pk).update(exclude_from_segment=True)
    copy = copied(segment, "steps", ignore_exclusion=True)
    assert sorted(names_on(copy)) == ["Anna Dahl", "Bo Lie", "Cecilie Moe"]
    left = []
    for one in (segment, copy):
        step = refresh(segment=one, user=None, at=NOW)
        left.append((names_on(one), step.left, step.kept_out))
    assert left[0] == left[1] == (["Cecilie Moe", "Anna Dahl"], 1, {"excluded": 1})


def test_a_step_of_somebody_else_meanwhile_is_told(segment):
    with pytest.raises(SegmentChanged):
        copied(segment, expected_version=version_at(segment, 3))
    assert Segment.objects.count() == 1


@pytest.mark.parametrize("parts", ["header", "contacts", "steps"])
def test_costs_the_same_whatever_the_number_of_contacts(parts):
    costs = []
    for size in (3, 40):
        everybody = [make_person(f"Many No{number}") for number in range(size)]
        segment = make_segment(*everybody)
        half = everybody[: size // 2]
        Contact.objects.filter(pk__in=[each.pk for each in half]).update(minor=True)
        segment.lines.update(personal_text="Dear you")
        with CaptureQueriesContext(connection) as asked:
            copied(segment, parts)
        costs.append(len(asked))
    assert costs[0] == costs[1]
