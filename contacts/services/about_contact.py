"""All that is known about a person, in sections, for the person to read.

Each application tells its own part through the registry (contacts_interactions.md
10.1.1: the employer belongs to it).
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import ChangeKind
from ..models import Contact, DuplicatePair, MergeJournal
from ..models.setup import MarketingSetup
from ..registry import Fact, Section, Teller, tellers
from .changes import record_change
from .errors import ContactError

EMPLOYER = (
    *("number", "name", "address", "address_2", "postcode", "city", "country"),
    *("phone", "email", "home_page"),
)
# The rest of these rows is about others too.
ONLY: Mapping[type[models.Model], tuple[str, ...]] = {
    MergeJournal: ("survivor_number", "duplicate_number", "at", "undone_at"),
}


def about_contact(
    *, contact: Contact, user: Any, at: datetime, form: str
) -> list[Section]:
    """Return all that is known about the person `contact`, and note who took it out.

    `form` is the kind of file, for the audit trail. Raises ContactError for a company.
    """
    if contact.is_company:
        raise ContactError(_("Only of a person can this be told."))
    with transaction.atomic():
        sections = [section for teller in tellers() for section in teller.tell(contact)]
        record_change(
            contact=contact,
            kind=ChangeKind.PRIVACY,
            values={},
            user=user,
            at=at,
            note=_("All that is known was taken out as a file (%s)") % form,
        )
    return sections


def as_json(contact: Contact, sections: Iterable[Section], at: datetime) -> str:
    """Return the sections as JSON: by name, each a list of rows."""
    told = {
        "contact": contact.number,
        "made": at.isoformat(),
        "by": MarketingSetup.load().company_name,
        **{
            section.name: [
                {name: value for _label, name, value in row} for row in section.rows
            ]
            for section in sections
        },
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def facts_of(
    row: models.Model, *, without: Iterable[str] = (), only: Iterable[str] = ()
) -> list[Fact]:
    """Return the columns of a row in words, those that say nothing left out."""
    left_out = {*without, "id"}
    chosen = set(only)
    facts: list[Fact] = []
    for field in row._meta.concrete_fields:
        if field.name in left_out or (chosen and field.name not in chosen):
            continue
        value = _in_words(row, field)
        if value:
            facts.append((capfirst(field.verbose_name), field.name, value))
    return facts


def _in_words(row: models.Model, field: models.Field) -> str:
    value = getattr(row, field.name)
    if value is None or value == "" or value == {}:
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return date_format(localtime(value), "Y-m-d H:i")
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _tell(contact: Contact) -> list[Section]:
    person = facts_of(contact, without=("organisation_id", "company"))
    sections = [Section(gettext_lazy("Person"), "person", [person])]
    if contact.company:
        employer = facts_of(contact.company, only=EMPLOYER)
        sections.append(Section(gettext_lazy("Employer"), "employer", [employer]))
    for relation in Contact._meta.related_objects:
        table: Any = relation.related_model
        if table not in TELLER.models:
            continue
        rows = table._base_manager.filter(**{relation.field.name: contact})
        related = [f.name for f in table._meta.concrete_fields if f.is_relation]
        told = [
            facts_of(row, without=(relation.field.name,), only=ONLY.get(table, ()))
            for row in rows.select_related(*related).order_by("pk")
        ]
        if told:
            title = table._meta.verbose_name_plural
            sections.append(Section(capfirst(title), relation.name, told))
    return sections


def _own_tables() -> tuple[type[models.Model], ...]:
    """Every table of contacts that refers to a contact and is about it alone.

    Its people are others, and so is who may be the same.
    """
    tables = {
        relation.related_model: None
        for relation in Contact._meta.related_objects
        if relation.related_model._meta.app_label == Contact._meta.app_label
    }
    return tuple(table for table in tables if table not in (Contact, DuplicatePair))


TELLER = Teller(models=_own_tables(), tell=_tell)
