"""Lines of segments: which are live, and what holds for each in the end.

What holds is resolved by the database from the chains of `effective`, so the screen,
the merge and the log cannot disagree.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Self

from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    When,
)

from contacts.models import Contact
from interactions.merge import Uses

from .effective import (
    default_language,
    effective_values,
    inherited_document,
    usual_document_stands_in,
    with_needs,
)
from .letter_inputs import NO_MORE, letter_inputs

# Of lines that have `with_by_copy`: those that are written to themselves. The column
# tells PostgreSQL that these are nearly all; of the other it expects next to none.
HAS_LETTER = Q(represented_by=None) | Q(by_copy_of_id=None)


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

    def in_effect(self, *names: str) -> dict[str, set[Any]]:
        """The different effective keys of these related values, by name.

        For lines `with_effective_values`. One query, and a row of it per difference,
        not per line.
        """
        columns = [f"effective_{name}_id" for name in names]
        held = list(self.order_by().values_list(*columns).distinct())
        return {
            name: {values[place] for values in held} for place, name in enumerate(names)
        }

    def search(self, text: str) -> Self:
        """Lines whose contact, or its company, has every word of `text`."""
        fitting = Contact.objects.search(text)
        companies = fitting.companies().values("pk")
        return self.filter(
            Q(contact__in=fitting.values("pk"))
            | Q(contact__organisation_id__in=companies)
        )

    def with_by_copy(self) -> Self:
        """Annotate `by_copy_of_id`, the line whose letter counts for this one too.

        And `by_copy_of_name`, its contact. Both are NULL where the line has a letter
        of its own: also when the one who stands for it has left the segment or is
        done, so that nobody is forgotten.
        """
        standing_for = (
            self.model._default_manager.live()
            .filter(
                pk=OuterRef("represented_by_id"),
                segment=OuterRef("segment_id"),
                done_entry=None,
            )
            .order_by()
        )
        has_one = {"represented_by__isnull": False}
        return self.annotate(
            by_copy_of_id=Case(
                When(**has_one, then=Subquery(standing_for.values("pk")))
            ),
            by_copy_of_name=Case(
                When(**has_one, then=Subquery(standing_for.values("contact__name")))
            ),
        )

    def with_effective_values(
        self, *, origins: bool = False, only: Iterable[str] | None = None
    ) -> Self:
        """Annotate every value as it holds in the end, as `effective_<name>`.

        A line's own value comes first. A line with a template of its own takes
        from that template what the segment would have given; see the table in
        DESIGN section 5. Keys of related rows are annotated as ids. With `origins`
        each value has `origin_<name>` beside it, an `Origin` or an empty text.
        `only` names the columns that are wanted, for a filter or an order.
        """
        lines = self
        wanted = None if only is None else with_needs(only)
        for chains in effective_values():
            values: dict[str, Any] = {}
            for column, chain in chains.items():
                if wanted is None or column in wanted:
                    values[f"effective_{column}"] = chain.value
                    if origins:
                        name = column.removesuffix("_id")
                        values[f"origin_{name}"] = chain.origin
            lines = lines.annotate(**values) if values else lines
        return lines

    def with_inherited_document(self) -> Self:
        """Annotate the document that lines with effective values would have anyway.

        And `own_document_is_old`: the own document was written on another one, an
        earlier version of the letter.
        """
        old = Q(document__isnull=False, document_base__isnull=False) & (
            Q(inherited_document_id__isnull=True)
            | ~Q(document_base_id=F("inherited_document_id"))
        )
        return self.annotate(inherited_document_id=inherited_document()).annotate(
            own_document_is_old=ExpressionWrapper(old, output_field=BooleanField())
        )

    def with_letter_inputs(
        self, documents: Mapping[Uses, Collection[int]] = NO_MORE
    ) -> Self:
        """Annotate `letter_inputs`: the raw inputs of each line's letter as JSON.

        `documents` are the keys of documents by the lists and pictures they use. The
        shape is that of `interactions.merge.record.build_record`.
        """
        lines = self.with_effective_values().with_letter_language()
        return lines.annotate(letter_inputs=letter_inputs(documents))

    def with_letter_language(self) -> Self:
        """Annotate what `in_letter_language` asks of lines with effective values."""
        return self.annotate(
            usual_stands_in=ExpressionWrapper(
                usual_document_stands_in(), output_field=BooleanField()
            ),
            default_language=default_language(),
        )
