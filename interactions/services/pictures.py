"""Pictures for letters: checked and written anew when they come in, never changed."""

import functools
import io
from dataclasses import dataclass
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from contacts.models import Salesperson

from ..merge import RenderError
from ..models import Attachment, LetterPicture
from ..models.attachment import path_of
from .errors import InteractionError

PNG = "image/png"
FORMATS = ("PNG", "JPEG")
MAX_BYTES = 5 * 2**20
# What a scanner or a telephone gives; more is a bomb.
MAX_PIXELS = 50_000_000
# 16 cm at 250 dots per inch.
MAX_SIDE = 1_600


class BadPicture(InteractionError):
    """The file is not a picture that letters can show."""


@dataclass(frozen=True)
class CheckedPicture:
    """A PNG that may be shown in letters, and its size in pixels."""

    png: bytes
    width: int
    height: int


def keep_picture(
    *,
    checked: CheckedPicture,
    at: datetime,
    code: str = "",
    salesperson: Salesperson | None = None,
) -> LetterPicture:
    """Keep a picture under the code, or as the signature.

    The one before stays for the letters written with it. Of two that come at once
    the later takes the place of the earlier.
    """
    try:
        return _keep(checked, at, code, salesperson)
    except IntegrityError:
        return _keep(checked, at, code, salesperson)


@transaction.atomic
def _keep(
    checked: CheckedPicture, at: datetime, code: str, salesperson: Salesperson | None
) -> LetterPicture:
    use = {"code": code.strip().upper(), "salesperson": salesperson}
    LetterPicture.objects.current().filter(**use).update(replaced_at=at)
    stored = Attachment.objects.store(
        data=checked.png, name=f"{code or salesperson}.png", content_type=PNG
    )
    return LetterPicture.objects.create(
        picture=stored,
        width=checked.width,
        height=checked.height,
        created_at=at,
        **use,
    )


def withdraw_picture(*, picture: LetterPicture, at: datetime) -> None:
    """Show the picture in no new letter."""
    LetterPicture.objects.current().filter(pk=picture.pk).update(replaced_at=at)


def check_picture(data: bytes) -> CheckedPicture:
    """Return the picture as a PNG of its pixels alone.

    What else was in the file, such as where a photo was taken, is gone. Raises
    BadPicture.
    """
    if len(data) > MAX_BYTES:
        raise BadPicture(
            _("The picture is larger than %(size)s MB.") % {"size": MAX_BYTES >> 20}
        )
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise BadPicture(_("The picture has too many pixels."))
            picture = _in_8_bits(ImageOps.exif_transpose(opened)).convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadPicture(_("The file is not a PNG or JPEG picture.")) from error
    except Image.DecompressionBombError as error:
        raise BadPicture(_("The picture has too many pixels.")) from error
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    if picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    out = io.BytesIO()
    picture.info.clear()
    picture.save(out, "PNG", optimize=True)
    return CheckedPicture(out.getvalue(), *picture.size)


def _in_8_bits(picture: Image.Image) -> Image.Image:
    """The picture with 256 greys if it has 65,536, of which Pillow would cut most."""
    if not picture.mode.startswith("I"):
        return picture
    grey = picture.point(lambda value: value / 256).convert("L")
    if "transparency" in grey.info:
        grey.info["transparency"] >>= 8
    return grey


@functools.lru_cache(maxsize=32)
def load_picture(sha256: str) -> bytes:
    """Return the bytes of a picture that letters show. Raises RenderError."""
    try:
        with default_storage.open(path_of(sha256), "rb") as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        message = _("The file of a picture is gone from the storage. Upload it again.")
        raise RenderError(message) from error
