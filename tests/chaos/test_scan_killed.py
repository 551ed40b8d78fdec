"""A worker is killed while the scanner reads files: another one has them scanned.

Meanwhile, and afterwards, nothing that is not clean is given out.
"""

import asyncio
import hashlib
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from db.database import Database
from db.file import store
from db.file.store import FileRow
from domain.file.file import PIECE_BYTES, FileStatus
from starter.commands.refusal import Refusal
from starter.http.download import download
from tests.chaos.parallel_cases import kill, nursery
from tests.chaos.worker_forks import Order
from tests.gateways.sandbox_scanner import EICAR, SandboxScanner, scanner, scanner_process
from tests.patience import PATIENCE_SECONDS, STORY_LIMIT_SECONDS
from tests.starter.caller import environment
from tests.workflows.case_under_test import eventually, product_client
from workflows.file_scan import FileScanWorkflow

__all__ = ["scanner", "scanner_process"]

MOMENT_SECONDS = 0.2
FOR_EVER_SECONDS = 600
"""Longer than a scan may take."""


async def received(database: Database, content: bytes) -> FileRow:
    """A file that nobody has scanned."""
    file_id, at = uuid4(), datetime.now(UTC)
    sha256 = hashlib.sha256(content).hexdigest()
    async with database.transaction() as transaction:
        store.put_content(
            transaction, sha256, content, media_type="text/plain", at=at, is_stored=False
        )
        store.put_file(
            transaction,
            file_id,
            sha256=sha256,
            name="a.txt",
            client_id=None,
            uploaded_by="petrova",
            at=at,
        )
    return (await database.rows(store.by_ids([file_id])))[0]


async def status_of(database: Database, row: FileRow) -> FileRow:
    (found,) = await database.rows(store.by_ids([row.id]))
    return found


@pytest.mark.timeout(STORY_LIMIT_SECONDS)
async def test_a_worker_killed_while_a_scan_is_on_leaves_it_to_another(
    database: Database,
    database_url: str,
    scanner: SandboxScanner,
    temporal_env: WorkflowEnvironment,
) -> None:
    clean = await received(database, b"x" * (PIECE_BYTES + 1) + uuid4().hex.encode())
    infected = await received(database, uuid4().hex.encode() + EICAR)
    await scanner.misbehave({"kind": "slow", "seconds": FOR_EVER_SECONDS, "times": 2})
    begun, answered = await scanner.scans()
    client, queue = product_client(temporal_env), f"scan-{uuid4().hex}"
    told = environment(
        database_url,
        KOPEYKA_SCANNER_HOST=scanner.host,
        KOPEYKA_SCANNER_PORT=str(scanner.port),
        TEMPORAL_ADDRESS=temporal_env.client.service_client.config.target_host,
        TEMPORAL_NAMESPACE=temporal_env.client.namespace,
        TEMPORAL_CONFIG_FILE="/dev/null",
    )

    async def is_on() -> bool:
        return await scanner.scans() == (begun + 2, answered)

    async def is_known() -> bool:
        rows = [await status_of(database, one) for one in (clean, infected)]
        return all(row.status != FileStatus.RECEIVED for row in rows)

    async with nursery(told) as workers:
        scanning = await client.start_workflow(FileScanWorkflow.run, id=queue, task_queue=queue)
        first = await workers.worker(Order(queue))
        await eventually(is_on)
        assert kill(first)
        with pytest.raises(Refusal, match="file_received"):
            download(database, await status_of(database, clean))
        await workers.worker(Order(queue))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await is_known():  # noqa: ASYNC110 - another process answers
                await asyncio.sleep(MOMENT_SECONDS)
        await scanning.terminate()
    assert (await status_of(database, clean)).status == FileStatus.CLEAN
    with pytest.raises(Refusal, match="file_quarantined"):
        download(database, await status_of(database, infected))
