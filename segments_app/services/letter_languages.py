"""Which contacts of a segment get a letter in which language, and who in another."""

from dataclasses import dataclass

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q

from contacts.models.languages import serves
from interactions.models import Attachment

from ..models import Segment
from ..models.letter_inputs import in_letter_language
from .letters import letters_of


@dataclass(frozen=True)
class LettersInLanguage:
    """Letters to contacts of one language, with the document they get.

    `language` is what the contacts speak, empty if that is not known, `gets` what the
    letter is in; `by_hand` says that somebody chose it on the line.
    """

    language: str
    gets: str
    document: Attachment
    letters: int
    by_hand: bool

    @property
    def falls_back(self) -> bool:
        """Whether the letter is in another language for want of a document."""
        known = bool(self.language) and not self.by_hand
        return known and not (self.gets and serves(self.gets, self.language))


def letters_by_language(segment: Segment) -> list[LettersInLanguage]:
    """Return the letters of an open segment by language, the most first: 2 queries."""
    chosen = ExpressionWrapper(
        Q(language__isnull=False) | Q(document__isnull=False),
        output_field=BooleanField(),
    )
    rows = list(
        letters_of(segment)
        .annotate(
            gets=in_letter_language(F("effective_language"), F("default_language")),
            by_hand=chosen,
        )
        .order_by()
        .values_list("contact__language", "gets", "effective_document_id", "by_hand")
        .annotate(count=Count("pk"))
        .order_by("-count", "contact__language", "gets")
    )
    documents = Attachment.objects.in_bulk({row[2] for row in rows})
    return [
        LettersInLanguage(language, gets or "", documents[document], count, by_hand)
        for language, gets, document, by_hand, count in rows
    ]
