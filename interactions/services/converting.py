"""The LibreOffice of this machine, as the settings have it, and letters through it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Protocol, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from ..merge import CompiledTemplate
from ..pdf import Limits, Office, Result, convert_letters, find_office

NOBODY_WAITS = Limits()


class Merged(Protocol):
    """A letter of which the values are known."""

    @property
    def record(self) -> Mapping[str, Any]: ...


L = TypeVar("L", bound=Merged)


def office() -> Office | None:
    """Return LibreOffice, None where it is not installed."""
    return find_office(settings.SOFFICE)


def why_no_pdf() -> str:
    """Say why letters cannot be made as PDF here; empty where they can."""
    if office():
        return ""
    return _(
        "LibreOffice is not installed on this machine, and only it turns letters into "
        "PDF. Ask the administrator, or take Word documents."
    )


def said_of_office(error: Exception) -> str:
    """Say that LibreOffice made a PDF of nothing at all."""
    said = _("Letters cannot be made as PDF here: %s. Ask the operator.")
    return said % error


def convert_merged(
    letters: Iterable[L],
    *,
    template: CompiledTemplate,
    office: Office,
    expected: int | None = None,
    limits: Limits = NOBODY_WAITS,
    tick: Callable[[], None] | None = None,
) -> Iterator[Result]:
    """Yield the letters of a template in their order as PDFs, see `convert_letters`."""
    singly = template.converts_singly

    def make(these: Sequence[L], out: BinaryIO) -> None:
        if singly:
            out.write(template.render_letter(these[0].record))
        else:
            records = (letter.record for letter in these)
            template.merge_document(records, out, marked=True)

    return convert_letters(
        letters,
        make=make,
        office=office,
        processes=settings.PDF_PROCESSES,
        singly=singly,
        expected=expected,
        limits=limits,
        tick=tick,
    )
