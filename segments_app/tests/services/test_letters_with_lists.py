"""What a letter lists of its contact: the same when looked at, merged and logged."""

import datetime
import io
import json
import zipfile

import pytest

from contacts.models import (
    BusinessRelation,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    ProfileAnswer,
    ProfileQuestion,
    ProfileQuestionnaire,
)
from contacts.services.anonymise_contact import anonymise_contact
from contacts.tests.factories import make_company, make_person
from interactions.models import LetterSnapshot
from interactions.services.letters import letter_of
from interactions.tests.factories import (
    make_document,
    make_entry,
    make_template,
)
from interactions.tests.merge.word import paragraphs
from segments_app.services import log_segment
from segments_app.services.letters import letter_of_line, letters_of
from segments_app.services.prepare_run import prepare_run
from segments_app.tests.factories import NOW, make_segment
from segments_app.tests.runs.conftest import printed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def kaffe():
    return make_company("Kaffe AS")


@pytest.fixture
def åse(kaffe):
    return make_person("Åse Vik", company=kaffe, job_title="Daglig leder")


def segment_with(*contacts, text):
    document = make_document(text)
    template = make_template("XMAS", default_language="en", languages={"en": document})
    return make_segment(*contacts, number="SM-9", template=template)


def looked_at(segment):
    return [paragraphs(letter_of_line(line))[0] for line in letters_of(segment)]


def logged(segment):
    entries = log_segment(segment=segment, at=NOW, user=None).interactions
    return [paragraphs(letter_of(entry))[0] for entry in entries.order_by("pk")]


def merged(segment):
    run = prepare_run(segment=segment, user=None, at=NOW, order="step")
    data, _figures = printed(run)
    return [text for text in paragraphs(data) if text]


def says(segment, *letters):
    """Looked at, merged and logged, the letters say the same."""
    expected = list(letters)
    assert looked_at(segment) == expected
    assert merged(segment) == [text for text in expected if text]
    assert logged(segment) == expected


def answer(contact, question, said, *, position=0, remark=""):
    code = question.split()[-1].strip("?").upper()
    sheet, _new = ProfileQuestionnaire.objects.get_or_create(code="COFFEE")
    asked, _new = ProfileQuestion.objects.get_or_create(
        questionnaire=sheet,
        code=code,
        defaults={"description": question, "position": position},
    )
    choice, _new = ProfileAnswer.objects.get_or_create(
        question=asked, code=said.upper(), defaults={"description": said}
    )
    contact.profile_answer_links.create(
        answer=choice, last_updated=datetime.date(2026, 3, 2), value=remark
    )


class TestAnswers:
    def test_come_question_by_question_and_only_the_contacts_own(self, åse):
        bo, per = make_person("Bo Lie"), make_person("Per Ås")
        answer(åse, "What do you drink?", "Tea", position=2)
        answer(åse, "What do you drink?", "Coffee & cake", position=2, remark="<black>")
        answer(åse, "Where did we meet?", "Fair", position=1)
        answer(bo, "What do you drink?", "Tea")
        says(
            segment_with(
                åse,
                bo,
                per,
                text="{% for a in answers %}{{ loop.index }}. {{ a.question }} "
                "{{ a.answer }} {{ a.remark }} {{ a.date }}; "
                "{% else %}Tell us!{% endfor %}",
            ),
            "1. Where did we meet? Fair  March 2, 2026; "
            "2. What do you drink? Coffee & cake <black> March 2, 2026; "
            "3. What do you drink? Tea  March 2, 2026; ",
            "1. What do you drink? Tea  March 2, 2026; ",
            "Tell us!",
        )

    def test_are_named_by_the_code_of_their_question(self, åse):
        bo = make_person("Bo Lie")
        answer(åse, "What do you drink?", "Tea")
        answer(åse, "What do you drink?", "Coffee")
        says(
            segment_with(
                åse,
                bo,
                text="{% if answers_of.DRINK %}You drink {{ answers_of.drink }}"
                '{% else %}Thirsty{{ answers_of["DRINK"] }}?{% endif %}',
            ),
            "You drink Coffee, Tea",
            "Thirsty?",
        )


class TestGroups:
    def test_those_of_the_contact_and_those_of_its_company(self, åse, kaffe):
        for code in ("NEWS", "ADVENT"):
            group = MailingGroup.objects.create(code=code, description=code.title())
            åse.mailing_group_links.create(mailing_group=group)
        buys = JobResponsibility.objects.create(code="BUY", description="Purchasing")
        åse.job_responsibility_links.create(job_responsibility=buys)
        cafés = IndustryGroup.objects.create(code="CAFE", description="Cafés")
        kaffe.industry_group_links.create(industry_group=cafés)
        customer = BusinessRelation.objects.create(code="CUST", description="Customer")
        kaffe.business_relation_links.create(
            business_relation=customer, reference="10042"
        )
        says(
            segment_with(
                åse,
                kaffe,
                text="{% for g in mailing_groups %}{{ g.description }} {{ g.code }}"
                "{% if not loop.last %}, {% endif %}{% endfor %}|"
                "{% for j in job_responsibilities %}{{ j.description }}{% endfor %}|"
                "{% for i in industry_groups %}{{ i.description }}{% endfor %}|"
                "{% for b in business_relations %}{{ b.description }} "
                "{{ b.reference }}{% endfor %}",
            ),
            "Advent ADVENT, News NEWS|Purchasing|Cafés|Customer 10042",
            "||Cafés|Customer 10042",
        )


class TestInteractions:
    def test_the_last_ten_that_happened_newest_first(self, åse):
        for day in range(1, 13):
            make_entry(
                åse, date=datetime.date(2026, 3, day), description=f"Visit {day}"
            )
        make_entry(
            åse,
            date=datetime.date(2026, 4, 1),
            description="Called off",
            cancelled=True,
        )
        make_entry(
            åse, date=datetime.date(2026, 4, 2), description="Draft", postponed=True
        )
        make_entry(make_person("Bo Lie"), description="With Bo")
        says(
            segment_with(
                åse,
                text="{% for i in interactions %}{{ i.description }}, {% endfor %}"
                "{{ interactions|length }}",
            ),
            "Visit 12, Visit 11, Visit 10, Visit 9, Visit 8, Visit 7, Visit 6, "
            "Visit 5, Visit 4, Visit 3, 10",
        )

    def test_the_letter_that_is_being_logged_is_not_among_them(self, åse):
        says(
            segment_with(
                åse, text="{% if interactions %}Again{% else %}First{% endif %}"
            ),
            "First",
        )


class TestPeople:
    def test_are_those_of_the_company_that_may_be_written_to(self, åse, kaffe):
        make_person("Per Ås", company=kaffe, job_title="Innkjøp")
        make_person("Ola Låst", company=kaffe, privacy_blocked=True)
        make_person("Elsewhere", company=make_company("Te AS"))
        says(
            segment_with(
                kaffe,
                åse,
                text="{% for p in people %}{{ p.name }} {{ p.job_title }};{% endfor %}",
            ),
            "Åse Vik Daglig leder;Per Ås Innkjøp;",
            "",
        )


class TestFrozen:
    def test_only_the_lists_that_the_document_uses(self, åse):
        bo = make_person("Bo Lie", language="nb")
        group = MailingGroup.objects.create(code="NEWS", description="News")
        åse.mailing_group_links.create(mailing_group=group)
        template = make_template(
            default_language="en",
            languages={
                "en": make_document(
                    "{% for g in mailing_groups %}{{ g.code }}{% endfor %}"
                ),
                "nb": make_document("Hei {{ contact_name }}"),
            },
        )
        segment = make_segment(åse, bo, template=template)
        log_segment(segment=segment, at=NOW, user=None)
        kept = LetterSnapshot.objects.order_by("pk").values_list("inputs", flat=True)
        assert [inputs.get("lists") for inputs in kept] == [
            {"mailing_groups": [{"code": "NEWS", "description": "News"}]},
            None,
        ]

    def test_later_changes_of_the_contact_change_nothing(self, åse):
        group = MailingGroup.objects.create(code="NEWS", description="News")
        åse.mailing_group_links.create(mailing_group=group)
        segment = segment_with(
            åse, text="{% for g in mailing_groups %}{{ g.description }}{% endfor %}"
        )
        entry = log_segment(segment=segment, at=NOW, user=None).interactions.get()
        åse.mailing_group_links.all().delete()
        MailingGroup.objects.update(description="Other")
        assert paragraphs(letter_of(entry)) == ["News"]

    def test_who_is_anonymised_goes_out_of_the_letters_to_the_company(self, åse, kaffe):
        make_person("Per Ås", company=kaffe)
        segment = segment_with(
            kaffe, text="{% for p in people %}{{ p.name }};{% endfor %}"
        )
        entry = log_segment(segment=segment, at=NOW, user=None).interactions.get()
        assert paragraphs(letter_of(entry)) == ["Åse Vik;Per Ås;"]
        anonymise_contact(contact=åse, reason="Asked for it", user=None, at=NOW)
        assert paragraphs(letter_of(entry)) == ["Per Ås;"]
        (inputs,) = LetterSnapshot.objects.values_list("inputs", flat=True)
        assert "Åse" not in json.dumps(inputs, ensure_ascii=False)


@pytest.mark.parametrize("count", [1, 4])
def test_the_number_of_queries_does_not_depend_on_the_letters(
    count, django_assert_num_queries
):
    people = [make_person(f"Person {number}") for number in range(count)]
    segment = segment_with(
        *people,
        text="{% for p in people %}{{ p.name }}{% endfor %}"
        "{% for a in answers %}{{ a.answer }}{% endfor %}{{ contact_name }}",
    )
    with django_assert_num_queries(10):
        run = prepare_run(segment=segment, user=None, at=NOW)
    data, _figures = printed(run, each=True)
    assert len(zipfile.ZipFile(io.BytesIO(data)).namelist()) == count
