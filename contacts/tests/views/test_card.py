"""The card of a contact: who may see, make, change and delete what."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from contacts import registry
from contacts.models import (
    AlternativeAddress,
    AlternativeAddressPeriod,
    BusinessRelation,
    Contact,
    ContactChannelBlock,
    ContactComment,
    IndustryGroup,
    MailingGroup,
    ProfileQuestionnaire,
    WebSource,
)
from contacts.services.changes import record_change
from contacts.tests.factories import make_company, make_person
from contacts.tests.visitors import make_user

pytestmark = pytest.mark.django_db
CREATE = reverse("contacts:create")
NEW_PERSON = {"type": "person", "name": "Ingrid Solberg"}
NEW_COMPANY = {"type": "company", "name": "Fjordheim Kaffe AS"}


def detail(contact):
    return reverse("contacts:detail", args=[contact.pk])


def edit(contact):
    return reverse("contacts:edit", args=[contact.pk])


def delete(contact):
    return reverse("contacts:delete", args=[contact.pk])


def errors(response):
    return {
        name: [str(message) for message in messages]
        for name, messages in response.context["form"].errors.items()
    }


def values_of(form):
    """Return what a browser sends when the form is submitted as it stands."""
    sent = {}
    for field in form:
        value = field.value()
        if field.field.disabled or value in (None, False, ""):
            continue
        sent[field.name] = (
            [one.pk for one in value] if isinstance(value, list) else value
        )
    return sent


def save(client, contact, values):
    """Send the form of the contact with `values`, as of how it is now."""
    contact.refresh_from_db()
    return client.post(edit(contact), values | {"version": contact.version})


def test_a_reader_sees_the_card_and_nothing_that_changes_it(reader):
    contact = make_company()
    page = reader.get(detail(contact)).content.decode()
    assert "Fjordheim Kaffe AS" in page
    assert [edit(contact) in page, delete(contact) in page] == [False, False]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_reader_may_not_change_anything(reader, method):
    contact = make_company()
    visit = getattr(reader, method)
    comment = reverse("contacts:comment", args=[contact.pk])
    pages = [CREATE, edit(contact), delete(contact)]
    assert [visit(page).status_code for page in pages] == [403, 403, 403]
    assert reader.post(comment, {"text": "Hello"}).status_code == 403
    assert Contact.objects.get().name == "Fjordheim Kaffe AS"


def test_an_assistant_may_not_delete(assistant):
    contact = make_company()
    assert assistant.post(delete(contact)).status_code == 403
    assert Contact.objects.get() == contact


def test_the_card_tells_everything_that_is_known(reader):
    company = make_company(city="Bergen")
    ingrid = make_person(
        company=company,
        job_title="Buyer",
        minor=True,
        exclude_from_segment=True,
        email="ingrid@example.com",
        language="nb",
    )
    ingrid.mailing_groups.add(
        MailingGroup.objects.create(code="GIFT", description="Gifts")
    )
    AlternativeAddress.objects.create(contact=ingrid, code="CABIN", address="Hytta 1")
    ContactComment.objects.create(contact=ingrid, text="Rings in the morning")
    ContactChannelBlock.objects.create(
        contact=ingrid, channel="email", reason="bounced", since=date(2026, 3, 1)
    )
    page = reader.get(detail(ingrid)).content.decode()
    for told in (
        f'<a href="{detail(company)}">Fjordheim Kaffe AS</a>',
        "Buyer",
        "Minor without parental consent",
        "Excluded from segments",
        "ingrid@example.com",
        "Norwegian Bokmål",
        "Gifts",
        "Hytta 1",
        "Rings in the morning",
        "Bounced since 03/01/2026",
    ):
        assert told in page
    assert "Privacy blocked" not in page


def test_comments_are_only_for_those_who_may_see_them(client):
    contact = make_company()
    ContactComment.objects.create(contact=contact, text="Rings in the morning")
    may = ("contacts.view_contact", "contacts.add_contactcomment")
    client.force_login(make_user("mia", *may))
    page = client.get(detail(contact)).content.decode()
    assert "Add comment" in page
    assert "Rings in the morning" not in page


@pytest.mark.parametrize("visitor", ["reader", "assistant"])
def test_a_comment_stands_on_the_card_once(visitor, request):
    contact = make_company()
    ContactComment.objects.create(contact=contact, text="Rings in the morning")
    client = request.getfixturevalue(visitor)
    page = client.get(detail(contact)).content.decode()
    assert page.count("Rings in the morning") == 1
    assert ("Add comment" in page) == (visitor == "assistant")


@pytest.mark.parametrize("kind", ["privacy", "imported", "merged", "unmerged"])
def test_the_card_says_who_changed_privacy_last_however(reader, kind):
    contact = make_person(privacy_blocked=True)
    siv, gro = (User.objects.create(username=name) for name in ("siv", "gro"))
    for day, (user, said, values) in enumerate(
        (
            (gro, "privacy", {"minor": [False, True]}),
            (siv, kind, {"city": ["", "Oslo"], "privacy_blocked": [False, True]}),
            (gro, "changed", {"city": ["Oslo", "Bergen"]}),
        ),
        1,
    ):
        record_change(
            contact=contact,
            kind=said,
            values=values,
            user=user,
            at=datetime(2026, 3, day, 12, tzinfo=UTC),
        )
    page = reader.get(detail(contact)).content.decode()
    assert "Changed by siv, 03/02/2026" in page


def fill(contact, rows):
    """Hang so many rows of everything on the contact."""
    questionnaire, _new = ProfileQuestionnaire.objects.get_or_create(code="FIRM")
    user, _new = User.objects.get_or_create(username="karin")
    for number in range(rows):
        make_person(f"Kari Nr{number}", company=contact)
        ContactComment.objects.create(contact=contact, text="Note", user=user)
        address = AlternativeAddress.objects.create(contact=contact, code=f"A{number}")
        AlternativeAddressPeriod.objects.create(
            contact=contact, address=address, starting_date=date(2026, 1, 1 + number)
        )
        for name, model in (
            ("mailing_groups", MailingGroup),
            ("industry_groups", IndustryGroup),
            ("business_relations", BusinessRelation),
        ):
            getattr(contact, name).add(model.objects.create(code=f"G{number}"))
        source = WebSource.objects.create(code=f"W{number}", url="https://x.no/%1")
        contact.web_source_links.create(web_source=source, search_word="Kaffe")
        question = questionnaire.questions.create(code=f"Q{number}", position=number)
        answer = question.answers.create(code="YES", description="Yes")
        contact.profile_answer_links.create(
            answer=answer, last_updated=date(2026, 3, 1)
        )
    for channel in ("email", "hard_copy")[:rows]:
        ContactChannelBlock.objects.create(
            contact=contact, channel=channel, reason="bounced", since=date(2026, 3, 1)
        )


@pytest.mark.parametrize("rows", [1, 15])
def test_the_cost_of_the_pages_of_a_contact_does_not_grow(manager, rows):
    company = make_company()
    fill(company, rows)
    address = company.alternative_addresses.first()
    block = company.channel_blocks.first()
    part = {
        "address": [address.pk],
        "address_delete": [address.pk],
        "block_delete": [block.pk],
    }
    asked = {}
    for name in ("detail", "edit", "delete", "groups", *part):
        page = reverse(f"contacts:{name}", args=[company.pk, *part.get(name, [])])
        with CaptureQueriesContext(connection) as queries:
            manager.get(page)
        asked[name] = len(queries)
    assert asked == {
        "detail": 23,
        "edit": 21,
        "delete": 11,
        "groups": 7,
        "address": 6,
        "address_delete": 5,
        "block_delete": 5,
    }


def test_other_applications_show_panels_to_those_who_may_see_them(reader, monkeypatch):
    monkeypatch.setattr(registry, "_panels", {})
    for title, permission in (
        ("People nearby", "contacts.view_contact"),
        ("Secrets", "contacts.change_privacy"),
    ):
        registry.register_panel(
            registry.Panel(
                title=title,
                template=f"contacts/_{'people' if title[0] == 'P' else 'notes'}.html",
                context=lambda contact, user: {
                    "people": [Contact(pk=7, name=f"{user} near {contact.name}")]
                },
                permission=permission,
            )
        )
    page = reader.get(detail(make_company())).content.decode()
    assert "rune near Fjordheim Kaffe AS" in page
    assert "Secrets" not in page


def test_a_new_contact_gets_the_next_number(assistant):
    response = assistant.post(CREATE, NEW_COMPANY, follow=True)
    contact = Contact.objects.get()
    assert (contact.number, contact.name) == ("C-000001", "Fjordheim Kaffe AS")
    assert response.redirect_chain == [(detail(contact), 302)]
    assert "Fjordheim Kaffe AS was added." in response.content.decode()


def test_a_typed_number_is_kept_and_given_once(assistant):
    assistant.post(CREATE, NEW_COMPANY | {"number": " k-7 "})
    again = assistant.post(CREATE, NEW_COMPANY | {"number": "K-7"})
    assert Contact.objects.get().number == "K-7"
    assert errors(again) == {"number": ["Contact with this Number already exists."]}


def test_the_whole_name_is_taken_apart_and_the_parts_are_put_together(assistant):
    assistant.post(CREATE, NEW_PERSON | {"name": "Jan Willem van Bakker"})
    assistant.post(CREATE, {"type": "person", "first_name": "Aino", "surname": "Järvi"})
    stored = Contact.objects.order_by("pk").values_list(
        "name", "first_name", "middle_name", "surname"
    )
    assert list(stored) == [
        ("Jan Willem van Bakker", "Jan Willem", "van", "Bakker"),
        ("Aino Järvi", "Aino", "", "Järvi"),
    ]


@pytest.mark.parametrize("typed", ["K-100", "k-100", "fjordheim kaffe as", "Fjord"])
def test_the_company_is_given_by_number_or_name(assistant, typed):
    company = make_company(number="K-100")
    make_company("Nordlys AS")
    assistant.post(CREATE, NEW_PERSON | {"company": typed})
    assert Contact.objects.persons().get().company == company


WRONG = [
    ({"company": "K-404"}, "company", "no company with the number or name “K-404”"),
    ({"company": "nord"}, "company", "K-201 (Nordlys AS), K-202 (Nordlys Drift AS)"),
    ({"email": "ingrid at home"}, "email", "valid e-mail address"),
    ({"phone": "call me"}, "phone", "no letters"),
    ({"country": "XX"}, "country", "There is no country “XX”."),
    ({"language": "klingon!"}, "language", "is no language"),
    ({"industry_groups": ["999"]}, "industry_groups", "not one of the available"),
    ({"name": ""}, "name", "Give a name."),
    ({"type": "company", "first_name": "Ingrid"}, "first_name", "Only for persons."),
    ({"type": "robot"}, "type", "not one of the available choices"),
]


@pytest.mark.parametrize(("values", "field", "message"), WRONG)
def test_wrong_input_is_said_at_its_field(assistant, values, field, message):
    make_company("Nordlys AS", number="K-201")
    make_company("Nordlys Drift AS", number="K-202")
    response = assistant.post(CREATE, NEW_PERSON | values)
    assert response.status_code == 200
    assert list(errors(response)) == [field]
    assert message in errors(response)[field][0]
    assert escape(errors(response)[field][0]) in response.content.decode()
    assert Contact.objects.count() == 2


def test_a_person_of_a_company_starts_from_its_card(assistant):
    company = make_company(number="K-100", city="Bergen", language="nb")
    form = assistant.get(CREATE, {"company": "K-100"}).context["form"]
    assert (form["type"].value(), form["company"].value()) == ("person", "K-100")
    assert form["company"].help_text == "Fjordheim Kaffe AS"

    assistant.post(CREATE, NEW_PERSON | {"company": "K-100"})
    ingrid = Contact.objects.persons().get()
    assert (ingrid.company, ingrid.city, ingrid.language) == (company, "Bergen", "nb")


def test_what_is_saved_unchanged_stays_as_it_was(assistant):
    company = make_company(number="K-100")
    ingrid = make_person(
        company=company, phone="55 12 34 56", language="nb", number="P-1"
    )
    before = Contact.objects.values().get(pk=ingrid.pk)
    sent = values_of(assistant.get(edit(ingrid)).context["form"])
    assert assistant.post(edit(ingrid), sent | {"company": "K-100"}).status_code == 302
    after = Contact.objects.values().get(pk=ingrid.pk)
    assert {name for name in after if after[name] != before[name]} == {
        "updated_at",
        "phone_e164",
    }
    assert after["phone_e164"] == "+4755123456"


def test_groups_are_chosen_and_taken_away(assistant):
    contact = make_company()
    gift, news = (MailingGroup.objects.create(code=code) for code in ("GIFT", "NEWS"))
    save(assistant, contact, NEW_COMPANY | {"mailing_groups": [gift.pk, news.pk]})
    assert list(contact.mailing_groups.all()) == [gift, news]
    save(assistant, contact, NEW_COMPANY | {"mailing_groups": [news.pk]})
    assert list(contact.mailing_groups.all()) == [news]


def test_an_assistant_cannot_lift_a_privacy_block(assistant):
    blocked = make_company(privacy_blocked=True)
    save(assistant, blocked, NEW_COMPANY | {"city": "Bergen"})
    blocked.refresh_from_db()
    assert (blocked.city, blocked.privacy_blocked) == ("Bergen", True)


def test_a_manager_lifts_a_privacy_block(manager):
    blocked = make_company(privacy_blocked=True)
    save(manager, blocked, NEW_COMPANY)
    blocked.refresh_from_db()
    assert blocked.privacy_blocked is False


def test_a_company_with_people_stays_a_company(manager):
    company = make_company()
    make_person(company=company)
    response = save(manager, company, NEW_PERSON)
    assert errors(response) == {
        "type": [
            "The type can no longer be changed, because of people of the company: 1."
        ]
    }
    company.refresh_from_db()
    assert company.type == "company"


CHANGED = "Somebody changed this contact meanwhile. Look at it again."


def test_two_editors_do_not_overwrite_each_other_unseen(assistant):
    contact = make_company(city="Bergen")
    first, second = (
        values_of(assistant.get(edit(contact)).context["form"]) for _ in range(2)
    )
    assert assistant.post(edit(contact), first | {"city": "Oslo"}).status_code == 302

    refused = assistant.post(edit(contact), second | {"city": "Voss"})
    assert errors(refused) == {"__all__": [CHANGED]}
    assert refused.context["form"]["city"].value() == "Voss"
    page = refused.content.decode()
    assert CHANGED in page
    assert f'<a href="{detail(contact)}" target="_blank">' in page
    contact.refresh_from_db()
    assert contact.city == "Oslo"

    knowing = values_of(refused.context["form"])
    assert assistant.post(edit(contact), knowing).status_code == 302
    contact.refresh_from_db()
    assert contact.city == "Voss"


@pytest.mark.parametrize("sent", [{}, {"version": ""}, {"version": "yesterday\0"}])
def test_a_change_of_nobody_knows_what_is_refused(assistant, sent):
    contact = make_company(city="Bergen")
    refused = assistant.post(edit(contact), NEW_COMPANY | {"city": "Voss"} | sent)
    assert refused.status_code == 200
    contact.refresh_from_db()
    assert contact.city == "Bergen"


def test_a_comment_keeps_who_wrote_it(assistant):
    contact = make_company()
    comment = reverse("contacts:comment", args=[contact.pk])
    assistant.post(comment, {"text": "Rings in the morning"})
    assistant.post(comment, {"text": "  "})
    stored = ContactComment.objects.get()
    assert (stored.text, stored.user.username) == ("Rings in the morning", "astrid")
    assert (timezone.now() - stored.created_at).total_seconds() < 60


def test_a_contact_is_deleted_after_a_question(manager):
    contact = make_company()
    page = manager.get(delete(contact)).content.decode()
    assert "Delete Fjordheim Kaffe AS?" in page
    assert Contact.objects.exists()
    response = manager.post(delete(contact), follow=True)
    assert not Contact.objects.exists()
    assert "Fjordheim Kaffe AS was deleted." in response.content.decode()


def test_a_company_with_people_is_not_deleted(manager):
    company = make_company()
    make_person(company=company)
    page = manager.get(delete(company)).content.decode()
    assert "people of the company: 1" in page
    assert 'class="btn btn-danger"' not in page
    response = manager.post(delete(company), follow=True)
    assert "still referred to. people of the company: 1" in response.content.decode()
    assert Contact.objects.count() == 2
