"""Uploaded pictures: what is kept of them, and which are refused."""

import struct
import zlib
from hashlib import sha256
from io import BytesIO

import pytest
from hypothesis import given, strategies as st
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from cvsec_adapters.storage import pictures
from cvsec_adapters.storage.pictures import (
    PictureTooLargeError,
    PictureUnreadableError,
    PictureWrongTypeError,
    accepted,
)

TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
RED, BLUE = (200, 30, 30), (30, 30, 200)
ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F


def plate(size=(60, 40), mode="RGB"):
    """The left half red, the right half blue."""
    image = Image.new("RGB", size, BLUE)
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2 - 1, size[1]), fill=RED)
    return image.convert(mode)


def saved(image, kind="JPEG", **how):
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def shown(picture):
    return Image.open(BytesIO(picture.data), formats=["JPEG"])


def near(colour, wanted):
    return all(abs(one - other) < 40 for one, other in zip(colour, wanted, strict=True))


@pytest.mark.parametrize("kind", TYPES)
def test_a_picture_is_kept_as_a_jpeg_with_its_digest(kind):
    picture = accepted(saved(plate(), kind), TYPES[kind])
    assert picture.content_type == "image/jpeg"
    assert picture.digest == sha256(picture.data).hexdigest()
    image = shown(picture)
    assert image.size == (picture.width, picture.height) == (60, 40)
    assert near(image.getpixel((10, 20)), RED)
    assert near(image.getpixel((50, 20)), BLUE)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", m) for m in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")]
    + [("JPEG", "L"), ("JPEG", "CMYK"), ("WEBP", "RGBA")],
)
def test_every_mode_of_colour_is_taken(kind, mode):
    image = plate().convert("L").convert(mode) if mode == "I;16" else plate(mode=mode)
    picture = accepted(saved(image, kind), TYPES[kind])
    assert shown(picture).mode == "RGB"


def test_sixteen_bits_of_grey_keep_their_shades():
    shades = b"".join(shade.to_bytes(2, "little") * 20 for shade in (0, 20_000, 40_000, 65_535))
    picture = accepted(saved(Image.frombytes("I;16", (20, 4), shades), "PNG"), "image/png")
    kept = [shown(picture).getpixel((10, y))[0] for y in range(4)]
    assert all(abs(one - other) < 8 for one, other in zip(kept, (0, 78, 156, 255), strict=True))


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_is_turned_upright(turn):
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    lying = plate()
    back = {
        1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4,
    }[turn]  # fmt: skip  # what the camera did to it, undone by its orientation
    if back is not None:
        lying = lying.transpose(Image.Transpose(back))
    picture = accepted(saved(lying, exif=exif), "image/jpeg")
    assert (picture.width, picture.height) == (60, 40)
    assert near(shown(picture).getpixel((10, 20)), RED)


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "P"), ("WEBP", "RGBA")])
def test_a_large_picture_is_turned_upright_too(kind, mode):
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    lying = plate((3000, 1500)).transpose(Image.Transpose.ROTATE_90).convert(mode)
    picture = accepted(saved(lying, kind, exif=exif), TYPES[kind])
    assert (picture.width, picture.height) == (1280, 640)
    assert near(shown(picture).getpixel((100, 300)), RED)


def test_nothing_is_left_but_what_is_seen():
    exif = Image.Exif()
    exif[MAKER] = "SECRETCAMERA"
    exif.get_ifd(GPS)[1] = "N"
    jpeg = saved(
        plate(), exif=exif, comment=b"SECRETCOMMENT", icc_profile=b"SECRETPROFILE", dpi=(7, 7)
    )
    text = PngInfo()
    text.add_text("Author", "SECRETAUTHOR")
    for data, claimed in (
        (jpeg + b"SECRETTAIL", "image/jpeg"),
        (saved(plate(), "PNG", pnginfo=text, exif=exif), "image/png"),
        (saved(plate(), "WEBP", exif=exif, xmp=b"SECRETXMP"), "image/webp"),
    ):
        assert b"SECRET" in data
        picture = accepted(data, claimed)
        assert b"SECRET" not in picture.data
        assert not shown(picture).getexif()
        assert set(shown(picture).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(
    ("size", "kept"), [((2560, 1280), (1280, 640)), ((1000, 3000), (427, 1280)), ((8, 5), (8, 5))]
)
def test_a_picture_is_made_small_and_never_large(size, kept):
    picture = accepted(saved(plate(size)), "image/jpeg")
    assert (picture.width, picture.height) == kept


def test_what_is_transparent_becomes_white():
    picture = accepted(saved(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG"), "image/png")
    assert near(shown(picture).getpixel((4, 4)), (255, 255, 255))


def test_of_a_moving_picture_the_first_stays():
    frames = {"save_all": True, "append_images": [Image.new("RGB", (60, 40), "white")]}
    for kind in ("WEBP", "PNG"):
        picture = accepted(saved(plate(), kind, **frames), TYPES[kind])
        assert near(shown(picture).getpixel((10, 20)), RED)


def test_a_jpeg_with_more_pictures_after_it_is_a_jpeg():
    data = saved(plate(), "MPO", save_all=True, append_images=[plate()])
    assert accepted(data, "image/jpeg").width == 60


# Refused.
@pytest.mark.parametrize(
    ("kind", "claimed"),
    [("JPEG", "image/png"), ("PNG", "image/jpeg"), ("WEBP", "image/png"), ("PNG", "text/html")],
)
def test_a_picture_is_what_it_claims_to_be(kind, claimed):
    with pytest.raises(PictureWrongTypeError) as refused:
        accepted(saved(plate(), kind), claimed)
    assert TYPES[kind] in refused.value.message()
    assert TYPES[kind] in refused.value.message("es")


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM"])
def test_other_formats_are_not_even_tried(kind):
    with pytest.raises(PictureWrongTypeError):
        accepted(saved(plate(), kind), "image/png")


@pytest.mark.parametrize(
    "data", [b"", b"x", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"%!PS-Adobe"]
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(PictureWrongTypeError):
        accepted(data, "image/png")


def test_a_long_claim_is_not_repeated():
    with pytest.raises(PictureWrongTypeError) as refused:
        accepted(b"", "image/" + "x" * 5000 + "\n")
    assert len(str(refused.value)) < 200
    assert "\n" not in str(refused.value)


def test_too_many_bytes_are_not_looked_into(monkeypatch):
    monkeypatch.setattr(Image, "open", None)
    with pytest.raises(PictureTooLargeError):
        accepted(b"\x89PNG" + bytes(pictures.MOST_BYTES), "image/png")


def bomb(width, height):
    """A PNG whose head promises more than its few bytes hold."""

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(5_000, 5_001), (10_000, 10_000), (60_000, 60_000)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(size, monkeypatch):
    monkeypatch.setattr(pictures, "_drawn", None)
    with pytest.raises(PictureTooLargeError) as refused:
        accepted(bomb(*size), "image/png")
    assert refused.value.code == "picture-too-large"


@pytest.mark.parametrize("kind", TYPES)
def test_a_picture_that_is_cut_off_is_refused(kind):
    data = saved(plate((400, 300)), kind)
    with pytest.raises(PictureUnreadableError):
        accepted(data[: len(data) // 2], TYPES[kind])


@given(st.sampled_from(sorted(TYPES)), st.data())
def test_a_damaged_picture_is_refused_cleanly_or_kept(kind, data):
    damaged = bytearray(saved(plate(), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        picture = accepted(bytes(damaged), TYPES[kind])
    except (PictureTooLargeError, PictureUnreadableError, PictureWrongTypeError):
        return
    assert max(shown(picture).size) <= pictures.LONGEST_SIDE
