"""Detects the type of an uploaded scan by its content and structure, never by its name.

Pixels are not decoded here: `gateways.scans` decodes what passes.
"""

import re
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.refund.statement import MAX_SCAN_BYTES

MAX_PIXELS: Final = 100_000_000
"""An A4 page scanned at 1200 dpi; a larger image is meant to exhaust the memory of who opens it."""
MAX_CHUNKS: Final = 10_000
"""The most segments of a JPEG or chunks of a PNG that are read."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PDF_HEADER: Final = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_END: Final = re.compile(rb"startxref\s+[0-9]{1,10}\s+%%EOF\s*\Z")
_PDF_END_BYTES: Final = 1024
_JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})

# What people upload by mistake or on purpose, by its first bytes.
_OTHERS: Final = (
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\xd0\xcf\x11\xe0", "DOC"),
    (b"GIF8", "GIF"),
    (b"#!", "script"),
    (b"<", "HTML"),
)


class MediaType(StrEnum):
    """The accepted types of scans."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"

    @property
    def extension(self) -> str:
        """The file name extension of this type."""
        return _EXTENSIONS[self]


_EXTENSIONS: Final = {MediaType.PDF: "pdf", MediaType.JPEG: "jpg", MediaType.PNG: "png"}


@dataclass(frozen=True)
class ScanProblem:
    """Why a scan is refused: a stable code, and what type the file seems to be."""

    code: str
    found: str | None = None


def judge(content: bytes) -> MediaType | ScanProblem:
    """The type of a scan, or why it is refused.

    The header names the type, and the structure has to match it to the last byte: a program with a
    picture's header and a truncated file are refused.
    """
    if not content:
        return ScanProblem("scan_empty")
    if len(content) > MAX_SCAN_BYTES:
        return ScanProblem("scan_too_large")
    for media_type, begins, is_whole in _KINDS:
        if begins(content):
            return media_type if is_whole(content) else ScanProblem("scan_damaged")
    return ScanProblem("scan_type", _other(content))


def _other(content: bytes) -> str | None:
    return next((name for begin, name in _OTHERS if content.startswith(begin)), None)


def _is_pdf(content: bytes) -> bool:
    return _PDF_HEADER.match(content) is not None


def _is_whole_pdf(content: bytes) -> bool:
    return _PDF_END.search(content[-_PDF_END_BYTES:]) is not None


def _is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff")


def _is_whole_jpeg(content: bytes) -> bool:
    """Reads the segments up to the picture, which a frame of allowed dimensions must precede."""
    place, framed = 2, False
    for _ in range(MAX_CHUNKS):
        if place + 4 > len(content) or content[place] != 0xFF:
            return False
        marker, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        if marker in _JPEG_ALONE or length < 2:
            return False
        if marker == 0xDA:  # the picture itself, up to the end of the file
            return framed and content.rstrip(b"\0\r\n").endswith(b"\xff\xd9")
        if marker in _JPEG_FRAMES:
            height = int.from_bytes(content[place + 5 : place + 7], "big")
            width = int.from_bytes(content[place + 7 : place + 9], "big")
            framed = _is_sane_size(width, height)
        place += 2 + length
    return False


def _is_png(content: bytes) -> bool:
    return content.startswith(_PNG)


def _is_whole_png(content: bytes) -> bool:
    """Reads every chunk and its checksum up to the end, which must be the file's end too."""
    place, framed, pictured = len(_PNG), False, False
    for _ in range(MAX_CHUNKS):
        length = int.from_bytes(content[place : place + 4], "big")
        kind, end = content[place + 4 : place + 8], place + 12 + length
        if end > len(content) or zlib.crc32(content[place + 4 : end - 4]) != int.from_bytes(
            content[end - 4 : end], "big"
        ):
            return False
        if kind == b"IEND":
            return framed and pictured and end == len(content)
        if kind == b"IHDR":
            framed = _is_sane_header(content[place + 8 : end - 4])
        pictured = pictured or kind == b"IDAT"
        place = end
    return False


def _is_sane_header(header: bytes) -> bool:
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    return len(header) == 13 and _is_sane_size(width, height)


def _is_sane_size(width: int, height: int) -> bool:
    return width > 0 and height > 0 and width * height <= MAX_PIXELS


_KINDS: Final = (
    (MediaType.PDF, _is_pdf, _is_whole_pdf),
    (MediaType.JPEG, _is_jpeg, _is_whole_jpeg),
    (MediaType.PNG, _is_png, _is_whole_png),
)
