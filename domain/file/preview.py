"""The preview of a picture: what is shown of it before anybody asks for the file itself."""

from dataclasses import dataclass, field
from typing import Final

from domain.file.kind import FileKind

SIDE: Final = 480
"""Pixels of the longer side at most; twice as many as a page shows, for dense screens."""
MAX_PREVIEW_BYTES: Final = 512 * 1024
PREVIEWED: Final = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.WEBP})
"""Kinds that have one; HEIC needs a decoder that we do not have."""
PREVIEW_TYPE: Final = FileKind.JPEG


_SIZE_BYTES: Final = 2
"""Of the width, and of the height, before the picture."""
MAX_WRITTEN_BYTES: Final = 2 * _SIZE_BYTES + MAX_PREVIEW_BYTES


@dataclass(frozen=True)
class Preview:
    """A picture of `width` × `height` pixels, encoded anew as `PREVIEW_TYPE`."""

    width: int
    height: int
    content: bytes = field(repr=False)

    def written(self) -> bytes:
        """As one process hands it to another."""
        sizes = (self.width, self.height)
        return b"".join(one.to_bytes(_SIZE_BYTES, "big") for one in sizes) + self.content

    @classmethod
    def read(cls, written: bytes) -> "Preview | None":
        """What `written` made; None for what is no preview within the limits."""
        width, height, content = (
            int.from_bytes(written[:_SIZE_BYTES], "big"),
            int.from_bytes(written[_SIZE_BYTES : 2 * _SIZE_BYTES], "big"),
            written[2 * _SIZE_BYTES :],
        )
        is_sized = 0 < width <= SIDE and 0 < height <= SIDE
        return cls(width, height, content) if content and is_sized else None
