"""Which contacts get a template in which language, and who gets another."""

from dataclasses import dataclass

from django.db.models import Count

from contacts.models import Contact
from contacts.models.languages import serves

from ..models import InteractionTemplate


@dataclass(frozen=True)
class LanguageServed:
    """The contacts of one language, and the language of the document they get.

    `language` is empty for contacts without one, `gets` where there is no document.
    """

    language: str
    contacts: int
    gets: str

    @property
    def falls_back(self) -> bool:
        """Whether these contacts have a language, and get a document in another."""
        return bool(
            self.language and self.gets and not serves(self.gets, self.language)
        )


def languages_served(template: InteractionTemplate) -> list[LanguageServed]:
    """Return who of the register would get which language, most contacts first.

    Only contacts that may be written to are counted.
    """
    stored = [row.language for row in template.languages.all()]
    usual = template.default_language if template.default_language in stored else ""
    counts = (
        Contact.objects.eligible()
        .order_by()
        .values_list("language")
        .annotate(count=Count("pk"))
        .order_by("-count", "language")
    )
    return [
        LanguageServed(language, count, served_by(language, stored) or usual)
        for language, count in counts
    ]


def served_by(wanted: str, stored: list[str]) -> str:
    """Return the stored language that serves a wanted one best, or an empty text."""
    fitting = [one for one in stored if wanted and serves(one, wanted)]
    return max(fitting, key=len, default="")
