"""A file as a caller sees it, and whether it may be given out."""

from typing import Protocol
from uuid import UUID

from domain.file.file import FileStatus
from starter.commands.refusal import Refusal, conflict
from starter.presentation.models import Shown
from texts import Language, translate


class PreviewShown(Shown):
    """The size of a preview in pixels."""

    width: int
    height: int


class FileShown(Shown):
    """A file. Only a `clean` one may be downloaded; `title` says in words what is known of it. A
    picture has a `preview`, once it is clean and if it could be decoded.
    """

    id: UUID
    name: str
    media_type: str
    size_bytes: int
    status: FileStatus
    title: str
    preview: PreviewShown | None


class Stored(Protocol):
    """What is read of a file: a `FileRow`, or one with whose it is."""

    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def size_bytes(self) -> int: ...
    @property
    def status(self) -> str: ...


class Previewed(Protocol):
    """The size of what is shown of a picture."""

    @property
    def preview_width(self) -> int | None: ...
    @property
    def preview_height(self) -> int | None: ...


class Pictured(Stored, Previewed, Protocol):
    """A file with the size of what is shown of it."""


def file_shown(row: Pictured, language: Language) -> FileShown:
    """A file as it is shown beside what it came with."""
    return FileShown(
        id=row.id,
        name=row.name,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        status=FileStatus(row.status),
        title=translate(f"file.status.{row.status}", language),
        preview=preview_shown(row),
    )


def preview_shown(row: Previewed) -> PreviewShown | None:
    """The size of a preview, where there is one."""
    if row.preview_width is None or row.preview_height is None:
        return None
    return PreviewShown(width=row.preview_width, height=row.preview_height)


def require_clean(row: Stored) -> None:
    """Refuses a file that must not be given out, by what is known about it."""
    if row.status != FileStatus.CLEAN:
        raise not_given_out(FileStatus(row.status))


def not_given_out(status: FileStatus) -> Refusal:
    """Why a file is not given out."""
    return conflict(f"file_{status}")
