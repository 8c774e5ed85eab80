"""Questionnaires in the set-up: what is wrong is said at its field."""

import pytest
from django.apps import apps
from django.urls import reverse

from contacts.models import (
    BusinessRelation,
    MailingGroup,
    ProfileAnswer,
    ProfileQuestion,
    ProfileQuestionnaire,
    RatingPoints,
    Salesperson,
)
from contacts.tests.factories import make_company, make_person
from contacts.tests.questionnaires import (
    give_points,
    make_question,
    make_questionnaire,
    make_rating,
)
from contacts.tests.test_admin import formset, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def leads():
    return make_questionnaire("LEADQ")


def question_form(question, *answers, initial=0, **values):
    """What the page of a question sends."""
    rows = [
        dict(zip(("code", "from_value", "to_value"), answer, strict=True))
        | {"position": place, "priority": 2, "description": "Yes"}
        for place, answer in enumerate(answers)
    ]
    return {
        "questionnaire": question.questionnaire_id,
        "code": question.code,
        "description": question.description,
        "position": 1,
        **formset("answers", *rows, initial=initial),
        **formset("points"),
        **values,
    }


def save(admin_client, question, *answers, **values):
    """Send the page of a question; return its errors and those of its answers."""
    response = admin_client.post(
        page("profilequestion", "change", question.pk),
        question_form(question, *answers, **values),
    )
    if response.status_code == 302:
        question.refresh_from_db()
        return {}, []
    context = response.context
    formsets = context["inline_admin_formsets"]
    return context["adminform"].form.errors, formsets[0].formset.errors


FIGURE = {"source": "people", "method": "defined_value"}


class TestRanges:
    def test_bounds_that_overlap_are_said_at_the_later_one(self, admin_client, leads):
        question = make_question(leads, "SIZE")
        form, answers = save(
            admin_client, question, ("FEW", 0, 10), ("MANY", 10, ""), **FIGURE
        )
        assert form == {}
        assert answers == [{}, {"from_value": ["This range overlaps that of FEW."]}]
        assert not question.answers.exists()

    def test_without_a_lower_bound_it_is_said_at_the_upper(self, admin_client, leads):
        question = make_question(leads, "SIZE")
        _form, answers = save(
            admin_client, question, ("FEW", 0, 10), ("ANY", "", 5), **FIGURE
        )
        assert answers == [{}, {"to_value": ["This range overlaps that of FEW."]}]

    def test_several_answers_may_overlap_and_0_is_a_bound(self, admin_client, leads):
        question = make_question(leads, "SIZE")
        done = save(
            admin_client,
            question,
            ("NONE", "", 0),
            ("ZERO", 0, 0),
            **FIGURE,
            multiple_answers="on",
        )
        assert done == ({}, [])
        zero = question.answers.get(code="ZERO")
        assert (zero.from_value, zero.to_value) == (0, 0)
        assert question.answers.get(code="NONE").from_value is None

    def test_of_what_people_answer_ranges_do_not_count(self, admin_client, leads):
        question = make_question(leads, "SIZE")
        assert save(admin_client, question, ("A", 0, 9), ("B", 0, 9)) == ({}, [])

    def test_a_range_turned_round(self, admin_client, leads):
        question = make_question(leads, "SIZE")
        _form, answers = save(admin_client, question, ("A", 9, 1), **FIGURE)
        assert answers == [{"to_value": ["The range ends before it begins."]}]

    @pytest.mark.parametrize("value", ["x", "1" * 30, "9" * 5_000, "NaN", "\x00"])
    def test_what_is_no_bound(self, admin_client, leads, value):
        question = make_question(leads, "SIZE")
        _form, (errors,) = save(admin_client, question, ("A", value, ""), **FIGURE)
        assert list(errors) == ["from_value"]

    def test_on_the_page_of_the_answer_too(self, admin_client, leads):
        question = make_question(
            leads, "SIZE", ("FEW", 0, 10), ("MANY", 11, 20), **FIGURE
        )
        many = question.answers.get(code="MANY")
        response = admin_client.post(
            page("profileanswer", "change", many.pk),
            {
                "question": question.pk,
                "code": "MANY",
                "description": "Many",
                "position": 2,
                "priority": 2,
                "from_value": 5,
                "to_value": 20,
            },
        )
        assert response.context["adminform"].form.errors == {
            "from_value": ["This range overlaps that of FEW."]
        }


class TestHowItIsAnswered:
    def test_a_figure_of_the_log_needs_a_period(self, admin_client, leads):
        question = make_question(leads, "LOG")
        log = {"source": "interaction_quantity"}
        form, _answers = save(admin_client, question, **log)
        assert form == {"period": ["Choose which days count."]}
        form, _answers = save(admin_client, question, **log, period="last_days")
        assert form == {"period_days": ["This is missing for the period."]}
        form, _answers = save(
            admin_client,
            question,
            **log,
            period="dates",
            period_first="2026-02-01",
            period_last="2026-01-31",
        )
        assert form == {"period_last": ["The period ends before it begins."]}
        save(admin_client, question, **log, period="last_days", period_days=90)
        assert (question.method, question.period_days) == ("defined_value", 90)

    def test_the_percentage_of_contacts_is_sorted(self, admin_client, leads):
        question = make_question(leads, "PLACE")
        save(admin_client, question, source="people", method="percentage_of_contacts")
        assert question.sorting == "descending"

    def test_by_hand_again_the_rest_is_emptied(self, admin_client, leads):
        question = make_question(
            leads,
            "LOG",
            source="interaction_quantity",
            method="percentage_of_contacts",
            sorting="ascending",
            period="last_days",
            period_days=90,
            decimals=2,
        )
        left = {"method": "defined_value", "period": "last_days", "period_days": "x"}
        assert save(admin_client, question, **left) == ({}, [])
        assert (question.method, question.sorting, question.period) == ("", "", "")
        assert (question.period_days, question.decimals) == (None, 0)

    def test_a_rating_has_no_period_and_keeps_its_least(self, admin_client, leads):
        question = make_question(leads, "TYPE")
        save(
            admin_client,
            question,
            source="rating",
            period="last_year",
            min_answered=75,
        )
        assert (question.method, question.period) == ("defined_value", "")
        assert question.min_answered == 75

    def test_what_was_answered_by_hand_stays_by_hand(self, admin_client, leads):
        question = make_question(leads, "SIZE", "ANY")
        (answer,) = question.answers.all()
        make_person().profile_answer_links.create(
            answer=answer, last_updated="2026-03-02"
        )
        form, _answers = save(admin_client, question, **FIGURE)
        assert list(form) == ["source"]

    def test_a_rating_with_points_stays_one(self, admin_client, leads):
        make_question(leads, "PROJECT", "CLEAR")
        rating = make_rating(leads, "TYPE", ("HOT", 1, None))
        give_points(rating, {"PROJECT.CLEAR": 1})
        form, _answers = save(admin_client, rating)
        assert form["source"] == [
            "Answers give points to this rating. Delete the points first."
        ]

    def test_the_database_refuses_what_does_not_fit(self, leads):
        with pytest.raises(Exception, match="profile_question_classified"):
            make_question(leads, "SIZE", method="defined_value")


class TestPoints:
    def save(self, admin_client, rating, answer, points):
        form = {"rating": rating.pk, "answer": answer.pk, "points": points}
        response = admin_client.post(page("ratingpoints", "add"), form)
        if response.status_code == 302:
            return {}
        return response.context["adminform"].form.errors

    def test_a_rating_does_not_feed_itself_over_any_number_of_others(
        self, admin_client, leads
    ):
        one, two, three = (
            make_rating(leads, code, (code, 1, None))
            for code in ("ONE", "TWO", "THREE")
        )
        give_points(one, {"TWO.TWO": 1})
        give_points(two, {"THREE.THREE": 1})
        errors = self.save(admin_client, three, one.answers.get(), 5)
        (said,) = errors["answer"]
        assert said.startswith("This rating would depend on itself: ")
        assert said.count("→") == 3
        errors = self.save(admin_client, one, one.answers.get(), 5)
        assert "LEADQ ONE → LEADQ ONE" in errors["answer"][0]

    def test_0_points_say_nothing(self, admin_client, leads):
        make_question(leads, "PROJECT", "CLEAR")
        rating = make_rating(leads, "TYPE")
        answer = ProfileAnswer.objects.get(code="CLEAR")
        errors = self.save(admin_client, rating, answer, 0)
        assert errors == {"__all__": ["0 points say nothing: delete the row."]}
        assert self.save(admin_client, rating, answer, "-0.5") == {}

    def test_only_ratings_get_points(self, admin_client, leads):
        question = make_question(leads, "PROJECT", "CLEAR")
        errors = self.save(admin_client, question, question.answers.get(), 1)
        assert list(errors) == ["rating"]

    def test_an_answer_that_gives_points_stays(self, admin_client, leads):
        question = make_question(leads, "PROJECT", "CLEAR")
        rating = make_rating(leads, "TYPE")
        give_points(rating, {"PROJECT.CLEAR": 1})
        admin_client.post(
            page("profilequestion", "delete", question.pk), {"post": "yes"}
        )
        assert RatingPoints.objects.exists()
        admin_client.post(
            page("profilequestionnaire", "delete", leads.pk), {"post": "yes"}
        )
        assert not ProfileQuestionnaire.objects.exists()


class TestNewRating:
    def send(self, admin_client, leads, **values):
        form = {
            "code": "type",
            "description": "Type of lead",
            "min_answered": 75,
            "scheme": "abc",
            "from_1": 1000,
            "from_2": 200,
            "to_2": 999,
            "to_3": 199,
        }
        address = reverse("admin:contacts_profilequestionnaire_rating", args=[leads.pk])
        return admin_client.post(address, form | values)

    def test_a_b_c_have_exactly_the_ranges_given(self, admin_client, leads):
        """MProfiling.CreatingContactRatingAuto"""
        done = self.send(admin_client, leads, from_1="200.5", to_1=300, to_2="200.4")
        rating = ProfileQuestion.objects.get()
        assert done.url == page("profilequestion", "change", rating.pk)
        assert (rating.code, rating.source, rating.min_answered) == (
            "TYPE",
            "rating",
            75,
        )
        first, *others = rating.answers.all()
        assert (first.code, first.from_value, first.to_value) == (
            "A",
            pytest.approx(200.5),
            300,
        )
        assert [other.code for other in others] == ["B", "C"]

    def test_high_and_low_are_three_lines(self, admin_client, leads):
        """MProfiling.UT_FinishWizardWithMultipleQuestionnareLines..

        ..AfterPerformLastWizStep
        """
        self.send(admin_client, leads, scheme="high_low", from_2="", to_2=999)
        assert (ProfileQuestion.objects.count(), ProfileAnswer.objects.count()) == (
            1,
            2,
        )

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({"from_2": 1000, "to_2": 1500}, "from_2"),
            ({"from_1": ""}, "from_1"),
            ({"from_2": 500, "to_2": 400}, "to_2"),
            ({"scheme": "x"}, "scheme"),
            ({"code": "\x00"}, "code"),
            ({"code": "---"}, "code"),
            ({"from_1": "9" * 400}, "from_1"),
            ({"min_answered": 101}, "min_answered"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, admin_client, leads, sent, field):
        refused = self.send(admin_client, leads, **sent)
        assert list(refused.context["form"].errors) == [field]
        assert not ProfileQuestion.objects.exists()

    def test_a_code_that_is_taken(self, admin_client, leads):
        make_question(leads, "TYPE")
        refused = self.send(admin_client, leads)
        assert list(refused.context["form"].errors) == ["code"]

    def test_the_page_opens_and_is_linked(self, admin_client, leads):
        change = admin_client.get(page("profilequestionnaire", "change", leads.pk))
        address = reverse("admin:contacts_profilequestionnaire_rating", args=[leads.pk])
        assert address in change.content.decode()
        assert admin_client.get(address).status_code == 200
        gone = reverse("admin:contacts_profilequestionnaire_rating", args=[10**9])
        assert admin_client.get(gone).status_code == 302

    def test_who_may_not_set_up_is_refused(self, client, leads, django_user_model):
        per = django_user_model.objects.create_user("per", is_staff=True)
        client.force_login(per)
        assert self.send(client, leads).status_code == 403


class TestSetUpInUse:
    def test_a_list_says_how_many_contacts_have_it_and_leads_to_them(
        self, admin_client
    ):
        """MContacts.MailingGroupForContact, MContacts.JobResponsibilityForContact"""
        news = MailingGroup.objects.create(code="NEWS")
        for contact in (make_person(), make_company()):
            contact.mailing_groups.add(news)
        listed = admin_client.get(page("mailinggroup", "changelist"))
        (row,) = listed.context["cl"].result_list
        assert row.counted == 2
        assert f'/contacts/?mailing_group={news.pk}">2</a>' in listed.content.decode()

    @pytest.mark.parametrize(
        ("model", "link"),
        [
            ("BusinessRelation", "business_relations"),
            ("IndustryGroup", "industry_groups"),
            ("JobResponsibility", "job_responsibilities"),
            ("OrganizationalLevel", None),
            ("Territory", None),
            ("Salesperson", None),
            ("Salutation", None),
        ],
    )
    def test_every_link_finds_as_many_as_it_says(self, admin_client, model, link):
        row = apps.get_model("contacts", model).objects.create(code="X")
        company = make_company()
        contact = make_person(company=company)
        if link == "industry_groups":
            contact = company
        if link:
            getattr(contact, link).add(row)
        else:
            column = "organizational_level" if "Level" in model else model.lower()
            setattr(contact, column, row)
            contact.save()
        name = row._meta.model_name
        (listed,) = admin_client.get(page(name, "changelist")).context["cl"].result_list
        table = admin_client.get(page(name, "changelist")).content.decode()
        address = table.split('field-contacts_with_it"><a href="')[1].split('"')[0]
        found = admin_client.get(address.replace("&amp;", "&")).context["table"]
        assert listed.counted == 1
        assert list(found.contacts) == [contact]

    def test_what_is_used_is_not_deleted_and_says_where(self, admin_client):
        relation = BusinessRelation.objects.create(code="CUSTOMER")
        for number in range(3):
            make_company(f"Firm {number}").business_relations.add(relation)
        make_questionnaire("CUSTOMERS", business_relation=relation)
        address = page("businessrelation", "delete", relation.pk)
        told = admin_client.get(address).content.decode()
        assert "CUSTOMER: business relations of companies: 3" in told
        assert "CUSTOMER: profile questionnaires: 1" in told
        admin_client.post(address, {"post": "yes"})
        assert BusinessRelation.objects.exists()
        BusinessRelation.objects.update(code="CLIENT")
        assert make_company().business_relations.count() == 0
        assert relation.contacts.count() == 3

    def test_an_answer_that_contacts_have_stays_with_its_questionnaire(
        self, admin_client, leads
    ):
        question = make_question(leads, "SIZE", "ANY")
        make_person().profile_answer_links.create(
            answer=question.answers.get(), last_updated="2026-03-02"
        )
        for row in (leads, question, question.answers.get()):
            address = page(row._meta.model_name, "delete", row.pk)
            told = admin_client.get(address).content.decode()
            assert "profile answers of contacts: 1" in told
            admin_client.post(address, {"post": "yes"})
        assert ProfileAnswer.objects.exists()

    def test_blocked_salespeople_are_not_offered(self, admin_client):
        Salesperson.objects.create(code="OLD", name="Old", blocked=True)
        form = admin_client.get(reverse("contacts:create")).context["form"]
        assert not form.fields["salesperson"].queryset.exists()
