"""Detects the type of an uploaded scan by its content and structure, never by its name; and says
which scan forbids to accept the statement that it signed.

Pixels are not decoded here: `gateways.scans` decodes what passes.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.file import structure
from domain.file.file import FileStatus
from domain.refund.statement import MAX_SCAN_BYTES

UNCHECKED: Final = "scan_unchecked"
UNUSABLE: Final = "scan_unusable"


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
    return ScanProblem("scan_type", structure.other_type(content))


def not_acceptable(status: FileStatus | None) -> str | None:
    """Why a statement with such a scan cannot be accepted: nobody can have read it. None for a
    clean one, and for a statement that no scan signed.
    """
    if status is None or status is FileStatus.CLEAN:
        return None
    return UNCHECKED if status is FileStatus.RECEIVED else UNUSABLE


_KINDS: Final = (
    (MediaType.PDF, structure.is_pdf, structure.is_whole_pdf),
    (MediaType.JPEG, structure.is_jpeg, structure.is_whole_jpeg),
    (MediaType.PNG, structure.is_png, structure.is_whole_png),
)
