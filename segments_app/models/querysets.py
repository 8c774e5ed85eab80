"""Lines of segments: which are live, and what holds for each in the end.

The table of effective values is DESIGN's; the rules behind it are segments.md 2.2
to 2.4 and contacts_interactions.md 3.3. Everything is resolved by the database, so
the screen, the merge and the log cannot disagree.
"""

from typing import Any, Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Length, NullIf

from contacts.models import AlternativeAddress, AlternativeAddressPeriod
from interactions.choices import EmailForm
from interactions.models import InteractionTemplateLanguage

from .languages import in_language
from .letter_inputs import letter_inputs
from .segment import SegmentDocument

BLANK = Value("")
TEXT = models.CharField()


def filled(name: str) -> NullIf:
    """The text of a column, NULL where it is empty."""
    return NullIf(F(name), BLANK)


def key(*expressions: Any) -> Coalesce:
    """The first key that is set."""
    return Coalesce(*expressions, output_field=models.BigIntegerField())


def best(documents: models.QuerySet, column: str) -> Subquery:
    """The column of the document with the closest language."""
    return Subquery(documents.order_by(-Length("language")).values(column)[:1])


class SegmentLineQuerySet(models.QuerySet):
    def live(self) -> Self:
        """Lines whose interval contains the cursor of their segment."""
        cursor = F("segment__position")
        return self.filter(
            Q(removed_step__isnull=True) | Q(removed_step__gt=cursor),
            added_step__lte=cursor,
        )

    def differing(self) -> Self:
        """Lines with any value of their own."""
        own = Q()
        for name in self.model.OWN_VALUES:
            own |= Q(**{f"{name}__isnull": False})
        return self.filter(own)

    def with_effective_values(self) -> Self:
        """Annotate every value as it holds in the end, as `effective_<name>`.

        A line's own value comes first. A line with a template of its own takes
        from that template what the segment would have given; see the table in
        DESIGN section 5. Keys of related rows are annotated as ids.
        """
        return (
            self._with_effective_plain()
            ._with_effective_channel()
            ._with_effective_language()
            ._with_effective_document()
            ._with_effective_address()
        )

    def _with_effective_plain(self) -> Self:
        # A template's columns are never NULL, so the first three names read: own
        # value, the line's own template, and only without one the segment.
        def chain(own: str, column: str | None = None, default: Any = BLANK) -> Any:
            column = column or own
            return Coalesce(
                F(own),
                F(f"template__{column}"),
                F(f"segment__{column}"),
                F(f"segment__template__{column}"),
                default,
                output_field=self.model._meta.get_field(own),
            )

        return self.annotate(
            effective_template_id=key("template_id", "segment__template_id"),
            effective_group_id=key("template__group_id", "segment__template__group_id"),
            effective_description=Coalesce(
                F("description"),
                filled("template__description"),
                F("segment__description"),
                output_field=TEXT,
            ),
            effective_cost=chain("cost", "unit_cost", Value(0)),
            effective_duration=chain("duration", "unit_duration", Value(0)),
            effective_information_flow=chain("information_flow"),
            effective_initiated_by=chain("initiated_by"),
            effective_campaign_target=chain("campaign_target", default=Value(False)),
            effective_campaign_response=chain(
                "campaign_response", default=Value(False)
            ),
            effective_campaign_id=key(
                "campaign_id",
                "segment__campaign_id",
                "template__campaign_id",
                "segment__template__campaign_id",
            ),
            effective_email_form=Coalesce(
                F("email_form"),
                F("segment__email_form"),
                F("template__email_form"),
                F("segment__template__email_form"),
                Value(EmailForm.DOCX),
                output_field=TEXT,
            ),
            effective_salesperson_id=key(
                "salesperson_id", "segment__salesperson_id", "contact__salesperson_id"
            ),
            effective_date=Coalesce("date", "segment__date"),
            effective_evaluation=Coalesce(F("evaluation"), BLANK, output_field=TEXT),
            effective_personal_text=Coalesce(
                F("personal_text"), BLANK, output_field=models.TextField()
            ),
        )

    def _with_effective_channel(self) -> Self:
        template_type = Coalesce(
            F("template__correspondence_type"),
            F("segment__template__correspondence_type"),
            BLANK,
        )
        template_insists = Q(template__ignore_contact_correspondence_type=True) | Q(
            template__isnull=True,
            segment__template__ignore_contact_correspondence_type=True,
        )
        segment_insists = Q(segment__ignore_contact_correspondence_type=True) & ~Q(
            segment__correspondence_type=""
        )
        return self.annotate(
            effective_correspondence_type=Case(
                When(correspondence_type__isnull=False, then=F("correspondence_type")),
                When(segment_insists, then=F("segment__correspondence_type")),
                When(template_insists, then=template_type),
                default=Coalesce(
                    filled("contact__correspondence_type"),
                    NullIf(template_type, BLANK),
                    F("segment__correspondence_type"),
                ),
            )
        )

    def _with_effective_language(self) -> Self:
        spoken = in_language(OuterRef("contact__language"))
        of_template = InteractionTemplateLanguage.objects.filter(
            spoken, template=OuterRef("effective_template_id")
        )
        of_segment = SegmentDocument.objects.filter(
            spoken, segment=OuterRef("segment_id")
        )
        no_own_template = Q(template__isnull=True)
        has_document = Exists(of_template) | (no_own_template & Exists(of_segment))
        first_of_segment = SegmentDocument.objects.filter(
            segment=OuterRef("segment_id")
        ).order_by("pk")
        return self.annotate(
            effective_language=Coalesce(
                F("language"),
                Case(
                    When(
                        ~Q(contact__language="") & has_document,
                        then=F("contact__language"),
                    )
                ),
                filled("segment__language"),
                filled("template__default_language"),
                filled("segment__template__default_language"),
                Case(
                    When(
                        no_own_template,
                        then=Subquery(first_of_segment.values("language")[:1]),
                    )
                ),
                BLANK,
                output_field=TEXT,
            )
        )

    def _with_effective_document(self) -> Self:
        of_segment = SegmentDocument.objects.filter(
            in_language(OuterRef("effective_language")), segment=OuterRef("segment_id")
        )
        of_template = InteractionTemplateLanguage.objects.filter(
            template=OuterRef("effective_template_id")
        )
        no_own_template = Q(template__isnull=True)
        return self.annotate(
            effective_document_id=key(
                F("document_id"),
                Case(When(no_own_template, then=best(of_segment, "document_id"))),
                best(
                    of_template.filter(in_language(OuterRef("effective_language"))),
                    "document_id",
                ),
                best(
                    of_template.filter(language=F("template__default_language")),
                    "document_id",
                ),
            ),
            effective_subject=Coalesce(
                F("subject"),
                Case(
                    When(
                        no_own_template,
                        then=Coalesce(
                            NullIf(best(of_segment, "subject"), BLANK),
                            filled("segment__subject"),
                        ),
                    )
                ),
                F("effective_description"),
                output_field=TEXT,
            ),
        )

    def _with_effective_address(self) -> Self:
        def valid(contact: str) -> Subquery:
            # Of the periods that cover the day, the one that starts latest.
            periods = AlternativeAddressPeriod.objects.filter(
                Q(ending_date__isnull=True)
                | Q(ending_date__gte=OuterRef("effective_date")),
                contact=OuterRef(contact),
                starting_date__lte=OuterRef("effective_date"),
            )
            return Subquery(periods.order_by("-starting_date").values("address_id")[:1])

        lives_at_company = Q(
            contact__company__isnull=False,
            **{
                f"contact__{name}": F(f"contact__company__{name}")
                for name in ("address", "address_2", "postcode", "city")
            },
        )
        chosen_email = AlternativeAddress.objects.filter(
            pk=OuterRef("effective_address_id")
        ).values("email")
        return self.annotate(
            effective_address_id=key(
                F("alternative_address_id"),
                valid("contact_id"),
                Case(When(lives_at_company, then=valid("contact__company_id"))),
            )
        ).annotate(
            effective_email=Coalesce(
                NullIf(Subquery(chosen_email), BLANK), F("contact__email")
            )
        )

    def with_letter_inputs(self) -> Self:
        """Annotate `letter_inputs`: the raw inputs of each line's letter as JSON.

        The shape is that of `interactions.merge.record.build_record`.
        """
        return self.with_effective_values().annotate(letter_inputs=letter_inputs())
