"""Files as scanners, cameras and ill will make them."""

import hashlib
import io
import struct
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Pdf
from PIL import Image

from db.database import Database
from db.file import scan
from domain.file.file import FileStatus, Verdict

Change = Callable[[Pdf], None]


def pdf(padding: int = 0, change: Change | None = None, **options: Any) -> bytes:
    """A page with nothing on it, and a stream of `padding` bytes that no compression makes less."""
    paper = pikepdf.new()
    paper.add_blank_page(page_size=(595, 842))
    if padding:
        paper.Root.Padding = paper.make_stream(b"x" * padding)
    if change is not None:
        change(paper)
    written = io.BytesIO()
    always_the_same = "encryption" not in options  # which is never
    paper.save(written, compress_streams=False, deterministic_id=always_the_same, **options)
    return written.getvalue()


def pdf_of_size(size: int) -> bytes:
    """A PDF of exactly this many bytes."""
    near = size - len(pdf(1)) - 8
    return pdf(near + size - len(pdf(near)))


async def found_clean(database: Database, content: bytes) -> None:
    """As if the scanner had found nothing in a file that was handed in."""
    verdict = Verdict(FileStatus.CLEAN, "clamd")
    await scan.settle(database, hashlib.sha256(content).hexdigest(), verdict, datetime.now(UTC))


def picture(kind: str, width: int = 20, height: int = 20) -> bytes:
    """A picture as Pillow writes it: JPEG or PNG."""
    drawn = Image.effect_noise((width, height), 60).convert("RGB")
    written = io.BytesIO()
    drawn.save(written, kind)
    return written.getvalue()


def png_of(header: bytes, *rows: bytes) -> bytes:
    """The chunks of a PNG around these compressed rows, every checksum right."""
    chunks = [
        _chunk(b"IHDR", header),
        *(_chunk(b"IDAT", row) for row in rows),
        _chunk(b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def png_header(width: int, height: int) -> bytes:
    """Eight bits of grey."""
    return struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)


def action(kind: str, **more: Any) -> Change:
    """A page whose opening does something."""

    def put(paper: Pdf) -> None:
        paper.Root.OpenAction = Dictionary(
            {"/S": Name(kind)} | {f"/{name}": value for name, value in more.items()}
        )

    return put


def holding(content: bytes) -> Change:
    """A file that has these bytes somewhere, where nobody sees them."""

    def put(paper: Pdf) -> None:
        paper.Root.Note = paper.make_stream(content)

    return put


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
