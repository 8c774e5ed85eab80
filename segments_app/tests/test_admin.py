"""Every table of Django admin answers whatever is asked of it."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db import models
from django.urls import reverse

from contacts.models import (
    AlternativeAddress,
    BusinessRelation,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    MarketingSetup,
    NumberSeries,
    OrganizationalLevel,
    ProfileAnswer,
    ProfileQuestion,
    ProfileQuestionnaire,
    RatingPoints,
    Salesperson,
    Salutation,
    SalutationFormula,
    Territory,
    WebSource,
)
from contacts.tests.factories import make_person
from interactions.models import (
    Campaign,
    CampaignEntry,
    CampaignStatus,
    Delivery,
    InteractionGroup,
    InteractionTemplate,
    InteractionTemplateSetup,
    LabelFormat,
    MailText,
)
from interactions.tests.factories import (
    make_document,
    make_entry,
    make_logged_segment,
    make_template,
)
from jobs.tests.factories import make_job
from segments_app.tests.factories import NOW

pytestmark = pytest.mark.django_db

TABLES = sorted(admin.site._registry, key=lambda model: model._meta.label)
BEYOND = "9" * 20  # no column holds it
QUESTIONS = [
    "q=%00",
    "q=" + "%20".join("x" * 200),
    "p=999999",
    "p=-1",
    f"p={BEYOND}",
    "p=x",
    "e=1",
    "all=",
    "o=99.-98.x",
    f"o={BEYOND}",
    "nothing=1",
    "id__exact=x",
    f"id__exact={BEYOND}",
    "id__in=1,x",
    "password__startswith=a",
    f"_to_field={BEYOND}",
]
SET_UP = [
    BusinessRelation,
    Campaign,
    CampaignStatus,
    IndustryGroup,
    InteractionGroup,
    InteractionTemplate,
    InteractionTemplateSetup,
    LabelFormat,
    MailText,
    JobResponsibility,
    MailingGroup,
    MarketingSetup,
    NumberSeries,
    OrganizationalLevel,
    ProfileAnswer,
    ProfileQuestion,
    ProfileQuestionnaire,
    RatingPoints,
    Salesperson,
    Salutation,
    SalutationFormula,
    Territory,
    WebSource,
]


@pytest.fixture
def rows() -> None:
    """A row in the tables that are too rich to be made from their defaults."""
    anna = make_person("Anna Dahl")
    entry = make_entry(anna, document=make_document())
    make_logged_segment()
    make_job(at=NOW)
    AlternativeAddress.objects.create(contact=anna, code="CABIN")
    campaign = Campaign.objects.create(description="Spring")
    CampaignEntry.objects.create(campaign=campaign, date="2026-03-02")
    Delivery.objects.create(entry=entry, channel="email", to_address="a@b.no")
    make_template("CALL")


def page(model: type[models.Model], kind: str, *arguments: object) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}"
    return reverse(name, args=arguments)


def filters(model: type[models.Model]) -> Iterator[str]:
    """Wrong values of the filters that the list of this table has."""
    for field in admin.site._registry[model].list_filter:
        for lookup in ("__exact", "__isnull"):
            for value in ("x", "%00", BEYOND):
                yield f"{field}{lookup}={value}"


@pytest.fixture
def siv(admin_client):
    """The administrator, in a browser that shows an error as its page."""
    admin_client.raise_request_exception = False
    return admin_client


def broken(siv, *addresses: str) -> list[str]:
    return [address for address in addresses if siv.get(address).status_code >= 500]


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.label)
def test_every_list_answers_any_question(siv, rows, model):
    address = page(model, "changelist")
    questions = [*QUESTIONS, *filters(model)]
    assert broken(siv, *(f"{address}?{question}" for question in questions)) == []


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.label)
def test_every_page_of_a_row_answers_any_question(siv, rows, model):
    key = model.objects.order_by("pk").values_list("pk", flat=True).first() or 1
    new = page(model, "add")
    relations = [field.name for field in model._meta.fields if field.is_relation]
    asked = [new, f"{new}?e=1", f"{new}?_to_field={BEYOND}", f"{new}?_popup=1"]
    asked += [
        f"{new}?{name}={value}"
        for name in relations
        for value in ("x", "%00", BEYOND, "0")
    ]
    asked += [page(model, "change", key) + f"?e=1&_to_field={BEYOND}"]
    asked += [
        page(model, kind, pk)
        for kind in ("change", "history", "delete")
        for pk in (key, "0", BEYOND, "x", "_00")
    ]
    assert broken(siv, *asked) == []


@pytest.mark.parametrize("model", SET_UP, ids=lambda model: model._meta.label)
def test_set_up_is_for_the_administrator_to_edit(rf, admin_user, model):
    request = rf.get("/")
    request.user = admin_user
    table = admin.site._registry[model]
    assert table.has_add_permission(request)
    assert table.has_change_permission(request)


def test_every_table_of_set_up_is_among_those():
    # Pictures of letters are added and withdrawn, never changed.
    not_set_up = {
        *("OnlyToLookAt", "JobAdmin", "ContactAdmin", "AlternativeAddressAdmin"),
        "LetterPictureAdmin",
    }
    ours = {
        model
        for model, table in admin.site._registry.items()
        if model._meta.app_label in ("jobs", "contacts", "interactions")
        and not not_set_up & {kind.__name__ for kind in type(table).__mro__}
    }
    assert ours == set(SET_UP)
