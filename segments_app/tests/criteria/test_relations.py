"""Questions for related rows: the same row, how many, through whom."""

import datetime

import pytest

from contacts.models import (
    BusinessRelation,
    Contact,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactMailingGroup,
    ContactProfileAnswer,
    IndustryGroup,
    MailingGroup,
    ProfileAnswer,
    ProfileQuestion,
    ProfileQuestionnaire,
)
from contacts.tests.factories import make_company, make_person
from interactions.models import Campaign
from interactions.tests.factories import make_entry, make_logged_segment
from segments_app.criteria import compile_criteria, validate
from segments_app.models import Segment, SegmentLine
from segments_app.services.campaign_targets import (
    activate_campaign,
    deactivate_campaign,
)
from segments_app.tests.criteria.asking import found, has, where
from segments_app.tests.factories import NOW, TODAY, make_segment

pytestmark = pytest.mark.django_db


class TestTheSameRow:
    """Every condition in one `where` holds for one and the same row."""

    @pytest.fixture
    def answers(self):
        questionnaire = ProfileQuestionnaire.objects.create(code="CUSTOMERS")

        def answer(question, code):
            question, _new = ProfileQuestion.objects.get_or_create(
                questionnaire=questionnaire, code=question
            )
            return ProfileAnswer.objects.create(question=question, code=code)

        size_big, size_small = answer("SIZE", "BIG"), answer("SIZE", "SMALL")
        risk_big = answer("RISK", "BIG")
        for name, given in {
            "Size big": [size_big],
            "Size small, risk big": [size_small, risk_big],
            "Risk big": [risk_big],
            "Silent": [],
        }.items():
            company = make_company(name)
            for each in given:
                ContactProfileAnswer.objects.create(
                    contact=company, answer=each, last_updated="2026-03-02"
                )

    def test_of_answers_to_questions(self, answers):
        size = where("question", "is", "SIZE")
        big = where("answer", "is", "BIG")
        assert found(has("profile_answer", {"all": [size, big]})) == ["Size big"]
        assert found(
            {"all": [has("profile_answer", size), has("profile_answer", big)]}
        ) == ["Size big", "Size small, risk big"]

    def test_the_complement_is_everybody_else(self, answers):
        size = where("question", "is", "SIZE")
        big = where("answer", "is", "BIG")
        assert found({"not": has("profile_answer", {"all": [size, big]})}) == [
            "Risk big",
            "Silent",
            "Size small, risk big",
        ]

    def test_a_negative_inside_asks_for_a_row_that_is_otherwise(self, answers):
        not_big = where("answer", "is_not", "BIG")
        assert found(has("profile_answer", not_big)) == ["Size small, risk big"]
        assert found(has("profile_answer", {"not": where("answer", "is", "BIG")})) == [
            "Size small, risk big"
        ]

    def test_of_persons_of_a_company(self):
        kaffe, te = make_company("Kaffe AS"), make_company("Te AS")
        make_person("Anna Dahl", company=kaffe, city="Oslo", email="anna@example.no")
        make_person("Bo Lie", company=te, city="Oslo")
        make_person("Cecilie Moe", company=te, email="cecilie@example.no")
        in_oslo = where("city", "is", "Oslo")
        reachable = where("email", "is_not_empty")
        assert found(has("person", {"all": [in_oslo, reachable]})) == ["Kaffe AS"]
        assert found({"all": [has("person", in_oslo), has("person", reachable)]}) == [
            "Kaffe AS",
            "Te AS",
        ]


class TestAtLeast:
    @pytest.fixture
    def written_to(self):
        for count in range(4):
            person = make_person(f"{count} letters")
            for _each in range(count):
                make_entry(person)
            make_entry(person, description="A call")

    @pytest.mark.parametrize(
        ("at_least", "expected"),
        [
            (1, ["1 letters", "2 letters", "3 letters"]),
            (2, ["2 letters", "3 letters"]),
            (3, ["3 letters"]),
            (4, []),
            (10_000, []),
        ],
    )
    def test_counts_the_rows_of_the_where(self, written_to, at_least, expected):
        letter = where("description", "is", "spring letter")
        asked = has("interaction", letter, at_least)
        everybody = [f"{count} letters" for count in range(4)]
        assert found(asked) == expected
        assert found({"not": asked}) == sorted({*everybody} - {*expected})

    def test_without_where_counts_every_row(self, written_to):
        assert found(has("interaction", at_least=3)) == ["2 letters", "3 letters"]

    def test_drafts_without_a_contact_count_for_nobody(self, written_to):
        for _each in range(5):
            make_entry(None, postponed=True)
        drafts = has("interaction", where("postponed", "is", True), 2)
        assert found(drafts) == []
        assert len(found({"not": drafts})) == 4

    def test_of_persons_and_of_groups_through_the_company(self):
        kaffe, te = make_company("Kaffe AS"), make_company("Te AS")
        make_person("Anna Dahl", company=kaffe)
        make_person("Bo Lie", company=kaffe)
        make_person("Cecilie Moe", company=te)
        for code in ("COFFEE", "FOOD"):
            group = IndustryGroup.objects.create(code=code)
            ContactIndustryGroup.objects.create(contact=kaffe, industry_group=group)
        assert found(has("person", at_least=2)) == ["Kaffe AS"]
        assert found(has("industry_group", at_least=2)) == [
            "Anna Dahl",
            "Bo Lie",
            "Kaffe AS",
        ]
        assert found({"not": has("industry_group", at_least=2)}) == [
            "Cecilie Moe",
            "Te AS",
        ]


class TestThroughTheCompany:
    @pytest.fixture
    def kaffe(self):
        kaffe = make_company("Kaffe AS", city="Oslo")
        make_person("Anna Dahl", company=kaffe, city="Moss")
        make_person("Independent Ida", city="Oslo")
        te = make_company("Te AS", city="Bergen")
        make_person("Bo Lie", company=te, city="Oslo")
        return kaffe

    def test_industry_groups_and_business_relations_are_those_of_the_company(
        self, kaffe
    ):
        coffee = IndustryGroup.objects.create(code="COFFEE")
        ContactIndustryGroup.objects.create(contact=kaffe, industry_group=coffee)
        customer = BusinessRelation.objects.create(code="CUSTOMER")
        ContactBusinessRelation.objects.create(
            contact=kaffe, business_relation=customer
        )
        hits = ["Anna Dahl", "Kaffe AS"]
        others = ["Bo Lie", "Independent Ida", "Te AS"]
        for relation in ("industry_group", "business_relation"):
            assert found(has(relation)) == hits
            assert found({"not": has(relation)}) == others

    def test_mailing_groups_are_the_contacts_own(self, kaffe):
        news = MailingGroup.objects.create(code="NEWS")
        ContactMailingGroup.objects.create(contact=kaffe, mailing_group=news)
        assert found(has("mailing_group")) == ["Kaffe AS"]

    def test_the_company_is_asked_of_its_persons_and_of_itself(self, kaffe):
        in_oslo = where("city", "is", "Oslo")
        assert found(has("company", in_oslo)) == ["Anna Dahl", "Kaffe AS"]
        assert found({"not": has("company")}) == ["Independent Ida"]
        assert found({"not": has("company", in_oslo)}) == [
            "Bo Lie",
            "Independent Ida",
            "Te AS",
        ]

    def test_the_persons_are_asked_of_their_company_only(self, kaffe):
        assert found(has("person", where("city", "is", "Oslo"))) == ["Te AS"]
        assert found(has("person")) == ["Kaffe AS", "Te AS"]


class TestNested:
    """Inside company and person related rows may be asked again."""

    @pytest.fixture(autouse=True)
    def cast(self):
        kaffe, te = make_company("Kaffe AS"), make_company("Te AS")
        anna = make_person("Anna Dahl", company=kaffe)
        make_person("Bo Lie", company=kaffe)
        make_person("Cecilie Moe", company=te)
        make_entry(anna)
        news = MailingGroup.objects.create(code="NEWS")
        ContactMailingGroup.objects.create(contact=te, mailing_group=news)

    def test_companies_of_whose_persons_one_was_written_to(self):
        assert found(has("person", has("interaction"))) == ["Kaffe AS"]

    def test_persons_whose_company_is_in_a_group(self):
        asked = has("company", has("mailing_group", where("code", "is", "news")))
        assert found(asked) == ["Cecilie Moe", "Te AS"]

    def test_colleagues_of_somebody_who_was_written_to(self):
        asked = has("company", has("person", has("interaction")))
        assert found(asked) == ["Anna Dahl", "Bo Lie", "Kaffe AS"]
        not_written_to = {"not": has("interaction")}
        assert found({"all": [asked, not_written_to]}) == ["Bo Lie", "Kaffe AS"]

    def test_companies_of_whose_persons_one_was_not_written_to(self):
        asked = has("person", {"not": has("interaction")})
        assert found(asked) == ["Kaffe AS", "Te AS"]

    def test_at_least_inside(self):
        assert found(has("company", has("person", at_least=2))) == [
            "Anna Dahl",
            "Bo Lie",
            "Kaffe AS",
        ]


class TestInteractions:
    """Cancelled and postponed ones are left out unless they are asked for."""

    @pytest.fixture(autouse=True)
    def log(self):
        for name, values in {
            "Happened": {},
            "Cancelled": {"cancelled": True},
            "Postponed": {"postponed": True},
            "Both": {"cancelled": True, "postponed": True},
        }.items():
            make_entry(make_person(name), **values)
        make_person("Never")

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            (None, ["Happened"]),
            (where("description", "is", "spring letter"), ["Happened"]),
            ({"not": where("description", "is", "a call")}, ["Happened"]),
            (where("cancelled", "is", True), ["Cancelled"]),
            (where("cancelled", "is", False), ["Happened"]),
            (where("postponed", "is", True), ["Postponed"]),
            (where("postponed", "is", False), ["Happened"]),
            ({"not": where("cancelled", "is", False)}, ["Cancelled"]),
            (
                {
                    "all": [
                        where("cancelled", "is", True),
                        where("postponed", "is", True),
                    ]
                },
                ["Both"],
            ),
        ],
    )
    def test_which_are_asked(self, asked, expected):
        assert found(has("interaction", asked)) == expected

    def test_the_complement_counts_the_same_rows(self):
        assert found({"not": has("interaction")}) == [
            "Both",
            "Cancelled",
            "Never",
            "Postponed",
        ]

    def test_asked_inside_another_relation_only_there(self):
        company = make_company("Kaffe AS")
        make_entry(make_person("Anna Dahl", company=company), cancelled=True)
        cancelled = has("interaction", where("cancelled", "is", True))
        assert found(has("person", cancelled)) == ["Kaffe AS"]
        assert found(has("person", has("interaction"))) == []

    def test_a_draft_without_a_date_is_found_when_drafts_are_asked(self):
        make_entry(make_person("Undated"), postponed=True, date=None)
        no_date = where("date", "is_empty")
        draft = where("postponed", "is", True)
        assert found(has("interaction", no_date)) == []
        assert found(has("interaction", {"all": [draft, no_date]})) == ["Undated"]
        old = where("date", "before", "2030-01-01")
        assert found(has("interaction", {"all": [draft, {"not": old}]})) == ["Undated"]

    def test_those_of_a_companys_people_are_asked_through_person(self):
        company = make_company("Kaffe AS")
        make_entry(make_person("Anna Dahl", company=company), company=company)
        assert found(has("interaction")) == ["Anna Dahl", "Happened"]
        assert found(has("person", has("interaction"))) == ["Kaffe AS"]


class TestLoggedSegment:
    def test_everybody_of_it_unless_cancelled(self):
        spring = make_logged_segment("SM-1")
        autumn = make_logged_segment("SM-2")
        make_entry(make_person("Spring"), logged_segment=spring)
        make_entry(make_person("Autumn"), logged_segment=autumn)
        make_entry(make_person("Taken back"), logged_segment=spring, cancelled=True)
        make_entry(make_person("By hand"))
        assert found(has("logged_segment")) == ["Autumn", "Spring"]
        assert found(has("logged_segment", where("id", "is", spring.pk))) == ["Spring"]
        by_number = where("segment_number", "is", "sm-2")
        assert found(has("logged_segment", by_number)) == ["Autumn"]
        assert found({"not": has("logged_segment", by_number)}) == [
            "By hand",
            "Spring",
            "Taken back",
        ]

    def test_in_two_of_them(self):
        both, one = make_person("Both"), make_person("One")
        for number in ("SM-1", "SM-2"):
            make_entry(both, logged_segment=make_logged_segment(number))
        make_entry(one, logged_segment=make_logged_segment("SM-3"))
        make_entry(one)
        assert found(has("logged_segment", at_least=2)) == ["Both"]

    @pytest.mark.parametrize("op", ["is", "lt", "lte", "gt", "gte"])
    @pytest.mark.parametrize("value", [10**30, -(10**30)])
    def test_a_number_beyond_every_column_is_only_a_number(self, op, value):
        make_entry(make_person("Spring"), logged_segment=make_logged_segment())
        everything = (op in ("lt", "lte")) == (value > 0) and op != "is"
        asked = has("logged_segment", where("id", op, value))
        assert found(asked) == (["Spring"] if everything else [])


class TestCampaignTarget:
    """The company of whoever a campaign was aimed at, with its people; loners alone."""

    @pytest.fixture
    def campaigns(self):
        kaffe, te = make_company("Kaffe AS"), make_company("Te AS")
        make_person("Anna Dahl", company=kaffe)
        make_person("Bo Lie", company=te)
        loner = make_person("Per Berg")
        make_person("Kari Moe")
        for number, aimed_at in {
            "FAIR": [kaffe, loner],
            "SPRING": [kaffe],
            "OLD": [te],
        }.items():
            campaign = Campaign.objects.create(number=number, description=number)
            make_segment(*aimed_at, campaign=campaign, campaign_target=True)
            activate_campaign(campaign=campaign, at=NOW)
        deactivate_campaign(campaign=Campaign.objects.get(number="OLD"))

    def test_of_a_campaign_while_it_is_active(self, campaigns):
        assert found(has("campaign_target")) == ["Anna Dahl", "Kaffe AS", "Per Berg"]
        spring = has("campaign_target", where("campaign", "is", "spring"))
        assert found(spring) == ["Anna Dahl", "Kaffe AS"]
        assert found({"not": spring}) == ["Bo Lie", "Kari Moe", "Per Berg", "Te AS"]
        over = has("campaign_target", where("campaign", "is", "OLD"))
        assert found(over) == []

    def test_of_two_campaigns(self, campaigns):
        two = has("campaign_target", at_least=2)
        assert found(two) == ["Anna Dahl", "Kaffe AS"]
        assert found({"not": two}) == ["Bo Lie", "Kari Moe", "Per Berg", "Te AS"]

    def test_of_a_loner_by_more_than_one_is_found_too(self, campaigns):
        loner = Contact.objects.get(name="Per Berg")
        Campaign.objects.get(number="OLD").targets.create(contact=loner)
        two = has("campaign_target", at_least=2)
        assert found(two) == ["Anna Dahl", "Kaffe AS", "Per Berg"]

    def test_of_the_company_and_of_a_person_of_it(self, campaigns):
        asked = has("campaign_target", where("campaign", "is", "FAIR"))
        assert found(has("company", asked)) == ["Anna Dahl", "Kaffe AS"]
        assert found(has("person", asked)) == ["Kaffe AS"]


class TestSegment:
    """Only lines that are live at the cursor of an open segment."""

    def test_who_is_on_it_now(self):
        anna, bo = make_person("Anna Dahl"), make_person("Bo Lie")
        cecilie = make_person("Cecilie Moe")
        segment = make_segment(anna, bo, number="SM-1")
        make_segment(cecilie, number="SM-2")
        SegmentLine.objects.filter(contact=bo).update(removed_step=2)
        on_first = has("segment", where("number", "is", "sm-1"))
        assert found(on_first) == ["Anna Dahl", "Bo Lie"]
        Segment.objects.filter(pk=segment.pk).update(position=2)
        assert found(on_first) == ["Anna Dahl"]
        assert found({"not": on_first}) == ["Bo Lie", "Cecilie Moe"]
        Segment.objects.filter(pk=segment.pk).update(position=0)
        assert found(on_first) == []
        assert found(has("segment")) == ["Cecilie Moe"]

    def test_who_is_on_two(self):
        anna, bo = make_person("Anna Dahl"), make_person("Bo Lie")
        make_segment(anna, bo)
        make_segment(anna)
        assert found(has("segment", at_least=2)) == ["Anna Dahl"]

    def test_on_another_than_the_one_the_criteria_are_asked_for(self):
        """Without a segment every open one is another."""
        anna, bo = make_person("Anna Dahl"), make_person("Bo Lie")
        ours, theirs = make_segment(anna, bo), make_segment(bo, number="SM-2")
        make_segment(make_person("Cecilie Moe"), number="SM-3")
        other = has("other_segment")

        def asked_for(segment, criteria):
            key = segment and segment.pk
            condition = compile_criteria(validate(criteria), today=TODAY, segment=key)
            names = Contact.objects.filter(condition).values_list("name", flat=True)
            return sorted(names)

        everybody = ["Anna Dahl", "Bo Lie", "Cecilie Moe"]
        assert asked_for(ours, other) == ["Bo Lie", "Cecilie Moe"]
        assert asked_for(theirs, other) == everybody
        assert asked_for(None, other) == everybody
        assert asked_for(ours, {"not": other}) == ["Anna Dahl"]
        assert asked_for(ours, has("other_segment", at_least=2)) == []
        assert asked_for(None, has("other_segment", at_least=2)) == ["Bo Lie"]
        on_theirs = has("other_segment", where("number", "is", "SM-2"))
        assert asked_for(ours, on_theirs) == ["Bo Lie"]
        assert asked_for(theirs, on_theirs) == []


def test_nobody_is_found_twice():
    anna = make_person("Anna Dahl", company=make_company("Kaffe AS"))
    for day in (1, 2, 3):
        make_entry(anna, date=datetime.date(2026, 3, day))
    make_person("Bo Lie", company=anna.company)
    assert found({"any": [has("interaction"), has("company"), has("person")]}) == [
        "Anna Dahl",
        "Bo Lie",
        "Kaffe AS",
    ]
