"""The raw inputs of a letter as one JSON object, built by the database.

Frozen when a run is prepared or a segment logged; the pure record builder of the
merge turns them into strings. Shape: `interactions.merge.record`.
"""

from typing import Any

from django.db.models import CharField, F, Func, JSONField, OuterRef, Q, Subquery, Value
from django.db.models.functions import (
    Cast,
    Coalesce,
    JSONArray,
    JSONObject,
    Length,
)

from contacts.choices import FormulaType
from contacts.models import AlternativeAddress, Salesperson, SalutationFormula
from interactions.models import Campaign

from .languages import in_language

ADDRESS = ("address", "address_2", "postcode", "city", "county", "country")
NAMES = ("first_name", "middle_name", "surname", "job_title")
CHANNELS = ("phone", "mobile", "email", "home_page")


class Json(Func):
    """Keeps a JSON value JSON inside another; SQLite would quote it as text."""

    output_field = JSONField()
    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(
            compiler, connection, template="JSON(%(expressions)s)", **context
        )


def letter_inputs() -> JSONObject:
    """Return the expression for lines that have their effective values."""
    company_name = Coalesce(F("contact__company__name"), F("contact__name"))
    return JSONObject(
        locale=F("effective_language"),
        date=Cast("effective_date", CharField()),
        contact=JSONObject(
            company_name=company_name,
            **{
                name: F(f"contact__{name}")
                for name in ("number", "type", "name", *NAMES, *CHANNELS, *ADDRESS)
            },
        ),
        address=Json(Coalesce(_chosen_address(), _own_address())),
        salesperson=Json(_salesperson()),
        salutation=JSONObject(
            formal=Json(_formula(FormulaType.FORMAL)),
            informal=Json(_formula(FormulaType.INFORMAL)),
        ),
        line=JSONObject(
            description=F("effective_description"),
            subject=F("effective_subject"),
            personal_text=F("effective_personal_text"),
            segment_number=F("segment__number"),
            campaign_number=_campaign("number"),
            campaign_description=_campaign("description"),
        ),
    )


def _own_address() -> JSONObject:
    return JSONObject(
        company_name=Coalesce(F("contact__company__name"), Value("")),
        **{name: F(f"contact__{name}") for name in ADDRESS},
    )


def _chosen_address() -> Subquery:
    address = AlternativeAddress.objects.filter(pk=OuterRef("effective_address_id"))
    return Subquery(
        address.values(
            json=JSONObject(
                company_name=F("company_name"), **{name: F(name) for name in ADDRESS}
            )
        )
    )


def _salesperson() -> Subquery:
    person = Salesperson.objects.filter(pk=OuterRef("effective_salesperson_id"))
    names = ("code", "name", "job_title", "phone", "email")
    return Subquery(person.values(json=JSONObject(**{name: F(name) for name in names})))


def _formula(kind: FormulaType) -> Subquery:
    """The formula in the letter's language, its first part, or of every language."""
    formulas = SalutationFormula.objects.filter(
        Q(in_language(OuterRef("effective_language"))) | Q(language=""),
        salutation=OuterRef("contact__salutation_id"),
        type=kind,
    ).order_by(-Length("language"))
    parts = JSONArray(*(F(f"name_{place}") for place in range(1, 6)))
    return Subquery(formulas.values(json=JSONObject(text=F("text"), parts=parts))[:1])


def _campaign(column: str) -> Subquery:
    return Subquery(
        Campaign.objects.filter(pk=OuterRef("effective_campaign_id")).values(column)
    )
