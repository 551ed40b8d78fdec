"""The structure of files, read to the last byte: a header alone says little about what follows it.

Nothing is decoded or expanded here.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

MAX_PIXELS: Final = 100_000_000
"""An A4 page scanned at 1200 dpi; a larger image is meant to exhaust the memory of who opens it."""
MAX_CHUNKS: Final = 10_000
"""The most segments of a JPEG, chunks of a PNG, boxes or pages of a recording that are read."""
MAX_ENTRIES: Final = 5_000
"""The most files inside an archive; one of more is refused, since the rest would not be read."""

OTHERS: Final = (
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"PK\x03\x04", "ZIP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7Z"),
    (b"\x1f\x8b", "GZIP"),
    (b"\xd0\xcf\x11\xe0", "DOC"),
    (b"GIF8", "GIF"),
    (b"#!", "script"),
    (b"<", "HTML"),
)
"""What people upload by mistake or on purpose, by its first bytes."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PDF_HEADER: Final = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_END: Final = re.compile(rb"startxref\s+[0-9]{1,10}\s+%%EOF\s*\Z")
_PDF_END_BYTES: Final = 1024
_JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_ZIP_END: Final = b"PK\x05\x06"
_ZIP_END_BYTES: Final = 22
_ZIP_ENTRY: Final = b"PK\x01\x02"
_ZIP_ENTRY_BYTES: Final = 46
_OGG_HEADER_BYTES: Final = 27


def other_type(content: bytes) -> str | None:
    """What a file that is not taken seems to be."""
    return next((name for begin, name in OTHERS if content.startswith(begin)), None)


def is_pdf(content: bytes) -> bool:
    """By its header."""
    return _PDF_HEADER.match(content) is not None


def is_whole_pdf(content: bytes) -> bool:
    """Whether it ends as a PDF does."""
    return _PDF_END.search(content[-_PDF_END_BYTES:]) is not None


def is_jpeg(content: bytes) -> bool:
    """By its header."""
    return content.startswith(b"\xff\xd8\xff")


def is_whole_jpeg(content: bytes) -> bool:
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


def is_png(content: bytes) -> bool:
    """By its header."""
    return content.startswith(_PNG)


def is_whole_png(content: bytes) -> bool:
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


def is_webp(content: bytes) -> bool:
    """By its header."""
    return content.startswith(b"RIFF") and content[8:12] == b"WEBP"


def is_whole_webp(content: bytes) -> bool:
    """Whether it is as long as its header says."""
    return int.from_bytes(content[4:8], "little") + 8 == len(content)


def brand_of(content: bytes) -> bytes:
    """The brand of a file of boxes (ISO/IEC 14496-12): what it is; nothing for others."""
    return content[8:12] if content[4:8] == b"ftyp" else b""


def has_whole_boxes(content: bytes) -> bool:
    """Whether its boxes end where the file ends."""
    place = 0
    for _ in range(MAX_CHUNKS):
        size, header = int.from_bytes(content[place : place + 4], "big"), 8
        if size == 1:
            size, header = int.from_bytes(content[place + 8 : place + 16], "big"), 16
        if size == 0:  # the last one, up to the end of the file
            return place + header <= len(content)
        if size < header:
            return False
        place += size
        if place >= len(content):
            return place == len(content)
    return False


def is_ogg(content: bytes) -> bool:
    """By its header."""
    return content.startswith(b"OggS")


def is_whole_ogg(content: bytes) -> bool:
    """Whether its pages end where the file ends."""
    place = 0
    while place < len(content):
        header = content[place : place + _OGG_HEADER_BYTES]
        if len(header) < _OGG_HEADER_BYTES or not is_ogg(header):
            return False
        begins = place + _OGG_HEADER_BYTES
        lengths = content[begins : begins + header[-1]]
        place = begins + header[-1] + sum(lengths)
    return place == len(content)


def is_mp3(content: bytes) -> bool:
    """By its tag (ID3v2) or by its first frame."""
    return (content.startswith(b"ID3") and content[3:4] in {b"\2", b"\3", b"\4"}) or _is_frame(
        content
    )


def is_whole_mp3(content: bytes) -> bool:
    """Whether a frame follows the tag. A recording has no end of its own."""
    if not content.startswith(b"ID3"):
        return True
    size = 0
    for seven_bits in content[6:10]:
        size = size << 7 | seven_bits & 0x7F
    return _is_frame(content[10 + size :].lstrip(b"\0"))


def files_in_zip(content: bytes) -> Iterator[tuple[str, int]]:
    """The names of the files in an archive, by its directory, with the bytes that each unfolds to;
    none where anything follows the directory's end, since another program may see other files in
    it, and none of more files than are read.
    """
    end = content[-_ZIP_END_BYTES:]
    count, size = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    place = int.from_bytes(end[16:20], "little")
    is_last = end.startswith(_ZIP_END) and place + size + _ZIP_END_BYTES == len(content)
    if not is_last or count > MAX_ENTRIES:
        return
    for _ in range(count):
        entry = content[place : place + _ZIP_ENTRY_BYTES]
        if not entry.startswith(_ZIP_ENTRY):
            return
        lengths = [int.from_bytes(entry[at : at + 2], "little") for at in (28, 30, 32)]
        begins = place + _ZIP_ENTRY_BYTES
        name = content[begins : begins + lengths[0]]
        yield name.decode("utf-8", "replace"), int.from_bytes(entry[24:28], "little")
        place += _ZIP_ENTRY_BYTES + sum(lengths)


def _is_frame(content: bytes) -> bool:
    """The synchronisation of an MPEG audio frame of layer III."""
    return content[:1] == b"\xff" and len(content) > 1 and content[1] & 0xE6 == 0xE2


def _is_sane_header(header: bytes) -> bool:
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    return len(header) == 13 and _is_sane_size(width, height)


def _is_sane_size(width: int, height: int) -> bool:
    return width > 0 and height > 0 and width * height <= MAX_PIXELS
