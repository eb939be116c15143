"""QR codes, read back by another library than the one that drew them."""

import shutil
import subprocess
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from PIL import Image

from cvsec_adapters.tokens import qr
from cvsec_adapters.tokens.signed import LONGEST
from cvsec_core.errors import InvalidFieldError

TEXTS = ["I1.aW52LTE.abcdefghijklmnop.signature", "x", "9" * 300, "T" * LONGEST, "código ñ"]


def read(image: Image.Image) -> str:
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    assert len(found) == 1
    return found[0].text


@pytest.mark.parametrize("text", TEXTS)
def test_a_picture_is_read_back(text):
    with Image.open(BytesIO(qr.png(text)), formats=["PNG"]) as image:
        assert read(image.convert("L")) == text


@pytest.mark.parametrize("text", TEXTS)
def test_characters_are_read_back_from_a_dark_terminal(text):
    assert read(seen(qr.terminal(text))) == text


@pytest.mark.parametrize("text", TEXTS)
def test_a_drawing_shows_the_same_squares_as_the_picture(text):
    root = ET.fromstring(qr.svg(text))  # noqa: S314  # our own drawing
    path = next(part for part in root.iter() if part.tag.endswith("path"))
    assert read(drawn(path.attrib["d"], float(root.attrib["viewBox"].split()[-1]))) == text


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbar is not installed")
@pytest.mark.parametrize("text", TEXTS[:4])
def test_a_picture_is_read_back_by_zbar(text, tmp_path):
    picture = tmp_path / "code.png"
    picture.write_bytes(qr.png(text))
    program = [shutil.which("zbarimg"), "--quiet", "--raw", picture]
    out = subprocess.run(program, capture_output=True, check=True, text=True)
    assert out.stdout.strip() == text


@pytest.mark.parametrize("make", [qr.png, qr.svg, qr.terminal])
@pytest.mark.parametrize("text", ["", "x" * (qr.LONGEST + 1)])
def test_a_text_that_no_reader_could_read_is_refused(make, text):
    with pytest.raises(InvalidFieldError):
        make(text)


@pytest.mark.parametrize("make", [qr.png, qr.svg, qr.terminal])
def test_the_longest_text_fits(make):
    assert make("é" * qr.LONGEST)


def seen(lines: str) -> Image.Image:
    """What somebody sees: each character is two squares, one above the other."""
    rows = lines.splitlines()
    image = Image.new("L", (len(rows[0]), 2 * len(rows)))
    for y, row in enumerate(rows):
        for x, character in enumerate(row):
            image.putpixel((x, 2 * y), 255 if character in "█▀" else 0)
            image.putpixel((x, 2 * y + 1), 255 if character in "█▄" else 0)
    return image.resize((image.width * 6, image.height * 6), Image.Resampling.NEAREST)


def drawn(path: str, side: float) -> Image.Image:
    """The squares of an SVG path such as ``M3.2,3.2H4V4H3.2z``, eight pixels each."""
    count = round(side / 0.8)
    image = Image.new("L", (count, count), 255)
    for square in path.split("M")[1:]:
        x, y = square.split("H")[0].split(",")
        image.putpixel((round(float(x) / 0.8), round(float(y) / 0.8)), 0)
    return image.resize((count * 8, count * 8), Image.Resampling.NEAREST)
