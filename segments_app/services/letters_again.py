"""The letters of a logged segment once more, exactly as they were."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from contacts.models.querysets import ineligible
from interactions.models import Attachment, LetterSnapshot, LoggedSegment
from interactions.services.letters import records

from .errors import SegmentError
from .letters import Merged, write_letters

MUST_NOT = ineligible(ignore_exclusion=True, contact="item__contact__")


class NoLetters(SegmentError):
    """Nothing was written to anybody when the segment was logged."""

    def __init__(self) -> None:
        super().__init__(_("This segment was logged without letters."))


def letters_kept(logged_segment: LoggedSegment) -> QuerySet[LetterSnapshot]:
    """The frozen letters of a logged segment in the order of their printing.

    Without those to contacts who must not be written to any more.
    """
    kept = _frozen(logged_segment).exclude(MUST_NOT)
    return kept.order_by("item__run", "item__sequence")


def merge_again(
    *,
    logged_segment: LoggedSegment,
    out: BinaryIO,
    each: bool = False,
    progress: Any = None,
) -> Merged:
    """Write the letters of the logged segment to `out` as `merge_segment` does.

    They come from what was frozen when the segment was logged: a contact, a
    document or an address that has changed since changes nothing; only who was
    blocked since is left out. Raises NoLetters.
    """
    kept = letters_kept(logged_segment)
    used = kept.order_by().values_list("document").annotate(count=Count("pk"))
    counts = dict(used)
    if not counts:
        raise NoLetters
    documents = Attachment.objects.filter(pk__in=counts).order_by("name", "pk")
    batches: list[tuple[Attachment, Iterator[dict[str, str]]]] = [
        (document, records(kept.filter(document=document))) for document in documents
    ]
    suffix = write_letters(out=out, batches=batches, each=each, progress=progress)
    without = logged_segment.interactions.filter(document=None).count()
    letters = sum(counts.values())
    kept_out = _frozen(logged_segment).count() - letters
    return Merged(letters, without, suffix, kept_out)


def _frozen(logged_segment: LoggedSegment) -> QuerySet[LetterSnapshot]:
    return LetterSnapshot.objects.filter(item__run__logged_segment=logged_segment)
