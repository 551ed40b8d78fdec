"""Uploaded files: their type is detected from their content, not from their name."""

import asyncio
import hashlib
from dataclasses import dataclass

from domain.refund.scan import MediaType, ScanProblem
from domain.refund.statement import MAX_SCAN_BYTES
from gateways.scans import ScanReader
from starter.commands.refusal import Refusal, RefusalKind, TextKey, unprocessable


@dataclass(frozen=True, repr=False)
class Scan:
    """A file of an accepted type."""

    media_type: MediaType
    content: bytes
    sha256: str


async def judged(content: bytes, reader: ScanReader) -> Scan:
    """The file with its type and digest; raises `Refusal` for any other type."""
    media_type = await reader.judged(content)
    if isinstance(media_type, ScanProblem):
        raise _refused(media_type)
    sha256 = await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest())
    return Scan(media_type, content, sha256)


def _refused(problem: ScanProblem) -> Refusal:
    if problem.code == "scan_too_large":
        limit = f"{MAX_SCAN_BYTES // 1024 // 1024} МиБ"
        return Refusal(RefusalKind.TOO_LARGE, problem.code, limit=limit)
    return unprocessable(problem.code, found=problem.found or TextKey("scan.unknown"))
