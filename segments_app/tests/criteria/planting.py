"""Rows for the matrix of fields: in every scope a field of one row has a value.

Nothing here reads the look-ups of the catalogue; a field that leads to the wrong
column finds the wrong contacts.
"""

import datetime
from collections.abc import Callable
from typing import Any

from contacts.models import (
    BusinessRelation,
    Contact,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactProfileAnswer,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    OrganizationalLevel,
    ProfileAnswer,
    ProfileQuestion,
    ProfileQuestionnaire,
    Salesperson,
    Salutation,
    Territory,
)
from contacts.tests.factories import make_company, make_contact, make_person
from interactions.models import (
    Campaign,
    CampaignTarget,
    InteractionGroup,
    LoggedSegment,
)
from interactions.tests.factories import make_entry, make_logged_segment, make_template
from segments_app.tests.factories import make_segment

SETUP: dict[str, Callable[[str], Any]] = {
    "territory": lambda code: Territory.objects.create(code=code),
    "salesperson": lambda code: Salesperson.objects.create(code=code, name="Jon"),
    "organizational_level": lambda code: OrganizationalLevel.objects.create(code=code),
    "salutation": lambda code: Salutation.objects.create(code=code),
    "template": make_template,
    "group": lambda code: InteractionGroup.objects.create(code=code),
    "campaign": lambda code: Campaign.objects.create(number=code, description="-"),
}
LINKS = {
    "mailing_group": (ContactMailingGroup, MailingGroup),
    "industry_group": (ContactIndustryGroup, IndustryGroup),
    "business_relation": (ContactBusinessRelation, BusinessRelation),
    "job_responsibility": (ContactJobResponsibility, JobResponsibility),
}
PERSONS_ONLY = ("first_name", "surname", "job_title", "organizational_level")


def stored(field: str, value: Any) -> Any:
    """Return what the column of the row holds: the set-up row of a code."""
    return SETUP[field](value) if field in SETUP and value else value


def plant(scope: str, field: str, key: str, value: Any) -> dict[str, Contact]:
    """Store a contact for whom `field` in `scope` has the value.

    Returned are all contacts made, by what they are in the matrix.
    """
    if scope == "contact":
        return {key: _contact(field, value)}
    if scope == "company":
        company = _company(field, value)
        return {key: make_person("Ada Ek", company=company), f"{key}, itself": company}
    if scope == "person":
        company = make_company()
        person = _contact(field, value, company=company)
        return {key: company, f"{key}, the person": person}
    contact = make_company() if scope != "job_responsibility" else make_person()
    PLANTED[scope](contact, field, value)
    return {key: contact}


def _contact(field: str, value: Any, company: Contact | None = None) -> Contact:
    if field == "type":
        return make_contact(type=value, name="Ada Ek", company=company)
    values = {field: stored(field, value)}
    if field in ("first_name", "surname"):
        values = {"first_name": "Ada", "surname": "Ek", **values}
    return make_person(**{"name": "Ada Ek", **values}, company=company)


def _company(field: str, value: Any) -> Contact:
    if field in PERSONS_ONLY or field == "type":
        return make_company()
    return make_company(**{field: stored(field, value)})


def _interaction(contact: Contact, field: str, value: Any) -> None:
    make_entry(contact, **{field: stored(field, value)})


def _profile_answer(contact: Contact, field: str, value: Any) -> None:
    codes = {"questionnaire": "CUSTOMERS", "question": "SIZE", "answer": "BIG"}
    given = datetime.date(2026, 3, 2)
    if field == "last_updated":
        given = value
    else:
        codes[field] = value
    questionnaire, _new = ProfileQuestionnaire.objects.get_or_create(
        code=codes["questionnaire"]
    )
    question, _new = ProfileQuestion.objects.get_or_create(
        questionnaire=questionnaire, code=codes["question"]
    )
    answer, _new = ProfileAnswer.objects.get_or_create(
        question=question, code=codes["answer"]
    )
    ContactProfileAnswer.objects.create(
        contact=contact, answer=answer, last_updated=given
    )


def _logged_segment(contact: Contact, field: str, value: Any) -> None:
    if field == "id":
        logged = LoggedSegment.objects.create(
            pk=value, segment_number=f"SM-{value}", description="Spring"
        )
    else:
        logged = make_logged_segment(number=value)
    make_entry(contact, logged_segment=logged)


def _campaign_target(contact: Contact, field: str, value: Any) -> None:
    CampaignTarget.objects.create(contact=contact, **{field: stored(field, value)})


def _link(scope: str) -> Callable[[Contact, str, Any], None]:
    link, model = LINKS[scope]

    def plant_link(contact: Contact, field: str, value: Any) -> None:
        link.objects.create(
            contact=contact, **{scope: model.objects.create(**{field: value})}
        )

    return plant_link


PLANTED: dict[str, Callable[[Contact, str, Any], None]] = {
    "interaction": _interaction,
    "profile_answer": _profile_answer,
    "logged_segment": _logged_segment,
    "campaign_target": _campaign_target,
    **dict.fromkeys(
        ("segment", "other_segment"),
        lambda contact, field, value: make_segment(contact, **{field: value}),
    ),
    **{scope: _link(scope) for scope in LINKS},
}
