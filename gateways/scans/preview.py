"""The process that makes a preview: `python -m gateways.scans.preview < picture`.

It prints the preview as `Preview.written` makes it; nothing for what cannot be decoded.
"""

import io
import sys
from typing import Final

from PIL import Image, ImageOps

from domain.file.file import MAX_FILE_BYTES
from domain.file.preview import PREVIEWED, SIDE, Preview
from gateways.confined import confine
from gateways.scans.pictures import BOMBS, DAMAGES, opened

QUALITY: Final = 80

_FORMATS: Final = tuple(sorted(kind.name for kind in PREVIEWED))


def preview_of(content: bytes) -> Preview | None:
    """What one sees of a picture, upright, on white, and nothing else of it: where it was taken,
    by whom and with what stays in the original.
    """
    try:
        with opened(content, _FORMATS) as picture:
            picture.draft("RGB", (SIDE, SIDE))
            small = picture.convert("RGBA")
    except (*BOMBS, *DAMAGES):
        return None
    small.thumbnail((SIDE, SIDE))
    return _encoded(ImageOps.exif_transpose(small))


def _encoded(small: Image.Image) -> Preview:
    shown = Image.new("RGB", small.size, "white")
    shown.paste(small, mask=small)
    written = io.BytesIO()
    shown.save(written, "JPEG", quality=QUALITY)
    return Preview(*shown.size, written.getvalue())


def main() -> int:
    """Makes the preview and prints it."""
    confine()
    preview = preview_of(sys.stdin.buffer.read(MAX_FILE_BYTES + 1))
    sys.stdout.buffer.write(preview.written() if preview is not None else b"")
    return 0


if __name__ == "__main__":
    sys.exit(main())
