"""Files that somebody hands in, as a browser sends them."""

import struct
import zlib
from collections.abc import Mapping
from uuid import uuid4

from simulation.api_client import Request

FILES = "/v1/files"
SIDE = 16
"""Pixels of a picture's side."""


def upload(files: Mapping[str, bytes], media_type: str) -> Request:
    """A form with files of one type, by their names."""
    boundary = uuid4().hex
    parts = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {media_type}\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, content in files.items()
    )
    return Request(
        "POST",
        FILES,
        file=parts + f"--{boundary}--\r\n".encode(),
        media_type=f"multipart/form-data; boundary={boundary}",
    )


def picture(shade: int) -> bytes:
    """A small PNG of one shade of grey, 0 to 255."""
    rows = (b"\x00" + bytes([shade]) * SIDE) * SIDE
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )
