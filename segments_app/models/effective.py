"""Where each value of a line comes from: sources in order, the first that is set.

The table is DESIGN's; the rules behind it are segments.md 2.2 to 2.4 and
contacts_interactions.md 3.3. A value and the name of its source are made from one
list, so what the screen says about the origin cannot differ from what is logged.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Length, NullIf
from django.db.models.lookups import IsNull

from contacts.models import AlternativeAddress
from contacts.models.fields import MoneyField
from contacts.models.languages import in_language
from contacts.models.postal import addresses_in_force
from interactions.choices import EmailForm
from interactions.models import InteractionTemplateLanguage

from ..choices import Origin
from .segment import SegmentDocument

BLANK = Value("")
TEXT = models.CharField()
NOWHERE = ""
LINE, SEGMENT, CONTACT, TEMPLATE = (
    Origin.LINE,
    Origin.SEGMENT,
    Origin.CONTACT,
    Origin.TEMPLATE,
)

NEEDS = {
    "language": ("template_id",),
    "document_id": ("template_id", "language"),
    "subject": ("description", "language"),
    "address_id": ("date",),
    "email": ("address_id",),
}


class Chain:
    """The first source that is set, and which one it was.

    A source is an expression with the name of where it comes from, or with an
    expression that gives the name.
    """

    def __init__(self, *sources: tuple[Any, Any], output_field: Any = TEXT) -> None:
        self.sources = sources
        self.value = Coalesce(
            *(expression for expression, _origin in sources), output_field=output_field
        )

    @property
    def origin(self) -> Case:
        cases = []
        for expression, origin in self.sources:
            named = Value(str(origin)) if isinstance(origin, str) else origin
            source = F(expression) if isinstance(expression, str) else expression
            cases.append(When(IsNull(source, False), then=named))
        return Case(*cases, default=Value(NOWHERE), output_field=TEXT)


def filled(name: str) -> NullIf:
    """The text of a column, NULL where it is empty."""
    return NullIf(F(name), BLANK)


def best(documents: models.QuerySet, column: str) -> Subquery:
    """The column of the document with the closest language."""
    return Subquery(documents.order_by(-Length("language")).values(column)[:1])


@cache
def effective_values() -> tuple[Mapping[str, Chain], ...]:
    """The values of a line by their columns; those further on refer to earlier ones."""
    return (
        _plain() | {"correspondence_type": _correspondence_type()},
        {"language": _language(), "address_id": _address()},
        {"document_id": _document(), "subject": _subject(), "email": _email()},
    )


def with_needs(columns: Iterable[str]) -> set[str]:
    """These columns and those that their chains refer to."""
    found = set(columns)
    for column in columns:
        found |= with_needs(NEEDS.get(column, ()))
    return found


def _plain() -> dict[str, Chain]:
    # A template's columns are never NULL, so the first three names read: own value,
    # the line's own template, and only without one the segment.
    def chain(own: str, column: str, default: Any, field: models.Field) -> Chain:
        return Chain(
            (F(own), LINE),
            (F(f"template__{column}"), TEMPLATE),
            (F(f"segment__{column}"), SEGMENT),
            (F(f"segment__template__{column}"), TEMPLATE),
            (Value(default), NOWHERE),
            output_field=field,
        )

    def same(name: str, default: Any, field: models.Field) -> Chain:
        return chain(name, name, default, field)

    key = models.BigIntegerField()
    return {
        "template_id": Chain(
            (F("template_id"), LINE),
            (F("segment__template_id"), SEGMENT),
            output_field=key,
        ),
        "group_id": Chain(
            (F("template__group_id"), TEMPLATE),
            (F("segment__template__group_id"), TEMPLATE),
            output_field=key,
        ),
        "description": Chain(
            (F("description"), LINE),
            (filled("template__description"), TEMPLATE),
            (F("segment__description"), SEGMENT),
        ),
        "cost": chain("cost", "unit_cost", 0, MoneyField()),
        "duration": chain("duration", "unit_duration", 0, models.IntegerField()),
        "information_flow": same("information_flow", "", TEXT),
        "initiated_by": same("initiated_by", "", TEXT),
        "campaign_target": same("campaign_target", False, models.BooleanField()),
        "campaign_response": same("campaign_response", False, models.BooleanField()),
        "campaign_id": Chain(
            (F("campaign_id"), LINE),
            (F("segment__campaign_id"), SEGMENT),
            (F("template__campaign_id"), TEMPLATE),
            (F("segment__template__campaign_id"), TEMPLATE),
            output_field=key,
        ),
        "email_form": Chain(
            (F("email_form"), LINE),
            (F("segment__email_form"), SEGMENT),
            (F("template__email_form"), TEMPLATE),
            (F("segment__template__email_form"), TEMPLATE),
            (Value(EmailForm.DOCX), NOWHERE),
        ),
        "salesperson_id": Chain(
            (F("salesperson_id"), LINE),
            (F("segment__salesperson_id"), SEGMENT),
            (F("contact__salesperson_id"), CONTACT),
            output_field=key,
        ),
        "date": Chain(
            (F("date"), LINE),
            (F("segment__date"), SEGMENT),
            output_field=models.DateField(),
        ),
        "evaluation": Chain((F("evaluation"), LINE), (BLANK, NOWHERE)),
        "personal_text": Chain(
            (F("personal_text"), LINE),
            (BLANK, NOWHERE),
            output_field=models.TextField(),
        ),
    }


def _correspondence_type() -> Chain:
    template_type = Coalesce(
        F("template__correspondence_type"),
        F("segment__template__correspondence_type"),
        BLANK,
    )
    template_insists = Q(template__ignore_contact_correspondence_type=True) | Q(
        template__isnull=True,
        segment__template__ignore_contact_correspondence_type=True,
    )
    segment_insists = Q(segment__ignore_contact_correspondence_type=True)
    of_segment = filled("segment__correspondence_type")
    return Chain(
        (F("correspondence_type"), LINE),
        (Case(When(segment_insists, then=of_segment)), SEGMENT),
        (Case(When(template_insists, then=template_type)), TEMPLATE),
        (filled("contact__correspondence_type"), CONTACT),
        (NullIf(template_type, BLANK), TEMPLATE),
        (of_segment, SEGMENT),
        (BLANK, NOWHERE),
    )


def _language() -> Chain:
    spoken = in_language(OuterRef("contact__language"))
    of_template = InteractionTemplateLanguage.objects.filter(
        spoken, template=OuterRef("effective_template_id")
    )
    of_segment = SegmentDocument.objects.filter(spoken, segment=OuterRef("segment_id"))
    no_own_template = Q(template__isnull=True)
    has_document = Exists(of_template) | (no_own_template & Exists(of_segment))
    first_of_segment = SegmentDocument.objects.filter(
        segment=OuterRef("segment_id")
    ).order_by("pk")
    first_language = Subquery(first_of_segment.values("language")[:1])
    return Chain(
        (F("language"), LINE),
        (
            Case(
                When(
                    ~Q(contact__language="") & has_document, then=F("contact__language")
                )
            ),
            CONTACT,
        ),
        (filled("segment__language"), SEGMENT),
        (filled("template__default_language"), TEMPLATE),
        (filled("segment__template__default_language"), TEMPLATE),
        (Case(When(no_own_template, then=first_language)), SEGMENT),
        (BLANK, NOWHERE),
    )


def _document() -> Chain:
    of_segment, spoken, usual = _documents()
    no_own_template = Q(template__isnull=True)
    return Chain(
        (F("document_id"), LINE),
        (
            Case(When(no_own_template, then=best(of_segment, "document_id"))),
            SEGMENT,
        ),
        (best(spoken, "document_id"), TEMPLATE),
        (best(usual, "document_id"), TEMPLATE),
        output_field=models.BigIntegerField(),
    )


def inherited_document() -> Coalesce:
    """The document that a line would have without its own, for `_document`'s needs."""
    inherited = (source for source, _origin in _document().sources[1:])
    return Coalesce(*inherited, output_field=models.BigIntegerField())


def usual_document_stands_in() -> Q:
    """Whether a line has the document of its template's default language instead.

    As `_document` chooses: there is none of its own, and none in its language.
    """
    of_segment, spoken, usual = _documents()
    of_its_own = Q(template__isnull=True) & Exists(of_segment)
    in_its_language = of_its_own | Exists(spoken)
    return Q(document__isnull=True) & ~in_its_language & Exists(usual)


def default_language() -> Coalesce:
    """The default language of a line's template."""
    return Coalesce(
        *(F("template__default_language"), F("segment__template__default_language")),
        BLANK,
    )


def _documents() -> tuple[models.QuerySet, models.QuerySet, models.QuerySet]:
    """The segment's and the template's in the line's language, the template's usual."""
    of_segment = SegmentDocument.objects.filter(
        in_language(OuterRef("effective_language")), segment=OuterRef("segment_id")
    )
    of_template = InteractionTemplateLanguage.objects.filter(
        template=OuterRef("effective_template_id")
    )
    spoken = of_template.filter(in_language(OuterRef("effective_language")))
    usual = of_template.filter(language=F("template__default_language"))
    return of_segment, spoken, usual


def _subject() -> Chain:
    of_segment = SegmentDocument.objects.filter(
        in_language(OuterRef("effective_language")), segment=OuterRef("segment_id")
    )
    own = Coalesce(
        NullIf(best(of_segment, "subject"), BLANK), filled("segment__subject")
    )
    return Chain(
        (F("subject"), LINE),
        (Case(When(Q(template__isnull=True), then=own)), SEGMENT),
        (F("effective_description"), F("origin_description")),
    )


def _address() -> Chain:
    in_force = addresses_in_force("contact__", OuterRef("effective_date"))
    return Chain(
        (F("alternative_address_id"), LINE),
        *((address, CONTACT) for address in in_force),
        output_field=models.BigIntegerField(),
    )


def _email() -> Chain:
    return Chain(
        (NullIf(Subquery(used_address().values("email")), BLANK), CONTACT),
        (F("contact__email"), CONTACT),
    )


def used_address() -> models.QuerySet[AlternativeAddress]:
    """The address that is used instead of the contact's, for lines with `address_id`.

    Without an order: that of addresses begins with their contact, whose table would
    hide the contact of the line.
    """
    addresses = AlternativeAddress.objects.order_by()
    return addresses.filter(pk=OuterRef("effective_address_id"))


def of_used_address(column: str) -> Coalesce:
    """A column of the address that the letter goes to; for lines with `address_id`."""
    return Coalesce(Subquery(used_address().values(column)), F(f"contact__{column}"))
