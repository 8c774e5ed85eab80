"""A zip of letters: one .docx per contact, or one per template."""

import hashlib
import re
import tempfile
import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self, cast

from .zipwriter import STORED, Member, ZipWriter

if TYPE_CHECKING:
    from .template import CompiledTemplate

# What Windows does not allow in a file name, and names it keeps for itself.
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.I)
DOCX = ".docx"
MAX_NAME = 120
MAX_BYTES = 200
CHUNK = 2**20
SPOOL = 2**23


class LetterArchive:
    """Writes a zip to `out`, which is complete when the block ends without error."""

    def __init__(self, out: BinaryIO, names: "Names | None" = None) -> None:
        """Begin the zip; with `names` no file is called as one of another zip."""
        self._archive = ZipWriter(out)
        self._names = names or Names()

    @property
    def count(self) -> int:
        """How many files there are."""
        return self._archive.count

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self._archive.close()

    def add_letters(
        self,
        template: "CompiledTemplate",
        named_records: Iterable[tuple[str, Mapping[str, str]]],
    ) -> int:
        """Add a .docx per (name, record) and return how many. Raises RenderError."""
        count = 0
        for name, record in named_records:
            letter = template.letter(record)
            length = len(letter.start) + len(letter.end)
            file_name = self._names.take(name).encode()
            member = Member(file_name, letter.crc, length, b"", STORED)
            self._archive.add_chunks(member, (letter.start, letter.end), length)
            count += 1
        return count

    def add_document(
        self,
        template: "CompiledTemplate",
        records: Iterable[Mapping[str, str]],
        *,
        name: str,
    ) -> int:
        """Add one .docx with a letter per record and return how many.

        Raises RenderError, also when there is no record.
        """
        with tempfile.SpooledTemporaryFile(max_size=SPOOL) as spool:
            count = template.merge_document(records, cast(BinaryIO, spool))
            self.add_file(cast(BinaryIO, spool), name=name)
        return count

    def add_file(self, file: BinaryIO, *, name: str, suffix: str = DOCX) -> None:
        """Add a file that was written elsewhere, from its beginning to its end."""
        crc = length = 0
        file.seek(0)
        while chunk := file.read(CHUNK):
            crc = zlib.crc32(chunk, crc)
            length += len(chunk)
        file.seek(0)
        file_name = self._names.take(name, suffix).encode()
        member = Member(file_name, crc, length, b"", STORED)
        self._archive.add_chunks(member, iter(lambda: file.read(CHUNK), b""), length)

    def add_archive(self, archive: BinaryIO) -> None:
        """Add the files of another zip as they are packed; their names are free."""
        self._archive.add_archive(archive)


class Names:
    """File names that no other file of the archive has, whatever the system.

    Taken names are remembered as bits, so that memory does not grow with them; a
    name mistaken for a taken one only gets a number it would not have needed.
    """

    BITS = 2**24
    PROBES = 4

    def __init__(self) -> None:
        self._bits = bytearray(self.BITS // 8)

    def take(self, name: str, suffix: str = DOCX) -> str:
        """Return the name of a file, safe and not taken before."""
        stem = safe_stem(name)
        if self._is_new(stem):
            return f"{stem}{suffix}"
        number = 2
        while not self._is_new(f"{stem} ({number})"):
            number += 1
        return f"{stem} ({number}){suffix}"

    def note(self, file_name: str) -> None:
        """Let no other file have this name."""
        self._is_new(safe_stem(file_name.rpartition(".")[0]))

    def _is_new(self, stem: str) -> bool:
        """Whether the name is new, and take it."""
        key = unicodedata.normalize("NFKC", stem).casefold().encode()
        digest = hashlib.blake2b(key, digest_size=4 * self.PROBES).digest()
        new = False
        for start in range(0, len(digest), 4):
            bit = int.from_bytes(digest[start : start + 4]) % self.BITS
            if not self._bits[bit >> 3] & (1 << (bit & 7)):
                self._bits[bit >> 3] |= 1 << (bit & 7)
                new = True
        return new


def safe_stem(name: str) -> str:
    """Return a file name without its ending that every system takes."""
    text = unicodedata.normalize("NFC", name)
    text = " ".join(FORBIDDEN.sub(" ", text).split())
    if text.lower().endswith(".docx"):
        text = text[: -len(".docx")]
    text = text.encode("utf-8", "ignore").decode()[:MAX_NAME]
    text = text.encode()[:MAX_BYTES].decode("utf-8", "ignore").strip(" .")
    if DEVICES.match(text):
        text = f"_{text}"
    return text or "letter"
