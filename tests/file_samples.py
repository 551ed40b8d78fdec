"""Small files of every kind that is taken, and of kinds that are not."""

import io
import struct
import zipfile

from domain.file.kind import FileKind
from tests.scans import pdf, picture

XML = '<?xml version="1.0" encoding="windows-1251"?><Файл ИдФайл="1"/>'.encode("cp1251")


def archive(*names: str) -> bytes:
    """A ZIP with such files in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as into:
        for name in names:
            into.writestr(zipfile.ZipInfo(name), "содержимое")  # of one date: the bytes name tests
    return made.getvalue()


def office(document: str, *more: str) -> bytes:
    """A document of the Office Open XML formats."""
    return archive("[Content_Types].xml", "_rels/.rels", document, *more)


def unfolding(document: str, size: int) -> bytes:
    """A document whose first part unfolds to so many bytes, by what its directory says."""
    content = bytearray(office(document))
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", size)
    return bytes(content)


def boxes(brand: bytes) -> bytes:
    """A file of boxes."""
    return struct.pack(">I4s4sI", 16, b"ftyp", brand, 0) + struct.pack(
        ">I4s4s", 12, b"mdat", b"data"
    )


def ogg() -> bytes:
    """A recording of one page."""
    return b"OggS\0\6" + bytes(20) + bytes([2, 3, 4]) + b"x" * 7


def webp() -> bytes:
    """A picture's frame; nothing of it is decoded."""
    body = b"WEBPVP8 " + struct.pack("<I", 4) + b"\0" * 4
    return b"RIFF" + struct.pack("<I", len(body)) + body


def mp3() -> bytes:
    """A recording with a tag."""
    return b"ID3\4\0\0" + bytes([0, 0, 0, 5]) + b"title" + b"\xff\xfb\x90\0" + b"x" * 40


TAKEN: dict[FileKind, bytes] = {
    FileKind.PDF: pdf(),
    FileKind.JPEG: picture("JPEG"),
    FileKind.PNG: picture("PNG"),
    FileKind.WEBP: webp(),
    FileKind.HEIC: boxes(b"heic"),
    FileKind.M4A: boxes(b"M4A "),
    FileKind.DOCX: office("word/document.xml"),
    FileKind.XLSX: office("xl/workbook.xml"),
    FileKind.XML: XML,
    FileKind.TEXT: "Дата;Сумма\r\n01.12.2026;100,00\r\n".encode("cp1251"),
    FileKind.OGG: ogg(),
    FileKind.MP3: mp3(),
}
