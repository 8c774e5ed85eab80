"""Who would enter, leave and be kept out, by name: the same as then happens."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.models import Contact
from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_entry, make_logged_segment
from segments_app.choices import Moving, StepKind
from segments_app.criteria import CriteriaError
from segments_app.models import SavedCriteria, SavedCriteriaStep
from segments_app.services import who as moving
from segments_app.services.change_contacts import CriteriaMissing
from segments_app.services.difference import (
    ByCriteria,
    Refresh,
    Reuse,
    ReuseLogged,
)
from segments_app.services.steps import Effect
from segments_app.services.who import names, who
from segments_app.tests.factories import NOW, make_segment, names_on

pytestmark = pytest.mark.django_db

IN_OSLO = {"field": "city", "op": "is", "value": "Oslo"}
IN_BERGEN = {"field": "city", "op": "is", "value": "Bergen"}
PERSONS = {"field": "type", "op": "is", "value": "person"}
ANNA = {"field": "first_name", "op": "is", "value": "Anna"}
NO_CITY = {"field": "city", "op": "is_empty"}


@pytest.fixture
def cast():
    """Kaffe in Oslo with Anna (Oslo) and Bo (Bergen), and four that need a look."""
    kaffe = make_company("Kaffe AS", city="Oslo")
    return {
        "kaffe": kaffe,
        "anna": make_person("Anna Dahl", company=kaffe, city="Oslo"),
        "bo": make_person("Bo Lie", company=kaffe, city="Bergen"),
        "cecilie": make_person("Cecilie Moe", city="Bergen"),
        "berit": make_person("Blocked Berit", city="Oslo", privacy_blocked=True),
        "mia": make_person("Minor Mia", city="Bergen", minor=True),
        "even": make_person("Excluded Even", city="Oslo", exclude_from_segment=True),
        "gro": make_person("Grown Gro", city="Bergen", exclude_from_segment=True),
    }


def by(kind, segment, criteria, **options):
    return ByCriteria(
        segment=segment, kind=StepKind(kind), criteria=criteria, options=options
    )


def listed(proposal):
    """Everybody the proposal moves or keeps out, as names; these with the reason."""
    change = proposal.change(at=NOW)
    return {
        moving.value: [
            f"{contact.name} {contact.why_kept_out}".strip()
            for contact in names(who(change, moving)).contacts
        ]
        for moving in Moving
    }


def take(proposal):
    """Take it; return who entered and who left."""
    before = set(names_on(proposal.segment))
    proposal.take(
        user=None,
        at=NOW,
        expected_version=proposal.segment.steps_version,
    )
    after = set(names_on(proposal.segment))
    return sorted(after - before), sorted(before - after)


def saved_steps(*steps):
    """Saved criteria of these (kind, criteria, options)."""
    saved = SavedCriteria.objects.create(code=f"S{SavedCriteria.objects.count()}")
    SavedCriteriaStep.objects.bulk_create(
        SavedCriteriaStep(
            saved=saved, position=number, kind=kind, criteria=criteria, options=options
        )
        for number, (kind, criteria, options) in enumerate(steps, start=1)
    )
    return saved


class TestByCriteria:
    def test_adding_names_who_enters_and_who_is_kept_out_and_why(self, cast):
        segment = make_segment(cast["anna"])
        proposal = by("add", segment, IN_OSLO)
        assert listed(proposal) == {
            "entering": ["Kaffe AS"],
            "leaving": [],
            "kept_out": [
                "Anna Dahl already_in",
                "Blocked Berit privacy_blocked",
                "Excluded Even excluded",
            ],
        }
        assert names_on(segment) == ["Anna Dahl"]
        assert take(proposal) == (["Kaffe AS"], [])

    def test_options_count(self, cast):
        proposal = by("add", make_segment(), IN_OSLO, ignore_exclusion=True)
        assert listed(proposal)["entering"] == [
            *("Anna Dahl", "Excluded Even", "Kaffe AS")
        ]
        assert listed(proposal)["kept_out"] == ["Blocked Berit privacy_blocked"]

    @pytest.mark.parametrize(
        ("kind", "leaving"),
        [("reduce", ["Anna Dahl"]), ("refine", ["Bo Lie", "Cecilie Moe"])],
    )
    def test_reducing_and_refining_name_who_leaves(self, cast, kind, leaving):
        segment = make_segment(cast["anna"], cast["bo"], cast["cecilie"])
        proposal = by(kind, segment, IN_OSLO)
        assert listed(proposal) == {"entering": [], "leaving": leaving, "kept_out": []}
        assert take(proposal) == ([], leaving)

    def test_what_cannot_be_taken_cannot_be_looked_at(self, cast):
        gone = {"field": "code", "op": "is", "value": "GONE"}
        with pytest.raises(CriteriaError, match="GONE"):
            listed(by("add", make_segment(), {"has": "mailing_group", "where": gone}))
        with pytest.raises(CriteriaMissing):
            listed(by("add", make_segment(), None))


class TestReuse:
    """The saved steps are taken one by one; the difference is told as one."""

    @pytest.fixture
    def saved(self, cast):
        return saved_steps(
            ("add", IN_OSLO, {"expand_companies": True}),
            ("reduce", ANNA, {}),
            ("refine", PERSONS, {}),
        )

    def test_on_top_of_who_is_in(self, cast, saved):
        segment = make_segment(cast["anna"], cast["cecilie"], cast["kaffe"])
        proposal = Reuse(segment=segment, saved=saved, mode="add")
        assert listed(proposal) == {
            "entering": ["Bo Lie"],
            "leaving": ["Anna Dahl", "Kaffe AS"],
            "kept_out": ["Blocked Berit privacy_blocked", "Excluded Even excluded"],
        }
        assert take(proposal) == (["Bo Lie"], ["Anna Dahl", "Kaffe AS"])
        assert segment.steps.count() == 4

    def test_in_the_place_of_who_is_in(self, cast, saved):
        segment = make_segment(cast["cecilie"], cast["bo"])
        proposal = Reuse(segment=segment, saved=saved, mode="replace")
        assert listed(proposal) == {
            "entering": [],
            "leaving": ["Cecilie Moe"],
            "kept_out": ["Blocked Berit privacy_blocked", "Excluded Even excluded"],
        }
        assert take(proposal) == ([], ["Cecilie Moe"])

    def test_who_stays_when_all_are_chosen_anew_is_not_kept_out(self, cast):
        """Even is excluded, but the step lets him in: he stays like Anna."""
        saved = saved_steps(("add", IN_OSLO, {"ignore_exclusion": True}))
        segment = make_segment(cast["anna"], cast["even"], cast["cecilie"])
        proposal = Reuse(segment=segment, saved=saved, mode="replace")
        effect = proposal.change(at=NOW).effect()
        assert effect == Effect(
            entered=1, left=1, kept_out={"privacy_blocked": 1}, total=3
        )
        assert listed(proposal) == {
            "entering": ["Kaffe AS"],
            "leaving": ["Cecilie Moe"],
            "kept_out": ["Blocked Berit privacy_blocked"],
        }
        assert take(proposal) == (["Kaffe AS"], ["Cecilie Moe"])
        assert set(names_on(segment)) == {"Anna Dahl", "Excluded Even", "Kaffe AS"}

    def test_who_became_blocked_leaves_when_all_are_chosen_anew(self, cast, saved):
        segment = make_segment(cast["berit"], cast["bo"])
        proposal = Reuse(segment=segment, saved=saved, mode="replace")
        shown = listed(proposal)
        assert shown["leaving"] == ["Blocked Berit"]
        assert "Blocked Berit privacy_blocked" in shown["kept_out"]
        assert take(proposal) == ([], ["Blocked Berit"])

    def test_exclusion_may_be_ignored_by_one_step_and_not_by_another(self, cast):
        saved = saved_steps(
            ("add", IN_OSLO, {"ignore_exclusion": True}), ("add", IN_BERGEN, {})
        )
        proposal = Reuse(segment=make_segment(), saved=saved, mode="add")
        shown = listed(proposal)
        assert "Excluded Even" in shown["entering"]
        assert shown["kept_out"] == [
            "Blocked Berit privacy_blocked",
            "Grown Gro excluded",
            "Minor Mia minor",
        ]
        assert take(proposal)[0] == shown["entering"]

    def test_a_code_that_is_gone_is_told(self, cast):
        gone = {"field": "code", "op": "is", "value": "GONE"}
        saved = saved_steps(
            ("add", IN_OSLO, {}),
            ("reduce", {"has": "mailing_group", "where": gone}, {}),
        )
        with pytest.raises(CriteriaError, match="GONE"):
            Reuse(segment=make_segment(), saved=saved, mode="add").change(at=NOW)


def test_a_refresh(cast):
    segment = make_segment()
    take(by("add", segment, IN_OSLO))
    for name, city in (("anna", "Voss"), ("cecilie", "Oslo")):
        cast[name].city = city
        cast[name].save()
    proposal = Refresh(segment=segment)
    assert listed(proposal) == {
        "entering": ["Cecilie Moe"],
        "leaving": ["Anna Dahl"],
        "kept_out": ["Blocked Berit privacy_blocked", "Excluded Even excluded"],
    }
    assert take(proposal) == (["Cecilie Moe"], ["Anna Dahl"])


def test_the_contacts_of_a_logged_segment(cast):
    logged = make_logged_segment()
    for name in ("anna", "berit", "cecilie"):
        make_entry(cast[name], logged_segment=logged)
    proposal = ReuseLogged(segment=make_segment(cast["anna"]), logged_segment=logged)
    assert listed(proposal) == {
        "entering": ["Cecilie Moe"],
        "leaving": [],
        "kept_out": ["Anna Dahl already_in", "Blocked Berit privacy_blocked"],
    }
    assert take(proposal) == (["Cecilie Moe"], [])


CRITERIA = st.sampled_from(
    [
        *(IN_OSLO, IN_BERGEN, PERSONS, ANNA, NO_CITY, {"not": ANNA}),
        {"has": "company", "where": IN_OSLO},
    ]
)
ADDING = st.fixed_dictionaries(
    {},
    optional={
        "expand_companies": st.just(True),
        "include_related_companies": st.just(True),
        "ignore_exclusion": st.just(True),
    },
)
REMOVING = st.fixed_dictionaries({}, optional={"entire_companies": st.just(True)})
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), CRITERIA, ADDING),
        st.tuples(st.just("add"), st.none(), st.just({"all_contacts": True})),
        st.tuples(st.sampled_from(["reduce", "refine"]), CRITERIA, REMOVING),
    ),
    min_size=1,
    max_size=5,
)


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=STEPS,
    mode=st.sampled_from(["add", "replace"]),
    before=st.sets(st.sampled_from(["kaffe", "anna", "bo", "cecilie", "berit"])),
)
def test_what_is_shown_of_saved_steps_is_what_happens(cast, steps, mode, before):
    with transaction.atomic():
        segment = make_segment(*(cast[name] for name in sorted(before)))
        proposal = Reuse(segment=segment, saved=saved_steps(*steps), mode=mode)
        effect = proposal.change(at=NOW).effect()
        shown = listed(proposal)
        assert (shown["entering"], shown["leaving"]) == take(proposal)
        counted = {"entering": effect.entered, "leaving": effect.left}
        counted["kept_out"] = sum(effect.kept_out.values())
        assert counted == {name: len(them) for name, them in shown.items()}
        if mode == "replace":
            assert "already_in" not in effect.kept_out
        assert effect.total == len(names_on(segment))
        transaction.set_rollback(True)


class TestPages:
    @pytest.fixture(autouse=True)
    def _small_pages(self, monkeypatch):
        monkeypatch.setattr(moving, "NAMES_PER_PAGE", 2)

    @pytest.fixture
    def five(self):
        return [
            make_person(f"{first} Ek") for first in ("Ada", "Bo", "Bo", "Eva", "Øyvind")
        ]

    def test_forwards_to_the_last_and_back_to_the_first(self, five):
        everybody = Contact.objects.all()
        first = names(everybody)
        assert (first.contacts, first.previous) == (five[:2], None)
        second = names(everybody, after=first.next)
        assert second.contacts == five[2:4]
        third = names(everybody, after=second.next)
        assert (third.contacts, third.next) == (five[4:], None)
        again = names(everybody, before=third.previous)
        assert again == second
        assert names(everybody, before=again.previous) == first

    @pytest.mark.parametrize("many", [True, False])
    def test_many_and_few_are_in_the_same_order(self, five, many):
        page, seen = names(Contact.objects.all(), many=many), []
        while page.next:
            seen += page.contacts
            page = names(Contact.objects.all(), many=many, after=page.next)
        assert [*seen, *page.contacts] == five

    def test_a_place_that_is_gone_leads_to_the_first_page(self, five):
        everybody, nobody = Contact.objects.all(), Contact.objects.none()
        for key in (five[-1].pk + 99, 0):
            assert names(everybody, after=key) == names(everybody, before=key)
            assert names(everybody, after=key).contacts == five[:2]
        assert names(everybody, after=five[-1].pk).contacts == five[:2]
        assert names(everybody, before=five[0].pk).contacts == five[:2]
        assert names(nobody).contacts == []
