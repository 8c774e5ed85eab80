"""A zip file, written forwards: known members copied, unknown ones streamed.

Every time stamp is the first one zip knows, so the same letter is the same bytes.
The directory is kept in a file of its own until the end.
"""

import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from .errors import RenderError

STORED = 0
DEFLATED = 8
VERSION = 20
VERSION_64 = 45
DATE_1980 = 0x0021
DESCRIPTOR = 0x0008
UTF8 = 0x0800
LIMIT = 0xFFFFFFFF
LIMIT_16 = 0xFFFF
LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
END_64 = struct.Struct("<4sQ2H2I4Q")
LOCATOR_64 = struct.Struct("<4sIQI")
MEMORY = 2**20


@dataclass(frozen=True, slots=True)
class Member:
    """A member ready to be written: what it is called, and its packed bytes."""

    name: bytes
    crc: int
    size: int
    data: bytes
    method: int = DEFLATED


def pack(name: str, data: bytes, level: int = 9) -> Member:
    """Return the member with these contents."""
    deflate = zlib.compressobj(level, zlib.DEFLATED, -15)
    packed = deflate.compress(data) + deflate.flush()
    if len(packed) < len(data):
        return Member(name.encode(), zlib.crc32(data), len(data), packed)
    return Member(name.encode(), zlib.crc32(data), len(data), data, STORED)


def local_header(member: Member, length: int, flags: int = 0) -> bytes:
    """Return what stands before the packed bytes of a member."""
    name = member.name
    flags |= _flags(name)
    header = (b"PK\x03\x04", VERSION, flags, member.method, 0, DATE_1980, member.crc)
    return LOCAL.pack(*header, length, member.size, len(name), 0) + name


def central_record(member: Member, length: int, offset: int, flags: int = 0) -> bytes:
    """Return what the directory says of a member."""
    name, extra, version = member.name, b"", VERSION
    flags |= _flags(name)
    if offset >= LIMIT:
        extra, offset = struct.pack("<2HQ", 1, 8, offset), LIMIT
        version = VERSION_64
    start = (b"PK\x01\x02", version, version, flags, member.method, 0, DATE_1980)
    sizes = (member.crc, length, member.size, len(name), len(extra))
    return CENTRAL.pack(*start, *sizes, 0, 0, 0, 0, offset) + name + extra


def end_record(count: int, size: int, offset: int) -> bytes:
    """Return what ends a zip file, in the large form where it must be."""
    large = b""
    if count >= LIMIT_16 or size >= LIMIT or offset >= LIMIT:
        numbers = (VERSION_64, VERSION_64, 0, 0, count, count, size, offset)
        large = END_64.pack(b"PK\x06\x06", END_64.size - 12, *numbers)
        large += LOCATOR_64.pack(b"PK\x06\x07", 0, offset + size, 1)
    count = min(count, LIMIT_16)
    sizes = (min(size, LIMIT), min(offset, LIMIT))
    return large + END.pack(b"PK\x05\x06", 0, 0, count, count, *sizes, 0)


def _flags(name: bytes) -> int:
    return 0 if name.isascii() else UTF8


class ZipWriter:
    """Writes members one after the other to a file that need not be seekable."""

    def __init__(self, out: BinaryIO) -> None:
        self.out = out
        self.offset = 0
        self.count = 0
        self.directory = tempfile.SpooledTemporaryFile(max_size=MEMORY)

    def add(self, member: Member) -> None:
        """Write a member that is ready."""
        self.add_chunks(member, (member.data,), len(member.data))

    def add_chunks(self, member: Member, chunks: Iterable[bytes], length: int) -> None:
        """Write a member whose packed bytes come in chunks, `length` in all."""
        self._note(member, length)
        self._write(local_header(member, length))
        for chunk in chunks:
            self._write(chunk)

    def add_stream(self, name: str, texts: Iterable[str], level: int = 1) -> None:
        """Write a member of unknown length as its texts come."""
        start = self.offset
        flags = DESCRIPTOR
        self._write(local_header(Member(name.encode(), 0, 0, b""), 0, flags))
        begin, crc, size = self.offset, 0, 0
        deflate = zlib.compressobj(level, zlib.DEFLATED, -15)
        for text in texts:
            data = text.encode()
            crc = zlib.crc32(data, crc)
            size += len(data)
            self._write(deflate.compress(data))
        self._write(deflate.flush())
        length = self.offset - begin
        if size >= LIMIT:
            raise RenderError(_("The document with all letters is larger than 4 GB."))
        self._write(struct.pack("<4s3I", b"PK\x07\x08", crc, length, size))
        member = Member(name.encode(), crc, size, b"")
        self.directory.write(central_record(member, length, start, flags))
        self.count += 1

    def add_archive(self, archive: BinaryIO) -> None:
        """Write the members of another archive as they are packed there."""
        base = self.offset
        with zipfile.ZipFile(archive) as source:
            for info in source.infolist():
                name, method = info.filename.encode(), info.compress_type
                member = Member(name, info.CRC, info.file_size, b"", method)
                offset = base + info.header_offset
                record = central_record(member, info.compress_size, offset)
                self.directory.write(record)
                self.count += 1
            waiting = source.start_dir
        archive.seek(0)
        while waiting and (chunk := archive.read(min(waiting, MEMORY))):
            self._write(chunk)
            waiting -= len(chunk)

    def close(self) -> None:
        """Write the directory."""
        offset = self.offset
        size = self.directory.tell()
        self.directory.seek(0)
        shutil.copyfileobj(self.directory, self.out)
        self.out.write(end_record(self.count, size, offset))
        self.directory.close()

    def _note(self, member: Member, length: int) -> None:
        self.directory.write(central_record(member, length, self.offset))
        self.count += 1

    def _write(self, data: bytes) -> None:
        if data:
            self.out.write(data)
            self.offset += len(data)
