"""What a file is: by its content from the first byte to the last, never by its name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from domain.file import structure
from domain.file.file import MAX_FILE_BYTES


class FileKind(StrEnum):
    """The kinds of files that are taken, as media types."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIC = "image/heic"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    XML = "application/xml"
    TEXT = "text/plain"
    OGG = "audio/ogg"
    MP3 = "audio/mpeg"
    M4A = "audio/mp4"

    @property
    def extensions(self) -> tuple[str, ...]:
        """The extensions that names of this kind may have; the first one is added to others."""
        return _EXTENSIONS[self]


_EXTENSIONS: Final = MappingProxyType(
    {
        FileKind.PDF: ("pdf",),
        FileKind.JPEG: ("jpg", "jpeg"),
        FileKind.PNG: ("png",),
        FileKind.WEBP: ("webp",),
        FileKind.HEIC: ("heic", "heif"),
        FileKind.DOCX: ("docx",),
        FileKind.XLSX: ("xlsx",),
        FileKind.XML: ("xml",),
        FileKind.TEXT: ("txt", "csv"),
        FileKind.OGG: ("ogg", "oga", "opus"),
        FileKind.MP3: ("mp3",),
        FileKind.M4A: ("m4a",),
    }
)

MEBIBYTE: Final = 1024 * 1024
MAX_UNFOLDED_BYTES: Final = 512 * MEBIBYTE
"""What a document may unfold to when it is opened; a larger one is meant to exhaust a reader."""

_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
_M4A_BRANDS: Final = frozenset({b"M4A ", b"M4B "})
_CONTENTS: Final = "[Content_Types].xml"
_ACTIVE_PARTS: Final = ("vbaProject.bin", "activeX1.xml")
_CONTROLS: Final = bytes(set(range(0x20)) - set(b"\t\n\r\f") | {0x7F})
_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_ACTIVE_MARKUP: Final = (
    b"<!doctype",
    b"<!entity",
    b"<?xml-stylesheet",
    b"<script",
    b"<html",
    b"<svg",
    b"www.w3.org/1999/xhtml",
    b"www.w3.org/2000/svg",
)
"""What makes a browser or a reader of an XML do more than show it."""


@dataclass(frozen=True)
class FileProblem:
    """Why a file is refused: the code of a text with its parameters.

    `found` is what the file seems to be, where that has a name.
    """

    code: str
    found: str | None = None
    params: dict[str, Any] = field(default_factory=dict)


def judged(content: bytes) -> FileKind | FileProblem:
    """The kind of a file, or why it is refused: empty, too large, of no kind that is taken, cut
    off, or with something in it that acts.
    """
    if not content:
        return FileProblem("file_empty")
    if len(content) > MAX_FILE_BYTES:
        return FileProblem("file_over_limit", params={"limit": MAX_FILE_BYTES // MEBIBYTE})
    for kind, begins, is_whole in _KINDS:
        if begins(content):
            return kind if is_whole(content) else FileProblem("file_damaged")
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return _text(content)


def _office(content: bytes) -> FileKind | FileProblem:
    files = list(structure.files_in_zip(content))
    if sum(size for _, size in files) > MAX_UNFOLDED_BYTES:
        return FileProblem("file_unfolds", params={"limit": MAX_UNFOLDED_BYTES // MEBIBYTE})
    names = {name for name, _ in files}
    if any(name.endswith(_ACTIVE_PARTS) for name in names):
        return FileProblem("file_acts")
    if _CONTENTS in names and "word/document.xml" in names:
        return FileKind.DOCX
    if _CONTENTS in names and "xl/workbook.xml" in names:
        return FileKind.XLSX
    return FileProblem("file_type", "ZIP")


def _text(content: bytes) -> FileKind | FileProblem:
    said = _plain(content)
    if said is None:
        return FileProblem("file_type", structure.other_type(content))
    begin = said.lstrip()
    if begin.startswith(b"<?xml"):
        acts = any(sign in said.lower() for sign in _ACTIVE_MARKUP)
        return FileProblem("file_acts") if acts else FileKind.XML
    found = structure.other_type(begin)
    return FileKind.TEXT if found is None else FileProblem("file_type", found)


def _plain(content: bytes) -> bytes | None:
    """A text in an encoding that keeps ASCII as it is; None for what is no text."""
    if content.startswith(_UTF_16_MARKS):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeError:
            return None
    content = content.removeprefix(b"\xef\xbb\xbf")
    if len(content.translate(None, _CONTROLS)) != len(content):
        return None
    return content if _is_encoded(content) else None


def _is_encoded(content: bytes) -> bool:
    for encoding in ("utf-8", "cp1251"):
        try:
            content.decode(encoding)
        except UnicodeError:
            continue
        return True
    return False


def _is_heic(content: bytes) -> bool:
    return structure.brand_of(content) in _HEIC_BRANDS


def _is_m4a(content: bytes) -> bool:
    return structure.brand_of(content) in _M4A_BRANDS


_Reading = Callable[[bytes], bool]
_KINDS: Final[tuple[tuple[FileKind, _Reading, _Reading], ...]] = (
    (FileKind.PDF, structure.is_pdf, structure.is_whole_pdf),
    (FileKind.JPEG, structure.is_jpeg, structure.is_whole_jpeg),
    (FileKind.PNG, structure.is_png, structure.is_whole_png),
    (FileKind.WEBP, structure.is_webp, structure.is_whole_webp),
    (FileKind.HEIC, _is_heic, structure.has_whole_boxes),
    (FileKind.M4A, _is_m4a, structure.has_whole_boxes),
    (FileKind.OGG, structure.is_ogg, structure.is_whole_ogg),
    (FileKind.MP3, structure.is_mp3, structure.is_whole_mp3),
)
