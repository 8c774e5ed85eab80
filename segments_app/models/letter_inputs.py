"""The raw inputs of a letter as one JSON object, built by the database.

Frozen when a run is prepared or a segment logged; the pure record builder of the
merge turns them into strings. Shape: `interactions.merge.record`.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import (
    Case,
    CharField,
    F,
    Func,
    JSONField,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import (
    Cast,
    Coalesce,
    JSONArray,
    JSONObject,
)

from contacts.choices import FormulaType
from contacts.models import Salesperson, SalutationFormula
from contacts.models.addressing import SalutationFormulaQuerySet
from contacts.models.languages import in_language
from interactions.merge import Uses
from interactions.merge.pictures import SIGNATURE
from interactions.models import Campaign, LetterPicture

from .effective import used_address
from .letter_lists import letter_lists

ADDRESS = ("address", "address_2", "postcode", "city", "county", "country")
NAMES = ("first_name", "middle_name", "surname", "job_title")
NO_MORE: Mapping[Uses, Collection[int]] = {}
ARRAY = "ARRAY[%(expressions)s]"
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


class Texts(JSONObject):
    """A JSON object of nothing but texts.

    PostgreSQL makes it of two arrays in less than half the time: it does not look up
    the type of every value of every row.
    """

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        texts = [Cast(each, TextField()) for each in self.get_source_expressions()]
        arrays = (Func(*each, template=ARRAY) for each in (texts[::2], texts[1::2]))
        made = Func(*arrays, function="JSONB_OBJECT", output_field=self.output_field)
        return made.as_sql(compiler, connection, **context)


def letter_inputs(documents: Mapping[Uses, Collection[int]] = NO_MORE) -> Any:
    """Return the expression for lines `with_letter_language`.

    `documents` are the keys of documents by what they use beside fields; lines with
    any of these have the lists and pictures too.
    """
    more = [
        When(effective_document_id__in=keys, then=_inputs(uses))
        for uses, keys in documents.items()
        if uses
    ]
    plain = _inputs(Uses())
    return Case(*more, default=plain) if more else plain


def _inputs(uses: Uses) -> JSONObject:
    more = {}
    if uses.lists:
        more["lists"] = letter_lists(uses.lists)
    if uses.pictures:
        more["pictures"] = _pictures(uses.pictures)
    company_name = Coalesce(F("contact__company__name"), F("contact__name"))
    return JSONObject(
        locale=in_letter_language(F("effective_language"), F("default_language")),
        date=Cast("effective_date", CharField()),
        contact=Texts(
            company_name=company_name,
            **{
                name: F(f"contact__{name}")
                for name in ("number", "type", "name", *NAMES, *CHANNELS, *ADDRESS)
            },
        ),
        address=Json(Coalesce(_chosen_address(), _own_address())),
        salesperson=Json(_salesperson()),
        salutation=Json(_salutation()),
        line=Texts(
            description=F("effective_description"),
            subject=F("effective_subject"),
            personal_text=F("effective_personal_text"),
            # No step put who is written to alone on a segment.
            segment_number=Case(
                When(added_step=0, then=Value("")),
                default=F("segment__number"),
                output_field=CharField(),
            ),
            campaign_number=_campaign("number"),
            campaign_description=_campaign("description"),
        ),
        **more,
    )


def _pictures(codes: Collection[str]) -> JSONObject:
    """The pictures as they are now, by their codes; NULL where there is none."""
    kept = LetterPicture.objects.current().order_by()
    found = {
        code: kept.filter(salesperson=OuterRef("effective_salesperson_id"))
        if code == SIGNATURE
        else kept.filter(code=code)
        for code in sorted(codes)
    }
    json = JSONObject(sha256=F("picture__sha256"), width=F("width"), height=F("height"))
    return JSONObject(
        **{code: Json(Subquery(rows.values(json=json))) for code, rows in found.items()}
    )


def _own_address() -> Texts:
    return Texts(
        company_name=Coalesce(F("contact__company__name"), Value("")),
        **{name: F(f"contact__{name}") for name in ADDRESS},
    )


def _chosen_address() -> Subquery:
    return Subquery(
        used_address().values(
            json=Texts(
                company_name=F("company_name"), **{name: F(name) for name in ADDRESS}
            )
        )
    )


def _salesperson() -> Subquery:
    person = Salesperson.objects.filter(pk=OuterRef("effective_salesperson_id"))
    names = ("code", "name", "job_title", "phone", "email")
    return Subquery(person.values(json=Texts(**{name: F(name) for name in names})))


def in_letter_language(own: Any, usual: Any) -> Case:
    """One of two expressions, by the language that the letter is really in.

    That is the line's, or where there is no document in it and the template's usual
    one stands in, the template's default language. For lines `with_letter_language`.
    """
    return Case(When(usual_stands_in=True, then=usual), default=own)


def formulas(kind: FormulaType, language: str) -> QuerySet[SalutationFormula]:
    """The formulas of a line's salutation in the language of this annotation."""
    return formulas_of_salutation(kind).filter(in_language(OuterRef(language)))


def formulas_of_salutation(kind: FormulaType) -> SalutationFormulaQuerySet:
    """The formulas of a line's salutation, those of no language too."""
    return SalutationFormula.objects.filter(
        salutation=OuterRef("contact__salutation_id"), type=kind
    )


def _salutation() -> Case:
    """Both formulas, in the language of the document that is used.

    Who gets an English letter for want of one in their own language is greeted in
    English. Whose contact has no salutation is not looked up.
    """
    own, usual = (
        JSONObject(
            formal=Json(_best_formula(FormulaType.FORMAL, language)),
            informal=Json(_best_formula(FormulaType.INFORMAL, language)),
        )
        for language in ("effective_language", "default_language")
    )
    nothing = JSONObject(formal=Value(None), informal=Value(None))
    return Case(
        When(contact__salutation=None, then=nothing),
        default=in_letter_language(own, usual),
    )


def _best_formula(kind: FormulaType, language: str) -> Coalesce:
    """The formula that greets in this language, else the usual one."""
    parts = JSONArray(*(F(f"name_{place}") for place in range(1, 6)))
    found = formulas_of_salutation(kind)
    return Coalesce(
        *(
            Subquery(best.values(json=JSONObject(text=F("text"), parts=parts))[:1])
            for best in (found.serving(OuterRef(language)), found.usual())
        )
    )


def _campaign(column: str) -> Subquery:
    return Subquery(
        Campaign.objects.filter(pk=OuterRef("effective_campaign_id")).values(column)
    )
