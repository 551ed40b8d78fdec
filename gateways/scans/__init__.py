"""Reads uploaded files: scans are decoded to be judged, pictures to be made previews of.

Whatever decodes an uploaded file runs in a process of its own (`gateways.confined`).
"""

import asyncio
import json
from typing import Final

from domain.file.preview import MAX_WRITTEN_BYTES, Preview
from domain.refund.scan import MediaType, ScanProblem, judge
from gateways.confined import TIMEOUT_SECONDS, Confined

_CODE_BYTES: Final = 200
_TOO_COMPLEX: Final = ScanProblem("scan_too_complex")


class ScanReader:
    """Checks files, a few at a time; one that crashes its decoder is refused."""

    def __init__(self, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._inspection = Confined(
            "gateways.scans.inspection", most_bytes=_CODE_BYTES, timeout_seconds=timeout_seconds
        )

    async def judged(self, content: bytes) -> MediaType | ScanProblem:
        """The type of a scan, or why it is refused: by its structure first, then by its content."""
        media_type = await asyncio.to_thread(judge, content)
        if isinstance(media_type, ScanProblem):
            return media_type
        said = await self._inspection.said(content, media_type)
        code = _TOO_COMPLEX.code if said is None else _code_in(said)
        return media_type if code is None else ScanProblem(code)


class PictureReader:
    """Makes previews of pictures, a few at a time."""

    def __init__(self, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._making = Confined(
            "gateways.scans.preview",
            most_bytes=MAX_WRITTEN_BYTES,
            timeout_seconds=timeout_seconds,
        )

    async def preview(self, content: bytes) -> Preview | None:
        """What is shown of a picture; None for one that cannot be decoded within the limits."""
        said = await self._making.said(content)
        return None if said is None else Preview.read(said)


def _code_in(said: bytes) -> str | None:
    code: str | None = json.loads(said)
    return code
