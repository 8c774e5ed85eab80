"""A letter as PDF, to look at: made when it is asked for, within a time limit."""

import hashlib
import logging
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import override

from ..pdf import Office
from .converting import office
from .errors import InteractionError
from .kept_previews import drop_profile, generation, keep, kept, slot

log = logging.getLogger(__name__)

# Seconds for one letter, LibreOffice's start included, and to wait for one's turn.
LIMIT = 20
PATIENCE = 5


class NoPdf(InteractionError):
    """There is no PDF of the letter; why, and what to do instead.

    `passes` says that it is only for now.
    """

    def __init__(self, message: str, *, passes: bool = False) -> None:
        super().__init__(message)
        self.passes = passes


def pdf_of(letter: bytes, *, soon: Sequence[bytes] = ()) -> bytes:
    """Return the PDF of a letter, a Word document. Raises NoPdf.

    Those that are likely to be asked for `soon` are made with it: it is the start of
    LibreOffice that takes time.
    """
    begun = generation()
    key = _key(letter)
    found = kept(key)
    if found:
        return found
    converter = office()
    if converter is None:
        raise NoPdf(_("LibreOffice is not installed, so there is no PDF."))
    wanted = {key: letter}
    wanted |= {other: data for data in soon if kept(other := _key(data)) is None}
    with slot(PATIENCE) as profile:
        if profile is None:
            said = _("Others are looking at letters just now. Try again.")
            raise NoPdf(said, passes=True)
        made = kept(key) or _convert(converter, wanted, key, profile, begun)
    if made is None:
        raise NoPdf(
            _("LibreOffice did not make a PDF of this letter. Download it instead.")
        )
    return made


def _key(letter: bytes) -> str:
    return hashlib.sha256(letter).hexdigest()


def _convert(
    converter: Office, letters: dict[str, bytes], key: str, profile: Path, begun: str
) -> bytes | None:
    """Convert and keep these letters; return the one with `key`."""
    made: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory(prefix="preview-") as place:
        sources = [Path(place) / f"{each}.docx" for each in letters]
        for source, letter in zip(sources, letters.values(), strict=True):
            source.write_bytes(letter)
        reason = converter.convert(
            sources,
            folder=Path(place) / "out",
            profile=profile,
            limit=LIMIT,
            stopped=threading.Event(),
        )
        for source in sources:
            pdf = Path(place) / "out" / f"{source.stem}.pdf"
            if pdf.exists():
                made[source.stem] = pdf.read_bytes()
                keep(source.stem, made[source.stem], begun=begun)
    if reason:
        with override(None):
            log.warning("%s", reason)
        drop_profile(profile)
    return made.get(key)
