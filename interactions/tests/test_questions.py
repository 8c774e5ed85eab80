"""A letter that names the answer to a question which nobody is asked."""

import pytest

from contacts.models import ProfileQuestion, ProfileQuestionnaire
from interactions.services.checking import check_document
from interactions.tests.factories import letter

pytestmark = pytest.mark.django_db


def told(*tags):
    return [str(problem) for problem in check_document(letter(*tags)).problems]


def test_is_told_with_the_question_that_was_meant():
    sheet = ProfileQuestionnaire.objects.create(code="COFFEE")
    ProfileQuestion.objects.create(questionnaire=sheet, code="DRINK", description="?")
    assert told("{{ answers_of.DRINK }}", "{% for a in answers %}{% endfor %}") == []
    assert told("{{ answers_of.drinc }}", "{{ answers_of.ZZZ }}") == [
        "There is no profile question “DRINC”. Did you mean answers_of.DRINK?",
        "There is no profile question “ZZZ”. Use the code of a question of a profile "
        "questionnaire.",
    ]


def test_costs_nothing_where_no_question_is_named(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert told("{{ contact_name }}") == []
