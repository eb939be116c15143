"""A text as a QR code: a picture for letters and apps, a drawing for pages, characters for a
terminal.
"""

from io import BytesIO, StringIO

from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathImage
from qrcode.main import QRCode

from cvsec_core.values import how_long, invalid

LONGEST = 1000
"""A longer text makes squares too small for the reader at a door."""
SQUARE = 8
"""Pixels to a side of a square in the picture."""


def png(text: str) -> bytes:
    """A PNG picture of *text*, black on white.

    Raises:
        InvalidFieldError: it is empty, or too long for a reader.
    """
    out = BytesIO()
    _code(text).make_image(image_factory=PilImage).save(out, "PNG")
    return out.getvalue()


def svg(text: str) -> str:
    """An SVG drawing of *text*, to stand in a page or alone.

    Raises:
        InvalidFieldError: it is empty, or too long for a reader.
    """
    return _code(text).make_image(image_factory=SvgPathImage).to_string(encoding="unicode")


def terminal(text: str) -> str:
    """Lines of block characters that show *text* on a dark terminal.

    Raises:
        InvalidFieldError: it is empty, or too long for a reader.
    """
    out = StringIO()
    _code(text).print_ascii(out=out, invert=True)
    return out.getvalue()


def _code(text: str) -> QRCode[PilImage]:
    if not text or len(text) > LONGEST:
        invalid(
            "text",
            how_long(text),
            f"1 to {LONGEST} characters",
            f"de 1 a {LONGEST} caracteres",
        )
    code = QRCode(
        error_correction=ERROR_CORRECT_M, box_size=SQUARE, border=4, image_factory=PilImage
    )
    code.add_data(text)
    return code
