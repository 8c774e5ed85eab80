"""What is taken out and taken in again changes nothing."""

import datetime
import io
from pathlib import Path

import pytest
from django.utils import translation

from contacts.choices import ContactType
from contacts.importing import FIELDS, open_contact_file
from contacts.importing.headings import map_columns
from contacts.models import (
    BusinessRelation,
    Contact,
    ContactChange,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    Salesperson,
)
from contacts.places import countries, languages
from contacts.services.export_contacts import write_contacts
from contacts.services.importing.import_contacts import Summary, import_contacts
from contacts.tests.factories import make_company, make_person

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
PEOPLE = Path(__file__).parent.parent / "people.csv"
FORMATS = pytest.mark.parametrize("suffix", ["csv", "xlsx"])


def take(data: bytes, **options) -> Summary:
    file = open_contact_file(data, constants=options.pop("constants", None))
    *_others, summary = import_contacts(file=file, at=NOW, **options)
    return summary


def take_out(suffix: str, contacts=None, fields=tuple(FIELDS)) -> bytes:
    out = io.BytesIO()
    chosen = Contact.objects.order_by("name") if contacts is None else contacts
    list(write_contacts(contacts=chosen, fields=fields, suffix=suffix, out=out))
    return out.getvalue()


def everything():
    return (
        list(Contact.objects.order_by("pk").values_list()),
        [
            list(getattr(Contact, name).through.objects.order_by("pk").values_list())
            for name in (
                "mailing_groups",
                "industry_groups",
                "job_responsibilities",
                "business_relations",
            )
        ],
        ContactChange.objects.count(),
    )


@FORMATS
def test_people_from_a_file_come_back_unchanged(suffix):
    summary = take(PEOPLE.read_bytes(), constants={"country": "US"})
    assert (summary.created, summary.companies, summary.refused) == (4, 3, 0)
    before = everything()

    again = take(take_out(suffix))

    assert again == Summary(total=7, done=7, unchanged=7)
    assert everything() == before


@FORMATS
@pytest.mark.parametrize("language", ["en", "nb", "da", "fi", "nl"])
def test_headings_are_known_in_every_language(suffix, language):
    make_person("Åse Berg", email="ase@kaffe.no", company=make_company("Kaffe AS"))
    with translation.override(language):
        data = take_out(suffix)
    file = open_contact_file(data)
    assert [*file.columns.places] == list(FIELDS)
    assert [*file.columns.places.values()] == list(range(len(FIELDS)))
    assert take(data).unchanged == 2


def test_a_label_names_its_own_field_and_no_other():
    for language in ("en", "nb", "da", "fi", "nl"):
        with translation.override(language):
            header = [str(field.label) for field in FIELDS.values()]
        places = map_columns(header, {}).places
        assert places == {code: place for place, code in enumerate(FIELDS)}, language


HOSTILE = [
    "=1+1",
    "+47 22 33 44 55",
    "-1",
    "@SUM(A1)",
    "'=1+1",
    "''=1",
    "'t Hooft",
    "'",
    "007",
    "1e5",
    "1.0",
    'He said "no"',
    "a;b,c\td|e",
    "two  spaces",
    "_x0041_",
    "Ærøskøbing 東京 🙂",
    "yes",
    "2026-01-02",
    "ẞ ß ﬁ",
]


@FORMATS
@pytest.mark.parametrize("language", ["en", "nb"])
def test_hostile_texts_come_back_as_they_were(suffix, language):
    for number, text in enumerate(HOSTILE):
        company = make_company(text, number=f"F{number};x", city=text, country="")
        person = make_person(
            company=company, first_name=text, surname=text, job_title=text, country=""
        )
        Contact.objects.filter(pk=person.pk).update(
            name=text, address=f"{text}\n{text}", postcode=text, county=text
        )
    before = everything()
    with translation.override(language):
        data = take_out(suffix)

    again = take(data)

    assert again.refused_rows == []
    assert again == Summary(total=2 * len(HOSTILE), done=again.total, unchanged=38)
    assert everything() == before


@FORMATS
def test_every_field_comes_back(suffix):
    rows = {
        "mailing_groups": [MailingGroup(code=c) for c in ("NEWS", "A;B", '"Q"')],
        "industry_groups": [IndustryGroup(code="FOOD")],
        "business_relations": [BusinessRelation(code="CUST")],
        "job_responsibilities": [JobResponsibility(code="BUY")],
    }
    for made in rows.values():
        for row in made:
            row.save()
    company = make_company(
        "Kaffe AS",
        home_page="https://kaffe.example",
        salesperson=Salesperson.objects.create(code="JON"),
        exclude_from_segment=True,
        phone="+47 22 33 44 55",
        postcode="150",
    )
    person = make_person(
        "Åse Berg",
        company=company,
        privacy_blocked=True,
        minor=True,
        parental_consent_received=True,
        correspondence_type="hard_copy",
        language="nb-NO",
        email="ase@kaffe.no",
        email_2="berg@kaffe.no",
    )
    company.industry_groups.set(rows["industry_groups"])
    company.business_relations.set(rows["business_relations"])
    person.mailing_groups.set(rows["mailing_groups"])
    person.job_responsibilities.set(rows["job_responsibilities"])
    before = everything()

    assert take(take_out(suffix)) == Summary(total=2, done=2, unchanged=2)
    assert everything() == before


@FORMATS
def test_the_file_fills_an_empty_register_with_the_same(suffix):
    group = MailingGroup.objects.create(code="NEWS")
    company = make_company("Kaffe AS", city="Oslo", postcode="0150")
    for name in ("Åse Berg", "Ole Vik"):
        person = make_person(name, company=company, city="Bergen", postcode="5003")
        person.mailing_groups.add(group)
    make_company("Kaffe AS", city="Oslo", postcode="0150")  # of the same name
    data = take_out(suffix)
    first = as_read(data)
    Contact.objects.persons().delete()
    Contact.objects.all().delete()

    summary = take(data, use_setup=False)

    assert (summary.created + summary.companies, summary.refused) == (4, 0)
    assert as_read(take_out(suffix)) == first


def as_read(data):
    return [row.values for row in open_contact_file(data).rows()]


def test_every_country_and_language_of_the_form_is_known_by_its_code():
    fields = ("number", "type", "name", "country", "language")
    codes = [code for code, _name in countries("en")]
    tags = [tag for tag, _name in languages("en")]
    for number in range(max(len(codes), len(tags))):
        make_company(
            f"Firm {number}",
            country=codes[number % len(codes)],
            language=tags[number % len(tags)],
        )
    again = take(take_out("csv", fields=fields))
    assert (again.refused_rows, again.updated) == ([], 0)


def test_queries_do_not_grow_with_the_contacts(django_assert_num_queries):
    def some(count):
        group, _made = MailingGroup.objects.get_or_create(code="NEWS")
        company = make_company("Kaffe AS")
        for number in range(count):
            make_person(f"No {number}", company=company).mailing_groups.add(group)

    for count in (3, 30):
        some(count)
        with django_assert_num_queries(6):
            take_out("csv")


def test_a_filtered_list_in_its_order():
    make_person("Åse Berg"), make_person("Bo Lie"), make_company("Kaffe AS")
    people = Contact.objects.filter(type=ContactType.PERSON).order_by("-name")
    data = take_out("csv", people, ("name", "type"))
    assert data.decode("utf-8-sig").splitlines() == [
        "Name,Type",
        "Åse Berg,person",
        "Bo Lie,person",
    ]
