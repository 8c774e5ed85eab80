"""One letter per company or per address, and who gets it (issue 3, point 7)."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import (
    Contact,
    ContactJobResponsibility,
    JobResponsibility,
    OrganizationalLevel,
)
from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_entry
from segments_app.services import (
    SegmentChanged,
    add_by_hand,
    add_contacts,
    go_back,
    go_to_step,
    redo,
    remove_by_hand,
)
from segments_app.services.addressees import addressee_rule, addressees
from segments_app.services.by_hand import NobodyChanged
from segments_app.services.change_line import change_line
from segments_app.services.errors import OptionRefused
from segments_app.services.one_per_address import Letters, one_per_address, sharing
from segments_app.services.refresh import NothingToRefresh, refresh
from segments_app.services.steps import Effect, TailLoss, loss_of_tail
from segments_app.tests.factories import (
    NOW,
    TODAY,
    make_segment,
    names_on,
    these,
    version_at,
)

pytestmark = pytest.mark.django_db

COMPANY = {"per": "company", "choose": "by_hand"}
ADDRESS = {"per": "address", "choose": "by_hand"}


def take(segment, by_hand=None, **options):
    return one_per_address(
        segment=segment, options=options, by_hand=by_hand, user=None, at=NOW
    )


def copies(segment):
    lines = segment.lines.live().with_by_copy().exclude(by_copy_of_id=None)
    return dict(lines.values_list("contact__name", "by_copy_of_name"))


def written_to(segment, options, by_hand=None):
    """The names of those in the register who are written to by this rule."""
    rule = addressee_rule(options, by_hand)
    found = addressees(Contact.objects.all(), rule=rule, segment=segment)
    return set(Contact.objects.filter(pk__in=found).values_list("name", flat=True))


def levels(cast, **given):
    for name, level in given.items():
        cast[name].organizational_level = level
        cast[name].save()


@pytest.fixture
def kaffe():
    return make_company("Kaffe AS", address="Storgata 1", postcode="0155", city="Oslo")


@pytest.fixture
def cast(kaffe):
    """Kaffe with Anna and Bo; Te with Cecilie; Dag and Eva belong to nobody."""
    te = make_company("Te AS", address="Kaia 2", postcode="5003", city="Bergen")
    at_kaffe = {"company": kaffe, "postcode": "0155", "city": "Oslo"}
    return {
        "kaffe": kaffe,
        "anna": make_person("Anna Dahl", address="Storgata 1", **at_kaffe),
        "bo": make_person("Bo Lie", address="Hjemveien 9", **at_kaffe),
        "cecilie": make_person("Cecilie Moe", company=te),
        "dag": make_person(
            "Dag Ek", address="STORGATA1", postcode="01 55", city="oslo"
        ),
        "eva": make_person("Eva Ås"),
    }


@pytest.fixture
def segment(cast):
    return make_segment(*cast.values())


class TestWhoSharesALetter:
    def test_everybody_of_a_company_and_each_independent_person_alone(self, segment):
        step = take(segment, **COMPANY)
        assert names_on(segment) == ["Kaffe AS", "Cecilie Moe", "Dag Ek", "Eva Ås"]
        assert (step.kind, step.entered, step.left, step.total) == (
            *("one_per_address", 0, 2, 4),
        )
        assert (step.options, step.criteria, step.kept_out) == (COMPANY, None, {})

    def test_an_address_whatever_its_case_and_spaces(self, segment):
        take(segment, **ADDRESS)
        assert names_on(segment) == ["Kaffe AS", "Bo Lie", "Cecilie Moe", "Eva Ås"]

    def test_without_an_address_everybody_is_alone(self):
        segment = make_segment(make_person("Anna Dahl"), make_person("Bo Lie"))
        with pytest.raises(NobodyChanged, match="same address"):
            take(segment, **ADDRESS)
        assert (names_on(segment), segment.position) == (["Anna Dahl", "Bo Lie"], 1)

    def test_letters_of_any_language_are_compared(self):
        same = {"city": "Åbo"}
        segment = make_segment(
            make_person("Anna Dahl", address="Ægirs vei 3", **same),
            make_person("Bo Lie", address="ægirs\N{NO-BREAK SPACE}VEI 3", city="ÅBO"),
        )
        take(segment, **ADDRESS)
        assert names_on(segment) == ["Anna Dahl"]

    def test_the_address_is_the_one_the_letter_goes_to(self, segment, cast):
        """Bo's alternative address holds on the day; Dag's is chosen on his line."""
        there = {"address": "Hytta 1", "postcode": "2680", "city": "Vågå"}
        bo, dag = cast["bo"], cast["dag"]
        summer = bo.alternative_addresses.create(code="S", country="NO", **there)
        bo.alternative_address_periods.create(
            address=summer, starting_date=TODAY, ending_date=TODAY
        )
        chosen = dag.alternative_addresses.create(code="H", country="NO", **there)
        segment.lines.filter(contact=dag).update(alternative_address=chosen)
        take(segment, **ADDRESS)
        assert names_on(segment) == ["Kaffe AS", "Bo Lie", "Cecilie Moe", "Eva Ås"]
        assert written_to(segment, ADDRESS) == {
            *("Kaffe AS", "Te AS", "Bo Lie", "Cecilie Moe", "Eva Ås"),
        }

    def test_lines_that_are_done_take_no_part(self, segment, cast):
        called = make_entry(cast["kaffe"])
        segment.lines.filter(contact=cast["kaffe"]).update(done_entry=called)
        take(segment, **COMPANY)
        assert names_on(segment) == [
            *("Kaffe AS", "Anna Dahl", "Cecilie Moe", "Dag Ek", "Eva Ås"),
        ]


class TestTheAddressee:
    def test_the_first_of_the_levels_then_the_order_of_the_segment(self, segment, cast):
        chief, staff = (
            OrganizationalLevel.objects.create(code=code) for code in ("CEO", "STAFF")
        )
        levels(cast, anna=staff, bo=chief)
        take(segment, per="company", choose="level", levels=["ceo", "STAFF"])
        assert names_on(segment) == ["Bo Lie", "Cecilie Moe", "Dag Ek", "Eva Ås"]
        go_back(segment=segment, user=None)
        take(segment, per="company", choose="level", levels=["STAFF", "CEO"])
        assert names_on(segment) == ["Anna Dahl", "Cecilie Moe", "Dag Ek", "Eva Ås"]
        levels(cast, anna=chief, bo=chief)
        go_back(segment=segment, user=None)
        step = take(segment, per="company", choose="level", levels=["CEO"])
        assert names_on(segment) == ["Anna Dahl", "Cecilie Moe", "Dag Ek", "Eva Ås"]
        assert step.options == {"per": "company", "choose": "level", "levels": ["CEO"]}

    def test_who_has_the_job_responsibility(self, segment, cast):
        buys = JobResponsibility.objects.create(code="BUYS")
        ContactJobResponsibility.objects.create(
            contact=cast["bo"], job_responsibility=buys
        )
        options = {"choose": "responsibility", "responsibility": "BUYS"}
        step = take(segment, per="company", **options)
        assert names_on(segment) == ["Bo Lie", "Cecilie Moe", "Dag Ek", "Eva Ås"]
        assert step.options == {"per": "company"} | options

    def test_whom_we_were_in_touch_with_last_cancelled_or_not_sent_aside(
        self, segment, cast
    ):
        make_entry(cast["kaffe"], date=datetime.date(2026, 1, 5))
        make_entry(cast["anna"], date=datetime.date(2026, 2, 5))
        make_entry(cast["bo"], date=datetime.date(2026, 3, 5), cancelled=True)
        make_entry(cast["bo"], date=datetime.date(2026, 3, 6), postponed=True)
        take(segment, per="company", choose="last_contact")
        assert names_on(segment) == ["Anna Dahl", "Cecilie Moe", "Dag Ek", "Eva Ås"]

    def test_by_hand_goes_before_every_rule_and_is_kept(self, segment, cast):
        make_entry(cast["anna"])
        chosen = these(cast["bo"], make_person("Not On It"))
        step = take(segment, chosen, per="company", choose="last_contact")
        assert names_on(segment) == ["Bo Lie", "Cecilie Moe", "Dag Ek", "Eva Ås"]
        members = step.members.values_list("contact__name", "removed")
        assert list(members) == [("Bo Lie", False)]
        step.refresh_from_db()
        assert step.options == {
            "per": "company",
            "choose": "last_contact",
            "chosen_by_hand": 1,
        }

    def test_taken_again_the_choice_by_hand_holds(self, cast):
        """The note of how many they are is no rule."""
        segment = make_segment()
        everybody = {"criteria": None, "options": {"all_contacts": True}}
        add_contacts(segment=segment, user=None, at=NOW, **everybody)
        take(segment, these(cast["bo"]), **COMPANY)
        first = names_on(segment)
        assert ("Bo Lie" in first, "Kaffe AS" in first) == (True, False)
        with pytest.raises(NothingToRefresh, match="up to date"):
            refresh(segment=segment, user=None, at=NOW)
        assert names_on(segment) == first

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"per": "household", "choose": "by_hand"}, "per company or per address"),
            ({"per": "company", "choose": "age"}, "how the addressee is found"),
            ({"per": "company", "choose": "level"}, "which organizational level"),
            (
                {"per": "company", "choose": "level", "levels": ["KING"]},
                "Unknown organizational level: KING",
            ),
            ({"per": "company", "choose": "level", "levels": 3}, "a list of codes"),
            ({"per": "company", "choose": "responsibility"}, "job responsibility"),
            (
                {"per": "company", "choose": "responsibility", "responsibility": "X"},
                "Unknown job responsibility: X",
            ),
            (COMPANY | {"by_copy": "yes"}, "Neither true nor false: option by_copy"),
            (COMPANY | {"everybody": True}, "Unknown option: everybody"),
        ],
    )
    def test_a_bad_rule_is_refused_and_nothing_changes(self, segment, options, said):
        with pytest.raises(OptionRefused, match=said):
            take(segment, **options)
        assert (len(names_on(segment)), segment.steps.count()) == (6, 1)


class TestBeforeItIsTaken:
    def test_what_is_said_is_what_is_done(self, segment):
        for options in (COMPANY, ADDRESS, COMPANY | {"by_copy": True}):
            change = sharing(segment=segment, rule=addressee_rule(options))
            said, letters = change.effect(), change.letters()
            step = take(segment, **options)
            assert said == Effect(step.entered, step.left, step.kept_out, step.total)
            assert letters.before == 6
            assert letters.after == step.total - step.kept_out.get("by_copy", 0)
            go_back(segment=segment, user=None)

    def test_the_groups_with_their_addressee_and_the_others(self, segment):
        change = sharing(segment=segment, rule=addressee_rule(COMPANY))
        assert change.letters() == Letters(before=6, after=4, shared=1)
        (kaffe,) = change.addressees()
        (lines,) = change.sharing_with([kaffe], most=2).values()
        assert (kaffe.size, [line.contact.name for line in lines]) == (
            *(3, ["Kaffe AS", "Anna Dahl"]),
        )

    def test_the_search_finds_a_group_by_anybody_in_it_and_shows_them(self, segment):
        change = sharing(segment=segment, rule=addressee_rule(COMPANY))
        assert list(change.addressees("cecilie")) == []
        assert len(change.addressees("kaffe")) == 1
        (kaffe,) = change.addressees("bo lie")
        (lines,) = change.sharing_with([kaffe], most=1, search="bo lie").values()
        assert [line.contact.name for line in lines] == ["Kaffe AS", "Bo Lie"]

    def test_the_same_of_any_contacts_on_the_segment_or_not(self, segment, cast):
        assert written_to(segment, COMPANY) == {
            *("Kaffe AS", "Cecilie Moe", "Dag Ek", "Eva Ås"),
        }
        # In the order of the register a company comes before its people.
        assert written_to(make_segment(), COMPANY) == {
            *("Kaffe AS", "Te AS", "Dag Ek", "Eva Ås"),
        }
        chosen = these(cast["bo"], cast["cecilie"])
        assert written_to(segment, COMPANY, chosen) == {
            *("Bo Lie", "Cecilie Moe", "Dag Ek", "Eva Ås"),
        }


class TestByCopy:
    def test_the_others_stay_with_their_own_values(self, segment, cast):
        segment.lines.filter(contact=cast["bo"]).update(personal_text="Hi", cost=3)
        before = list(segment.lines.live().values_list("contact", "position"))
        step = take(segment, **COMPANY, by_copy=True)
        assert copies(segment) == {"Anna Dahl": "Kaffe AS", "Bo Lie": "Kaffe AS"}
        assert (step.entered, step.left, step.kept_out, step.total) == (
            *(0, 0, {"by_copy": 2}, 6),
        )
        live = segment.lines.live()
        assert list(live.values_list("contact", "position").order_by("position")) == (
            before
        )
        line = live.get(contact=cast["bo"])
        assert (line.personal_text, line.cost) == ("Hi", 3)

    def test_going_back_redoing_and_jumping_lose_nothing(self, segment, cast):
        segment.lines.filter(contact=cast["bo"]).update(personal_text="Hi")
        keys = list(segment.lines.values_list("pk", flat=True).order_by("position"))
        take(segment, **COMPANY, by_copy=True)
        remove_by_hand(segment=segment, contacts=these(cast["eva"]), user=None, at=NOW)
        go_to_step(segment=segment, position=1, user=None)
        live = segment.lines.live().order_by("position")
        assert list(live.values_list("pk", flat=True)) == keys
        assert (copies(segment), loss_of_tail(segment)) == ({}, TailLoss(steps=2))
        redo(segment=segment, user=None)
        assert copies(segment) == {"Anna Dahl": "Kaffe AS", "Bo Lie": "Kaffe AS"}
        line = segment.lines.live().get(contact=cast["bo"])
        change_line(line=line, values={"personal_text": "New"}, user=None, at=NOW)
        go_back(segment=segment, user=None)
        assert loss_of_tail(segment) == TailLoss(steps=2)

    def test_a_new_step_after_going_back_drops_the_copies(self, segment, cast):
        take(segment, **COMPANY, by_copy=True)
        go_back(segment=segment, user=None)
        remove_by_hand(segment=segment, contacts=these(cast["eva"]), user=None, at=NOW)
        assert (copies(segment), segment.lines.count()) == ({}, 6)
        assert len(names_on(segment)) == 5

    def test_taken_again_nobody_changes(self, segment):
        take(segment, **COMPANY, by_copy=True)
        with pytest.raises(NobodyChanged, match="same company"):
            take(segment, **COMPANY, by_copy=True)
        assert (segment.position, segment.steps.count()) == (2, 2)

    def test_who_is_by_copy_goes_with_the_one_who_stands_for_them(self, segment, cast):
        """Kaffe stands for Anna and Bo, then Dag for Kaffe at the same address."""
        take(segment, **COMPANY, by_copy=True)
        step = take(segment, these(cast["dag"]), **ADDRESS, by_copy=True)
        dag = dict.fromkeys(["Kaffe AS", "Anna Dahl", "Bo Lie"], "Dag Ek")
        assert (copies(segment), step.kept_out) == (dag, {"by_copy": 1})
        go_back(segment=segment, user=None)
        assert copies(segment) == {"Anna Dahl": "Kaffe AS", "Bo Lie": "Kaffe AS"}
        step = take(segment, these(cast["dag"]), **ADDRESS)
        assert names_on(segment) == ["Cecilie Moe", "Dag Ek", "Eva Ås"]
        assert (step.left, step.total, copies(segment)) == (3, 3, {})

    def test_when_the_addressee_leaves_the_others_have_letters_of_their_own(
        self, segment, cast
    ):
        take(segment, **COMPANY, by_copy=True)
        kaffe = these(cast["kaffe"])
        remove_by_hand(segment=segment, contacts=kaffe, user=None, at=NOW)
        assert copies(segment) == {}
        go_back(segment=segment, user=None)
        assert copies(segment) == {"Anna Dahl": "Kaffe AS", "Bo Lie": "Kaffe AS"}
        redo(segment=segment, user=None)
        add_by_hand(segment=segment, contacts=kaffe, user=None, at=NOW)
        assert copies(segment) == {}
        take(segment, **COMPANY, by_copy=True)
        assert copies(segment) == {"Bo Lie": "Anna Dahl", "Kaffe AS": "Anna Dahl"}

    def test_who_was_by_copy_and_is_added_again_has_a_letter(self, segment, cast):
        take(segment, **COMPANY, by_copy=True)
        anna = these(cast["anna"])
        remove_by_hand(segment=segment, contacts=anna, user=None, at=NOW)
        add_by_hand(segment=segment, contacts=anna, user=None, at=NOW)
        assert copies(segment) == {"Bo Lie": "Kaffe AS"}

    def test_the_addressee_is_done_already(self, segment, cast):
        take(segment, **COMPANY, by_copy=True)
        called = make_entry(cast["kaffe"])
        segment.lines.filter(contact=cast["kaffe"]).update(done_entry=called)
        assert copies(segment) == {}


class TestTwoPeopleAndManyContacts:
    def test_the_second_one_is_told(self, segment):
        with pytest.raises(SegmentChanged):
            one_per_address(
                segment=segment,
                options=COMPANY,
                user=None,
                at=NOW,
                expected_version=version_at(segment, 0),
            )
        assert len(names_on(segment)) == 6

    @pytest.mark.parametrize("per", ["company", "address"])
    @pytest.mark.parametrize("by_copy", [False, True])
    def test_the_number_of_queries_does_not_grow(self, per, by_copy):
        def queries(size):
            company = make_company("Kaffe AS", address="Storgata 1", city="Oslo")
            there = {"address": "Storgata 1", "city": "Oslo", "company": company}
            people = [make_person(f"Many {number}", **there) for number in range(size)]
            segment = make_segment(company, *people)
            with CaptureQueriesContext(connection) as captured:
                take(segment, per=per, choose="last_contact", by_copy=by_copy)
            taken = len(captured)
            change = sharing(segment=segment, rule=addressee_rule(COMPANY))
            with CaptureQueriesContext(connection) as captured:
                change.sharing_with(list(change.addressees()), most=5)
            assert (len(copies(segment)), len(names_on(segment))) == (
                (size, size + 1) if by_copy else (0, 1)
            )
            return taken, len(captured)

        assert queries(2) == queries(40)
