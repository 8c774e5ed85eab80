"""How many pages a letter has, asked of LibreOffice where it is installed."""

import re
import subprocess
import tempfile
from pathlib import Path

from ..merge import compile_template
from .converting import office

SECONDS = 60
PAGE = re.compile(rb"/Type\s*/Page\b")


class PagesUncounted(Exception):
    """LibreOffice is not there, took too long, or could not read the letter."""


def can_count_pages() -> bool:
    """Whether LibreOffice is installed."""
    return office() is not None


def pages_of(document: bytes) -> int:
    """Return how many pages the letter has with sample values.

    For a document that was checked. Raises PagesUncounted.
    """
    converter = office()
    if converter is None:
        raise PagesUncounted
    letter = compile_template(document).sample_letter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "letter.docx").write_bytes(letter)
        command = [
            *(
                converter.program,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            ),
            *("--headless", "--convert-to", "pdf", "--outdir", name),
            str(folder / "letter.docx"),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)  # noqa: S603
            pages = len(PAGE.findall((folder / "letter.pdf").read_bytes()))
        except (subprocess.SubprocessError, OSError) as error:
            raise PagesUncounted from error
    if not pages:
        raise PagesUncounted
    return pages
