"""What the form of a contact checks, offers and tells."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact, MarketingSetup, Territory
from contacts.services.anonymise_contact import anonymise_contact
from contacts.tests.factories import make_company, make_person
from contacts.tests.opened import opened

pytestmark = pytest.mark.django_db
CREATE = reverse("contacts:create")
ANNA = {"type": "person", "name": "Anna Dahl"}


def edit(contact):
    return reverse("contacts:edit", args=[contact.pk])


def change(client, contact, **values):
    page = edit(contact)
    sent = opened(client.get(page))
    return client.post(page, {**sent, **values})


def errors(response):
    return dict(response.context["form"].errors)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        (
            {"phone": "12 34", "country": "NO"},
            "phone",
            "“12 34” is no phone number in Norway. Write it as 21 23 45 67, or one of "
            "another country with + and its code, as +47 21 23 45 67.",
        ),
        ({"mobile": "no way"}, "mobile", "A phone number has no letters."),
        (
            {"email": "a@x.no; b@x.no"},
            "email",
            "Write one valid e-mail address, as name@example.com. "
            "A second one goes into E-mail 2.",
        ),
        (
            {"email_2": "a@x.no, b@x.no"},
            "email_2",
            "Write one valid e-mail address, as name@example.com.",
        ),
        (
            {"home_page": "javascript:alert(1)"},
            "home_page",
            "“javascript:alert(1)” is no web address. Write it as www.example.com.",
        ),
        ({"home_page": "kaffe"}, "home_page", "“kaffe” is no web address."),
        (
            {"country": "ZZ"},
            "country",
            "There is no country “ZZ”. Choose one of the list.",
        ),
        (
            {"company": "P-1"},
            "company",
            "P-1 Bo Lie is a person. An employer is a company.",
        ),
        (
            {"company": "bo lie"},
            "company",
            "P-1 Bo Lie is a person. An employer is a company.",
        ),
        (
            {"type": "company", "company": "K-1"},
            "company",
            "A company has no employer.",
        ),
        (
            {"parental_consent_received": "on"},
            "parental_consent_received",
            "Only for minors.",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field(manager, values, field, message):
    make_person("Bo Lie", number="P-1")
    make_company("Kaffe AS", number="K-1")
    response = manager.post(CREATE, ANNA | values)
    assert list(errors(response)) == [field]
    assert errors(response)[field][0].startswith(message)
    assert Contact.objects.count() == 2


@pytest.mark.parametrize("home_page", ["www.kaffe.no", "https://kaffe.no/a?b=c"])
def test_a_phone_is_kept_as_typed_and_dialled_as_e164(assistant, home_page):
    sent = {"phone": "55 12 34 56 ext. 12", "country": "NO", "home_page": home_page}
    assistant.post(CREATE, ANNA | sent)
    anna = Contact.objects.get()
    assert (anna.phone, anna.phone_e164, anna.home_page) == (
        "55 12 34 56 ext. 12",
        "+4755123456",
        home_page,
    )


@pytest.mark.parametrize("whose", ["company", "set-up"])
def test_a_phone_is_read_in_the_country_that_the_contact_will_have(assistant, whose):
    more = {}
    if whose == "company":
        more = {"company": make_company(country="NO").number}
    else:
        MarketingSetup.objects.create(default_country="NO")
    refused = assistant.post(CREATE, ANNA | {"phone": "12 34"} | more)
    assert "is no phone number in Norway" in errors(refused)["phone"][0]
    assistant.post(CREATE, ANNA | {"phone": "55 12 34 56"} | more)
    assert Contact.objects.persons().get().phone_e164 == "+4755123456"


def test_a_number_that_was_there_before_stands_in_nobody_s_way(assistant):
    anna = make_person("Anna Dahl", phone="12 34")
    assert change(assistant, anna, city="Oslo").status_code == 302
    refused = change(assistant, anna, country="DK")
    assert "is no phone number in Denmark" in errors(refused)["phone"][0]


def test_a_new_person_is_offered_what_the_company_gives_and_may_decline(assistant):
    kaffe = make_company(
        "Kaffe AS", number="K-1", city="Bergen", phone="55 12 34 56", language="nb"
    )
    page = f"{CREATE}?company=K-1"
    form = opened(assistant.get(page))
    assert [form[name] for name in ("city", "phone", "language", "company")] == [
        ["Bergen"],
        ["55 12 34 56"],
        ["nb"],
        ["K-1"],
    ]
    assistant.post(page, form | {"name": "Anna Dahl", "phone": ""})
    anna = Contact.objects.persons().get()
    assert (anna.company, anna.city, anna.phone) == (kaffe, "Bergen", "")


def test_of_another_company_than_offered_it_takes_what_that_one_gives(assistant):
    make_company("Kaffe AS", number="K-1", city="Bergen")
    make_company("Te AS", number="K-2", phone="22 33 44 55")
    page = f"{CREATE}?company=K-1"
    sent = opened(assistant.get(page)) | {"name": "Anna Dahl", "company": "K-2"}
    assistant.post(page, sent)
    assert Contact.objects.persons().get().phone == "22 33 44 55"


def test_how_many_people_took_what_over_is_told(assistant):
    kaffe = make_company("Kaffe AS", city="Bergen", phone="55 12 34 56")
    for name in ("Anna Dahl", "Bo Lie"):
        make_person(name, company=kaffe, city="Bergen", phone="55 12 34 56")
    make_person("Cecilie Moe", company=kaffe, city="Voss")
    saved = change(assistant, kaffe, city="Oslo", phone="22 33 44 55")
    assert said(saved) == [
        "Kaffe AS was saved.",
        "2 people of the company took this over: phone, city.",
    ]
    assert said(change(assistant, kaffe, name="Te AS")) == ["Te AS was saved."]


def test_what_privacy_sets_by_itself_is_told(manager):
    anna = make_person("Anna Dahl")
    assert said(change(manager, anna, minor="on")) == [
        "Anna Dahl was saved.",
        "Privacy was blocked, because the contact is now a minor.",
    ]
    anna.refresh_from_db()
    assert anna.privacy_blocked
    lifted = change(manager, anna, privacy_blocked=[])
    assert errors(lifted) == {
        "privacy_blocked": [
            "Privacy stays blocked while a minor has no parental consent."
        ]
    }
    change(manager, anna, parental_consent_received="on")
    assert said(change(manager, anna, privacy_blocked=[])) == ["Anna Dahl was saved."]
    cleared = change(manager, anna, minor=[])
    assert said(cleared)[1:] == [
        "The parental consent was cleared: it is only for minors."
    ]
    anna.refresh_from_db()
    assert [anna.minor, anna.parental_consent_received] == [False, False]
    assert anna.privacy_blocked is False
    assert [change.kind for change in anna.changes.all()] == ["privacy"] * 4


def test_what_a_new_employer_brings_and_what_stays_is_told(assistant):
    west = Territory.objects.create(code="WEST", description="Western Norway")
    kaffe = make_company("Kaffe AS", city="Bergen", phone="55 12 34 56")
    te = make_company("Te AS", number="K-9", city="Oslo", territory=west)
    anna = make_person(
        "Anna Dahl",
        company=kaffe,
        city="Bergen",
        phone="55 12 34 56",
        email="anna@kaffe.example",
        correspondence_type="email",
    )
    assert said(change(assistant, anna, company=te.number)) == [
        "Anna Dahl was saved.",
        "Taken over from K-9 Te AS: City: Bergen → Oslo; "
        "Territory: nothing → Western Norway.",
        "Not changed with the employer, so see whether it still holds: "
        "E-mail: anna@kaffe.example; Correspondence type: E-mail.",
    ]
    anna.refresh_from_db()
    assert (anna.city, anna.phone) == ("Oslo", "55 12 34 56")
    assert said(change(assistant, anna, job_title="Buyer")) == ["Anna Dahl was saved."]


def test_a_postcode_that_the_country_does_not_have_is_kept_and_doubted(assistant):
    anna = make_person("Anna Dahl")
    doubt = (
        "“150” does not look like a postcode in Norway, which is written as 1234. "
        "It is kept as you typed it."
    )
    assert said(change(assistant, anna, postcode="150")) == [
        "Anna Dahl was saved.",
        doubt,
    ]
    anna.refresh_from_db()
    assert anna.postcode == "150"
    assert said(change(assistant, anna, city="Oslo")) == ["Anna Dahl was saved."]
    assert said(change(assistant, anna, postcode="0150")) == ["Anna Dahl was saved."]


def test_the_first_employer_leaves_nothing_behind(assistant):
    te = make_company("Te AS", number="K-9")
    anna = make_person("Anna Dahl", email="anna@home.example")
    assert said(change(assistant, anna, company=te.number)) == ["Anna Dahl was saved."]


@pytest.mark.parametrize(
    ("flags", "changed"),
    [
        ({"privacy_blocked": True}, {"privacy_blocked": []}),
        ({"minor": True}, {"parental_consent_received": "on"}),
        ({"minor": True}, {"minor": []}),
        ({"exclude_from_segment": True}, {"exclude_from_segment": []}),
    ],
)
def test_a_channel_that_stays_closed_is_told_when_the_contact_is_opened(
    manager, flags, changed
):
    anna = make_person("Anna Dahl", **flags)
    block = {"reason": "unsubscribed", "since": timezone.localdate()}
    anna.channel_blocks.create(channel="email", **block)
    anna.channel_blocks.create(channel="hard_copy", **block)
    still = (
        "Still blocked, and lifted one by one on the card: "
        "E-mail (Unsubscribed), Hard copy (Unsubscribed)."
    )
    assert still in said(change(manager, anna, **changed))
    assert still not in said(change(manager, anna, city="Bergen"))


def test_an_assistant_excludes_from_segments_and_no_more(assistant):
    anna = make_person("Anna Dahl")
    change(assistant, anna, exclude_from_segment="on", minor="on", privacy_blocked="on")
    anna.refresh_from_db()
    assert (anna.exclude_from_segment, anna.minor, anna.privacy_blocked) == (
        True,
        False,
        False,
    )


def test_the_card_says_who_changed_privacy_and_when(manager):
    anna = make_person("Anna Dahl")
    assert (
        "Nothing is blocked." in manager.get(anna.get_absolute_url()).content.decode()
    )
    change(manager, anna, privacy_blocked="on")
    card = manager.get(anna.get_absolute_url()).content.decode()
    assert "Privacy blocked" in card
    assert "Changed by maja, " in card


def test_a_person_who_becomes_a_company_loses_what_only_persons_have(assistant):
    kaffe = make_company("Kaffe AS")
    anna = make_person("Anna Dahl", company=kaffe, job_title="Buyer")
    change(assistant, anna, type="company", name="Dahl Handel AS")
    anna.refresh_from_db()
    assert (anna.type, anna.name, anna.first_name, anna.job_title, anna.company) == (
        "company",
        "Dahl Handel AS",
        "",
        "",
        None,
    )


def test_a_number_that_is_wiped_out_on_the_form_stays(manager):
    company = make_company("Kaffe AS", number="K-1")
    change(manager, company, number="", name="Kaffe og te AS")
    stored = Contact.objects.get()
    assert (stored.number, stored.name) == ("K-1", "Kaffe og te AS")


def test_a_comment_on_who_was_anonymised_is_refused_in_words(manager):
    anna = make_person("Anna Dahl")
    anonymise_contact(contact=anna, user=None, at=timezone.now(), reason="Asked")
    page = manager.post(
        reverse("contacts:comment", args=[anna.pk]), {"text": "x"}, follow=True
    )
    assert page.status_code == 200
    (said,) = page.context["messages"]
    assert "anonymised" in str(said)
    assert not anna.comments.exists()
