"""Pictures that people upload, made safe to keep: small, upright, and telling no more than they
show.

A picture is a stranger's file. Its size is looked at before anything is decoded, only the three
formats that browsers and cameras send are tried, and what is kept is drawn anew, so that nothing of
the file but its pixels is left: no place, no camera, no hidden passenger.
"""

import struct
from hashlib import sha256
from io import BytesIO

from attrs import define, frozen
from PIL import Image, ImageOps

from cvsec_core.errors import CommandError, Words

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 25_000_000
"""What the cameras of telephones take as they come; decoding it takes some 300 MB at worst."""
LONGEST_SIDE = 1280
"""Pixels; a number plate can still be read."""
CONTENT_TYPE = "image/jpeg"

_TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_UNKNOWN = "application/octet-stream"
_FORMATS = ("JPEG", "PNG", "WEBP")  # MPO, a JPEG with more pictures after it, comes with the first
_SMOOTH = ("L", "LA", "RGB", "RGBA", "CMYK")  # colours that can be blended; a palette cannot
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, TypeError, IndexError, KeyError,
    NotImplementedError, OverflowError, struct.error, UserWarning,
)  # fmt: skip
"""What the decoders raise at a damaged file, there being no one error for it; a warning, where the
process has them raised."""


@define
class PictureTooLargeError(CommandError):
    """A picture has no more bytes and pixels than a camera needs."""

    found: str
    most: str

    code = "picture-too-large"
    says = Words(
        "The picture is too large: {found}; at most {most}.",
        "La imagen es demasiado grande: {found}; como máximo {most}.",
    )
    advises = Words("Send a smaller picture.", "Envíe una imagen más pequeña.")


@define
class PictureUnreadableError(CommandError):
    """A picture can be decoded from its first to its last line."""

    code = "picture-unreadable"
    says = Words("The picture is damaged or cut off.", "La imagen está dañada o incompleta.")
    advises = Words("Take it again, or send another one.", "Tómela de nuevo o envíe otra.")


@define
class PictureWrongTypeError(CommandError):
    """A picture is a JPEG, PNG or WebP file, and says so."""

    claimed: str
    found: str

    code = "picture-wrong-type"
    says = Words(
        "The picture is said to be {claimed}, and is {found}.",
        "La imagen dice ser {claimed} y es {found}.",
    )
    advises = Words(
        "Send a JPEG, PNG or WebP picture under its own type.",
        "Envíe una imagen JPEG, PNG o WebP con su propio tipo.",
    )


@frozen
class Picture:
    """A picture to keep. ``digest`` is the SHA-256 of ``data`` in hex; the sides are pixels."""

    data: bytes
    content_type: str
    digest: str
    width: int
    height: int


def accepted(data: bytes, claimed: str) -> Picture:
    """The picture to keep for an uploaded file: a JPEG, upright, without metadata, and at most
    1280 pixels to a side. What is transparent becomes white; of a moving picture the first stays.

    Args:
        data: the file.
        claimed: the content type that it came with, such as ``image/png``.

    Raises:
        PictureTooLargeError: it has more than 10 MiB or 25 million pixels; it was not decoded.
        PictureWrongTypeError: it is no JPEG, PNG or WebP, or another one than claimed.
        PictureUnreadableError: it is damaged.
    """
    if len(data) > MOST_BYTES:
        raise PictureTooLargeError(f"{len(data)} B", f"{MOST_BYTES} B")
    image = _opened(data, claimed)
    try:
        drawn = _drawn(image)
    except _BROKEN:
        raise PictureUnreadableError from None
    out = BytesIO()
    drawn.save(out, "JPEG", quality=85, optimize=True)
    kept = out.getvalue()
    return Picture(kept, CONTENT_TYPE, sha256(kept).hexdigest(), drawn.width, drawn.height)


def _opened(data: bytes, claimed: str) -> Image.Image:
    """The picture with its head read and its pixels not."""
    try:
        image = Image.open(BytesIO(data), formats=_FORMATS)
    except Image.UnidentifiedImageError:
        raise PictureWrongTypeError(_named(claimed), _UNKNOWN) from None
    except _BOMBS:
        raise PictureTooLargeError(f"> {MOST_PIXELS} px", f"{MOST_PIXELS} px") from None
    except _BROKEN:
        raise PictureUnreadableError from None
    found = _TYPES[image.format or ""]
    if found != claimed:
        raise PictureWrongTypeError(_named(claimed), found)
    pixels = image.width * image.height
    if pixels > MOST_PIXELS:
        raise PictureTooLargeError(f"{pixels} px", f"{MOST_PIXELS} px")
    return image


def _named(claimed: str) -> str:
    return claimed if claimed in _TYPES.values() else repr(claimed[:40])


def _drawn(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # sixteen bits of grey, of which eight are kept
        grey = image.convert("I").point(lambda grey: grey * (1 / 256))  # pyright: ignore[reportUnknownMemberType]  # half annotated there
        image = grey.convert("L")
    if image.mode not in _SMOOTH:
        image = image.convert("RGBA")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    # Pasted onto a new sheet: comments and profiles travel with a copy.
    sheet = Image.new("RGB", upright.size, "white")
    sheet.paste(upright, mask=upright)
    return sheet
