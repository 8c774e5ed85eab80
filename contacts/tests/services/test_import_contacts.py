"""Stories of importing contacts."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.forms.fields import CompanyField
from contacts.importing import RefusedRow, open_contact_file
from contacts.models import Contact, MarketingSetup, NumberSeries, Salesperson
from contacts.services.duplicates.likeness import facts_of
from contacts.services.duplicates.look_alikes import look_alikes
from contacts.services.importing.import_contacts import Summary, import_contacts
from contacts.services.merging.merge_contacts import merge_contacts
from contacts.services.merging.undo_merge import undo_merge
from contacts.tests.factories import make_company, make_person
from contacts.tests.importing.files import csv, xlsx

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
EARLIER = datetime.datetime(2026, 1, 2, 9, 0, tzinfo=datetime.UTC)


def take(*lines, mapping=None, constants=None, **options) -> Summary:
    data = lines[0] if isinstance(lines[0], bytes) else csv(*lines)
    file = open_contact_file(data, mapping=mapping, constants=constants)
    *_others, summary = import_contacts(file=file, at=NOW, **options)
    return summary


def stored(*fields):
    return list(Contact.objects.order_by("pk").values_list(*fields))


def test_a_person_comes_with_the_company():
    summary = take(
        "first_name,last_name,company_name,address,city,county,state,zip,phone1,email,web",
        'James,Butt,"Benton, John B Jr",6649 N Blue Gum St,New Orleans,Orleans,LA,'
        "70116,504-621-8927,jbutt@gmail.com,http://www.bentonjohnbjr.com",
        constants={"country": "US"},
    )

    assert summary == Summary(
        total=1, done=1, created=1, companies=1, unmapped=("county",)
    )
    company, person = Contact.objects.order_by("pk")
    shared = {
        "address": "6649 N Blue Gum St",
        "city": "New Orleans",
        "county": "LA",
        "postcode": "70116",
        "country": "US",
        "home_page": "http://www.bentonjohnbjr.com",
    }
    assert {field: getattr(company, field) for field in shared} == shared
    assert {field: getattr(person, field) for field in shared} == shared
    assert (company.type, company.number, company.name, company.phone) == (
        "company",
        "C-000001",
        "Benton, John B Jr",
        "",
    )
    assert (person.type, person.number, person.company, person.name) == (
        "person",
        "C-000002",
        company,
        "James Butt",
    )
    assert (person.phone, person.phone_e164) == ("504-621-8927", "+15046218927")
    assert (person.created_at, person.updated_at) == (NOW, NOW)


def test_a_company_is_made_once_per_place():
    summary = take(
        "name,company,zip,city",
        "Åse Berg,Kaffe AS,0150,Oslo",
        "Ole Vik,KAFFE  as,0150,OSLO",
        "Liv Dal,Kaffe AS,,",
        "Jan Moe,Kaffe AS,5003,Bergen",
    )

    # Liv's row tells no place, and no second company had the name yet.
    assert (summary.created, summary.companies, summary.refused) == (4, 2, 0)
    assert stored("name", "company__postcode") == [
        ("Kaffe AS", None),
        ("Kaffe AS", None),
        ("Åse Berg", "0150"),
        ("Ole Vik", "0150"),
        ("Liv Dal", "0150"),
        ("Jan Moe", "5003"),
    ]
    again = take("name,company", "Ida Lie,Kaffe AS")
    assert again.refused_rows == [
        RefusedRow(
            2,
            "C-000001, C-000002 are called Kaffe AS: tell the postcode or the number",
        )
    ]


def test_the_same_file_again_changes_nothing():
    lines = (
        "number,name,company,address,zip,country,email,phone",
        "K-1,Åse Berg,Kaffe AS,Storgata 1,0150,NO,ase@kaffe.no,22 33 44 55",
        ",Ole Vik,Kaffe AS,,,,OLE@kaffe.no,",
        ",Liv Dal,Kaffe AS,,,,,22 33 44 56",
        ",Siri Lund,,Elvegata 3,5003,NO,,",
        ",,Fjord AS,Kaia 2,5003,NO,,",
    )
    first = take(*lines)
    before = stored()

    second = take(*lines)

    assert (first.created, first.companies, first.refused) == (5, 1, 0)
    assert second == Summary(total=5, done=5, unchanged=5)
    assert stored() == before


def test_number_then_email_find_the_contact_to_update():
    company = make_company("Kaffe AS", city="Oslo", updated_at=EARLIER)
    ase = make_person("Åse Berg", company=company, number="K-1", updated_at=EARLIER)
    ole = make_person("Ole Vik", email="ole@kaffe.no", updated_at=EARLIER)
    liv = make_person("Liv Dal", email="liv@kaffe.no", updated_at=EARLIER)

    summary = take(
        "number,first_name,surname,email,phone,job title",
        "k-1,Åse,Berg,ase@kaffe.no,22 33 44 55,",
        ",Ole,Vik-Lie,OLE@KAFFE.NO,,Director",
        ",,,liv@kaffe.no,,",
    )

    assert summary == Summary(total=3, done=3, updated=2, unchanged=1)
    for contact in (ase, ole, liv):
        contact.refresh_from_db()
    assert (ase.email, ase.phone_e164, ase.company) == (
        "ase@kaffe.no",
        "+4722334455",
        company,
    )
    assert (ole.name, ole.surname, ole.job_title, ole.email) == (
        "Ole Vik-Lie",
        "Vik-Lie",
        "Director",
        "ole@kaffe.no",
    )
    assert [c.updated_at for c in (ase, ole, liv)] == [NOW, NOW, EARLIER]


def test_an_empty_cell_and_a_constant_take_nothing_away():
    make_person("Ole Vik", email="ole@x.no", phone="1", city="Oslo", country="NO")

    take("email,phone,city", "ole@x.no,,", constants={"country": "US"})

    assert stored("phone", "city", "country") == [("1", "Oslo", "NO")]


def test_who_changes_the_company_moves():
    old = make_company("Kaffe AS", address="Storgata 1", postcode="0150")
    make_company("Fjord AS", address="Kaia 2", postcode="5003")
    ole = make_person(
        "Ole Vik", company=old, email="ole@x.no", address="Storgata 1", postcode="0150"
    )

    summary = take("name,email,company", "Ole Vik,ole@x.no,Fjord AS")

    ole.refresh_from_db()
    assert (summary.updated, summary.companies) == (1, 0)
    assert (ole.company.name, ole.address, ole.postcode) == (
        "Fjord AS",
        "Kaia 2",
        "5003",
    )


def test_a_known_company_only_gets_what_it_lacks():
    company = make_company("Kaffe AS", address="Storgata 1", postcode="0150")

    take("name,company,address,zip,web", "Åse Berg,Kaffe AS,Stien 9,0150,kaffe.no")

    company.refresh_from_db()
    assert (company.address, company.home_page) == ("Storgata 1", "kaffe.no")


def test_a_changed_company_reaches_the_people_who_still_had_its_values():
    company = make_company(
        "Kaffe AS", number="K-1", phone="111", address="Storgata 1", postcode="0150"
    )
    had = {"company": company, "updated_at": EARLIER}
    at_work = {"address": "Storgata 1", "postcode": "0150"}
    make_person("Åse Berg", phone="111", **at_work, **had)
    make_person("Ole Vik", phone="222", address="Stien 9", postcode="5003", **had)

    summary = take("number,phone,address", "K-1,333,Kaia 2")

    assert (summary.updated, summary.created) == (1, 0)
    assert stored("name", "phone", "address", "updated_at") == [
        ("Kaffe AS", "333", "Kaia 2", NOW),
        ("Åse Berg", "333", "Kaia 2", NOW),
        ("Ole Vik", "222", "Stien 9", EARLIER),
    ]


def test_bad_rows_are_told_and_the_rest_is_taken():
    make_company("Kaffe AS", number="K-1")
    summary = take(
        "number,name,first_name,email,salesperson",
        ",Ole Vik,,ole@,",
        ",,,new@x.no,",
        "K-1,Åse Berg,Åse,,",
        ",Liv Dal,,,NOBODY",
        ",Siri Lund,,siri@x.no,",
        ",Per Lund,,siri@x.no,",
        ",Ida Moe,,ida@x.no,",
    )

    assert summary.refused_rows == [
        RefusedRow(2, "e-mail: “ole@” is not one"),
        RefusedRow(3, "the name is missing"),
        RefusedRow(4, "K-1 is a Company"),
        RefusedRow(5, "salesperson: there is no NOBODY"),
        RefusedRow(7, "Siri Lund on line 6 has the same e-mail: give both a number"),
    ]
    assert summary.created == 2
    assert stored("name") == [("Kaffe AS",), ("Siri Lund",), ("Ida Moe",)]


def test_an_email_of_several_contacts_needs_a_number():
    make_person("Ole Vik", email="post@x.no", number="K-1")
    make_person("Liv Dal", email="post@x.no", number="K-2")

    summary = take(
        "name,email,city", "Liv Dal,post@x.no,Oslo", "Ida Moe,post@x.no,Oslo"
    )

    assert summary.updated == 1
    assert summary.refused_rows == [
        RefusedRow(3, "Liv Dal on line 2 has the same e-mail: give both a number")
    ]
    assert take("name,email", "Ida Moe,post@x.no").refused_rows == [
        RefusedRow(2, "K-1, K-2 could be meant: tell the number")
    ]


def test_given_numbers_skip_those_that_somebody_typed():
    make_company("Kaffe AS", number="C-000002")

    take("number,name", ",Ole AS", ",Liv AS", "C-000001,Ida AS", "C-000004,Per AS")

    assert dict(stored("name", "number")) == {
        "Kaffe AS": "C-000002",
        "Ole AS": "C-000003",
        "Liv AS": "C-000005",
        "Ida AS": "C-000001",
        "Per AS": "C-000004",
    }


def test_a_new_contact_takes_from_company_and_setup():
    jon, mia = (Salesperson.objects.create(code=c, name=c) for c in ("JON", "MIA"))
    setup = MarketingSetup(default_salesperson=jon, default_language="nb")
    setup.save()
    make_company("Kaffe AS", salesperson=mia, phone="22 33 44 55", postcode="0150")

    take("name,company", "Åse Berg,Kaffe AS", "Ole Vik,Fjord AS")

    assert stored("name", "salesperson__code", "language", "phone", "postcode")[1:] == [
        ("Fjord AS", "JON", "nb", "", ""),
        ("Åse Berg", "MIA", "nb", "22 33 44 55", "0150"),
        ("Ole Vik", "JON", "nb", "", ""),
    ]


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_a_dry_run_tells_the_same_and_writes_nothing(batch):
    make_company("Kaffe AS", number="K-1", address="Storgata 1")
    file = (
        "number,name,company,email,phone,zip",
        "K-1,Kaffe AS,Kaffe AS,post@kaffe.no,,0150",
        ",Åse Berg,Kaffe AS,ase@kaffe.no,111,",
        ",Ole Vik,Fjord AS,ole@fjord.no,222,5003",
        ",Åse Berg,Kaffe AS,ase@kaffe.no,333,",
        ",Åse Berg,Kaffe AS,ase@kaffe.no,333,",
        ",Liv Dal,Fjord AS,liv@fjord.no,,5003",
        ",Per Dal,Fjord AS,liv@fjord.no,,5003",
        ",Liv Dal,Bryggen AS,liv@fjord.no,,",
    )
    before = stored(), NumberSeries.objects.count()

    foretold = take(*file, dry_run=True, batch=batch)

    assert (stored(), NumberSeries.objects.count()) == before
    assert take(*file, batch=batch) == foretold
    assert (foretold.created, foretold.updated, foretold.unchanged) == (3, 3, 1)
    assert (foretold.companies, foretold.refused) == (2, 1)


def test_an_interrupted_import_goes_on():
    lines = ("name,email", "A AS,a@x.no", "B AS,b@x.no", "C AS,c@x.no")
    first = import_contacts(file=open_contact_file(csv(*lines)), at=NOW, batch=1)
    assert next(first).done == 1
    first.close()

    rest = take(*lines, skip=1)

    assert (rest.created, rest.done) == (2, 3)
    assert stored("name") == [("A AS",), ("B AS",), ("C AS",)]


def test_a_spreadsheet_is_taken_like_text():
    summary = take(xlsx(["Name", "Zip", "Country"], ["Acme", 8014, "USA"]))

    assert summary.created == 1
    assert stored("name", "postcode", "country") == [("Acme", "08014", "US")]


def test_queries_do_not_grow_with_the_rows():
    def queries(count: int, prefix: str, phone: str) -> int:
        lines = [
            f"{prefix}{i},Person {prefix}{i},Firm {prefix}{i},{prefix}{i}@x.no,{phone}"
            for i in range(count)
        ]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            take("number,name,company,email,phone", *lines)
        return len(captured)

    queries(1, "START", "1")  # the number series is made
    few, many = queries(3, "A", "1"), queries(300, "B", "1")
    few_changed, many_changed = queries(3, "A", "2"), queries(300, "B", "2")

    assert (few, few_changed) == (many, many_changed)
    assert max(few, few_changed) <= 25


@pytest.mark.parametrize("dry_run", [False, True])
def test_an_old_export_does_not_bring_a_merged_contact_back(dry_run):
    kept, gone = make_company("Foss AS"), make_company("Foss")
    numbers = {"number": gone.number, "survivor": kept.number}
    journal = merge_contacts(survivor=kept, duplicate=gone, user=None, at=EARLIER)
    rows = (
        "type,number,name,company_number,company",
        f"company,{numbers['number']},Foss,,",
        f"person,C-777,Kari Nes,{numbers['number']},Foss Nord",
        "company,C-778,Somebody new,,",
    )

    summary = take(*rows, dry_run=dry_run)

    said = "{number} was merged into {survivor}".format(**numbers)
    assert summary.refused_rows == [RefusedRow(2, said), RefusedRow(3, said)]
    assert (summary.created, summary.companies) == (1, 0)
    undo_merge(journal=journal, user=None, at=EARLIER)
    assert take(*rows[:2], dry_run=dry_run).refused_rows == []


def test_a_company_on_a_street_with_a_sharp_s_is_found():
    strasse = make_company("Café Straße", email="post@straße.example")

    summary = take("type,name,city", "company,CAFÉ STRAßE,Wien")

    assert (summary.created, summary.updated) == (0, 1)
    found = {
        "search": Contact.objects.search("straße"),
        "called": Contact.objects.called("café straße"),
        "e-mail": Contact.objects.with_any_email(["POST@straße.example"]),
    }
    assert {name: list(rows) for name, rows in found.items()} == dict.fromkeys(
        found, [strasse]
    )
    assert CompanyField().clean("café straße") == strasse
    make_company("Café Straße Nord")
    assert CompanyField().clean("café straße") == strasse
    anna, same = make_person("Anna Weiß"), make_person("ANNA weiß")
    (alike,) = look_alikes(facts=facts_of(same), least=1, contact=same)
    assert alike.contact == anna
