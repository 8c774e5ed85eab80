"""Set-up in Django admin: every table is there, searched and filled."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from contacts.models import (
    AlternativeAddress,
    AlternativeAddressPeriod,
    Contact,
    MailingGroup,
    MarketingSetup,
    NumberSeries,
    ProfileQuestionnaire,
    Salesperson,
    Salutation,
)
from contacts.services.anonymise_contact import anonymise_contact
from contacts.tests.factories import make_company, make_person

pytestmark = pytest.mark.django_db

# Rows of a contact, edited on its page or worked out, and not set-up.
INLINE_ONLY = {
    "AlternativeAddressPeriod",
    "ContactBusinessRelation",
    "ContactChannelBlock",
    "ContactComment",
    "ContactIndustryGroup",
    "ContactJobResponsibility",
    "ContactMailingGroup",
    "ContactProfileAnswer",
    "ContactTerm",
    "ContactWebSource",
    "SavedView",
}
LOOKED_AT = {"contactchange", "duplicatepair", "mergejournal"}
# Rows of a search under way, gone when it is over.
PASSING = {"DuplicateKey"}
REGISTERED = [
    model._meta.model_name
    for model in apps.get_app_config("contacts").get_models()
    if admin.site.is_registered(model)
]


def page(model, kind, *args):
    return reverse(f"admin:contacts_{model}_{kind}", args=args)


def formset(prefix, *rows, initial=0):
    """Return what an inline sends for `rows`."""
    sent = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for index, row in enumerate(rows):
        sent |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return sent


def test_every_table_has_its_page():
    missing = {
        model.__name__
        for model in apps.get_app_config("contacts").get_models()
        if not admin.site.is_registered(model)
    }
    assert missing == INLINE_ONLY | PASSING


@pytest.mark.parametrize("model", REGISTERED)
def test_every_page_opens_and_searches(admin_client, model):
    pages = [page(model, "changelist"), page(model, "add")]
    if model in LOOKED_AT:
        assert admin_client.get(pages.pop()).status_code == 403
    for url in pages:
        assert admin_client.get(url, {"q": "x"}).status_code == 200


def test_a_code_is_found_by_its_description(admin_client):
    MailingGroup.objects.create(code="GIFT", description="Christmas gift")
    MailingGroup.objects.create(code="NEWS", description="News")
    found = admin_client.get(page("mailinggroup", "changelist"), {"q": "christmas"})
    assert [row.code for row in found.context["cl"].result_list] == ["GIFT"]


def test_a_salutation_is_made_with_its_formulas(admin_client):
    formula = {
        "language": "nb",
        "type": "formal",
        "text": "Kjære %1",
        "name_1": "surname",
    }
    admin_client.post(
        page("salutation", "add"), {"code": "f", **formset("formulas", formula)}
    )
    salutation = Salutation.objects.get(code="F")
    assert [str(one) for one in salutation.formulas.all()] == ["F nb Formal"]


def test_a_questionnaire_is_made_with_questions_and_these_with_answers(admin_client):
    question = {"code": "size", "description": "How many work there?", "position": 1}
    admin_client.post(
        page("profilequestionnaire", "add"),
        {"code": "firm", "priority": 2, **formset("questions", question)},
    )
    made = ProfileQuestionnaire.objects.get().questions.get()
    answers = [
        {"code": code, "description": code, "position": 0, "priority": 2}
        for code in ("1-9", "10-99")
    ]
    admin_client.post(
        page("profilequestion", "change", made.pk),
        question
        | {"questionnaire": made.questionnaire_id}
        | formset("answers", *answers),
    )
    assert [answer.code for answer in made.answers.order_by("code")] == ["1-9", "10-99"]


def test_there_is_one_row_of_set_up(admin_client):
    assert admin_client.get(page("marketingsetup", "add")).status_code == 200
    MarketingSetup.objects.create(company_name="Fjordheim")
    assert admin_client.get(page("marketingsetup", "add")).status_code == 403
    assert admin_client.get(page("marketingsetup", "delete", 1)).status_code == 403


def test_a_contact_saved_here_follows_the_rules_of_the_card(admin_client):
    company = make_company(city="Bergen")
    prefixes = (
        "mailing_group_links",
        "industry_group_links",
        "job_responsibility_links",
        "business_relation_links",
        "web_source_links",
        "profile_answer_links",
        "alternative_addresses",
        "channel_blocks",
        "comments",
    )
    sent = {"type": "person", "name": "Ingrid Solberg", "company": company.pk}
    for prefix in prefixes:
        sent |= formset(prefix)
    response = admin_client.post(page("contact", "add"), sent)
    assert response.status_code == 302
    ingrid = Contact.objects.persons().get()
    assert (ingrid.number, ingrid.city) == ("C-000002", "Bergen")
    assert admin_client.get(page("contact", "delete", ingrid.pk)).status_code == 403


def test_periods_of_two_addresses_have_no_day_in_common(admin_client):
    contact = make_person()
    cabin, boat = (
        AlternativeAddress.objects.create(contact=contact, code=code)
        for code in ("CABIN", "BOAT")
    )
    AlternativeAddressPeriod.objects.create(
        contact=contact,
        address=cabin,
        starting_date=date(2026, 7, 1),
        ending_date=date(2026, 7, 31),
    )

    def save_boat(first_day):
        return admin_client.post(
            page("alternativeaddress", "change", boat.pk),
            {"contact": contact.pk, "code": "BOAT"}
            | formset("periods", {"starting_date": first_day, "ending_date": ""}),
        )

    refused = save_boat("2026-07-15")
    assert "CABIN holds from 07/01/2026 to 07/31/2026." in refused.content.decode()
    assert save_boat("2026-08-01").status_code == 302
    assert list(contact.alternative_address_periods.values_list("address__code")) == [
        ("CABIN",),
        ("BOAT",),
    ]


def test_what_is_changed_in_the_admin_is_in_the_trail(admin_client):
    contact = make_person()
    boat = AlternativeAddress.objects.create(contact=contact, code="BOAT")
    admin_client.post(
        page("alternativeaddress", "change", boat.pk),
        {"contact": contact.pk, "code": "BOAT", "city": "Voss"}
        | formset("periods", {"starting_date": "2026-08-01", "ending_date": ""}),
    )
    (change,) = contact.changes.all()
    assert (change.kind, change.user.username) == ("changed", "admin")
    assert change.values == {
        "alternative_addresses": [["BOAT ,  "], ["BOAT ,  Voss; 2026-08-01 - "]]
    }


def test_who_was_anonymised_gets_no_address_here(admin_client):
    bo, anna = make_person("Bo Lie"), make_person("Anna Dahl")
    boat = AlternativeAddress.objects.create(contact=anna, code="BOAT")
    anonymise_contact(contact=bo, user=None, at=timezone.now(), reason="Asked")
    sent = {"contact": bo.pk, "code": "BOAT", "city": "Voss"} | formset("periods")
    for where in (
        page("alternativeaddress", "add"),
        page("alternativeaddress", "change", boat.pk),
    ):
        response = admin_client.post(where, sent, follow=True)
        assert "cannot be changed any more" in response.content.decode()
    assert list(AlternativeAddress.objects.values_list("contact", "city")) == [
        (anna.pk, "")
    ]
    assert bo.changes.values_list("kind").get() == ("anonymised",)


OUR_COMPANY = {
    "company_name": "Fjordheim AS",
    "currency": "nok",
    "least_likeness": "60",
    "written_to_days": "30",
}


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"currency": "KR"}, "currency", "A currency is three letters"),
        ({"currency": "€€€"}, "currency", "A currency is three letters"),
        ({"country": "XX"}, "country", "There is no country “XX”"),
        ({"default_country": "ZZ"}, "default_country", "There is no country “ZZ”"),
        ({"default_language": "??"}, "default_language", "“??” is no language"),
        ({"company_name": "A\r\nBcc: x@y.no"}, "company_name", "Write it on one line."),
        ({"least_likeness": "0"}, "least_likeness", "greater than or equal to 1"),
    ],
)
def test_set_up_that_cannot_be_is_refused_at_its_field(admin_client, sent, field, said):
    answer = admin_client.post(page("marketingsetup", "add"), OUR_COMPANY | sent)
    (error,) = answer.context["adminform"].form.errors[field]
    assert said in error
    assert not MarketingSetup.objects.exists()


def test_set_up_is_kept_as_it_is_written_everywhere(admin_client):
    sent = {"country": "NO", "default_language": "Norwegian Bokmål"}
    admin_client.post(page("marketingsetup", "add"), OUR_COMPANY | sent)
    setup = MarketingSetup.load()
    assert (setup.company_name, setup.currency, setup.country) == (
        *("Fjordheim AS", "NOK"),
        "NO",
    )
    assert setup.default_language == "nb"


def test_who_is_blocked_gets_no_new_contacts_but_may_stay(admin_client):
    hilde = Salesperson.objects.create(code="HST", name="Hilde", blocked=True)
    sent = OUR_COMPANY | {"default_salesperson": hilde.pk}
    answer = admin_client.post(page("marketingsetup", "add"), sent)
    errors = answer.context["adminform"].form.errors
    assert errors == {"default_salesperson": ["HST Hilde is blocked. Choose another."]}
    MarketingSetup(default_salesperson=hilde).save()
    change = page("marketingsetup", "change", 1)
    assert admin_client.post(change, sent).status_code == 302


def test_a_series_gives_no_number_that_is_too_long(admin_client):
    sent = {"code": "LONG", "prefix": "C-", "next_number": "1", "digits": "18"}
    address = page("numberseries", "add")
    assert admin_client.post(address, sent).status_code == 302
    answer = admin_client.post(address, sent | {"code": "MORE", "prefix": "CO-"})
    assert answer.context["adminform"].form.errors == {
        "digits": [
            "CO-000000000000000001 has more than 20 characters. Take fewer digits."
        ]
    }


@pytest.mark.parametrize("digits", ["500", "99999999999999999999"])
def test_far_too_many_digits_are_refused_before_a_number_is_written(
    admin_client, digits
):
    sent = {"code": "LONG", "prefix": "C-", "next_number": "1", "digits": digits}
    refusal = {"digits": ["Ensure this value is less than or equal to 18."]}
    answer = admin_client.post(page("numberseries", "add"), sent)
    assert answer.context["adminform"].form.errors == refusal

    series = NumberSeries.objects.create(code="LONG", prefix="C-")
    answer = admin_client.post(page("numberseries", "change", series.pk), sent)
    assert answer.context["adminform"].form.errors == refusal
    assert "C-000001" in answer.content.decode()

    series.digits = int(digits)
    with pytest.raises(ValidationError) as refused:
        series.full_clean()
    assert refused.value.message_dict["digits"][0] == refusal["digits"][0]


def test_the_code_of_a_series_stays_and_its_next_number_is_shown(admin_client):
    series = NumberSeries.objects.create(code="CAMPAIGN", prefix="CP-", next_number=41)
    address = page("numberseries", "change", series.pk)
    assert "CP-000041" in admin_client.get(address).content.decode()
    sent = {"code": "OTHER", "prefix": "K-", "next_number": "50", "digits": "4"}
    admin_client.post(address, sent)
    series.refresh_from_db()
    assert str(series) == "CAMPAIGN K-0050"
