"""A zip of letters: one .docx per contact, or one per template."""

import hashlib
import itertools
import re
import struct
import tempfile
import unicodedata
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast

from .errors import LetterSkipped
from .zipwriter import STORED, Member, ZipWriter

if TYPE_CHECKING:
    from .template import CompiledTemplate

# What Windows does not allow in a file name, and names it keeps for itself.
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.I)
PROBES = struct.Struct(">4I")
DOCX = ".docx"
MAX_NAME = 120
MAX_BYTES = 200
CHUNK = 2**20
SPOOL = 2**23
# Word takes seconds to open a document of more, and one that is damaged spoils fewer.
LETTERS_PER_DOCUMENT = 250


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
        named_records: Iterable[tuple[str, Mapping[str, Any]]],
    ) -> int:
        """Add a .docx per (name, record) and return how many. Raises RenderError.

        Who is skipped has none.
        """
        count = 0
        for number, (name, record) in enumerate(named_records, 1):
            try:
                letter = template.letter(record, number=number, letter=count + 1)
            except LetterSkipped:
                continue
            length = len(letter.start) + len(letter.end)
            file_name = self._names.take(name).encode()
            member = Member(file_name, letter.crc, length, b"", STORED)
            self._archive.add_chunks(member, (letter.start, letter.end), length)
            count += 1
        return count

    def add_document(
        self,
        template: "CompiledTemplate",
        records: Iterable[Mapping[str, Any]],
        *,
        name: str,
        per_document: int | None = LETTERS_PER_DOCUMENT,
        total: int = 0,
    ) -> int:
        """Add a .docx with a letter per record and return how many letters.

        More than `per_document` are cut into documents of so many, their names ending
        in the numbers of their letters, "0001-0250"; None leaves them whole. `total`
        is how many letters there will be, if known: it makes the numbers sort.
        Raises RenderError, also when there is no record.
        """
        waiting, done = iter(template.letters(records)), 0
        digits = max(4, len(str(total)))
        ahead = list(itertools.islice(waiting, 1))
        while ahead or not done:
            letters = itertools.chain(ahead, waiting)
            with tempfile.SpooledTemporaryFile(max_size=SPOOL) as spool:
                count = template.merge_document(
                    itertools.islice(letters, per_document), cast(BinaryIO, spool)
                )
                ahead = list(itertools.islice(waiting, 1))
                numbers = f" {done + 1:0{digits}}-{done + count:0{digits}}"
                cut = numbers if done or ahead else ""
                self._add(cast(BinaryIO, spool), self._names.take(name, cut))
            done += count
        return done

    def add_file(self, file: BinaryIO, *, name: str, suffix: str = DOCX) -> None:
        """Add a file that was written elsewhere, from its beginning to its end."""
        self._add(file, self._names.take(name, suffix=suffix))

    def _add(self, file: BinaryIO, file_name: str) -> None:
        crc = length = 0
        file.seek(0)
        while chunk := file.read(CHUNK):
            crc = zlib.crc32(chunk, crc)
            length += len(chunk)
        file.seek(0)
        member = Member(file_name.encode(), crc, length, b"", STORED)
        self._archive.add_chunks(member, iter(lambda: file.read(CHUNK), b""), length)

    def add_archive(self, archive: BinaryIO) -> None:
        """Add the files of another zip as they are packed; their names are free."""
        self._archive.add_archive(archive)


class Names:
    """File names that no other file of the archive has, whatever the system.

    Taken names are remembered as bits, so that memory does not grow with them; a
    name mistaken for a taken one only gets a number it would not have needed. Of some
    names the last number is known, so that the next need not be looked for.
    """

    BITS = 2**24
    LAST_NUMBERS = 2**13

    def __init__(self) -> None:
        self._bits = bytearray(self.BITS // 8)
        self._last: OrderedDict[bytes, int] = OrderedDict()

    def take(self, name: str, numbers: str = "", *, suffix: str = DOCX) -> str:
        """Return the name of a file, safe and not taken before.

        It ends in `numbers`, however long the name is, and in `suffix`.
        """
        stem = safe_stem(name, len(numbers)) + numbers
        key = _key(stem)
        if self._is_new(key):
            return f"{stem}{suffix}"
        number = self._last.pop(key, 1) + 1
        while not self._is_new(_key(f"{stem} ({number})")):
            number += 1
        self._last[key] = number
        if len(self._last) > self.LAST_NUMBERS:
            self._last.popitem(last=False)
        return f"{stem} ({number}){suffix}"

    def note(self, file_name: str) -> None:
        """Let no other file have this name."""
        self._is_new(_key(safe_stem(file_name.rpartition(".")[0])))

    def _is_new(self, key: bytes) -> bool:
        """Whether the name of this key is new, and take it."""
        bits, new = self._bits, False
        for probe in PROBES.unpack(key):
            place, mask = probe % self.BITS >> 3, 1 << (probe & 7)
            if not bits[place] & mask:
                bits[place] |= mask
                new = True
        return new


def _key(stem: str) -> bytes:
    """The same 16 bytes for names that some system takes for the same."""
    text = stem if stem.isascii() else unicodedata.normalize("NFKC", stem)
    return hashlib.blake2b(text.casefold().encode(), digest_size=16).digest()


def safe_stem(name: str, room: int = 0) -> str:
    """Return a file name without its ending that every system takes.

    It leaves room for so many characters more.
    """
    text = name if name.isascii() else unicodedata.normalize("NFC", name)
    text = " ".join(FORBIDDEN.sub(" ", text).split())
    if text.lower().endswith(".docx"):
        text = text[: -len(".docx")]
    text = text.encode("utf-8", "ignore").decode()[: MAX_NAME - room]
    text = text.encode()[: MAX_BYTES - room].decode("utf-8", "ignore").strip(" .")
    if DEVICES.match(text):
        text = f"_{text}"
    return text or "letter"
