"""Checks pictures: they are decoded completely."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

from domain.file.structure import MAX_PIXELS

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
FORMATS = ("JPEG", "PNG")


def problem_of_picture(content: bytes) -> str | None:
    """None for a picture that can be decoded completely, otherwise the code of why it is refused.

    Insufficient memory ends the process, which `gateways.scans` treats as a refusal.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return "scan_too_complex"
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        return "scan_damaged"
    return None
