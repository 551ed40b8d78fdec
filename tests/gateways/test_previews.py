"""Previews of pictures: made in a process that may end, of nothing but what one sees."""

import io
import zlib

import pytest
from PIL import Image
from PIL.ExifTags import Base

from domain.file.preview import MAX_PREVIEW_BYTES, SIDE, Preview
from domain.file.structure import MAX_PIXELS
from gateways.scans import PictureReader
from tests.scans import picture, png_header, png_of

READER = PictureReader()
ROTATED = 6
"""To be shown after a quarter of a turn clockwise (EXIF 2.3, Orientation)."""
PLACE = 0x8825
"""The tag that leads to the place (GPSInfo)."""


async def shown(content: bytes) -> Image.Image:
    made = await READER.preview(content)
    assert made is not None
    opened = Image.open(io.BytesIO(made.content), formats=["JPEG"])
    assert opened.size == (made.width, made.height)
    return opened


def taken_by_a_phone() -> bytes:
    """Red at the left, blue at the right, as the sensor has it, with where and how it was taken."""
    drawn = Image.new("RGB", (1200, 800), "red")
    drawn.paste("blue", (600, 0, 1200, 800))
    about = Image.Exif()
    about[Base.Orientation] = ROTATED
    about[Base.Model] = "Camera 4242"
    about.get_ifd(PLACE).update({1: "N", 2: (55.0, 45.0, 7.0), 3: "E", 4: (37.0, 36.0, 56.0)})
    written = io.BytesIO()
    drawn.save(written, "JPEG", exif=about, comment="Camera 4242")
    return written.getvalue()


async def test_a_preview_is_upright_and_says_nothing_beside_the_picture() -> None:
    content = taken_by_a_phone()
    assert b"Camera 4242" in content
    preview = await shown(content)
    assert preview.size == (320, SIDE)
    top, bottom = preview.getpixel((160, 20)), preview.getpixel((160, SIDE - 20))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > 60 > top[2]
    assert bottom[2] > 200 > 60 > bottom[0]
    assert not preview.getexif()
    assert {str(name).partition("_")[0] for name in preview.info} == {"jfif"}


async def test_what_is_transparent_is_shown_on_white() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (30, 20)).save(written, "PNG")
    assert (await shown(written.getvalue())).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_the_noisiest_picture_has_a_preview_within_the_limits(kind: str) -> None:
    made = await READER.preview(picture(kind, 1500, 1000))
    assert made is not None
    assert (made.width, made.height) == (SIDE, 320)
    assert len(made.content) < MAX_PREVIEW_BYTES


@pytest.mark.parametrize(
    "content",
    [
        b"text",
        picture("JPEG")[:200] + b"\xff\xd9",
        png_of(png_header(20, 20), b"\x12\x34garbage"),
        png_of(png_header(MAX_PIXELS, 2), zlib.compress(b"\0" * 1_000_000, 9)),
        png_of(png_header(MAX_PIXELS - 1, 1), *[zlib.compress(b"\0" * 1_000_000, 9)] * 200),
    ],
    ids=["text", "cut", "garbage", "bomb", "unfolding"],
)
async def test_what_cannot_be_decoded_has_no_preview(content: bytes) -> None:
    assert await READER.preview(content) is None


async def test_a_picture_that_takes_too_long_has_no_preview() -> None:
    assert await PictureReader(timeout_seconds=0.001).preview(picture("PNG")) is None


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"\0\1\0\1",
        b"\0\0\0\1x",
        b"\0\1\0\0x",
        (SIDE + 1).to_bytes(2, "big") + b"\0\1x",
    ],
)
def test_what_a_process_says_is_read_only_within_the_limits(written: bytes) -> None:
    assert Preview.read(written) is None
    kept = Preview(3, SIDE, b"x")
    assert Preview.read(kept.written()) == kept
