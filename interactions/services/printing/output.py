"""What is asked of the printing: which letters, in what files, called what."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from ...choices import BundleBy, RunOrder
from ...models import LetterSnapshot, Run, RunItem
from ...models.querysets import LetterSnapshotQuerySet
from ...printing import (
    Bundles,
    Every,
    FileName,
    Numbers,
    by_country,
    by_postcode,
    no_bundles,
)
from ...printing.names import USUAL
from .errors import OutputRefused

DOCX = "docx"
PDF = "pdf"
# Word and LibreOffice slow down in documents of more letters.
LETTERS_IN_DOCUMENT = 250
# A PDF of many pages is no slower to print.
LETTERS_IN_PDF = 1_000
# Files of contacts that are made at a go, by their numbers: whoever is left out, the
# others stay together.
FILES_IN_PART = 1_000


@dataclass(frozen=True)
class Output:
    """How letters come: together in documents, or one file per contact in a zip.

    `numbers` are ranges of letters, none for all. Documents have 250 letters each,
    or all with `whole`. `bundle_by` puts a sheet before each bundle and begins a
    document with it; `every` is the size of a bundle by number. `pattern` names the
    files of contacts. `kind` is one of `writers.WRITERS`.
    """

    each: bool = False
    whole: bool = False
    numbers: Numbers = ()
    pattern: str = USUAL
    bundle_by: str = ""
    every: int = 0
    kind: str = DOCX

    @classmethod
    def kept(cls, parameters: Mapping[str, Any]) -> Self:
        """Return what `parameters` of a job tell."""
        numbers = tuple((low, high) for low, high in parameters["numbers"])
        return cls(**{**parameters, "numbers": numbers})

    @property
    def parameters(self) -> dict[str, Any]:
        """The same as JSON, for a job."""
        return asdict(self)

    @property
    def letters_in_document(self) -> int | None:
        """How many at most, None for all."""
        if self.whole or self.each:
            return None
        return LETTERS_IN_PDF if self.kind == PDF else LETTERS_IN_DOCUMENT

    @property
    def bundles(self) -> Bundles:
        """What letters lie together in."""
        if self.each:
            return Every(FILES_IN_PART)
        if self.bundle_by == BundleBy.NUMBER:
            return Every(self.every)
        if self.bundle_by == BundleBy.COUNTRY:
            return by_country
        return by_postcode if self.bundle_by else no_bundles

    def check(self, runs: list[Run]) -> None:
        """Refuse what makes no sense of these runs. Raises OutputRefused."""
        if any(run.is_withdrawn for run in runs):
            raise OutputRefused(_("This run was withdrawn. Prepare another one."))
        if self.each and self.bundle_by:
            raise OutputRefused(
                _(
                    "Separator sheets lie between documents, not between the files "
                    "of contacts."
                )
            )
        by_address = self.bundle_by in (BundleBy.COUNTRY, BundleBy.POSTCODE)
        if by_address and any(run.order != RunOrder.POSTAL for run in runs):
            raise OutputRefused(
                _(
                    "Bundles by country or postcode need letters in the order of "
                    "country and postcode. Prepare a run in that order."
                )
            )

    def chosen(self, runs: list[Run]) -> LetterSnapshotQuerySet:
        """The letters of these runs that are asked for, blocked ones too."""
        letters = LetterSnapshot.objects.filter(item__run__in=runs).that_go()
        asked = Q()
        for numbers in self.numbers:
            asked |= Q(item__sequence__range=numbers)
        return letters.filter(asked).in_print_order()

    def file_name(self, runs: list[Run]) -> FileName:
        """The pattern for these runs. Raises PatternError."""
        return FileName(self.pattern, last=last_number(runs))


def last_number(runs: list[Run]) -> int:
    """The highest number of a letter in these runs, 0 where there is none."""
    found = RunItem.objects.filter(run__in=runs).aggregate(last=Max("sequence"))
    return found["last"] or 0
