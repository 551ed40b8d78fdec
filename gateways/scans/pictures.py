"""Pictures: decoded to the last pixel."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

from domain.refund.scan import MAX_PIXELS

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
FORMATS = ("JPEG", "PNG")


def problem_of_picture(content: bytes) -> str | None:
    """None for a picture that decodes whole, else the code of why it is refused.

    Memory that does not suffice ends the process: `gateways.scans` knows what that means.
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
