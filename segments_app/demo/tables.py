"""The set-up of the demo company: codes, people who sell, greetings, questions."""

from typing import Any

from django.db import models

from contacts.models import (
    BusinessRelation,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    MarketingSetup,
    OrganizationalLevel,
    Salesperson,
    Salutation,
    SalutationFormula,
    Territory,
    WebSource,
)
from interactions.models import CampaignStatus, InteractionGroup

from .questionnaires import load_questionnaires

CODES: dict[type[models.Model], dict[str, str]] = {
    MailingGroup: {
        "NEWS": "Newsletter",
        "FAIR": "Invited to fairs",
        "DESIGN": "Interested in new designs",
        "VIP": "Christmas gifts",
    },
    IndustryGroup: {
        "DESIGN": "Architects and designers",
        "EDUCATION": "Schools and nurseries",
        "HEALTH": "Health care",
        "HOSPITALITY": "Hotels, cafés and restaurants",
        "INDUSTRY": "Manufacturing",
        "RETAIL": "Shops",
        "SERVICES": "Offices and services",
        "TRANSPORT": "Shipping and transport",
    },
    JobResponsibility: {
        "DECISIONS": "Decides on purchases",
        "DESIGN": "Interior and design",
        "FINANCE": "Finance",
        "PURCHASING": "Purchasing",
        "SALES": "Sales",
    },
    BusinessRelation: {
        "CUSTOMER": "Customer",
        "PARTNER": "Partner",
        "PROSPECT": "Prospective customer",
        "SUPPLIER": "Supplier",
    },
    OrganizationalLevel: {
        "CEO": "Top management",
        "MANAGER": "Middle management",
        "STAFF": "Staff",
    },
    Territory: {
        "NORWAY": "Norway",
        "DENMARK": "Denmark",
        "SWEDEN": "Sweden",
        "FINLAND": "Finland",
        "NETHERLANDS": "The Netherlands",
        "BRITAIN": "Great Britain",
    },
    Salutation: {
        "COMPANY": "Company",
        "F": "Woman",
        "M": "Man",
        "NEUTRAL": "Neither, or not known",
    },
    InteractionGroup: {
        "LETTER": "Letters",
        "MEETING": "Meetings",
        "PHONE": "Telephone",
    },
    CampaignStatus: {
        "PLANNED": "Planned",
        "RUNNING": "Running",
        "DONE": "Finished",
    },
}
SALESPEOPLE = {
    "HST": ("Hilde Storvik", "Key account manager", "+47 32 20 18 01"),
    "KRA": ("Kristian Ravn", "Sales representative", "+47 32 20 18 02"),
    "LNI": ("Laura Nieminen", "Export manager", "+47 32 20 18 03"),
}
OWN_COMPANY = {
    "company_name": "Skogheim Kontormøbler AS",
    "address": "Tollbugata 18",
    "postcode": "3044",
    "city": "Drammen",
    "country": "NO",
    "phone": "+47 32 20 18 00",
    "email": "post@skogheim.example",
    "home_page": "https://skogheim.example",
    "registration_number": "912 345 678",
    "vat_number": "NO 912 345 678 MVA",
    "bank_account": "1503 22 18004",
    "currency": "NOK",
}
WHOLE_NAME = ("first_name", "middle_name", "surname")
# Formal and informal greeting by salutation and language; "" is every other language.
GREETINGS: dict[str, dict[str, tuple[str, str]]] = {
    "F": {
        "": ("Dear Ms. %1 %2 %3,", "Hi %1,"),
        "nb": ("Kjære fru %1 %2 %3,", "Hei %1,"),
        "da": ("Kære fru %1 %2 %3,", "Hej %1,"),
        "sv": ("Bästa fru %1 %2 %3,", "Hej %1,"),
        "fi": ("Arvoisa rouva %1 %2 %3,", "Hei %1,"),
        "nl": ("Geachte mevrouw %1 %2 %3,", "Beste %1,"),
    },
    "M": {
        "": ("Dear Mr. %1 %2 %3,", "Hi %1,"),
        "nb": ("Kjære herr %1 %2 %3,", "Hei %1,"),
        "da": ("Kære herr %1 %2 %3,", "Hej %1,"),
        "sv": ("Bäste herr %1 %2 %3,", "Hej %1,"),
        "fi": ("Arvoisa herra %1 %2 %3,", "Hei %1,"),
        "nl": ("Geachte heer %1 %2 %3,", "Beste %1,"),
    },
    "NEUTRAL": {
        "": ("Dear %1 %2 %3,", "Hi %1,"),
        "nb": ("Kjære %1 %2 %3,", "Hei %1,"),
    },
    "COMPANY": {
        "": ("Dear Sir or Madam,", "Hello,"),
        "nb": ("Til %1,", "Hei,"),
    },
}


def load_tables() -> None:
    """Fill the set-up tables of an empty database."""
    for model, codes in CODES.items():
        for code, description in codes.items():
            _get(model, code=code, description=description)
    _get(WebSource, code="SEARCH", url="https://duckduckgo.com/?q=%1")
    for code, (name, job_title, phone) in SALESPEOPLE.items():
        email = f"{name.split()[0].lower()}@skogheim.example"
        _get(
            Salesperson,
            code=code,
            name=name,
            job_title=job_title,
            phone=phone,
            email=email,
        )
    _load_greetings()
    load_questionnaires()
    MarketingSetup(
        **OWN_COMPANY,
        default_salesperson=Salesperson.objects.get(code="HST"),
        default_person_salutation=Salutation.objects.get(code="NEUTRAL"),
        default_company_salutation=Salutation.objects.get(code="COMPANY"),
    ).save()


def _get(model: type[models.Model], *, code: str, **values: Any) -> Any:
    return model._default_manager.get_or_create(code=code, defaults=values)[0]


def _load_greetings() -> None:
    SalutationFormula.objects.bulk_create(
        (
            SalutationFormula(
                salutation=Salutation.objects.get(code=code),
                language=language,
                type=kind,
                text=text,
                **_parts(code, text),
            )
            for code, languages in GREETINGS.items()
            # What is for every language is English, and said to be.
            for language, texts in [*languages.items(), ("en", languages[""])]
            for kind, text in zip(("formal", "informal"), texts, strict=True)
        ),
        ignore_conflicts=True,
    )


def _parts(code: str, text: str) -> dict[str, str]:
    parts = ("company_name",) if code == "COMPANY" else WHOLE_NAME
    return {
        f"name_{place}": part
        for place, part in enumerate(parts, start=1)
        if f"%{place}" in text
    }
