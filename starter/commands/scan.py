"""Papers that clients upload alone: their type is detected from their content, not from their name,
and they are given out when the scanner has found them clean.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.database import Transaction
from db.file import store
from domain.refund.scan import MediaType, ScanProblem
from domain.refund.statement import MAX_SCAN_BYTES
from gateways.scans import ScanReader
from starter.caller import Caller
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


async def put_scan(
    transaction: Transaction, caller: Caller, scan_id: UUID, scan: Scan, *, name: str, at: datetime
) -> None:
    """Puts a scan into the store of files, under a name of ours without its extension."""
    (known,) = await transaction.read(store.locked_contents([scan.sha256]))
    store.put_content(
        transaction,
        scan.sha256,
        scan.content,
        media_type=scan.media_type,
        at=at,
        is_stored=any(map(store.has_pieces, known)),
    )
    store.put_file(
        transaction,
        scan_id,
        sha256=scan.sha256,
        name=name,
        client_id=caller.client_id,
        uploaded_by=caller.login,
        at=at,
    )


def _refused(problem: ScanProblem) -> Refusal:
    if problem.code == "scan_too_large":
        limit = f"{MAX_SCAN_BYTES // 1024 // 1024} МиБ"
        return Refusal(RefusalKind.TOO_LARGE, problem.code, limit=limit)
    return unprocessable(problem.code, found=problem.found or TextKey("scan.unknown"))
