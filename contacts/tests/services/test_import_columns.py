"""Stories of what else a file can fill, who may, and what is written down."""

import datetime

import pytest

from contacts.importing import RefusedRow, open_contact_file
from contacts.models import (
    BusinessRelation,
    Contact,
    ContactChange,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    Salesperson,
)
from contacts.services.importing.import_contacts import Foretold, import_contacts
from contacts.tests.factories import make_company, make_person
from contacts.tests.importing.files import csv
from contacts.tests.visitors import make_user

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)


def take(*lines, constants=None, **options):
    file = open_contact_file(csv(*lines), constants=constants)
    *_others, summary = import_contacts(file=file, at=NOW, **options)
    return summary


def trail(contact=None):
    changes = ContactChange.objects.order_by("pk")
    if contact:
        changes = changes.filter(contact=contact)
    return [(c.number, c.kind, c.values, c.note, c.user) for c in changes]


@pytest.fixture
def codes():
    for code in ("NEWS", "XMAS", "GOLF"):
        MailingGroup.objects.create(code=code)
    IndustryGroup.objects.create(code="FOOD")
    JobResponsibility.objects.create(code="BUY")
    BusinessRelation.objects.create(code="CUST")


def test_several_codes_in_one_cell_are_added_and_none_is_taken_away(codes):
    bo = make_person("Bo Lie", number="P-1")
    bo.mailing_groups.set(MailingGroup.objects.filter(code="GOLF"))
    lines = (
        "number,type,name,mailing groups,industry groups,job responsibilities,relation",
        "P-1,,Bo Lie,news; XMAS;;NEWS,,BUY,",
        "K-1,company,Kaffe AS,news,food,,",
    )

    assert take(*lines).created == 1

    assert codes_of(bo, "mailing_groups") == ["GOLF", "NEWS", "XMAS"]
    assert codes_of(bo, "job_responsibilities") == ["BUY"]
    kaffe = Contact.objects.get(number="K-1")
    assert codes_of(kaffe, "industry_groups") == ["FOOD"]
    assert codes_of(kaffe, "mailing_groups") == ["NEWS"]
    assert trail(bo)[0][2] == {
        "mailing_groups": [["GOLF"], ["GOLF", "NEWS", "XMAS"]],
        "job_responsibilities": [[], ["BUY"]],
    }
    again = take(*lines)
    assert (again.updated, again.unchanged) == (0, 2)


def codes_of(contact, name):
    return sorted(getattr(contact, name).values_list("code", flat=True))


@pytest.mark.parametrize(
    ("header", "cells", "reason"),
    [
        ("mailing groups", "NEWS;XMSA", "mailing groups: there is no XMSA. Did you "),
        ("salesperson", "JOM", "salesperson: there is no JOM. Did you mean JON?"),
        ("industry groups,type", "FOOD,person", "a person has no industry groups"),
        ("job responsibilities,type", "BUY,company", "a company has no job respons"),
        ("minor,type", "yes,company", "a company has no minor"),
        ("minor", "perhaps", "minor: “perhaps” is not one"),
        ("phone,country", "call me,NO", "phone: A phone number has no letters."),
        ("phone", "call me", "phone: A phone number has no letters."),
        ("mobile", "+47", "mobile phone: “+47” is no phone number"),
        ("phone,country", "12345678901234567,NO", "phone: “12345678901234567” is no "),
        ("country", "Atlantis", "country: “Atlantis” is not one"),
        ("company_no", "P-9", "company number: P-9 is a person, Ida Moe"),
        ("company_no", "P-404", "company number: there is no company P-404"),
        ("company,type", "Other AS,company", "a company has no employer; Other AS is"),
        ("company_no,type", "K-9,company", "a company has no company number"),
    ],
)
def test_what_cannot_be_is_refused_at_its_row(codes, header, cells, reason):
    Salesperson.objects.create(code="JON")
    make_person("Ida Moe", number="P-9")
    summary = take(f"name,city,{header}", f"Bo Lie,Oslo,{cells}", "Siri Lund,Oslo")
    ((line, said),) = [(row.line, row.reason) for row in summary.refused_rows]
    assert (line, said[: len(reason)]) == (2, reason)
    assert not Contact.objects.filter(name="Bo Lie").exists()
    assert (summary.created, summary.refused) == (1, 1)


def test_the_employer_is_found_by_its_number():
    make_company("Kaffe AS", number="K-1", city="Oslo")
    second = make_company("Kaffe AS", number="K-2", city="Oslo")
    summary = take(
        "name,company,company_number,city",
        "Bo Lie,Kaffe AS,k-2,Oslo",
        "Siri Lund,New AS,K-7,Bergen",
    )
    assert (summary.created, summary.companies, summary.refused) == (2, 1, 0)
    assert Contact.objects.get(name="Bo Lie").company == second
    assert Contact.objects.get(name="Siri Lund").company.number == "K-7"


def test_a_file_sets_a_block_and_never_lifts_one():
    make_person("Bo Lie", number="P-1", privacy_blocked=True, exclude_from_segment=True)
    summary = take(
        "number,name,privacy blocked,exclude,minor,consent",
        "P-1,Bo Lie,no,no,,",
        "P-2,Ida Moe,,x,yes,ja",
    )
    assert (summary.updated, summary.created, summary.refused) == (1, 1, 0)
    flags = ("privacy_blocked", "exclude_from_segment", "minor")
    assert list(
        Contact.objects.order_by("number").values_list(
            *flags, "parental_consent_received"
        )
    ) == [(True, False, False, False), (True, True, True, True)]


@pytest.mark.parametrize(
    ("consent", "typed"), [(False, "yes"), (True, "no")], ids=["given", "taken back"]
)
def test_a_consent_that_changes_blocks_a_minor_as_on_the_card(consent, typed):
    make_person("Ida Moe", number="P-1", minor=True, parental_consent_received=consent)
    summary = take("number,consent", f"P-1,{typed}")
    assert (summary.updated, summary.refused) == (1, 0)
    ida = Contact.objects.get()
    assert (ida.privacy_blocked, ida.parental_consent_received) == (True, not consent)
    assert ida.changes.get().values == {
        "privacy_blocked": [False, True],
        "parental_consent_received": [consent, not consent],
    }


def test_a_minor_whose_block_was_lifted_stays_so_when_nothing_is_new():
    make_person("Ida Moe", number="P-1", minor=True, parental_consent_received=True)
    take("number,minor,consent,city", "P-1,yes,yes,Oslo")
    ida = Contact.objects.get()
    assert (ida.privacy_blocked, ida.city) == (False, "Oslo")


def test_privacy_is_left_out_for_who_may_not_change_it_and_said_once():
    summary = take(
        "number,first_name,privacy blocked,exclude,minor",
        "P-1,Bo,yes,yes,no",
        "P-2,Ida,yes,no,yes",
        may_change_privacy=False,
    )
    assert summary.ignored == ("minor", "privacy_blocked")
    assert list(
        Contact.objects.order_by("number").values_list(
            "privacy_blocked", "minor", "exclude_from_segment"
        )
    ) == [(False, False, True), (False, False, False)]


def test_who_imported_which_file_and_what_it_changed_is_written_down():
    maja = make_user("maja")
    jon = Salesperson.objects.create(code="JON")
    kaffe = make_company("Kaffe AS", number="K-1", city="Oslo", phone="22334455")
    ole = make_person(
        "Ole Vik", number="P-1", company=kaffe, phone="22334455", salesperson=jon
    )
    signed = {"user": maja, "name": "people.csv"}

    take(
        "number,type,name,company,city,phone",
        "K-1,company,Kaffe AS,,Bergen,+4722000000",
        "P-2,,Siri Lund,Fjord AS,,",
        "P-3,,Ida Moe,Kaffe AS,,",
        **signed,
    )

    assert sorted(trail(), key=lambda change: change[0]) == [
        ("C-000001", "imported", {}, "people.csv", maja),
        (
            "K-1",
            "imported",
            {"city": ["Oslo", "Bergen"], "phone": ["22334455", "+4722000000"]},
            "people.csv",
            maja,
        ),
        (
            "P-1",
            "inherited",
            {"phone": ["22334455", "+4722000000"]},
            "people.csv",
            maja,
        ),
        ("P-2", "imported", {}, "people.csv", maja),
        ("P-3", "imported", {}, "people.csv", maja),
    ]
    ContactChange.objects.all().delete()
    mia = Salesperson.objects.create(code="MIA")
    take("number,company,salesperson", "P-1,Torg AS,MIA", "P-2,,", **signed)
    assert trail(ole) == [
        (
            "P-1",
            "imported",
            {"company": ["K-1", "C-000002"], "salesperson": ["JON", mia.code]},
            "people.csv",
            maja,
        )
    ]
    assert ContactChange.objects.count() == 2  # Ole, and the company that was made


def test_rows_are_told_as_they_would_become(codes):
    make_person("Ole Vik", number="P-1", email="ole@x.no", city="Oslo", country="")
    summary = take(
        "number,name,email,city,mailing groups",
        "P-1,Ole Vik,ole@x.no,Bergen,NEWS",
        "P-1,Ole Vik,ole@x.no,Bergen,",
        ",Ida Moe,ida@",
        "P-2,Kaffe AS,,Oslo,",
        dry_run=True,
        tell=3,
    )
    assert summary.foretold == [
        Foretold(
            2,
            "Ole Vik",
            "updated",
            {"city": ["Oslo", "Bergen"], "mailing_groups": [[], ["NEWS"]]},
        ),
        Foretold(3, "Ole Vik", "unchanged", {}),
        Foretold(
            5,
            "Kaffe AS",
            "created",
            {"number": ["", "P-2"], "name": ["", "Kaffe AS"], "city": ["", "Oslo"]},
        ),
    ]
    assert summary.refused_rows == [RefusedRow(4, "e-mail: “ida@” is not one")]
    assert ContactChange.objects.count() == 0


@pytest.mark.parametrize("batch", [1, 2])
def test_a_dry_run_remembers_groups_from_batch_to_batch(codes, batch):
    lines = (
        "number,name,mailing groups",
        "K-1,Kaffe AS,NEWS",
        "K-1,Kaffe AS,NEWS;XMAS",
        "K-1,Kaffe AS,XMAS",
    )
    foretold = take(*lines, dry_run=True, batch=batch)
    assert (foretold.created, foretold.updated, foretold.unchanged) == (1, 1, 1)
    assert take(*lines, batch=batch) == foretold
