"""The contacts of the demo company, imported from a file like anybody's."""

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import models

from contacts.importing import open_contact_file
from contacts.models import (
    BusinessRelation,
    Contact,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
)
from contacts.services.importing.import_contacts import import_contacts

FILE = Path(__file__).with_name("contacts.csv")
# Contacts that show what keeps people out, by e-mail.
FLAGS = {
    "emma.visser@privat.example": {"minor": True},
    "per.aasen@privat.example": {"privacy_blocked": True},
    "maja.oberg@gotalogistik.example": {"exclude_from_segment": True},
}
LINKS: dict[str, tuple[type[models.Model], type[models.Model], str]] = {
    "mailing": (ContactMailingGroup, MailingGroup, "mailing_group"),
    "industry": (ContactIndustryGroup, IndustryGroup, "industry_group"),
    "relation": (ContactBusinessRelation, BusinessRelation, "business_relation"),
    "responsibility": (
        ContactJobResponsibility,
        JobResponsibility,
        "job_responsibility",
    ),
}


class DemoFileError(Exception):
    """The demo company's own file is not what the importer takes."""


def load_people(at: datetime) -> int:
    """Import the contacts, classify them, and return how many there are."""
    left_out = dict.fromkeys(LINKS, "")
    file = open_contact_file(FILE.read_bytes(), mapping=left_out)
    for summary in import_contacts(file=file, at=at):
        if summary.refused_rows:
            raise DemoFileError(str(summary.refused_rows))
    contacts = {_key(c): c for c in Contact.objects.select_related("company")}
    for column, (link, group, field) in LINKS.items():
        codes: Any = group._default_manager.all()
        groups = {row.code: row for row in codes}
        link._default_manager.bulk_create(
            link(contact=contacts[key], **{field: groups[code]})
            for key, row in _rows()
            for code in filter(None, row[column].split("+"))
        )
    for email, flags in FLAGS.items():
        Contact.objects.filter(email=email).update(**flags)
    return len(contacts)


def _rows() -> Iterator[tuple[tuple[str, str], dict[str, str]]]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            name = f"{row['first_name']} {row['surname']}".strip() or row["company"]
            yield (name, row["company"]), row


def _key(contact: Contact) -> tuple[str, str]:
    employer = contact.company.name if contact.company else ""
    return contact.name, contact.name if contact.is_company else employer
