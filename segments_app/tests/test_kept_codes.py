"""A code that saved criteria ask for stays: it is neither deleted nor renamed."""

import pytest
from django.urls import reverse

from contacts.models import (
    MailingGroup,
    ProfileAnswer,
    ProfileQuestion,
    ProfileQuestionnaire,
    Salesperson,
)
from interactions.models import InteractionTemplate
from interactions.tests.factories import make_template
from segments_app.models import SavedCriteria
from segments_app.services.saved_codes import saved_with_code
from segments_app.services.write_saved import create_saved
from segments_app.tests.criteria.asking import has, where
from segments_app.tests.factories import NOW
from segments_app.tests.views.log_side import text

pytestmark = pytest.mark.django_db

IN_NEWS = has("mailing_group", where("code", "in", ["VIP", "news"]))


def ask_for(criteria, code="OURS", shared=True, owner=None):
    step = {"kind": "add", "criteria": criteria, "options": {}}
    return create_saved(
        code=code, description="", shared=shared, parts=[step], user=owner, at=NOW
    )


def page(row, kind):
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_{kind}"
    return reverse(name, args=[row.pk])


@pytest.fixture
def news():
    return MailingGroup.objects.create(code="NEWS", description="Newsletter")


def test_a_group_in_use_is_not_deleted(admin_client, news):
    ask_for({"all": [where("city", "is", "Oslo"), {"not": IN_NEWS}]})
    assert "Saved criteria OURS" in text(admin_client.get(page(news, "delete")))
    admin_client.post(page(news, "delete"), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [news.pk], "post": "yes"}
    told = admin_client.post(reverse("admin:contacts_mailinggroup_changelist"), chosen)
    assert "Saved criteria OURS" in text(told)
    assert MailingGroup.objects.get() == news


def test_nor_renamed_while_it_may_be_described_anew(admin_client, news):
    ask_for(IN_NEWS)
    form = {"code": "OTHER", "description": "Letters"}
    admin_client.post(page(news, "change"), form)
    news.refresh_from_db()
    assert (news.code, news.description) == ("NEWS", "Letters")


def test_nobody_asks_for_it(admin_client, news):
    ask_for(where("city", "is", "NEWS"))
    ask_for(has("industry_group", where("code", "is", "NEWS")), "SAME-TEXT")
    admin_client.post(page(news, "delete"), {"post": "yes"})
    assert not MailingGroup.objects.exists()


def test_private_criteria_keep_their_name_to_themselves(
    admin_client, news, django_user_model
):
    kari = django_user_model.objects.create_user("kari")
    ask_for(IN_NEWS, "SECRET", shared=False, owner=kari)
    seen = text(admin_client.get(page(news, "delete")))
    assert "Private saved criteria of kari" in seen
    assert "SECRET" not in seen


def test_an_answer_is_kept_with_its_questionnaire(admin_client):
    about = ProfileQuestionnaire.objects.create(code="ABOUT")
    size = ProfileQuestion.objects.create(questionnaire=about, code="SIZE")
    ProfileAnswer.objects.create(question=size, code="LARGE")
    ask_for(has("profile_answer", where("answer", "is", "LARGE")))
    for row in (about, size):
        assert "Saved criteria OURS" in text(admin_client.get(page(row, "delete")))
        admin_client.post(page(row, "delete"), {"post": "yes"})
    assert ProfileAnswer.objects.exists()


def test_a_template_and_a_salesperson_too(admin_client):
    template = make_template("LETTER")
    jon = Salesperson.objects.create(code="JON", name="Jon")
    ask_for(
        {
            "any": [
                where("salesperson", "is", "JON"),
                has("interaction", where("template", "is", "LETTER")),
            ]
        }
    )
    delete = reverse("interactions:template_delete", args=[template.pk])
    assert "Saved criteria OURS" in text(admin_client.get(delete))
    for url in (delete, page(template, "delete"), page(jon, "delete")):
        admin_client.post(url, {"post": "yes"})
    assert (InteractionTemplate.objects.count(), Salesperson.objects.count()) == (1, 1)


def test_the_question_costs_one_query(news, django_assert_num_queries):
    for number in range(5):
        ask_for(IN_NEWS, f"C{number}")
    with django_assert_num_queries(1):
        found = saved_with_code("contacts.MailingGroup", {"news"})
    assert [saved.code for saved in found] == ["C0", "C1", "C2", "C3", "C4"]


def test_criteria_that_cannot_be_read_any_more_keep_nothing(news):
    saved = ask_for(IN_NEWS)
    saved.steps.update(criteria={"field": "shoe"})
    assert saved_with_code("contacts.MailingGroup", {"NEWS"}) == []


def test_support_looks_at_saved_criteria_and_changes_nothing(
    admin_client, news, django_user_model
):
    kari = django_user_model.objects.create_user("kari")
    ours = ask_for(IN_NEWS)
    secret = ask_for(IN_NEWS, "SECRET", shared=False, owner=kari)
    listed = text(
        admin_client.get(reverse("admin:segments_app_savedcriteria_changelist"))
    )
    assert "OURS" in listed
    assert "SECRET" not in listed
    seen = text(admin_client.get(page(ours, "change")))
    assert "has mailing group where code is one of VIP, news" in seen
    admin_client.post(page(ours, "change"), {"code": "X"})
    admin_client.post(page(ours, "delete"), {"post": "yes"})
    assert admin_client.get(page(secret, "change")).status_code == 302
    assert SavedCriteria.objects.filter(code="OURS").exists()
