"""Opening an uploaded file: hostile until it has been measured.

Nothing is parsed before the number, the size and the names of the zip members are
known to be sane.
"""

import io
import re
import zipfile
import zlib

from django.utils.translation import gettext as _

from .errors import Problem, TemplateError

MAX_FILE = 25 * 2**20
MAX_MEMBERS = 1_000
MAX_TOTAL = 50 * 2**20
MAX_XML = 5 * 2**20
# XML packs 10 to 30 times; what packs much better is made to hurt.
MAX_RATIO = 100
SMALL = 2**20
OLD_WORD = b"\xd0\xcf\x11\xe0"
ENCRYPTED = 0x1
XML_NAMES = (".xml", ".rels")
# Drives, other systems' separators and what no name is written with.
ODD = re.compile(r"[\\:\x00-\x1f\x7f]")


def open_upload(data: bytes) -> dict[str, bytes]:
    """Return the members of a .docx by name, in order. Raises TemplateError."""
    if len(data) > MAX_FILE:
        raise _refused(
            "too_large",
            _("The file is larger than %(size)s MB.") % {"size": MAX_FILE >> 20},
            _("Make its pictures smaller."),
        )
    if data.startswith(OLD_WORD):
        raise _refused(
            "not_docx",
            _("The file is in the old Word format, or protected by a password."),
            _("Save it as a Word document (.docx) without a password."),
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _measure(archive, len(data))
            return {
                info.filename: archive.read(info)
                for info in archive.infolist()
                if not info.is_dir()
            }
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise not_a_document() from error


def not_a_document() -> TemplateError:
    return _refused(
        "not_docx",
        _("The file is not a Word document."),
        _("Upload a file that Word saved as .docx."),
    )


def far_too_large() -> TemplateError:
    return _refused(
        "too_large",
        _("The document is far larger inside than a letter needs."),
        _("Copy the letter into a new document and upload that."),
    )


def _measure(archive: zipfile.ZipFile, length: int) -> None:
    members = [info for info in archive.infolist() if not info.is_dir()]
    total = sum(info.file_size for info in members)
    xml = [info for info in members if info.filename.lower().endswith(XML_NAMES)]
    if (
        len(members) > MAX_MEMBERS
        or total > MAX_TOTAL
        or (total > SMALL and total > MAX_RATIO * length)
        or any(info.file_size > MAX_XML for info in xml)
    ):
        raise far_too_large()
    names = [info.filename.lower() for info in members]
    if len(set(names)) < len(names) or any(map(_is_odd, names)):
        raise not_a_document()
    if any(info.flag_bits & ENCRYPTED for info in members):
        raise not_a_document()


def _is_odd(name: str) -> bool:
    parts = name.split("/")
    return bool(ODD.search(name)) or ".." in parts or "" in parts


def _refused(kind: str, message: str, fix: str) -> TemplateError:
    return TemplateError([Problem(kind, "", message, fix)])
