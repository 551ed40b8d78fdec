"""The scanning of files: asks the scanner about what was received, for as long as it runs."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import structlog
from temporalio import activity

from activities.case.alive import alive
from activities.case.shift import end_of_shift, goes_on, woken
from db.database import Database
from db.file import scan
from db.file.scan import DueContent
from db.file.store import pieces
from db.notification import notification
from domain.file.file import SILENT_AFTER, FileStatus, Verdict, is_final, next_try
from domain.file.preview import PREVIEWED, Preview
from domain.notification.notification import SCANNER_SILENT
from gateways.scanner import ScannerGateway, ScannerSilent
from gateways.scans import PictureReader

AT_ONCE = 4
"""Files that are scanned at the same time."""

log = structlog.get_logger()


class FileActivities:
    """Scans contents. Two at once, of a worker that is thought dead and of its successor, do no
    harm: the first answer is stored.
    """

    def __init__(self, database: Database, scanner: ScannerGateway) -> None:
        self._database = database
        self._scanner = scanner
        self._pictures = PictureReader()

    @activity.defn(name="file.scan")
    async def scan(self) -> None:
        """Scans until the end of its shift. A scanner that is down only delays."""
        ends_at = end_of_shift()
        async with alive(), self._database.listen(scan.CHANNEL) as announced:
            while goes_on(ends_at):
                while goes_on(ends_at) and await self.scan_due():
                    pass
                await self.tell_of_silence(datetime.now(UTC))
                await woken(announced)

    async def scan_due(self) -> int:
        """Scans some of what is due; how many there were."""
        contents = await self._database.rows(scan.due(AT_ONCE))
        await asyncio.gather(*map(self._scan, contents))
        return len(contents)

    async def tell_of_silence(self, at: datetime) -> None:
        """Queues a letter to the operators while the scanner is silent: one an outage, which is
        known by when the oldest of the files came that wait for it.
        """
        found = await self._database.row(scan.silence(at - SILENT_AFTER))
        if found is None or found.since is None:
            return
        async with self._database.transaction() as transaction:
            notification.notify(
                transaction,
                (SCANNER_SILENT,),
                case_id=None,
                client_id=None,
                occasion=f"scanner-silent-{found.since.isoformat()}",
                params={
                    "count": found.contents,
                    "minutes": int(SILENT_AFTER.total_seconds()) // 60,
                },
                at=at,
            )

    async def _scan(self, content: DueContent) -> None:
        stored = _Digesting(pieces(self._database, content.sha256, content.size_bytes))
        try:
            verdict = await self._scanner.scan(stored)
        except ScannerSilent as silence:
            await self._delay(content, str(silence))
            return
        if verdict.status is FileStatus.CLEAN and stored.sha256 != content.sha256:
            await self._delay(content, "not what was received")
        elif is_final(verdict, content.attempts):
            preview = await self._preview(content, verdict)
            await scan.settle(self._database, content.sha256, verdict, datetime.now(UTC), preview)
            log.info("file.scanned", sha256=content.sha256, status=verdict.status)
        else:
            await self._delay(content, verdict.finding or "")

    async def _preview(self, content: DueContent, verdict: Verdict) -> Preview | None:
        """What is shown of a clean picture. Nothing is decoded before the scanner has seen it."""
        if verdict.status is not FileStatus.CLEAN or content.media_type not in PREVIEWED:
            return None
        stored = pieces(self._database, content.sha256, content.size_bytes)
        return await self._pictures.preview(b"".join([piece async for piece in stored]))

    async def _delay(self, content: DueContent, reason: str) -> None:
        until = next_try(content.attempts, datetime.now(UTC))
        await scan.delay(self._database, content.sha256, until)
        log.warning("file.not_scanned", sha256=content.sha256, reason=reason, until=until)


class _Digesting:
    """The pieces of a content with the digest of those that were read."""

    def __init__(self, stored: AsyncIterator[bytes]) -> None:
        self._stored = stored
        self._digest = hashlib.sha256()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stored:
            self._digest.update(piece)
            yield piece

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()
