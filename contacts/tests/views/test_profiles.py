"""Questionnaires on the pages: answered, looked at, printed, classified by."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from contacts.models import (
    BusinessRelation,
    ContactBusinessRelation,
    ContactChange,
    ContactProfileAnswer,
    ContactWebSource,
    ProfileAnswer,
    WebSource,
)
from contacts.tests.factories import make_company, make_person
from contacts.tests.questionnaires import (
    give_points,
    make_question,
    make_questionnaire,
    make_rating,
    profile,
)
from contacts.tests.visitors import make_user
from jobs.models import Job
from jobs.services import run_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def ingrid():
    return make_person()


@pytest.fixture
def leads():
    leads = make_questionnaire("LEADQ", description="Lead qualification")
    make_question(leads, "PROJECT", "CLEAR", "VAGUE")
    make_question(leads, "WANTS", "DESKS", "LAMPS", multiple_answers=True)
    return leads


@pytest.fixture
def siv(client):
    """Siv, who looks at questionnaires and classifies."""
    may = ("view_contact", "view_profilequestionnaire", "classify_contacts")
    client.force_login(make_user("siv", *(f"contacts.{name}" for name in may)))
    return client


def url(name, *rows):
    return reverse(f"contacts:{name}", args=[row.pk for row in rows])


def sent(*codes, **remarks):
    """What the form sends for these answers and remarks on them."""
    fields = {}
    for code in codes:
        answer = ProfileAnswer.objects.get(code=code)
        fields.setdefault(f"question_{answer.question_id}", []).append(answer.pk)
    for code, said in remarks.items():
        fields[f"remark_{ProfileAnswer.objects.get(code=code).pk}"] = said
    return fields


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_questionnaire_is_answered_from_the_card(assistant, ingrid, leads):
    page = url("profile", ingrid)
    assert page in assistant.get(ingrid.get_absolute_url()).content.decode()
    shown = assistant.get(page)
    assert "Project?" in shown.content.decode()
    form = sent("CLEAR", "DESKS", "LAMPS", CLEAR="in May")
    form["version"] = shown.context["form"]["version"].value()
    done = assistant.post(page, form)
    assert (done.url, said(done)) == (
        ingrid.get_absolute_url(),
        ["The answers were saved."],
    )
    assert profile(ingrid) == ["PROJECT.CLEAR", "WANTS.DESKS", "WANTS.LAMPS"]
    card = assistant.get(ingrid.get_absolute_url()).content.decode()
    assert "Project?" in card
    assert "in May" in card

    again = assistant.get(page).context["form"]
    form = sent("VAGUE", "LAMPS")
    form["version"] = again["version"].value()
    assistant.post(page, form)
    assert profile(ingrid) == ["PROJECT.VAGUE", "WANTS.LAMPS"]


def test_a_remark_belongs_to_a_chosen_answer(assistant, ingrid, leads):
    form = sent("CLEAR", VAGUE="in May") | {"version": ingrid.version}
    refused = assistant.post(url("profile", ingrid), form)
    (field,) = refused.context["form"].errors
    vague = ProfileAnswer.objects.get(code="VAGUE")
    assert field == f"remark_{vague.pk}"
    assert "Choose the answer that this belongs to." in refused.content.decode()
    assert profile(ingrid) == []


def test_what_changed_meanwhile_is_said_and_saved_the_second_time(
    assistant, ingrid, leads
):
    page = url("profile", ingrid)
    refused = assistant.post(page, sent("CLEAR") | {"version": "long ago"})
    assert "Somebody changed this contact meanwhile" in refused.content.decode()
    form = sent("CLEAR") | {"version": refused.context["form"]["version"].value()}
    assert assistant.post(page, form).status_code == 302
    assert profile(ingrid) == ["PROJECT.CLEAR"]


def test_the_questionnaire_is_chosen(assistant, ingrid, leads):
    other = make_questionnaire("PERSON", contact_type="person", priority=4)
    make_question(other, "HOBBY", "GOLF")
    page = url("profile", ingrid)
    assert assistant.get(page).context["chosen"] == other
    chosen = assistant.get(page, {"questionnaire": "leadq"})
    assert chosen.context["chosen"] == leads
    firms = make_questionnaire("FIRMS", contact_type="company")
    refused = assistant.get(page, {"questionnaire": firms.code})
    assert (refused.url, said(refused)) == (
        page,
        ["This questionnaire is not for this contact."],
    )


def test_without_a_questionnaire_the_page_says_so(assistant, ingrid):
    page = assistant.get(url("profile", ingrid)).content.decode()
    assert "No questionnaire is for this contact" in page


@pytest.mark.parametrize("consent", [True, False])
def test_minors_are_turned_away(assistant, leads, consent):
    minor = make_person(minor=True, parental_consent_received=consent)
    page = url("profile", minor)
    assert page not in assistant.get(minor.get_absolute_url()).content.decode()
    for response in (assistant.get(page), assistant.post(page, sent("CLEAR"))):
        assert response.url == minor.get_absolute_url()
        assert said(response)[-1] == "Minors are asked no questionnaires."
    assert profile(minor) == []


def test_what_figures_say_is_only_shown(assistant, ingrid, leads):
    rating = make_rating(leads, "TYPE", ("HOT", 100, None))
    give_points(rating, {"PROJECT.CLEAR": 100})
    page = url("profile", ingrid)
    form = sent("CLEAR") | {"version": ingrid.version}
    assistant.post(page, form)
    shown = assistant.get(page)
    assert [link.answer.code for link in shown.context["automatic"]] == ["HOT"]
    assert f"question_{rating.pk}" not in shown.context["form"].fields
    card = assistant.get(ingrid.get_absolute_url()).content.decode()
    assert "100% of the questions answered" in card


def test_the_card_lists_by_priority_and_leaves_hidden_ones_out(reader, ingrid, leads):
    first = make_questionnaire("FIRST", priority=4)
    make_question(first, "GOLF", "YES")
    for code, priority in {"CLEAR": 2, "DESKS": 4, "LAMPS": 0, "YES": 2}.items():
        answer = ProfileAnswer.objects.get(code=code)
        ProfileAnswer.objects.filter(pk=answer.pk).update(priority=priority)
        ingrid.profile_answer_links.create(answer=answer, last_updated="2026-03-02")
    shown = reader.get(ingrid.get_absolute_url()).context["profile_answers"]
    assert [link.answer.code for link in shown] == ["DESKS", "YES", "CLEAR"]


@pytest.mark.parametrize(
    "value", ["9" * 20, "9" * 5_000, "-1", "x", "Kaf\x00fe", "1" * 300]
)
def test_the_form_takes_any_value(assistant, ingrid, leads, value):
    page = url("profile", ingrid)
    names = [*assistant.get(page).context["form"].fields]
    for name in names:
        form = {"version": ingrid.version} | {name: [value, value]}
        assert assistant.post(page, form).status_code in (200, 302)
    asked = assistant.get(page, {"questionnaire": value})
    assert asked.status_code == 302
    assert profile(ingrid) == []


def test_who_may_only_look_neither_answers_nor_classifies(reader, ingrid, leads):
    for page in (url("profile", ingrid), url("relations", ingrid)):
        assert reader.get(page).status_code == 403
    assert reader.post(url("classify")).status_code == 403
    assert reader.get(url("questionnaires")).status_code == 403


class TestPagesOfQuestionnaires:
    def test_what_is_set_up_wrongly_is_listed(self, siv):
        """MReports.QuestionnaireTestReport"""
        leads = make_questionnaire("LEADQ")
        make_question(leads, "PROJECT", position=3, description="Is there a project?")
        response = siv.get(url("questionnaire", leads))
        (finding,) = response.context["findings"]
        assert (finding.question.position, finding.said) == (3, "No answer created.")
        page = response.content.decode()
        assert '<td class="num">3</td>' in page
        for told in ("Position", "Is there a project?", "No answer created."):
            assert told in page

    def test_a_question_without_a_position_is_not_said_to_have_one(self, siv):
        leads = make_questionnaire("LEADQ")
        make_question(leads, "PROJECT", position=0)
        page = siv.get(url("questionnaire", leads))
        assert b'<td class="num"></td>' in page.content

    @pytest.mark.parametrize("multiple", [False, True])
    def test_a_questionnaire_is_printed(self, siv, multiple):
        """MReports.QuestionnaireSingleAnswer, MReports.QuestionnaireMultipleAnswer"""
        leads = make_questionnaire("LEADQ")
        make_question(leads, "WANTS", "DESKS", multiple_answers=multiple)
        make_rating(leads, "TYPE", ("HOT", 1, None))
        page = siv.get(url("questionnaire_print", leads)).content.decode()
        assert "Wants?" in page
        assert "Desks" in page
        assert ("Several answers are possible." in page) == multiple
        assert "Type?" not in page

    def test_the_answers_lead_to_their_contacts(self, siv, leads):
        company, ingrid = make_company(), make_person()
        answer = ProfileAnswer.objects.get(code="CLEAR")
        ingrid.profile_answer_links.create(answer=answer, last_updated="2026-03-02")
        page = siv.get(url("questionnaire", leads)).content.decode()
        address = f"{url('list')}?profile_answer={answer.pk}"
        assert address in page
        listed = siv.get(address).context["table"].contacts
        assert list(listed) == [ingrid]
        assert company not in listed

    def test_contacts_are_classified_by_a_button(self, siv):
        firm = make_questionnaire("FIRM", contact_type="company")
        make_question(
            firm, "SIZE", ("ANY", 0, None), source="people", method="defined_value"
        )
        make_question(
            firm,
            "BAD",
            ("A", 0, 5),
            ("B", 5, 9),
            source="people",
            method="defined_value",
        )
        company, _minor = make_company(), make_person(minor=True)
        asked = siv.post(url("classify"), {"questionnaire": "firm"})
        job = Job.objects.get()
        assert asked.url == job.get_absolute_url()
        assert profile(company) == ["SIZE.ANY"]
        assert job.state == "done"
        assert {name: str(value) for name, value in job.result.items()} == {
            "questions": "1",
            "answers": "1",
            "minors": "1",
            "left_out": "BAD: The ranges of A and B overlap.",
        }
        assert siv.get(job.get_absolute_url()).status_code == 200

    def test_a_killed_classification_goes_on_with_the_next_question(
        self, siv, monkeypatch
    ):
        monkeypatch.setattr(
            "contacts.services.profiles.start_classification.MOST_WITHOUT_JOB", 0
        )
        firm = make_questionnaire("FIRM", contact_type="company")
        one, two = (
            make_question(
                firm, code, ("ANY", 0, None), source="people", method="defined_value"
            )
            for code in ("ONE", "TWO")
        )
        company = make_company()
        siv.post(url("classify"))
        job = Job.objects.get()
        job.resume = {"questions": [one.pk]}
        job.save()
        run_job(job=job)
        assert profile(company) == ["TWO.ANY"]
        assert (job.done, job.total, job.resume) == (
            2,
            2,
            {"questions": [one.pk, two.pk]},
        )

    @pytest.mark.parametrize(
        ("most", "told"), [(1_000, ">2</a>"), (2, ">2</a>"), (1, ">more than 1</a>")]
    )
    def test_who_answered_what_is_counted_up_to_a_number(
        self, siv, leads, monkeypatch, most, told
    ):
        monkeypatch.setattr("contacts.bounded.MOST", most)
        answer = ProfileAnswer.objects.filter(question__questionnaire=leads).first()
        for name in ("Anna Lie", "Bo Lie"):
            ContactProfileAnswer.objects.create(
                contact=make_person(name), answer=answer, last_updated="2026-03-02"
            )
        assert told in siv.get(url("questionnaire", leads)).content.decode()

    @pytest.mark.parametrize("code", ["NOPE", "Kaf\x00fe", "9" * 5_000])
    def test_a_questionnaire_that_does_not_exist(self, siv, code):
        refused = siv.post(url("classify"), {"questionnaire": code})
        assert said(refused) == ["There is no such questionnaire."]
        assert not Job.objects.exists()

    def test_the_list_shows_what_there_is(self, siv, leads):
        page = siv.get(url("questionnaires")).content.decode()
        assert "Lead qualification" in page
        assert url("questionnaires") in siv.get(url("list")).content.decode()


class TestLinks:
    def rows(self, prefix, *rows, initial=0):
        fields = {
            f"{prefix}-TOTAL_FORMS": len(rows),
            f"{prefix}-INITIAL_FORMS": initial,
        }
        for place, row in enumerate(rows):
            fields |= {f"{prefix}-{place}-{name}": value for name, value in row.items()}
        return fields

    def test_a_relation_with_its_number_is_added_and_taken_off(self, assistant):
        customer = BusinessRelation.objects.create(code="CUSTOMER")
        company = make_company()
        page = url("relations", company)
        assert page in assistant.get(company.get_absolute_url()).content.decode()
        row = {"business_relation": customer.pk, "reference": "10017"}
        assistant.post(page, self.rows("business_relation_links", row))
        link = ContactBusinessRelation.objects.get()
        assert (link.contact, link.reference) == (company, "10017")
        gone = row | {"id": link.pk, "DELETE": "on"}
        assistant.post(page, self.rows("business_relation_links", gone, initial=1))
        assert not ContactBusinessRelation.objects.exists()
        assert [change.values for change in ContactChange.objects.order_by("pk")] == [
            {"business_relation_links": [[], ["CUSTOMER 10017"]]},
            {"business_relation_links": [["CUSTOMER 10017"], []]},
        ]

    def test_a_web_source_needs_a_search_word_and_opens_with_it(self, assistant):
        source = WebSource.objects.create(code="WEB", url="https://example.com/?q=%1")
        company = make_company()
        page = url("web_sources", company)
        row = {"web_source": source.pk, "search_word": "  "}
        refused = assistant.post(page, self.rows("web_source_links", row))
        assert refused.context["formset"].errors == [
            {"search_word": ["This field is required."]}
        ]
        row["search_word"] = "Fjordheim & Co"
        assistant.post(page, self.rows("web_source_links", row))
        assert ContactWebSource.objects.get().contact == company
        card = assistant.get(company.get_absolute_url()).content.decode()
        assert 'href="https://example.com/?q=Fjordheim%20%26%20Co"' in card

    def test_what_stands_there_twice_is_said_in_words(self, assistant):
        customer = BusinessRelation.objects.create(code="CUSTOMER")
        row = {"business_relation": customer.pk, "reference": ""}
        sent = self.rows("business_relation_links", row, row)
        refused = assistant.post(url("relations", make_company()), sent)
        assert refused.context["formset"].non_form_errors() == [
            "Business relation: the same stands there twice. Keep one of them."
        ]
        assert refused.context["formset"].errors[1] == {
            "__all__": ["The same stands above already."]
        }
        assert not ContactBusinessRelation.objects.exists()

    def test_persons_have_neither(self, assistant, ingrid):
        for name in ("relations", "web_sources"):
            refused = assistant.post(url(name, ingrid), {})
            assert refused.url == ingrid.get_absolute_url()
            assert said(refused)[-1] == "Only for companies."

    @pytest.mark.parametrize("value", ["9" * 20, "-1", "x", "Kaf\x00fe"])
    def test_the_forms_take_any_value(self, assistant, value):
        company = make_company()
        taken = (200, 302)
        for name, prefix, column, text in (
            ("relations", "business_relation_links", "business_relation", "reference"),
            ("web_sources", "web_source_links", "web_source", "search_word"),
        ):
            for row in ({column: value}, {text: value}, {"id": value}):
                form = self.rows(prefix, row)
                assert assistant.post(url(name, company), form).status_code in (
                    200,
                    302,
                )
            form = self.rows(prefix, {}) | {f"{prefix}-TOTAL_FORMS": value}
            assert assistant.post(url(name, company), form).status_code in taken


def test_the_card_costs_the_same_however_many_answers(
    reader, ingrid, leads, django_assert_max_num_queries
):
    address = ingrid.get_absolute_url()
    with django_assert_max_num_queries(40) as few:
        reader.get(address)
    for answer in ProfileAnswer.objects.all():
        ingrid.profile_answer_links.create(answer=answer, last_updated="2026-03-02")
    with django_assert_max_num_queries(len(few.captured_queries)):
        reader.get(address)
