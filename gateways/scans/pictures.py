"""Checks pictures: they are decoded completely."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PIL import Image, UnidentifiedImageError

from domain.file.structure import MAX_PIXELS

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
FORMATS: Final = ("JPEG", "PNG")
BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)
"""What a picture of more than `MAX_PIXELS` raises."""
DAMAGES: Final = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError)
"""What one that cannot be decoded raises."""


@contextmanager
def opened(content: bytes, formats: tuple[str, ...]) -> Iterator[Image.Image]:
    """A picture, not decoded yet; opening it or decoding it raises `BOMBS` or `DAMAGES`.

    Insufficient memory ends the process, for which `gateways.confined` is there.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=formats) as picture:
            yield picture


def problem_of_picture(content: bytes) -> str | None:
    """None for a picture that decodes completely, otherwise the code of why it is refused."""
    try:
        with opened(content, FORMATS) as picture:
            picture.load()
    except BOMBS:
        return "scan_too_complex"
    except DAMAGES:
        return "scan_damaged"
    return None
